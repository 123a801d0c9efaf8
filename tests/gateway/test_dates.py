"""Dates and periods (DAT-1 to DAT-3)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest_asyncio

from contracts.actions import DatesUnlocked, DatesValidated, Period, ValidateDates
from contracts.answers import PersonalRef
from contracts.codes import Place
from contracts.message import Command, Message
from contracts.personal import TextRecord
from contracts.refusals import Refusals
from contracts.refusals.actions import PeriodOutsideAction, PeriodReversed, PeriodsOverlap
from contracts.refusals.common import ChangedMeanwhile
from gateway.web import commands
from tests.gateway.html import text_of, value_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

START, END = date(2008, 4, 7), date(2008, 12, 19)


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An awarded action of its own for each test."""
    yield await award(portal, f"D{uuid4().hex[:8]}", terms("ACCESSOIRISTES", START, END))


def accepting(_key: str, command: Command) -> list[Message]:
    assert isinstance(command, ValidateDates)
    return [DatesValidated(periods=command.periods, version=command.base_version + 1)]


def typed(**changes: str) -> dict[str, str]:
    form = {"version": "0", "centre.0.debut": "07/04/2008", "centre.0.fin": "13/08/2008"}
    form |= {"entreprise.0.debut": "14/08/2008", "entreprise.0.fin": "27/08/2008"}
    return {**form, **{name.replace("_", "."): value for name, value in changes.items()}}


async def test_dat_01_the_page_shows_planned_hours_dates_and_periods(portal: RunningPortal, action: Told) -> None:
    page = await portal.secretary.get(f"/actions/{action.number}/dates")
    text = text_of(page)
    assert "Total prévu de l’action 1 232,00 h" in text
    assert "Date de début prévue 07/04/2008 réelle : pas encore" in text
    assert value_of(page, "centre.0.debut") == "07/04/2008" and value_of(page, "centre.1.fin") == "19/12/2008"
    assert value_of(page, "entreprise.0.debut") == "14/08/2008"


