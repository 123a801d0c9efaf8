"""Other planned dates: asked for where they stand, and shown everywhere once they are granted (DAT-4, REQ-3, REQ-4)."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from contracts import requests
from contracts.codes import RequestObject, Standing
from contracts.declarations import (
    AmendmentEffect,
    AmendmentGranted,
    DeclarationsChanged,
    FallenLine,
    Line,
    LineSaved,
    MonthStanding,
    PlaceFigures,
)
from contracts.message import Command, Message
from contracts.month import Month
from contracts.refusals.actions import EndDiffers, StartDiffers
from contracts.requests import RequestChange
from tests.gateway import asked
from tests.gateway.html import links_of, one_of, text_of, value_of
from tests.gateway.pieces import terms
from tests.gateway.printed import shows
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_requests import END, START, action, running, taking

__all__ = ["action", "running"]
NONE = PlaceFigures(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0))


async def test_dat_04_a_report_is_asked_with_the_periods_that_follow_it(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/dates/report"
    page = await portal.secretary.get(path)
    assert (value_of(page, "debut"), value_of(page, "fin")) == ("07/04/2008", "19/12/2008")
    form = {name: value_of(page, name) for name in ("avec_debut", "avec_fin", "version")} | {"debut": "21/04/2008", "fin": "30/01/2009"}
    form |= {f"centre.{row}.{end}": value_of(page, f"centre.{row}.{end}") for row in (0, 1) for end in ("debut", "fin")}
    form |= {f"entreprise.0.{end}": value_of(page, f"entreprise.0.{end}") for end in ("debut", "fin")} | {"motif": asked.REASON}
    moved = await portal.secretary.post(path, form | {"faire": "adapter"})
    assert moved.status_code == 200 and one_of(moved, "textarea").text() == asked.REASON
    assert (value_of(moved, "centre.0.debut"), value_of(moved, "centre.1.fin")) == ("21/04/2008", "30/01/2009")
    assert value_of(moved, "entreprise.0.debut") == "14/08/2008", "what is inside stays"
    form |= {f"centre.{row}.{end}": value_of(moved, f"centre.{row}.{end}") for row in (0, 1) for end in ("debut", "fin")}
    async with portal.answering(taking) as came:
        sent = await portal.secretary.post(path, form | {"faire": "demander"})
    (command,) = came
    assert isinstance(command, RequestChange) and isinstance(command.change, requests.PlannedDatesChange)
    assert (command.change.planned_start, command.change.planned_end) == (date(2008, 4, 21), date(2009, 1, 30))
    assert "Report des dates prévues : la Région n’a pas encore répondu." in text_of(sent)
    assert f"/actions/{action.number}/dates/demande" in links_of(sent), "the periods can be asked about beside it"


async def test_opn_02_where_the_start_differs_a_report_to_that_day_is_offered(portal: RunningPortal) -> None:
    portal.it_is("2008-03-06T14:12")
    told = await award(portal, f"O{uuid4().hex[:8]}", terms("COIFFEURS", date(2008, 3, 3), date(2008, 9, 26)))
    await told.prepare(2)

    def differs(_key: str, _command: Command) -> list[Message]:
        raise StartDiffers(field="actual_start", planned=date(2008, 3, 3), entered=date(2008, 3, 6))

    async with portal.answering(differs):
        page = await portal.secretary.post(f"/actions/{told.number}/ouverture", {"debut": "06/03/2008", "frequence": "monthly"})
    href = f"/actions/{told.number}/dates/report?debut=06/03/2008"
    assert page.status_code == 422 and href in links_of(page)
    report = await portal.secretary.get(href)
    assert value_of(report, "debut") == "06/03/2008" and value_of(report, "centre.0.debut") == "06/03/2008"


async def test_clo_01_where_the_end_differs_an_amendment_to_that_day_is_offered(portal: RunningPortal) -> None:
    portal.it_is("2008-03-06T14:12")
    told = await award(portal, f"C{uuid4().hex[:8]}", terms("VITRIERS", date(2008, 2, 4), date(2008, 2, 29)))
    await told.open(2)
    await told.leave()
    await told.confirm(Month("2008-02"))

    def differs(_key: str, _command: Command) -> list[Message]:
        raise EndDiffers(field="actual_end", planned=date(2008, 2, 29), entered=date(2008, 2, 22))

    async with portal.answering(differs):
        page = await portal.secretary.post(f"/actions/{told.number}/cloture", {"fin": "22/02/2008"})
    href = f"/actions/{told.number}/dates/report?fin=22/02/2008"
    assert href in links_of(page)
    report = await portal.secretary.get(href)
    assert value_of(report, "fin") == "22/02/2008" and 'name="debut"' not in report.text, "an open action keeps its start"
    assert (await portal.secretary.get(f"/actions/{told.number}/dates/report?fin=hier&debut=99")).status_code == 200


async def test_req_04_amended_dates_are_shown_everywhere_and_the_original_ones_beside_them(portal: RunningPortal, running: Told) -> None:
    end = date(2008, 10, 31)
    change = asked.longer(running, end)
    request = await asked.asks(running, change)
    await asked.agent_says(running, *asked.amended(running, request, change))
    original = "Avenant n° 1 du 6 mars 2008 ; fin prévue à l’origine le 26 septembre 2008"
    for path in (f"/actions/{running.number}", f"/actions/{running.number}/dates"):
        assert original in text_of(await portal.secretary.get(path)) and "31/10/2008" in text_of(await portal.secretary.get(path))
    home = text_of(await portal.secretary.get("/"))
    unfolded = text_of(await portal.secretary.get(f"/actions/{running.number}/resume"))
    assert "04/02/2008 – 31/10/2008 avenant n° 1" in home and original in unfolded, "in the row, and in the summary"
    region = text_of(await portal.agent.get(f"/region/actions/{running.number}"))
    assert original in region and "04/02/2008 – 31/10/2008" in region
    listed = await portal.agent.get("/region/actions?tri=contrat&sens=desc")
    assert "04/02/2008 – 31/10/2008 avenant n° 1" in text_of(listed)
    exported = (await portal.agent.get("/region/actions.csv")).text
    assert next(line for line in exported.splitlines() if running.number in line).count("31/10/2008;1;04/02/2008;26/09/2008") == 1
    assert "Demande accordée : avenant n° 1" in text_of(await portal.secretary.get("/notifications"))
    history = text_of(await portal.secretary.get(f"/actions/{running.number}/historique"))
    assert "Avenant n° 1 : dates prévues du 4 février 2008 au 31 octobre 2008" in history
    assert "Modification demandée à la Région : les dates prévues, du 4 février 2008 au 31 octobre 2008" in history
    assert "Fin prévue" in history and "26 septembre 2008" in history, "from what to what"
    assert "du 4 février 2008 au 31 octobre 2008" in text_of(await portal.secretary.get(f"/actions/{running.number}/entrees"))
    printed = await portal.secretary.get(f"/actions/{running.number}/etats/avenants-{running.number}.pdf")
    shows(printed.content, "Avenants au contrat", "Contrat", "26/09/2008", "n° 1", "31/10/2008")


async def test_req_03_an_earlier_end_takes_its_months_and_their_zeros_from_the_declarations(portal: RunningPortal, running: Told) -> None:
    end, august = date(2008, 7, 31), Month("2008-08")

    def standing(*months: str) -> DeclarationsChanged:
        of = tuple(MonthStanding(month=Month(month), standing=Standing.DRAFT, present=2) for month in months)
        named = tuple(month.month for month in of)
        return DeclarationsChanged(months=of, to_declare=named, without_exit=(), without_entry=(), closes_on=end, can_enter=True)

    zeros = Line(centre=NONE, company=NONE)
    await running.say(
        standing("2008-07", "2008-08"), LineSaved(month=august, trainee_id=running.trainees[0], line=zeros, complete=True, version=1)
    )
    fallen = (FallenLine(month=august, trainee_id=running.trainees[0]),)
    effect = AmendmentEffect(appear=(), vanish=(august,), exits=(), fallen=fallen, to_declare=(Month("2008-07"),))
    periods = running.terms.periods[:1]
    granted = AmendmentGranted(planned_start=running.terms.planned_start, planned_end=end, periods=periods, effect=effect)
    await asked.agent_says(running, granted, standing("2008-07"))
    page = text_of(await portal.secretary.get(f"/actions/{running.number}/declarations"))
    assert "juil. 2008" in page and "août 2008" not in page
    left = "SELECT count(*) FROM lines WHERE contract_number = $1 AND month = $2"
    assert await portal.db.fetchval(left, running.number, august) == 0


async def test_req_04_an_amendment_before_the_first_validation_unlocks_nothing(portal: RunningPortal) -> None:
    told = await award(portal, f"A{uuid4().hex[:8]}", terms("PEINTRES", START, END))
    change = asked.longer(told, date(2009, 1, 30)).model_copy(update={"base_version": 0})
    request = await asked.asks(told, change)
    _, amendment = asked.amended(told, request, change)
    await asked.agent_says(
        told, asked.granted(request, RequestObject.PLANNED_DATES, applied=True), amendment.model_copy(update={"dates_version": 1})
    )
    page = await portal.secretary.get(f"/actions/{told.number}/dates")
    assert "La Région a déverrouillé les dates" not in text_of(page) and value_of(page, "centre.1.fin") == "30/01/2009"
    assert "Retirer le contrat" not in text_of(await portal.agent.get(f"/region/actions/{told.number}")), (
        "it is no longer as it was awarded"
    )
