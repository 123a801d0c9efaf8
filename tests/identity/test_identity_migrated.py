"""What an installation held before an organisation had several users (ACC-8)."""

import json
from importlib.resources import files
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from pydantic import TypeAdapter

from chassis import migrate
from contracts.codes import AccountRight
from identity import store
from identity.app import make
from identity.rules.member import Accounts, Member
from identity.rules.text import Text
from tests.guide import SIRET
from tests.infra import Infra

NEW = "0010_an_organisation_has_many_users.sql"
ADDRESS = {"address": "2 RUE VICTOR HUGO", "address_complement": "", "postcode": "34800", "town": "CLERMONT"}
HELD = {"siret": SIRET, "name": "SCENES", "email": "contact@scenes.example", "address": ADDRESS, "version": 4, "own_address": True}


async def account(connection: Any, key: str, role: str, state: dict[str, Any], login: str) -> UUID:
    """As the version before kept it."""
    user_id = uuid4()
    state = {"user_id": str(user_id), "organisation": None, "user_version": 1, "active": False, "disabled": False} | state
    await connection.execute("INSERT INTO aggregates (key, version, state) VALUES ($1, 7, $2)", key or str(user_id), json.dumps(state))
    person = json.dumps({"name": login, "email": f"{login}@x.example"})
    await connection.execute("INSERT INTO people (id, kind, version, body) VALUES ($1, 'user', 1, $2)", str(user_id), person)
    await connection.execute(
        """
        INSERT INTO accounts (user_id, person, key, role, login, login_folded, password_hash, access)
        VALUES ($1, $2, $3, $4, $5, $5, '$argon2id$known', 5)
        """,
        *(user_id, str(user_id), key or str(user_id), role, login),
    )
    return user_id


async def test_acc_08_whoever_had_an_account_has_it_still_and_administers_those_of_their_organisation(infra: Infra) -> None:
    connection: Any = await asyncpg.connect(await infra.fresh_database("identity"))
    try:
        await migrate.apply(connection, "", (migrate.READING, migrate.OUTBOX))
        folder = sorted((file for file in files("identity.migrations").iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
        for file in folder:
            if file.name < NEW:
                await connection.execute(file.read_text())
        holder = await account(connection, SIRET, "organisation", {"organisation": HELD, "user_version": 3, "active": True}, SIRET)
        agent = await account(connection, "", "agent", {"disabled": True}, "marie")
        await connection.execute("""INSERT INTO aggregates VALUES ('text/welcome', 1, '{"markdown": "Bonjour", "version": 1}')""")
        await connection.execute("INSERT INTO aggregates VALUES ('2007QCA0266', 3, NULL)")

        for file in folder:
            if file.name >= NEW:
                await connection.execute(file.read_text())

        states: TypeAdapter[Any] = TypeAdapter(make().state)
        kept = {
            row["key"]: states.validate_json(row["state"])
            for row in await connection.fetch("SELECT * FROM aggregates WHERE state IS NOT NULL")
        }
        organisation = kept[SIRET].organisation
        assert kept[SIRET] == Accounts((Member(holder, "award", AccountRight.ADMINISTERS, record_version=3, active=True),), organisation)
        assert (organisation.version, organisation.own_address, organisation.address.town) == (4, True, "CLERMONT")
        assert kept[str(agent)] == Accounts((Member(agent, "operator", disabled=True),))
        assert kept["text/welcome"] == Text("Bonjour", 1)
        found = await store.find_by_login(connection, SIRET)
        assert found and (found.user_id, found.siret, found.access, found.password_hash) == (holder, SIRET, 5, "$argon2id$known")
    finally:
        await connection.close()
