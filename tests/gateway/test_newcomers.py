"""“Nouveau ? Créer mon compte”: what a stranger is asked and told, and what agents see and answer (ACC-4)."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from contracts.answers import Fault, PersonalRef
from contracts.identity import (
    AcceptAccountRequest,
    AccountCreated,
    AccountRequestAccepted,
    AccountRequested,
    AccountRequestExpired,
    AccountRequestRefused,
    RefuseAccountRequest,
    request_key,
)
from contracts.identity_http import AccountAsked, AccountRequest, Newcomer
from contracts.message import Command, Message
from contracts.personal import UserRecord
from gateway.web.identity_client import IdentityAway, IdentityClient, IdentityRefused
from gateway.web.security_log import What
from tests import guide
from tests.gateway.files import take
from tests.gateway.html import text_of, value_of
from tests.gateway.running_portal import ORGANISATION, OTHER, OURS, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE, LIST = "/nouveau-compte", "/region/comptes"
TYPED = {
    "siret": "552 081 317 66522",
    "organisme": "CEVENNES GESTION",
    "nom": "Anne LEROY",
    "courriel": "anne@cevennes.example",
    "adresse": "2 rue Victor Hugo",
    "complement": "",
    "cp": "34800",
    "ville": "Clermont",
}
SAID = {
    "siret": OTHER,
    "organisation": "CEVENNES GESTION",
    "name": "Anne LEROY",
    "email": "anne@cevennes.example",
    "address": "2 rue Victor Hugo",
    "postcode": "34800",
    "town": "Clermont",
}


@dataclass
class Identity:
    """What it was asked, and what it holds; it may be away, or refuse."""

    portal: RunningPortal
    asked: list[Newcomer] = field(default_factory=list)
    holds: list[AccountRequest] = field(default_factory=list)
    refuses: tuple[Fault, ...] = ()
    is_away: bool = False

    async def ask(self, newcomer: Newcomer, client: str) -> AccountAsked:
        assert client == "127.0.0.1"
        if self.refuses:
            raise IdentityRefused(self.refuses, None)
        self.asked.append(newcomer)
        return AccountAsked(days=30)

    async def list_all(self) -> tuple[AccountRequest, ...]:
        if self.is_away:
            raise IdentityAway
        return tuple(self.holds)

    async def request(self, siret: str = OTHER) -> UUID:
        """One that the log tells of, and identity knows."""
        request_id = uuid4()
        self.holds.append(AccountRequest(request_id=request_id, **SAID | {"siret": siret}))
        await self.portal.happen(request_key(request_id), AccountRequested(request_id=request_id, siret=siret))
        return request_id

    def path(self, request_id: UUID) -> str:
        return f"{LIST}/demandes/{request_id}"


@pytest_asyncio.fixture
async def identity(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Identity]:
    for table in ("accounts", "notifications", "account_requests", "organisations", "drafts", "security_log"):
        await portal.db.execute(f"DELETE FROM {table}")
    await portal.happen(ORGANISATION, guide.organisation_registered())
    held = Identity(portal)
    monkeypatch.setattr(IdentityClient, "ask_account", lambda _client, newcomer, client: held.ask(newcomer, client))
    monkeypatch.setattr(IdentityClient, "account_requests", lambda _client: held.list_all())
    yield held


async def stranger(portal: RunningPortal, form: dict[str, str] | None = None) -> httpx.Response:
    """Without a session."""
    async with httpx.AsyncClient(base_url=portal.address, headers=OURS) as client:
        return await client.get(PAGE) if form is None else await client.post(PAGE, data=form)


async def test_acc_04_the_login_page_leads_to_a_form_that_asks_the_region_for_an_account(portal: RunningPortal, identity: Identity) -> None:
    async with httpx.AsyncClient(base_url=portal.address, headers=OURS) as client:
        assert PAGE in (await client.get("/connexion")).text
    assert "Créer mon compte" in text_of(await stranger(portal))
    done = await stranger(portal, TYPED)
    assert done.status_code == 200 and "Votre demande est enregistrée" in text_of(done) and "30 jours" in text_of(done)
    assert identity.asked == [Newcomer(**SAID)]
    noted = await portal.db.fetch("SELECT what, user_id, about FROM security_log")
    assert [tuple(row) for row in noted] == [(What.ACCOUNT_ASKED, None, "")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"siret": "123"}, "Il faut 14 chiffres"),
        ({"siret": ""}, "Saisissez le SIRET."),
        ({"courriel": ""}, "Saisissez votre adresse électronique."),
        ({"cp": "3480"}, "Il faut 5 chiffres"),
        ({"nom": "A" * 301}, "il en faut 300 au plus"),
    ],
)
async def test_acc_04_a_wrong_form_says_what_to_do_and_keeps_what_was_typed(
    portal: RunningPortal, identity: Identity, changed: dict[str, str], said: str
) -> None:
    wrong = await stranger(portal, TYPED | changed)
    assert wrong.status_code == 422 and said in text_of(wrong)
    assert value_of(wrong, "organisme") == TYPED["organisme"] and identity.asked == []


async def test_acc_04_what_identity_refuses_stands_beside_its_field(portal: RunningPortal, identity: Identity) -> None:
    identity.refuses = (Fault(code="siret-wrong", field="siret"), Fault(code="slowed-down", figures={"minutes": 10}))
    refused = await stranger(portal, TYPED)
    assert refused.status_code == 422
    assert "La clé de contrôle du SIRET est fausse" in text_of(refused) and "Réessayez dans 10 min" in text_of(refused)
    assert value_of(refused, "courriel") == TYPED["courriel"]


async def test_acc_04_agents_are_told_and_see_who_asks_and_whether_the_organisation_is_known(
    portal: RunningPortal, identity: Identity
) -> None:
    unknown, known = await identity.request(), await identity.request(ORGANISATION)
    page = await portal.agent.get(LIST)
    assert "Comptes 2" in text_of(page), "what waits stands in the header"
    assert "Inconnu aucun contrat de la Région" in text_of(page) and "Connu SCENES ET FORMATIONS" in text_of(page)
    assert "Demande de compte" in text_of(await portal.agent.get("/notifications"))
    one = text_of(await portal.agent.get(identity.path(unknown)))
    assert "Anne LEROY" in one and "anne@cevennes.example" in one and "2 rue Victor Hugo, 34800 Clermont" in one
    assert "J’ai vérifié auprès de" not in one and "J’ai vérifié auprès de" in text_of(await portal.agent.get(identity.path(known)))
    for who in (portal.secretary, portal.rival):
        for path in (LIST, identity.path(unknown)):
            assert (await who.get(path)).status_code == 404
            assert (await who.client.post(path, data={"faire": "accepter"})).status_code in {404, 405}
    assert (await portal.agent.get(identity.path(uuid4()))).status_code == 404


async def test_acc_04_an_accepted_request_carries_all_that_makes_the_account(portal: RunningPortal, identity: Identity) -> None:
    request_id, user_id = await identity.request(), uuid4()

    def accepted(key: str, command: Command) -> Iterable[Message]:
        assert key == request_key(request_id) and command == AcceptAccountRequest(request_id=request_id, **SAID)
        identity.holds.clear()
        return [AccountRequestAccepted(request_id=request_id, siret=OTHER, user_id=user_id)]

    async with portal.answering(accepted):
        done = text_of(await portal.agent.post(identity.path(request_id), {"faire": "accepter"}))
    assert "La demande de compte est acceptée" in done and "Acceptée" in done and "Anne LEROY" not in done
    late = text_of(await portal.agent.get(identity.path(request_id)))
    assert "est effacé" in late and "Accepter la demande" not in late


async def test_acc_04_an_account_beside_others_is_checked_first_and_they_are_told(portal: RunningPortal, identity: Identity) -> None:
    first, second, request_id = uuid4(), uuid4(), await identity.request(ORGANISATION)
    record = UserRecord(id=str(first), version=1, user_id=first, name="SCENES", email="contact@scenes.example")
    await portal.happen(record.id, record)
    await portal.happen(ORGANISATION, AccountCreated(user_id=first, siret=ORGANISATION, user=PersonalRef(id=record.id, version=1)))
    unsure = await portal.agent.post(identity.path(request_id), {"faire": "accepter"})
    assert unsure.status_code == 422 and "Cochez la case" in text_of(unsure)
    person = await portal.person(replace(portal.secretary.viewer, user_id=first))
    joined = AccountCreated(user_id=second, siret=ORGANISATION, user=PersonalRef(id=str(second), version=1), request_id=request_id)
    await portal.happen(ORGANISATION, joined, actor=portal.agent.actor)
    assert "La Région a ouvert un compte de plus" in text_of(await person.get("/notifications"))
    await person.client.aclose()


async def test_acc_04_a_refusal_says_why_and_its_reason_is_kept_while_it_is_wrong(portal: RunningPortal, identity: Identity) -> None:
    request_id = await identity.request()
    empty = await portal.agent.post(identity.path(request_id), {"faire": "refuser", "motif": " "})
    assert empty.status_code == 422 and "Écrivez ce que le demandeur doit lire." in text_of(empty)

    def refused(_key: str, command: Command) -> Iterable[Message]:
        assert command == RefuseAccountRequest(request_id=request_id, email=SAID["email"], reason="Déjà un compte.")
        return [AccountRequestRefused(request_id=request_id, siret=OTHER)]

    async with portal.answering(refused):
        done = text_of(await portal.agent.post(identity.path(request_id), {"faire": "refuser", "motif": "Déjà un compte."}))
    assert "La demande de compte est refusée" in done and "Refusée" in done
    taken = await take(portal.agent, LIST)
    assert [row["État"] for row in taken.rows if row["SIRET"] == OTHER][:1] == ["Refusée"] and "LEROY" not in str(taken.rows)


async def test_acc_04_without_identity_the_list_stands_without_names_and_nothing_is_answered(
    portal: RunningPortal, identity: Identity
) -> None:
    request_id = await identity.request()
    identity.is_away = True
    assert "Les noms des demandeurs ne s’affichent pas" in text_of(await portal.agent.get(LIST))
    answer: Any = await portal.agent.post(identity.path(request_id), {"faire": "accepter"})
    assert "Le service des comptes ne répond pas" in text_of(answer)
    identity.is_away, identity.holds = False, []
    assert "est perdu" in text_of(await portal.agent.get(identity.path(request_id)))


async def test_acc_04_an_expired_request_waits_no_more(portal: RunningPortal, identity: Identity) -> None:
    request_id = await identity.request()
    await portal.happen(request_key(request_id), AccountRequestExpired(request_id=request_id, siret=OTHER))
    page = text_of(await portal.agent.get(LIST))
    assert "Expirée" in page and "Comptes 1" not in page
