"""An agent disables an organisation's account (ACC-9)."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.answers import PersonalRef
from contracts.envelope import Actor
from contracts.identity import AccountActivated, AccountCreated, AccountDisabled, AccountEnabled, DisableAccount
from contracts.message import Command, Message
from contracts.personal import UserRecord
from contracts.refusals.common import Discarded
from tests import guide
from tests.gateway.html import text_of
from tests.gateway.running_portal import ORGANISATION, Person, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE = f"/region/comptes/{ORGANISATION}"


@pytest_asyncio.fixture
async def holder(portal: RunningPortal) -> AsyncIterator[Person]:
    """Somebody of the organisation, whose account the log knows."""
    await portal.db.execute("DELETE FROM accounts")
    user_id = uuid4()
    ref = PersonalRef(id=str(user_id), version=1)
    await portal.happen(str(user_id), UserRecord(id=str(user_id), version=1, user_id=user_id, name="SCENES", email="a@b.fr"))
    await portal.happen(
        ORGANISATION,
        guide.organisation_registered(),
        AccountCreated(user_id=user_id, siret=ORGANISATION, user=ref),
        AccountActivated(user_id=user_id),
    )
    person = await portal.person(replace(portal.secretary.viewer, user_id=user_id))
    yield person
    await person.client.aclose()


async def is_in(person: Person) -> bool:
    return (await person.get("/compte")).url.path == "/compte"


async def test_acc_09_an_agent_disables_an_account_and_its_sessions_end(portal: RunningPortal, holder: Person) -> None:
    page = text_of(await portal.agent.get(PAGE))
    assert "Compte de SCENES" in page and "Actif" in page and "Premier mot de passe choisi" in page
    assert await is_in(holder)
    unsure = await portal.agent.post(PAGE, {"faire": "desactiver"})
    assert unsure.status_code == 422 and "Cochez la case" in text_of(unsure)

    def disabled(key: str, command: Command) -> Iterable[Message]:
        assert (key, command) == (ORGANISATION, DisableAccount())
        return [AccountDisabled(user_id=holder.viewer.user_id, access=2)]

    async with portal.answering(disabled):
        done = text_of(await portal.agent.post(PAGE, {"faire": "desactiver", "certain": "oui"}))
    assert "Le compte est désactivé" in done and "Réactiver le compte" in done and "Compte de SCENES désactivé, sessions fermées" in done
    assert not await is_in(holder)
    late = await portal.person(holder.viewer)
    assert not await is_in(late), "nor does a session stand that is opened while the log is read"
    await portal.happen(ORGANISATION, AccountEnabled(user_id=holder.viewer.user_id), actor=Actor("identity", "operator"))
    page = text_of(await portal.agent.get(PAGE))
    assert "Compte de SCENES réactivé" in page and "L’exploitant" in page and "Désactiver le compte" in page
    assert not await is_in(holder), "it logs in anew"
    again = await portal.person(replace(holder.viewer, access=2))
    assert await is_in(again)
    for person in (late, again):
        await person.client.aclose()


async def test_acc_09_what_identity_refuses_is_said_on_the_page(portal: RunningPortal, holder: Person) -> None:
    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise Discarded

    async with portal.answering(refuse):
        refused = await portal.agent.post(PAGE, {"faire": "desactiver", "certain": "oui"})
    assert refused.status_code == 422 and "Rien n’est changé" in text_of(refused)


async def test_acc_06_no_organisation_sees_the_page_of_an_account(portal: RunningPortal, holder: Person) -> None:
    for who in (holder, portal.rival):
        assert (await who.get(PAGE)).status_code == 404
        assert (await who.client.post(PAGE, data={"faire": "desactiver", "certain": "oui"})).status_code == 404
    assert (await portal.agent.get("/region/comptes/00000000000000")).status_code == 404
