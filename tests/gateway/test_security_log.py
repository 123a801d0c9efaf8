"""The security log: who, when, from where, what; no secret; the operator reads it (ACC-10)."""

import asyncio
import os
import re
import sys
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio
from asyncpg import InsufficientPrivilegeError, connect

from contracts.answers import Fault, PersonalRef
from contracts.envelope import Actor
from contracts.identity import AccountCreated, AccountDisabled
from gateway.web.identity_client import IdentityClient, IdentityRefused
from gateway.web.security_log import MOST, What
from gateway.worker.housekeeping import tidy
from tests.gateway.running_portal import ORGANISATION, RunningPortal, account_of, logged_in
from tests.infra import as_role

pytestmark = pytest.mark.asyncio(loop_scope="session")
SECRET = "Un-secret-de-Gisèle-1986"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def empty(portal: RunningPortal) -> None:
    await portal.db.execute("DELETE FROM security_log")


async def noted(portal: RunningPortal) -> list[tuple[str, object, str]]:
    """What, whose, and about what, in order."""
    rows = await portal.db.fetch("SELECT what, user_id, about, client FROM security_log ORDER BY at")
    assert {row["client"] for row in rows} <= {"127.0.0.1"}
    return [(row["what"], row["user_id"], row["about"]) for row in rows]


async def test_log_ins_and_refusals_and_changes_are_noted_without_a_secret(portal: RunningPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    viewer = replace(portal.secretary.viewer, user_id=uuid4())
    about = viewer.user_id
    wrong = IdentityRefused((Fault(code="wrong-credentials", field=None),), about)

    async def log_in(_client: IdentityClient, _login: str, password: str, *_more: object) -> object:
        if password != SECRET:
            raise wrong
        return logged_in(viewer)

    async def changed(*_given: object, **_more: object) -> object:
        return account_of(replace(viewer, access=2))

    monkeypatch.setattr(IdentityClient, "log_in", log_in)
    monkeypatch.setattr(IdentityClient, "choose_password", changed)
    person = await portal.person(viewer)
    await person.client.post("/connexion", data={"identifiant": SECRET, "mot_de_passe": "faux"})
    await person.client.post("/connexion", data={"identifiant": "scenes", "mot_de_passe": SECRET}, follow_redirects=False)
    again = await portal.person(viewer)
    access = {"identifiant": "nouveau", "actuel": SECRET, "nouveau": SECRET + "2", "confirmation": SECRET + "2"}
    await again.client.post("/compte/acces", data=access, follow_redirects=False)
    last = await portal.person(replace(viewer, access=2))
    await last.client.get("/region/actions")
    await last.client.post("/connexion", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    await last.client.post("/deconnexion", follow_redirects=False)
    assert await noted(portal) == [
        (What.LOG_IN_REFUSED, about, "wrong-credentials"),
        (What.LOGGED_IN, about, ""),
        (What.PASSWORD_CHANGED, about, ""),
        (What.LOGIN_CHANGED, about, ""),
        (What.NOT_THEIRS, about, "/region/actions"),
        (What.FORM_OF_ANOTHER_SITE, None, "/connexion"),
        (What.LOGGED_OUT, about, ""),
    ]
    assert SECRET not in str(await portal.db.fetch("SELECT * FROM security_log"))
    for who in (person, again, last):
        await who.client.aclose()


async def test_whoever_tries_without_end_fills_no_disk(portal: RunningPortal) -> None:
    for number in range(2 * MOST + 20):  # the minute may change once meanwhile
        await portal.rival.client.get(f"/actions/2008NONE{number}")
    entries = await noted(portal)
    refused = [entry for entry in entries if entry[:2] == (What.NOT_THEIRS, portal.rival.viewer.user_id)]
    assert len(refused) <= 2 * MOST and "…" in {about for _, _, about in refused}


async def test_the_pages_process_adds_to_the_log_and_can_neither_read_nor_change_it(portal: RunningPortal) -> None:
    connection = await connect(as_role(portal.dsn, "gateway_web"), server_settings={"search_path": "own"})
    try:
        for statement in ("SELECT * FROM security_log", "DELETE FROM security_log", "UPDATE security_log SET about = ''"):
            with pytest.raises(InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_an_entry_is_kept_a_year(portal: RunningPortal) -> None:
    await portal.db.execute(
        """
        INSERT INTO security_log (at, what, client, about)
        VALUES (now() - interval '366 days', 'logged_in', '1', ''), (now() - interval '364 days', 'logged_in', '2', '')
        """
    )
    async with portal.db.acquire() as connection:
        await tidy(connection, portal.it_is("2008-03-06T14:12"))  # type: ignore[arg-type]
    assert [row["client"] for row in await portal.db.fetch("SELECT client FROM security_log")] == ["2"]


async def test_the_operator_reads_it_with_what_the_services_said_of_accounts(portal: RunningPortal) -> None:
    user_id = uuid4()
    created = AccountCreated(user_id=user_id, siret=ORGANISATION, user=PersonalRef(id=str(user_id), version=1))
    await portal.happen(ORGANISATION, created, AccountDisabled(user_id=user_id, access=2), actor=Actor("marie", "agent"))
    await portal.db.execute(
        "INSERT INTO security_log (what, user_id, client, about) VALUES ('log_in_refused', $1, '192.0.2.7', 'wrong')", user_id
    )
    environment = {**os.environ, "SESAME_DATABASE": portal.dsn, "SESAME_KAFKA": "none:1"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", "security", "--since", "2008-01-01", "--account", ORGANISATION),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0
    assert re.search(rf"2008-03-06 14:1\d:\d\d  {ORGANISATION}/{user_id}  compte désactivé  agent marie", said)
    assert "connexion refusée  192.0.2.7  wrong" in said
