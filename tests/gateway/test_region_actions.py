"""What an agent does on an action: unlock dates or a sheet, withdraw, send credentials anew (ACT-1, DAT-3, TRN-5, ACC-1)."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.actions import DatesUnlocked, TraineeUnlocked, UnlockDates, UnlockTrainee
from contracts.answers import PersonalRef
from contracts.awards import ActionWithdrawn, WithdrawContract
from contracts.identity import SendCredentials
from contracts.message import Command, Message
from contracts.personal import TextRecord
from contracts.refusals.actions import DatesNotLocked
from tests.gateway.html import text_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import Told, award, users
from tests.gateway.running_portal import ORGANISATION, RunningPortal

WHY = "Appel de l’organisme, le 6 mars."


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An awarded action of its own for each test."""
    yield await award(portal, f"R{uuid4().hex[:8]}", terms("COIFFEURS", date(2008, 3, 3), date(2008, 9, 26)))


def written(number: str) -> TextRecord:
    return TextRecord(id=f"{number}/why", version=1, contract_number=number, text=WHY)


async def test_dat_03_an_agent_unlocks_the_dates_and_says_why(portal: RunningPortal, action: Told) -> None:
    await action.validate_dates()
    path = f"/region/actions/{action.number}"
    mute = await portal.agent.post(path, {"faire": "dates", "raison_dates": " "})
    assert mute.status_code == 422 and "Dites pourquoi : l’organisme lira ce texte." in text_of(mute)

    def unlock(key: str, _command: Command) -> list[Message]:
        return [written(key), DatesUnlocked(reason=PersonalRef(id=f"{key}/why", version=1), version=2)]

    async with portal.answering(unlock) as came:
        page = await portal.agent.post(path, {"faire": "dates", "raison_dates": WHY})
    assert came == [UnlockDates(reason=WHY)]
    assert "Les dates sont déverrouillées" in text_of(page) and 'name="faire" value="dates"' not in page.text
    assert WHY in text_of(await portal.secretary.get(f"/actions/{action.number}/dates"))


async def test_a_refused_unlocking_keeps_what_the_agent_wrote(portal: RunningPortal, action: Told) -> None:
    await action.validate_dates()

    def refuse(_key: str, _command: Command) -> list[Message]:
        raise DatesNotLocked

    async with portal.answering(refuse):
        page = await portal.agent.post(f"/region/actions/{action.number}", {"faire": "dates", "raison_dates": WHY})
    assert page.status_code == 422 and "Rien n’est changé" in text_of(page) and f">{WHY}</textarea>" in page.text


async def test_trn_05_an_agent_unlocks_the_sheet_of_a_trainee_who_has_entered(portal: RunningPortal, action: Told) -> None:
    await action.open(2)
    path, trainee = f"/region/actions/{action.number}", action.trainees[0]
    none = await portal.agent.post(path, {"faire": "fiche", "raison_fiche": WHY})
    assert none.status_code == 422 and "Choisissez le stagiaire dont la fiche est à déverrouiller." in text_of(none)

    def unlock(key: str, _command: Command) -> list[Message]:
        return [written(key), TraineeUnlocked(trainee_id=trainee, reason=PersonalRef(id=f"{key}/why", version=1))]

    async with portal.answering(unlock) as came:
        page = await portal.agent.post(path, {"faire": "fiche", "stagiaire": str(trainee), "raison_fiche": WHY})
    assert came == [UnlockTrainee(trainee_id=trainee, reason=WHY)]
    assert "La fiche est déverrouillée" in text_of(page) and f'<option value="{trainee}"' not in page.text
    assert 'name="nom"' in (await portal.secretary.get(f"/actions/{action.number}/stagiaires/{trainee}")).text


async def test_act_01_a_contract_of_which_nothing_was_entered_is_withdrawn_after_a_tick(portal: RunningPortal, action: Told) -> None:
    path = f"/region/actions/{action.number}"
    unsure = await portal.agent.post(path, {"faire": "retirer"})
    assert unsure.status_code == 422 and "Cochez la case : un contrat retiré ne revient pas." in text_of(unsure)
    async with portal.answering(lambda _key, _command: [ActionWithdrawn()]) as came:
        page = await portal.agent.post(path, {"faire": "retirer", "certain": "oui"})
    assert came == [WithdrawContract()]
    assert "Le contrat est retiré" in text_of(page) and 'value="retirer"' not in page.text
    assert "La Région a repris ce contrat" in text_of(await portal.secretary.get(f"/actions/{action.number}/ouverture"))


async def test_act_01_a_contract_with_something_entered_is_not_offered_to_be_withdrawn(portal: RunningPortal, action: Told) -> None:
    await action.validate_dates()
    assert 'value="retirer"' not in (await portal.agent.get(f"/region/actions/{action.number}")).text


async def test_acc_01_credentials_are_sent_again_to_an_organisation_that_never_logged_in(portal: RunningPortal, action: Told) -> None:
    await users(portal)
    path = f"/region/actions/{action.number}"
    assert "L’organisme ne s’est pas encore connecté" in text_of(await portal.agent.get(path))
    keys: list[str] = []

    def sent(key: str, _command: Command) -> list[Message]:
        keys.append(key)
        return []

    async with portal.answering(sent) as came:
        page = await portal.agent.post(path, {"faire": "acces"})
    assert came == [SendCredentials()] and keys == [ORGANISATION], "its account, not this action, is concerned"
    assert "De nouveaux accès sont envoyés" in text_of(page)


@pytest.mark.parametrize("act", ["dates", "fiche", "retirer", "acces"])
async def test_acc_06_an_organisation_does_nothing_of_it(portal: RunningPortal, action: Told, act: str) -> None:
    answer = await portal.secretary.post(f"/region/actions/{action.number}", {"faire": act, "raison_dates": WHY, "certain": "oui"})
    assert answer.status_code == 404
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", action.number) == 0