async def test_dat_02_a_period_is_added_and_removed_without_losing_what_was_typed(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/dates"
    page = await portal.secretary.post(path, typed(faire="ajouter centre", centre_0_fin="le treize"))
    assert page.status_code == 200
    assert value_of(page, "centre.0.fin") == "le treize" and value_of(page, "centre.1.debut") == ""
    page = await portal.secretary.post(path, typed(faire="supprimer centre.0"))
    assert 'name="centre.0.debut"' not in page.text
    assert value_of(page, "entreprise.0.debut") == "14/08/2008"
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", action.number) == 0


async def test_enter_in_a_field_validates_nothing(portal: RunningPortal, action: Told) -> None:
    page = await portal.secretary.get(f"/actions/{action.number}/dates")
    first = page.text.index('type="submit" name="faire" value="')
    assert page.text[first:].startswith('type="submit" name="faire" value="relire"')
    again = await portal.secretary.post(f"/actions/{action.number}/dates", typed(faire="relire", centre_0_fin="1/8/8"))
    assert again.status_code == 200 and value_of(again, "centre.0.fin") == "1/8/8"


async def test_dat_02_the_dates_are_validated_once_and_locked(portal: RunningPortal, action: Told) -> None:
    form = typed(faire="valider", centre_0_fin="13082008", centre_1_debut="", centre_1_fin="")
    async with portal.answering(accepting) as came:
        page = await portal.secretary.post(f"/actions/{action.number}/dates", form)
    text = text_of(page)
    assert "Les dates et les périodes sont validées" in text and "Verrouillées" in text
    assert "appelez Mme VIDAL, au 04 67 22 80 00" in text
    assert 'name="centre.0.debut"' not in page.text
    centre = Period(place=Place.CENTRE, start=START, end=date(2008, 8, 13))
    company = Period(place=Place.COMPANY, start=date(2008, 8, 14), end=date(2008, 8, 27))
    assert came == [ValidateDates(periods=(centre, company), base_version=0)]


async def test_dat_02_what_cannot_be_read_is_said_beside_each_date_at_once(portal: RunningPortal, action: Told) -> None:
    form = typed(faire="valider", centre_0_debut="31/02/2008", centre_0_fin="", entreprise_0_debut="14/08/0208", entreprise_0_fin="août")
    page = await portal.secretary.post(f"/actions/{action.number}/dates", form)
    assert page.status_code == 422
    text = text_of(page)
    assert "Le 31/02/2008 n’existe pas dans le calendrier." in text
    assert "Saisissez la fin de la période, ou supprimez-la." in text
    assert "« août » n’est pas une date." in text
    assert "Vérifiez l’année du 14/08/0208" in text
    assert value_of(page, "centre.0.debut") == "31/02/2008" and value_of(page, "entreprise.0.fin") == "août"
    assert "Erreur, Dates et périodes" in text


async def test_dat_02_each_fault_of_a_period_stands_beside_its_own_row(portal: RunningPortal, action: Told) -> None:
    def refuse(_key: str, _command: Command) -> list[Message]:
        raise Refusals(
            [
                PeriodOutsideAction(field="periods.0.start", start=START, end=END),
                PeriodReversed(field="periods.2.end", start=date(2008, 8, 14), end=date(2008, 8, 1)),
                PeriodsOverlap(field="periods.1.start", start=date(2008, 4, 1), end=date(2008, 8, 13)),
            ]
        )

    form = typed(faire="valider", centre_0_debut="01/04/2008", centre_4_debut="01/08/2008", centre_4_fin="19/12/2008")
    async with portal.answering(refuse):
        page = await portal.secretary.post(f"/actions/{action.number}/dates", form | {"entreprise.0.fin": "01/08/2008"})
    assert page.status_code == 422
    for field in ("centre-0-debut", "centre-4-debut", "entreprise-0-fin"):
        assert f'id="{field}-err"' in page.text, field
    assert "La période finit le 1er août 2008, avant son début le 14 août 2008." in text_of(page)
    assert value_of(page, "centre.0.debut") == "01/04/2008"


async def test_dat_03_unlocked_dates_say_why_and_can_be_validated_again(portal: RunningPortal, action: Told) -> None:
    await action.validate_dates()
    locked = await portal.secretary.get(f"/actions/{action.number}/dates")
    assert 'name="centre.0.debut"' not in locked.text
    text = TextRecord(id=f"{action.number}/t", version=1, contract_number=action.number, text="Décalage d’une semaine, appel du 5 mars.")
    unlocked = DatesUnlocked(reason=PersonalRef(id=text.id, version=1), version=2)
    await portal.happen(action.number, text, unlocked, actor=portal.agent.actor)
    page = await portal.secretary.get(f"/actions/{action.number}/dates")
    assert "Motif : Décalage d’une semaine, appel du 5 mars." in text_of(page)
    assert value_of(page, "version") == "2"


async def test_when_a_colleague_was_quicker_nothing_typed_is_lost(portal: RunningPortal, action: Told) -> None:
    async def quicker(_key: str, _command: Command) -> list[Message]:
        await action.validate_dates()
        raise ChangedMeanwhile

    async with portal.answering(quicker):
        page = await portal.secretary.post(f"/actions/{action.number}/dates", typed(faire="valider", centre_0_fin="01/08/2008"))
    assert page.status_code == 422
    text = text_of(page)
    assert "Cette page a changé pendant votre saisie." in text
    assert "Ce que vous aviez saisi n’est pas enregistré" in text and "Centre : du 07/04/2008 au 01/08/2008" in text


async def test_a_service_that_is_down_leaves_the_entry_recorded_and_an_hourglass(
    portal: RunningPortal, action: Told, monkeypatch: Any
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.2)
    path, command_id = f"/actions/{action.number}/dates", uuid4()
    page = await portal.secretary.post(path, typed(faire="valider"), command_id=command_id)
    text = text_of(page)
    assert "Votre saisie est enregistrée, la réponse arrive" in text
    assert "En attente de réponse depuis 14 h 12 La validation des dates est enregistrée." in text
    assert 'value="valider"' not in page.text
    await portal.secretary.post(path, typed(faire="valider"), command_id=command_id)
    assert await portal.db.fetchval("SELECT count(*) FROM outbox WHERE key = $1", action.number) == 1
    async with portal.answering(accepting), asyncio.timeout(30):
        while "Verrouillées" not in text_of(await portal.secretary.get(path)):
            pass


async def test_acc_07_what_was_typed_in_a_lapsed_session_is_shown_again_and_was_not_sent(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/dates"
    answer = await portal.secretary.post_lapsed(path, typed(faire="valider", centre_0_fin="02/08/2008"))
    assert answer.status_code == 401 and "votre saisie n’est pas enregistrée" in text_of(answer)
    assert await portal.kept(path) == 0, "a lapsed session writes nothing"
    assert (await portal.secretary.log_in(answer)).headers["Location"] == path
    page = await portal.secretary.get(path)
    assert "Votre session avait expiré" in text_of(page)
    assert value_of(page, "centre.0.fin") == "02/08/2008"
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", action.number) == 0
    async with portal.answering(accepting):
        await portal.secretary.post(path, typed(faire="valider"))
    assert await portal.kept(path) == 0


async def test_an_action_that_did_not_open_shows_its_dates_and_nothing_else(portal: RunningPortal, action: Told) -> None:
    await portal.db.execute("UPDATE actions SET state = 'not_opened' WHERE contract_number = $1", action.number)
    page = await portal.secretary.get(f"/actions/{action.number}/dates")
    assert 'name="centre.0.debut"' not in page.text and "07/04/2008" in text_of(page)
