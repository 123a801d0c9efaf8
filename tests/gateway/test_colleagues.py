"""Several people of one organisation: who administers its accounts, who only works there, and what each is told (ACC-8)."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from chassis.instant import now
from contracts.answers import PersonalRef
from contracts.codes import AccountRight
from contracts.envelope import Actor
from contracts.identity import (
    AccountActivated,
    AccountCreated,
    AccountRemoved,
    ChangeRight,
    ColleagueErased,
    InviteColleague,
    OrganisationChanged,
    RemoveColleague,
    RightChanged,
    SendCredentials,
)
from contracts.message import Command, Message
from contracts.personal import UserRecord
from contracts.refusals.identity import ColleagueKnown, LastAdministrator
from gateway.told.notifications import list_notifications
from gateway.web.session import Viewer, find_viewer
from tests import guide
from tests.gateway.files import take
from tests.gateway.html import text_of, value_of
from tests.gateway.running_portal import ORGANISATION, OTHER, Person, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
PAGE = "/compte/collegues"
ADMINISTERS, WORKS = AccountRight.ADMINISTERS, AccountRight.WORKS


async def joins(portal: RunningPortal, name: str, right: AccountRight, siret: str = ORGANISATION, *, active: bool = True) -> Person:
    """Somebody of an organisation, of whom the log knows, logged in."""
    user_id = uuid4()
    record = UserRecord(id=str(user_id), version=1, user_id=user_id, name=name, email=f"{name.split()[0].lower()}@scenes.example")
    created = AccountCreated(user_id=user_id, siret=siret, user=PersonalRef(id=record.id, version=1), right=right)
    await portal.happen(record.id, record)
    await portal.happen(siret, created, *([AccountActivated(user_id=user_id)] if active else []))
    return await portal.person(Viewer(user_id, "organisation", siret, name, name, False))


@dataclass
class Office:
    """Who logs in for the organisation."""

    first: Person
    camille: Person


@pytest_asyncio.fixture
async def office(portal: RunningPortal) -> AsyncIterator[Office]:
    await portal.db.execute("DELETE FROM accounts")
    await portal.db.execute("DELETE FROM notifications")
    await portal.db.execute("DELETE FROM drafts")
    portal.it_is("2008-03-06T14:12")
    await portal.happen(ORGANISATION, guide.organisation_registered())
    office = Office(await joins(portal, "SCENES", ADMINISTERS), await joins(portal, "Camille MARTIN", WORKS))
    yield office
    for person in (office.first, office.camille):
        await person.client.aclose()


async def test_acc_08_who_administers_the_accounts_sees_who_is_there_and_when_they_came_last(portal: RunningPortal, office: Office) -> None:
    await office.camille.get("/compte")
    paul = await joins(portal, "Paul DUPUIS", WORKS, active=False)
    page = text_of(await office.first.get(PAGE))
    assert "SCENES (vous)" in page and "Camille MARTIN" in page and "camille@scenes.example" in page
    assert "Travaille, sans administrer les comptes" in page and "6 mars 2008" in page and "Jamais connecté" in page
    assert "Collègues" in text_of(await office.first.get("/compte"))
    seen = text_of(await portal.agent.get(f"/region/comptes/{ORGANISATION}"))
    assert "3 utilisateurs" in seen and "Camille MARTIN" in seen and "Jamais connecté" in seen
    taken = [await take(office.first, PAGE), await take(portal.agent, f"/region/comptes/{ORGANISATION}/utilisateurs")]
    assert taken[0].rows == taken[1].rows and [row["Compte"] for row in taken[0].rows] == ["Actif", "Actif", "Jamais connecté"]
    assert taken[0].rows[1]["Dernière visite"] == "06/03/2008" and (await office.camille.get(f"{PAGE}.csv")).status_code == 404
    await paul.client.aclose()


async def test_acc_08_for_who_only_works_there_and_for_strangers_there_is_no_such_page(portal: RunningPortal, office: Office) -> None:
    other = await joins(portal, "Autre", ADMINISTERS, OTHER)
    first, of_other = office.first.viewer.user_id, other.viewer.user_id
    assert "Collègues" not in text_of(await office.camille.get("/compte"))
    for who in (office.camille, portal.agent, portal.rival, portal.secretary):
        for path in (PAGE, f"{PAGE}/{first}"):
            assert (await who.get(path)).status_code == 404
            assert (await who.post(path, {"faire": "droit", "droit": "administers"})).status_code == 404
    assert (await office.first.get(f"{PAGE}/{of_other}")).status_code == 404
    assert "Autre" not in text_of(await office.first.get(PAGE))
    await other.client.aclose()


async def test_acc_08_a_colleague_is_invited_and_what_is_wrong_is_said_beside_what_was_typed(portal: RunningPortal, office: Office) -> None:
    empty = await office.first.post(PAGE, {"nom": "", "courriel": "paul@x", "droit": "tout"})
    assert empty.status_code == 422 and "Saisissez le prénom et le nom." in text_of(empty) and value_of(empty, "courriel") == "paul@x"

    def known(_key: str, _command: Command) -> Iterable[Message]:
        raise ColleagueKnown(field="email")

    typed = {"nom": "Paul DUPUIS", "courriel": "camille@scenes.example", "droit": "works"}
    async with portal.answering(known):
        refused = await office.first.post(PAGE, typed)
    assert refused.status_code == 422 and "a déjà cette adresse électronique" in text_of(refused)
    assert value_of(refused, "nom") == "Paul DUPUIS"

    def invited(key: str, command: Command) -> Iterable[Message]:
        assert key == ORGANISATION and command == InviteColleague(name="Paul DUPUIS", email="paul@scenes.example", right=WORKS)
        record = UserRecord(id=str(UUID(int=7)), version=1, user_id=UUID(int=7), name="Paul DUPUIS", email="paul@scenes.example")
        return [record, AccountCreated(user_id=record.user_id, siret=key, user=PersonalRef(id=record.id, version=1), right=WORKS)]

    async with portal.answering(invited):
        done = text_of(await office.first.post(PAGE, typed | {"courriel": "paul@scenes.example"}))
    assert "Votre collègue est invité" in done and "Paul DUPUIS" in done


async def test_acc_08_who_gets_the_right_is_told_and_sees_the_page(portal: RunningPortal, office: Office) -> None:
    camille = office.camille.viewer.user_id

    def given(key: str, command: Command) -> Iterable[Message]:
        assert (key, command) == (ORGANISATION, ChangeRight(user_id=camille, right=ADMINISTERS))
        return [RightChanged(user_id=camille, right=ADMINISTERS)]

    async with portal.answering(given):
        done = text_of(await office.first.post(f"{PAGE}/{camille}", {"faire": "droit", "droit": "administers"}))
    assert "Le droit est changé" in done and "Ne plus lui laisser administrer les comptes" in done
    assert "Camille MARTIN" in text_of(await office.camille.get(PAGE))
    told = "Votre droit dans votre organisme a changé"
    assert told in text_of(await office.camille.get("/notifications"))
    assert told not in text_of(await office.first.get("/notifications"))


async def test_acc_08_whoever_is_taken_away_is_out_and_what_they_did_keeps_their_name(portal: RunningPortal, office: Office) -> None:
    camille, path = office.camille.viewer.user_id, f"{PAGE}/{office.camille.viewer.user_id}"
    moved = OrganisationChanged(**guide.organisation_registered(2, town="Sète").model_dump())
    await portal.happen(ORGANISATION, moved, actor=office.camille.actor)
    unsure = await office.first.post(path, {"faire": "retirer"})
    assert unsure.status_code == 422 and "Cochez la case" in text_of(unsure)

    def removed(_key: str, command: Command) -> Iterable[Message]:
        assert command == RemoveColleague(user_id=camille)
        return [AccountRemoved(user_id=camille, access=2)]

    async with portal.answering(removed):
        done = await office.first.post(path, {"faire": "retirer", "certain": "oui"})
    assert done.url.path == PAGE and "Le compte est retiré" in text_of(done) and "Camille" not in text_of(done)
    assert (await office.camille.get("/compte")).url.path == "/connexion"
    assert (await office.first.get(path)).status_code == 404
    assert "Camille" not in text_of(await portal.agent.get(f"/region/comptes/{ORGANISATION}/double-authentification"))
    history = text_of(await portal.agent.get(f"/region/comptes/{ORGANISATION}"))
    assert "Nom ou adresse modifiés Camille MARTIN" in history and "Compte retiré à Camille MARTIN, sessions fermées SCENES" in history


async def test_prv_01_a_year_after_they_left_the_history_says_a_former_colleague_and_nothing_brings_them_back(
    portal: RunningPortal, office: Office
) -> None:
    camille = office.camille.viewer.user_id
    record = await portal.db.fetchrow("SELECT id, version, body ->> 'name' AS name FROM people WHERE id = $1", str(camille))
    await portal.happen(
        ORGANISATION, OrganisationChanged(**guide.organisation_registered(3, town="Agde").model_dump()), actor=office.camille.actor
    )
    await portal.happen(ORGANISATION, AccountRemoved(user_id=camille, access=9), ColleagueErased(user_id=camille))
    late = UserRecord(id=str(camille), version=record["version"] + 1, user_id=camille, name=record["name"], email="camille@scenes.example")
    await portal.happen(ORGANISATION, late)
    assert await portal.db.fetchval("SELECT count(*) FROM people WHERE id = $1", str(camille)) == 0
    history = text_of(await portal.agent.get(f"/region/comptes/{ORGANISATION}"))
    assert "Camille" not in history and "Nom ou adresse modifiés Un ancien collègue" in history
    assert "Compte retiré à un utilisateur, sessions fermées" in history


async def test_acc_08_the_last_who_administers_the_accounts_is_told_why_they_cannot_leave(portal: RunningPortal, office: Office) -> None:
    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise LastAdministrator

    async with portal.answering(refuse):
        refused = await office.first.post(f"{PAGE}/{office.first.viewer.user_id}", {"faire": "retirer", "certain": "oui"})
    assert refused.status_code == 422 and "Donnez d’abord ce droit à un collègue" in text_of(refused)


async def test_acc_01_first_passwords_are_sent_again_by_who_administers_the_accounts_and_by_agents(
    portal: RunningPortal, office: Office
) -> None:
    paul = await joins(portal, "Paul DUPUIS", WORKS, active=False)
    user_id = paul.viewer.user_id
    asked: list[Command] = []

    def sent(_key: str, command: Command) -> Iterable[Message]:
        asked.append(command)
        return []

    async with portal.answering(sent):
        assert "De nouveaux accès sont envoyés" in text_of(await office.first.post(f"{PAGE}/{user_id}", {"faire": "acces"}))
        of_agents = await portal.agent.post(f"/region/comptes/{ORGANISATION}", {"faire": "acces", "personne": str(user_id)})
        assert "De nouveaux accès sont envoyés" in text_of(of_agents)
    assert asked == [SendCredentials(user_id=user_id)] * 2
    nobody = await portal.agent.post(f"/region/comptes/{ORGANISATION}", {"faire": "acces", "personne": ""})
    assert nobody.status_code == 422 and "Choisissez à qui" in text_of(nobody)
    await paul.client.aclose()


async def test_not_01_each_colleague_has_their_own_notifications_and_none_from_before_they_came(
    portal: RunningPortal, office: Office
) -> None:
    for number, at in enumerate((now() - timedelta(days=1), now())):
        await portal.db.execute(
            "INSERT INTO notifications VALUES ($1, $2, $3, 'right_changed', NULL, '{\"right\": \"works\"}')",
            UUID(int=number),
            ORGANISATION,
            at,
        )

    async def unread(person: Person) -> int:
        viewer = await find_viewer(portal.db, person.token)
        assert viewer
        return sum(not note.is_read for note in await list_notifications(portal.db, viewer))

    assert [await unread(office.first), await unread(office.camille)] == [1, 1]
    await office.first.post("/notifications/lues", {})
    assert [await unread(office.first), await unread(office.camille)] == [0, 1]
    early = await office.camille.client.get(f"/notifications/{UUID(int=0)}")
    assert early.status_code == 404


async def test_acc_08_an_account_of_before_there_were_rights_administers(portal: RunningPortal, office: Office) -> None:
    """An event of the log as it was written then."""
    user_id = uuid4()
    old = AccountCreated.parse(f'{{"user_id": "{user_id}", "siret": "{OTHER}", "user": {{"id": "x", "version": 1}}}}'.encode())
    await portal.happen(OTHER, guide.organisation_registered(siret=OTHER), old, actor=Actor("agent", "agent"))
    person = await portal.person(replace(portal.rival.viewer, user_id=user_id))
    assert (await person.get(PAGE)).status_code == 200
    await person.client.aclose()
