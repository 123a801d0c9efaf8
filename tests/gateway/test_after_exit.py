"""Pay after an admissible exit on the pages: what a reason would do before it is chosen, and the months after (DEC-5)."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal

import pytest
import pytest_asyncio

from contracts.codes import ExitKind, ExitReason
from contracts.declarations import AddedHours, ConfirmMonth, Exit, LineSaved, MonthConfirmed, TraineeExited
from contracts.month import Month
from declarations.rules.declaration import confirm
from tests.gateway.html import all_of, one_of, value_of, words
from tests.gateway.region_in_march import Told, region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import fields, key, running, shows, typed
from tests.rules.declarations.declared_action import figures

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEBRUARY, MARCH = Month("2008-02"), Month("2008-03")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


async def alone_and_gone(portal: RunningPortal, number: str) -> Told:
    """One trainee, who did 12 h in centre and left for a job on 15 February; the training goes on until 25 April."""
    action = await running(portal, number, count=1)
    leaving = Exit(on=date(2008, 2, 15), kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT, proofs_announced=True)
    line = LineSaved(month=FEBRUARY, trainee_id=action.trainees[0], line=figures("12 0 0 0 0 0"), complete=True, version=1)
    await action.say(line, TraineeExited(trainee_id=action.trainees[0], exit=leaving, version=1))
    return action


async def confirmed(action: Told, month: Month, on: date) -> MonthConfirmed:
    """As `declarations` confirms it, by its own rule."""
    (event,) = confirm(action.portal.saying.declared[action.number], ConfirmMonth(month=month), on).events
    await action.say(event)
    assert isinstance(event, MonthConfirmed)
    return event


async def test_dec_05_the_exit_form_says_month_by_month_what_an_admissible_reason_does_to_pay(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008SOR0001", count=1)
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    before = await portal.secretary.get(path)
    assert "Pour une sortie le 29 février 2008" in words(one_of(before, f"#{row}-maintien")), "on the last day, until another is typed"
    form = fields(before) | typed(row, "12", "0", "0", "0", "0", "0") | {f"{row}.exit.on": "15/02/2008"}
    async with portal.answering(lambda _key, _command: ()) as came:
        page = await portal.secretary.post(path, {**form, "faire": f"maintien {row}"})
    assert page.status_code == 200 and not came, "nothing is saved"
    assert fields(page)[f"{row}.exit.on"] == "15/02/2008" and f'id="{row}-panel">' in page.text
    # 800 h in centre over the days of its periods after the exit, 420 h in company over those of its own.
    assert "Pour une sortie le 15 février 2008 : 1 220,00 h , soit 4 399,00 € HT" in words(one_of(page, f"#{row}-maintien"))
    assert [words(item).split(" :")[0] for item in all_of(page, f"#{row}-maintien li")] == ["février 2008", "mars 2008", "avril 2008"]


async def test_dec_05_a_month_in_which_nobody_is_present_has_nothing_to_type_and_is_confirmed_as_it_was_shown(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await alone_and_gone(portal, "2008SOR0002")
    path = f"/actions/{action.number}/declarations"
    step = await portal.secretary.get(f"{path}/2008-02/confirmation")
    shows(step, "Tout est prêt", "maintien après sortie recevable le 15/02/2008")
    february = await confirmed(action, FEBRUARY, date(2008, 3, 6))
    (line,) = february.lines
    assert line.added and line.added.centre > 0
    shows(await portal.secretary.get(f"{path}/2008-02"), "Heures justifiées, ajoutées à celles qui ont été saisies", "Reprise d’emploi")
    shows(await portal.secretary.get(path), "Vérifier mars 2008", "Rien à saisir : des heures sont payées après une sortie recevable.")

    grid = await portal.secretary.get(f"{path}/2008-03")
    shows(grid, "Rien à saisir en mars 2008", "Maintien après sortie recevable")
    assert 'id="saisie"' not in grid.text
    verified = await portal.secretary.get(f"{path}/2008-03/confirmation")
    shows(verified, "Tout est prêt : rien n’est à saisir", "maintien après sortie recevable le 15/02/2008")
    vu = value_of(verified, "vu")
    trainee, version, exit_version, centre, company = vu.split(".")
    async with portal.answering(lambda _key, _command: ()) as came:
        await portal.secretary.post(f"{path}/2008-03/confirmation", {"vu": vu})
    (command,) = came
    assert isinstance(command, ConfirmMonth) and command.month == MARCH and command.seen
    (seen,) = command.seen
    assert seen.added == AddedHours(centre=Decimal(centre) / 4, company=Decimal(company) / 4)
    assert (seen.trainee_id.hex, seen.version, seen.exit_version) == (trainee, int(version), int(exit_version))


async def test_acc_06_another_organisation_finds_no_such_month(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await alone_and_gone(portal, "2008SOR0003")
    path = f"/actions/{action.number}/declarations/2008-02"
    form = fields(await portal.secretary.get(path))
    assert (await portal.rival.post(path, {**form, "faire": f"maintien {key(action, 0)}"})).status_code == 404
