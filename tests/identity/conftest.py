"""Identity's HTTP and mailer on the real PostgreSQL, with a mail server that keeps what it gets."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
import pytest_asyncio
from asyncpg import Pool
from litestar import Litestar
from pydantic import SecretStr

from chassis.engine.batch import Engine
from chassis.migrate import migrate
from contracts import identity_http
from contracts.envelope import Actor
from contracts.message import Command, Part
from identity import handlers, hashing
from identity.api import router
from identity.app import make
from identity.desk import Desk
from identity.mailer import LEASE, Mailer
from identity.own import own_transaction
from identity.parts import opened
from identity.reception import Reception
from identity.settings import IdentitySettings
from identity.store import claim_mail
from identity.store_people import claim_refusal
from tests.guide import SIRET, awarded
from tests.infra import Infra
from tests.mail_server import MailServer, mail_server

__all__ = ["MailServer", "mail_server"]

KEY = "the-gateway-s-own-key"
FACTOR_KEY = "the-key-of-second-factors"
REGION = Actor("somebody", "agent")


def settings_of(dsn: str, smtp_port: int, **more: Any) -> IdentitySettings:
    return IdentitySettings(
        kafka="none:1",
        database=dsn,
        smtp=f"127.0.0.1:{smtp_port}",
        portal_url="https://sesame.example",
        gateway_key=SecretStr(KEY),
        factor_key=SecretStr(FACTOR_KEY),
        log_level="warning",
        **({"smtp_security": "PLAINTEXT"} | more),
    )


async def fresh_database(infra: Infra) -> str:
    return await infra.fresh_database("identity", lambda dsn: migrate(make(), settings_of(dsn, 1)))


@dataclass
class IdentityInstallation:
    """One identity, without Kafka: what it would say stands in its outbox."""

    engine: Engine
    desk: Desk
    mailer: Mailer
    server: MailServer
    http: httpx.AsyncClient
    reception: Reception

    @property
    def pool(self) -> Pool:
        return self.desk.pool

    @property
    def mails(self) -> list[EmailMessage]:
        return self.server.mails

    async def award(self, **said: Any) -> None:
        """A contract is awarded, and read."""
        event = awarded(**said)
        async with own_transaction(self.pool, self.engine, event.terms.organisation.siret, REGION) as work:
            await handlers.on_action_awarded(work, event)

    async def say(self, handler: Any, command: Command, siret: str = SIRET, actor: Actor = REGION) -> None:
        """A command about an organisation's accounts is read, an agent's unless it is said otherwise."""
        async with own_transaction(self.pool, self.engine, siret, actor) as work:
            await handler(work, command)

    async def mail(self) -> str:
        """Sends all that is due; the password in the last mail."""
        while mailing := await claim_mail(self.pool, LEASE):
            await self.mailer.deliver(mailing)
        return password_in(self.mails[-1])

    async def refuse_all(self) -> None:
        """Sends all refusals that are due."""
        while refusal := await claim_refusal(self.pool, LEASE):
            await self.mailer.refuse(refusal)

    async def ask(self, path: str, body: Part) -> dict[str, Any]:
        """What is answered; a refusal as its codes, or `{code: field}`."""
        answer = await self.http.post(path, content=body.model_dump_json())
        assert answer.status_code in (200, 422), answer.status_code
        said: dict[str, Any] = answer.json()
        return said if answer.status_code == 200 else {fault["code"]: fault["field"] for fault in said["faults"]}

    async def log_in(self, login: str, password: str, client: str = "192.0.2.1", browser: str | None = None) -> dict[str, Any]:
        asked = identity_http.LogIn(login=login, password=SecretStr(password), client=client, browser=browser)
        return await self.ask(identity_http.LOG_IN, asked)

    async def choose(
        self, user_id: Any, new: str, current: str | None = None, new_login: str | None = None, access: int | None = None
    ) -> dict[str, Any]:
        """Without `current`, as a session of that `access`, by default one that was opened just now."""
        secret = SecretStr(current) if current is not None else None
        if secret is None and access is None:
            access = (await self.http.get(f"{identity_http.ACCOUNTS}/{user_id}")).json()["access"]
        return await self.ask(
            identity_http.PASSWORDS,
            identity_http.ChoosePassword(user_id=user_id, current=secret, access=access, new=SecretStr(new), new_login=new_login),
        )

    async def forget(self, email: str, client: str = "192.0.2.1") -> dict[str, Any]:
        return await self.ask(identity_http.FORGOTTEN, identity_http.Forgotten(email=email, client=client))

    async def told(self) -> list[str]:
        """The types of all events in the outbox, in order."""
        rows = await self.pool.fetch("SELECT headers::jsonb ->> 'ce_type' AS type FROM outbox WHERE topic = 'events' ORDER BY seq")
        return [row["type"] for row in rows]

    async def member(self, siret: str, password: str) -> dict[str, Any]:
        """An organisation that has chosen its password."""
        await self.award(siret=siret)
        account = await self.log_in(siret, await self.mail())
        return await self.choose(account["user_id"], password)


def answering(desk: Desk, reception: Reception) -> Litestar:
    """The service's HTTP, as its process serves it."""
    return Litestar([router(desk, reception)], openapi_config=None, logging_config=None)


def password_in(mail: EmailMessage) -> str:
    password = re.search(r"Mot de passe provisoire :\s+(\S+)", mail.get_content())
    assert password
    return password[1]


@pytest_asyncio.fixture
async def installation(infra: Infra, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[IdentityInstallation]:
    monkeypatch.setattr(hashing, "MEMORY_KIB", 64)  # the rules are the same, in a hundredth of the time
    settings = settings_of(await fresh_database(infra), mail_server.port)
    engine = Engine(make(), settings)
    async with opened(engine, settings) as (desk, mailer):
        headers = {"Authorization": f"Bearer {KEY}"}
        reception = Reception(desk.pool, engine, desk.tries)
        transport = httpx.ASGITransport(answering(desk, reception))
        async with httpx.AsyncClient(transport=transport, base_url="http://identity", headers=headers) as http:
            yield IdentityInstallation(engine, desk, mailer, mail_server, http, reception)
