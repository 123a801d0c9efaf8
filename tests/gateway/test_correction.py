"""A rejected month: why, what was corrected since, and a second question when nothing was (BIL-7, DEC-6)."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from contracts.codes import ExitKind, ExitReason
from contracts.declarations import (
    ConfirmedLine,
    ConfirmMonth,
    Exit,
    Line,
    LineSaved,
    MonthConfirmed,
    PlaceFigures,
    PlaceHours,
    TraineeExitChanged,
    TraineeExited,
)
from contracts.month import Month
from tests.gateway.browser import faults_at_every_width
from tests.gateway.html import value_of
from tests.gateway.region_in_march import Told, region_in_march
from tests.gateway.running_portal import RunningPortal
from tests.gateway.test_declarations import running, shows

pytestmark = pytest.mark.asyncio(loop_scope="session")
ZERO = Decimal(0)
REASON = "Les justificatifs d’absence de DURAND Jean-Claude manquent."


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


async def rejected(portal: RunningPortal, number: str) -> tuple[Told, str]:
    """An action whose February was confirmed, invoiced and rejected."""
    action = await running(portal, number)
    month = Month("2008-02")
    await action.confirm(month)
    invoice = await action.invoice(month, on=date(2008, 3, 6))
    await action.reject(invoice, on=date(2008, 3, 6), correct_by=date(2008, 3, 21))
    return action, f"/actions/{number}/declarations/2008-02"


async def corrects(action: Told, attended: int) -> None:
    """The second trainee has other hours in centre than the 61 that were rejected."""
    centre = PlaceFigures(attended=Decimal(attended), excused=ZERO, unexcused=ZERO)
    company = PlaceFigures(attended=Decimal(20), excused=ZERO, unexcused=ZERO)
    line = Line(centre=centre, company=company)
    await action.say(
        LineSaved(month=Month("2008-02"), trainee_id=action.trainees[1], line=line, complete=True, version=2), on=date(2008, 3, 7)
    )


async def test_bil_07_the_reason_of_the_rejection_is_in_sight_on_the_grid_and_where_one_confirms(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    _action, path = await rejected(portal, "2008COR0001")
    for page in (path, path + "/confirmation"):
        shows(await portal.secretary.get(page), REASON, "Rien n’a changé depuis le rejet.")


async def test_bil_07_what_was_corrected_stands_before_and_after_and_what_changed_is_marked(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action, path = await rejected(portal, "2008COR0002")
    await corrects(action, 54)
    for page in (await portal.secretary.get(path), await portal.secretary.get(path + "/confirmation")):
        shows(page, "Ce que vous avez corrigé depuis le rejet", "Inchangé : CHOMBIER Gisèle.")
        assert page.text.count("<mark>") == 1 and "<mark>54,00" in page.text and ">61,00<" in page.text
    await corrects(action, 61)
    shows(await portal.secretary.get(path), "(absences revues)")


async def test_bil_07_confirming_what_was_rejected_unchanged_asks_first(portal: RunningPortal, told: dict[str, Told]) -> None:
    action, path = await rejected(portal, "2008COR0003")
    step = await portal.secretary.get(path + "/confirmation")
    shows(step, "sans rien y changer")
    hours = PlaceHours(attended=Decimal(60), excused=ZERO, unexcused=ZERO)
    lines = tuple(ConfirmedLine(trainee_id=one, centre=hours, company=hours) for one in action.trainees)
    async with portal.answering(lambda _key, _command: [MonthConfirmed(month=Month("2008-02"), lines=lines, again=True)]) as came:
        asked = await portal.secretary.post(path + "/confirmation", {"vu": value_of(step, "vu")})
        assert asked.status_code == 422 and not came
        shows(asked, "Rien n’a changé depuis le rejet. Corrigez les heures, ou cochez cette case si elles sont justes.")
        await portal.secretary.post(path + "/confirmation", {"vu": value_of(asked, "vu"), "sans_changement": "oui"})
    assert [type(one) for one in came] == [ConfirmMonth]


async def test_bil_07_what_was_corrected_is_confirmed_without_a_question(portal: RunningPortal, told: dict[str, Told]) -> None:
    action, path = await rejected(portal, "2008COR0004")
    await corrects(action, 54)
    step = await portal.secretary.get(path + "/confirmation")
    assert "sans rien y changer" not in step.text
    async with portal.answering(lambda _key, _command: []) as came:
        await portal.secretary.post(path + "/confirmation", {"vu": value_of(step, "vu")})
    assert [type(one) for one in came] == [ConfirmMonth]


async def test_bil_07_an_exit_alone_is_a_correction_one_of_a_later_month_is_none(portal: RunningPortal, told: dict[str, Told]) -> None:
    action, path = await rejected(portal, "2008COR0006")
    later = Exit(on=date(2008, 3, 28), kind=ExitKind.EARLY, reason=ExitReason.DROPPED_OUT)
    await action.say(TraineeExited(trainee_id=action.trainees[0], exit=later, version=1), on=date(2008, 3, 7))
    shows(await portal.secretary.get(path), "Rien n’a changé depuis le rejet.")
    left = Exit(on=date(2008, 2, 29), kind=ExitKind.EARLY, reason=ExitReason.DROPPED_OUT)
    await action.say(TraineeExitChanged(trainee_id=action.trainees[0], exit=left, version=2), on=date(2008, 3, 8))
    step = await portal.secretary.get(path + "/confirmation")
    shows(step, "(sortie revue)")
    assert "sans rien y changer" not in step.text


async def test_a_rejected_month_can_be_read_by_everybody(portal: RunningPortal, told: dict[str, Told], chromium: Any) -> None:
    action, path = await rejected(portal, "2008COR0005")
    page = await portal.secretary.open(chromium, path + "/confirmation", height=768)
    await page.click("text=Confirmer février 2008 >> nth=-1")
    await page.wait_for_selector("#sans-changement-err")
    assert await faults_at_every_width(page) == []
    await corrects(action, 54)
    for address in (path, path + "/confirmation"):
        await page.goto(portal.address + address)
        assert await faults_at_every_width(page) == []
    await page.context.close()
