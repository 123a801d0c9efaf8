"""The month by exception (DEC-11): the hours of who is present, what differs, one saving; without JavaScript."""

import re
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import httpx
import pytest
import pytest_asyncio

from contracts.actions import TraineeEntered
from contracts.codes import AbsenceReason, ExitKind, ExitReason, Place
from contracts.declarations import Absence, Exit, FillMonth
from contracts.month import Month
from tests.gateway.region_in_march import Told, award, region_in_march, terms
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import Service, fields, key, rows_of, running, shows

pytestmark = pytest.mark.asyncio(loop_scope="session")
FIGURES = ("centre.attended", "centre.excused", "centre.unexcused", "company.attended", "company.excused", "company.unexcused")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


def cells(page: httpx.Response, of: str) -> list[str]:
    """A row's six cells."""
    shown = fields(page)
    return [str(shown[f"{of}.{path}"]) for path in FIGURES]


def path_of(action: Told, month: str = "2008-02") -> str:
    return f"/actions/{action.number}/declarations/{month}"


async def test_dec_11_everybody_present_is_two_clicks_and_nothing_is_saved_before_the_second(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    """February of an action from 4 February to 25 April: 20 days of 50 in centre, none in company: 812 × 20 ÷ 50 = 324.80."""
    action = await running(portal, "2008EXC0001", 3)
    first = await portal.secretary.get(path_of(action))
    assert (fields(first)["present.centre"], fields(first)["present.company"]) == ("324,75", "0,00")
    async with portal.answering(Service()) as came:
        proposed = await portal.secretary.post(path_of(action), {**fields(first), "present.centre": "140", "faire": "presents"})
        assert proposed.status_code == 200 and not came
        shows(proposed, "Non enregistré : 3 lignes", "Enregistrer le mois", "Revenir à ce qui est enregistré")
        for index in range(3):
            assert cells(proposed, key(action, index)) == ["140,00", *["0,00"] * 5]
        again = await portal.secretary.get(path_of(action))
        assert cells(again, key(action, 0)) == cells(proposed, key(action, 0)), "found again, and still not saved"
        shows(again, "Non enregistré : 3 lignes")
        saved = await portal.secretary.post(path_of(action), {**fields(proposed), "faire": "enregistrer"})
    (filled,) = came
    assert [row.trainee_id for row in rows_of(filled)] == action.trainees
    assert "ne sont pas enregistrées" not in saved.text
    shows(saved, "Les heures du mois sont enregistrées", "Tout est rempli.")


async def test_dec_11_the_offer_is_changed_by_typing_and_who_enters_within_the_month_has_less(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await award(portal, "2008EXC0002", terms("ACTION", date(2008, 2, 4), date(2008, 4, 25)))
    await action.open(2)
    await action.say(TraineeEntered(trainee_id=action.trainees[1], entered_on=date(2008, 2, 18)))
    form = fields(await portal.secretary.get(path_of(action)))
    page = await portal.secretary.post(path_of(action), {**form, "present.centre": "95", "present.company": "0", "faire": "presents"})
    assert cells(page, key(action, 0)) == ["95,00", "0,00", "0,00", "0,00", "0,00", "0,00"]
    assert cells(page, key(action, 1))[0] == "47,50"  # 10 of 20 days
    wrong = await portal.secretary.post(path_of(action), {**form, "present.centre": "95,10", "faire": "presents"})
    assert wrong.status_code == 422
    shows(wrong, "95,10 h n’est pas un quart d’heure")


async def test_dec_11_an_absence_takes_its_hours_from_the_plan_and_attended_hours_are_less_by_them(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008EXC0003")
    row = key(action, 0)
    page = await portal.secretary.get(path_of(action))
    form = {**fields(page), "present.centre": "95", "present.company": "0"}
    page = await portal.secretary.post(path_of(action), {**form, "faire": "presents"})
    exception = {"absence.trainee": row, "absence.start": "5", "absence.end": "06/02/2008", "absence.reason": "summons"}
    page = await portal.secretary.post(path_of(action), {**fields(page), **exception, "faire": "absence"})
    assert page.status_code == 200
    assert cells(page, row) == ["85,50", "9,50", "0,00", "0,00", "0,00", "0,00"]
    late = {"absence.trainee": row, "absence.start": "11", "absence.reason": "late", "absence.hours": "1h30"}
    page = await portal.secretary.post(path_of(action), {**fields(page), **late, "faire": "absence"})
    assert cells(page, row) == ["84,00", "9,50", "1,50", "0,00", "0,00", "0,00"]
    assert re.search(r'id="absence-trainee"[^>]* autofocus', page.text), "the next exception"
    same = await portal.secretary.post(path_of(action), {**fields(page), "faire": "presents"})
    assert cells(same, row) == ["84,00", "9,50", "1,50", "0,00", "0,00", "0,00"], "laid over again, absences stay"
    service = Service()
    async with portal.answering(service):
        await portal.secretary.post(path_of(action), {**fields(page), "faire": "enregistrer"})
    _version, line = service.lines[Month("2008-02"), action.trainees[0]]
    both = (
        (date(2008, 2, 5), date(2008, 2, 6), AbsenceReason.SUMMONS, "9.5"),
        (date(2008, 2, 11), date(2008, 2, 11), AbsenceReason.LATE, "1.5"),
    )
    assert line.absences == tuple(
        Absence(start=start, end=end, reason=reason, place=Place.CENTRE, hours=Decimal(hours)) for start, end, reason, hours in both
    )


async def test_dec_11_what_cannot_be_an_absence_is_said_beside_its_field_and_nothing_typed_is_lost(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008EXC0004")
    form = fields(await portal.secretary.get(path_of(action)))
    typed = {"absence.trainee": key(action, 0), "absence.start": "5", "absence.end": "demain", "absence.reason": ""}
    page = await portal.secretary.post(path_of(action), {**form, **typed, "faire": "absence"})
    assert page.status_code == 422
    shows(page, "Choisissez le motif de l’absence.")
    assert fields(page)["absence.end"] == "demain" and "autofocus" in page.text
    outside = {"absence.trainee": key(action, 0), "absence.start": "01/03/2008", "absence.reason": "late"}
    shows(await portal.secretary.post(path_of(action), {**form, **outside, "faire": "absence"}), "vont du 04/02/2008 au 29/02/2008")
    sunday = {"absence.trainee": key(action, 0), "absence.start": "10", "absence.reason": "late", "absence.place": "centre"}
    shows(await portal.secretary.post(path_of(action), {**form, **sunday, "faire": "absence"}), "le plan n’en a pas ces jours-là")
    nobody = {"absence.trainee": "s" + "0" * 32, "absence.start": "5", "absence.reason": "late"}
    shows(await portal.secretary.post(path_of(action), {**form, **nobody, "faire": "absence"}), "Choisissez le stagiaire.")


async def test_dec_11_who_leaves_has_the_hours_of_their_presence(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008EXC0005")
    row = key(action, 0)
    form = {**fields(await portal.secretary.get(path_of(action))), "present.centre": "95", "present.company": "0"}
    page = await portal.secretary.post(path_of(action), {**form, "faire": "presents"})
    left = {"leaving.trainee": row, "leaving.on": "15", "leaving.kind": "early", "leaving.reason": "personal"}
    asked = await portal.secretary.post(path_of(action), {**fields(page), **left, "faire": "sortie"})
    assert asked.status_code == 422
    shows(asked, "Ce motif demande des justificatifs.")
    page = await portal.secretary.post(path_of(action), {**fields(asked), "leaving.proofs_announced": "oui", "faire": "sortie"})
    assert cells(page, row)[0] == "47,50" and cells(page, key(action, 1))[0] == "95,00"
    async with portal.answering(Service()) as came:
        await portal.secretary.post(path_of(action), {**fields(page), "faire": "enregistrer"})
    (filled,) = came
    rows = {row.trainee_id: row for row in rows_of(filled)}
    leaving = rows[action.trainees[0]].exit
    assert leaving and leaving.exit == Exit(on=date(2008, 2, 15), kind=ExitKind.EARLY, reason=ExitReason.PERSONAL, proofs_announced=True)


async def test_dec_11_like_last_month_starts_from_what_each_had(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008EXC0006", 3)
    assert "Comme le mois dernier" not in (await portal.secretary.get(path_of(action))).text
    await action.confirm(Month("2008-02"))
    page = await portal.secretary.get(path_of(action, "2008-03"))
    shows(page, "Comme le mois dernier")
    page = await portal.secretary.post(path_of(action, "2008-03"), {**fields(page), "faire": "precedent"})
    assert [cells(page, key(action, index))[::3] for index in range(3)] == [["60,00", "20,00"], ["61,00", "20,00"], ["62,00", "20,00"]]
    shows(page, "Chacun a ses heures du mois dernier, absences comptées comme réalisées : ajoutez celles de ce mois.")


async def test_dec_11_in_the_last_month_everybody_leaves_but_the_exceptions_in_one_saving(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008EXC0007", 3)
    for month in ("2008-02", "2008-03"):
        await action.confirm(Month(month))
    portal.it_is("2008-05-05T10:00")
    try:
        path = path_of(action, "2008-04")
        page = await portal.secretary.get(path)
        assert fields(page)["present.until"] == "25/04/2008"
        left = {"leaving.trainee": key(action, 1), "leaving.on": "11", "leaving.kind": "early", "leaving.reason": "dropped_out"}
        page = await portal.secretary.post(path, {**fields(page), **left, "present.centre": "140", "faire": "sortie"})
        page = await portal.secretary.post(path, {**fields(page), "faire": "presents"})
        async with portal.answering(Service()) as came:
            done = await portal.secretary.post(path, {**fields(page), "faire": "verifier"})
        (filled,) = came
        exits = [row.exit and row.exit.exit for row in rows_of(filled)]
        end = Exit(on=date(2008, 4, 25), kind=ExitKind.END_OF_TRAINING)
        assert exits == [end, Exit(on=date(2008, 4, 11), kind=ExitKind.EARLY, reason=ExitReason.DROPPED_OUT), end]
        assert str(done.url).endswith("/confirmation"), "one confirmation is left"
    finally:
        portal.it_is("2008-03-06T14:12")


async def test_dec_11_given_up_all_is_as_it_is_stored(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008EXC0008")
    page = await portal.secretary.post(path_of(action), {**fields(await portal.secretary.get(path_of(action))), "faire": "presents"})
    back = await portal.secretary.post(path_of(action), {**fields(page), "faire": "abandonner"})
    assert cells(back, key(action, 0)) == [""] * 6 and "ne sont pas enregistrées" not in back.text


async def test_dec_11_a_line_that_a_colleague_saved_meanwhile_keeps_all_from_being_saved_and_is_shown(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008EXC0009")
    row, service = key(action, 0), Service()
    old = fields(await portal.secretary.get(path_of(action)))
    proposed = await portal.secretary.post(path_of(action), {**old, "faire": "presents"})
    async with portal.answering(service) as came:
        other = {name: value for name, value in old.items() if name.startswith(row)} | {f"{row}.centre.attended": "12"}
        await portal.secretary.post(f"{path_of(action)}/lignes", other)
        page = await portal.secretary.post(path_of(action), {**fields(proposed), "faire": "enregistrer"})
    assert page.status_code == 422 and isinstance(came[-1], FillMonth)
    shows(page, "Cette ligne a changé pendant votre saisie", "en centre 12,00")
    assert [line.centre.attended for _version, line in service.lines.values()] == [12]
