"""The whole service in a process of its own, on the real Kafka and PostgreSQL, and the operator's command beside it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
import pytest_asyncio
from pydantic import SecretStr

from chassis.settings import Settings
from contracts import identity_http
from contracts.envelope import Actor
from contracts.identity import ChangeOrganisation, SendCredentials
from contracts.personal import UserRecord
from tests.forks import Forked, is_ready, python_m
from tests.guide import CONTRACT, ORGANISATION, SIRET, awarded
from tests.identity.conftest import FACTOR_KEY, KEY, MailServer, password_in
from tests.infra import Infra, free_port
from tests.log import Log, eventually
from tests.running import Process

GOOD, BETTER, WRONG = "cheval agrafe pile", "un petit velo rouge", "ni celui-ci ni un autre"
HOLDER, AGENT = Actor("user", "organisation", SIRET), Actor("marie", "agent")
TOPICS = ("events", "personal", "identity.commands", "calendar")


@dataclass
class Running:
    """The service, and what can be seen of it from outside."""

    process: Process
    environment: dict[str, str]
    dsn: str
    log: Log
    server: MailServer
    http: httpx.AsyncClient

    async def is_ready(self, process: Process) -> None:
        """Waits until `process`, in the place of the first, serves."""

        async def look() -> bool:
            assert process.is_running, await process.ended()
            return await is_ready(self.environment["SESAME_HEALTH_PORT"])

        await eventually(look, within=60)

    async def types(self, key: str) -> list[str]:
        return [envelope.type.removeprefix("identity.") for envelope, _ in await self.log.messages(key=key)]

    async def mailed(self, count: int) -> str:
        async def look() -> bool:
            return len(self.server.mails) >= count

        await eventually(look)
        assert len(self.server.mails) == count
        return password_in(self.server.mails[-1])

    async def post(self, path: str, body: identity_http.Part) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.http.post(path, content=body.model_dump_json())).json()
        return answer

    async def log_in(self, login: str, password: str) -> dict[str, Any]:
        return await self.post("/log-in", identity_http.LogIn(login=login, password=SecretStr(password), client="192.0.2.1"))

    async def choose(self, user_id: str, new: str, current: str | None = None) -> dict[str, Any]:
        secret = SecretStr(current) if current else None
        access = None if current else (await self.http.get(f"/accounts/{user_id}")).json()["access"]
        return await self.post(
            "/passwords", identity_http.ChoosePassword(user_id=user_id, current=secret, access=access, new=SecretStr(new))
        )

    async def agent(self, *arguments: str) -> tuple[int, str]:
        """`python -m identity agent create …`: exit code and all that it said."""
        return await Forked(python_m, "identity", "agent", "create", *arguments, environment=self.environment).ended()

    async def rows(self) -> str:
        """Every row of every table of the database, as text."""
        connection = await asyncpg.connect(self.dsn)
        tables = await connection.fetch("SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public'")
        rows = [str(row[0]) for table in tables for row in await connection.fetch(f"SELECT t::text FROM {table['name']} t")]
        await connection.close()
        return "\n".join(rows)


@pytest_asyncio.fixture
async def running(infra: Infra, mail_server: MailServer) -> AsyncIterator[Running]:
    prefix = infra.fresh_topics("identity")
    dsn = await infra.fresh_database("identity")
    port, health = free_port(), free_port()
    environment = infra.environment("identity", prefix, dsn) | {
        "SESAME_HTTP_PORT": str(port),
        "SESAME_HEALTH_PORT": str(health),
        "SESAME_SMTP": f"127.0.0.1:{mail_server.port}",
        "SESAME_SMTP_SECURITY": "PLAINTEXT",
        "SESAME_PORTAL_URL": "https://sesame.example",
        "SESAME_GATEWAY_KEY": KEY,
        "SESAME_FACTOR_KEY": FACTOR_KEY,
        "SESAME_LOG_LEVEL": "info",
    }
    admin = Settings(
        kafka=infra.kafka.bootstrap,
        kafka_user="admin",
        kafka_password=SecretStr(infra.kafka.passwords["admin"]),
        kafka_security="SASL_PLAINTEXT",
        topic_prefix=prefix,
        database=dsn,
    )
    process = Process("identity.app:service", environment)
    headers = {"Authorization": f"Bearer {KEY}"}
    async with Log(admin) as log, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30) as http:
        service = Running(process, environment, dsn, log, mail_server, http)
        try:
            await service.is_ready(process)
            yield service
        finally:
            if process.is_running:
                await process.stop()


async def test_acc_1_acc_2_an_award_leads_to_an_account_and_no_password_is_anywhere_but_in_the_mail(running: Running):
    log = running.log
    award = awarded()
    await log.publish("events", log.envelope("actions", CONTRACT, type(award)), award)
    first = await running.mailed(1)

    command = await log.command("identity", SIRET, SendCredentials(), AGENT)
    assert (await log.answer(command)).faults == ()
    temporary = await running.mailed(2)

    assert (await running.log_in(SIRET, WRONG))["faults"][0]["code"] == "wrong-credentials"
    assert (await running.log_in(WRONG, GOOD))["faults"][0]["code"] == "wrong-credentials"
    account = await running.log_in(SIRET, temporary)
    assert account["must_choose_password"]
    assert "user_id" in await running.choose(account["user_id"], GOOD)
    assert "user_id" in await running.choose(account["user_id"], BETTER, GOOD)
    assert (await running.post("/forgotten", identity_http.Forgotten(email=ORGANISATION.email, client="192.0.2.1"))) == {"hours": 24}
    forgotten = await running.mailed(3)
    assert "user_id" in await running.log_in(SIRET, forgotten)

    refused = await log.command("identity", SIRET, SendCredentials(), AGENT)
    assert [fault.code for fault in (await log.answer(refused)).faults] == ["already-active"]
    changed = await log.command(
        "identity", SIRET, ChangeOrganisation(address="5 place de la Gare", postcode="34000", town="Montpellier", base_version=1), HOLDER
    )
    assert (await log.answer(changed)).faults == ()
    stranger = await log.command("identity", SIRET, SendCredentials(), HOLDER)
    assert [fault.code for fault in (await log.answer(stranger)).faults] == ["not-found"]

    async def all_told() -> bool:
        return (await running.types(SIRET)).count("credentials-sent.v1") == 2

    await eventually(all_told)
    # A mail's note may come before or after the answer to who asked for the next one.
    assert [kind for kind in await running.types(SIRET) if kind not in ("credentials-sent.v1", "access-changed.v1")] == [
        "organisation-registered.v1",
        "account-created.v1",
        "command-answered.v1",
        "account-activated.v1",
        "command-answered.v1",
        "organisation-changed.v1",
        "command-answered.v1",
        "command-answered.v1",
    ]
    versions = [envelope.version for envelope, _ in await log.messages(key=SIRET)]
    assert versions == list(range(1, len(versions) + 1))
    [(_, body)] = await log.messages("personal")
    assert UserRecord.parse(body).email == ORGANISATION.email

    rows = await running.rows()
    assert ORGANISATION.email in rows, "the rows were really read"
    sent = [record for topic in TOPICS for record in await log.records(topic)]
    records = b"\n".join(part for record in sent for part in (record.key, record.value, *dict(record.headers).values()) if part).decode()
    assert SIRET in records
    _, said = await running.process.stop()
    assert json.loads(said.splitlines()[0])
    for password in (first, temporary, forgotten, GOOD, BETTER, WRONG):
        for where, text in (("a row", rows), ("Kafka", records), ("the logs", said)):
            assert password not in text, f"a password stands in {where}"
            assert password.encode().hex() not in text, f"a password stands in {where}, as bytes"


async def test_acc_6_the_operator_makes_an_agent_who_can_log_in(running: Running):
    agent = ("--name", "Marie DURAND", "--email", "marie@region.example")
    code, said = await running.agent(*agent, "--print")
    assert code == 0
    assert "Identifiant : marie@region.example" in said
    password = await running.mailed(1)
    assert password in said
    account = await running.log_in("Marie@Region.example", password)
    assert (account["role"], account["siret"], account["must_choose_password"]) == ("agent", None, True)
    key = account["user_id"]

    async def told() -> bool:
        return await running.types(key) == ["account-created.v1", "access-changed.v1", "credentials-sent.v1"]

    await eventually(told)

    assert await running.agent(*agent, "--if-none") == (0, "Il y a déjà un agent.\n")
    code, said = await running.agent(*agent)
    assert code == 1
    assert "déjà pris" in said
    code, said = await running.agent("--login", "paul", "--name", "Paul MARTIN", "--email", "paul@region.example")
    assert code == 0
    password = await running.mailed(2)
    assert password not in said
    assert (await running.log_in("paul", password))["name"] == "Paul MARTIN"


async def test_acc_6_a_shown_password_opens_though_no_mail_could_go_out(running: Running):
    running.server.refuses = "451 try later"
    code, said = await running.agent("--login", "marie", "--name", "Marie DURAND", "--email", "marie@region.example", "--print")
    assert code == 0
    assert "n’est pas parti" in said
    password = said.partition("14 jours : ")[2].split()[0]
    running.server.refuses = None
    await asyncio.sleep(2)
    assert running.server.mails == []
    assert "user_id" in await running.log_in("marie", password)


async def test_the_operator_is_told_what_to_repair(running: Running):
    agent = ("--name", "Marie DURAND", "--email", "marie@region.example")
    running.environment["SESAME_GATEWAY_KEY"] = "short"
    code, said = await running.agent(*agent)
    assert code == 1 and said.startswith("SESAME_GATEWAY_KEY ne convient pas. ") and "short" not in said
    running.environment["SESAME_GATEWAY_KEY"] = KEY
    assert "adresse électronique" in (await running.agent("--name", "Marie", "--email", "marie"))[1]
    running.environment["SESAME_DATABASE"] = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    code, said = await running.agent(*agent)
    assert code == 1
    assert "SESAME_DATABASE" in said
    assert "Traceback" not in said
