"""Runbooks are tried: what goes wrong raises the alert of its name, in Prometheus itself; what its page says to do ends it, and what it
says of people is so.
"""

import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import psutil
import pytest
import pytest_asyncio

from chassis.instant import now
from contracts.envelope import Envelope
from tests.backups import back_up, put_back
from tests.gateway.html import text_of
from tests.infra import Infra, as_role, local
from tests.log import Log, eventually
from tests.mail_server import MailServer, mail_server
from tests.operate.watching import RULES, Watcher, binaries, watching
from tests.small import Small, administrator, publish, standing

__all__ = ["mail_server"]

LETTER = json.dumps({"subject": "Une enquête", "plain": "Bonjour", "html": "<p>Bonjour</p>", "stop": ""})

pytestmark = pytest.mark.timeout(600)


@dataclass
class Watched:
    """A small Sésame, and who looks at it."""

    small: Small
    watcher: Watcher

    def look(self) -> None:
        """At the processes that run now."""
        self.watcher.watch([replica.metrics for replica in self.small.replicas.values()])

    async def stop(self, name: str) -> None:
        """One ends, and Prometheus goes on looking for it."""
        await self.small.end(name)

    async def start(self, name: str) -> None:
        await self.small.start(name)
        self.look()

    async def fetch(self, part: str, query: str, *arguments: object) -> list[asyncpg.Record]:
        """What its database says, to its owner."""
        connection = await asyncpg.connect(self.small.settings[part]["SESAME_DATABASE"])
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()


@pytest.fixture(scope="module")
def own() -> Iterator[Infra]:
    """A Kafka and a PostgreSQL that no other test comes to: they are frozen here."""
    with local() as infra:
        yield infra


@pytest_asyncio.fixture
async def watched(own: Infra, tmp_path: Path, mail_server: MailServer) -> AsyncIterator[Watched]:
    mails = {
        "SESAME_SMTP": f"127.0.0.1:{mail_server.port}",
        "SESAME_SMTP_SECURITY": "PLAINTEXT",
        "SESAME_PORTAL_URL": "https://sesame.example",
    }
    async with standing(own, **mails) as small, watching(tmp_path) as watcher:
        together = Watched(small, watcher)
        together.look()
        await watcher.until("NotReady", fires=False)
        await eventually(lambda: _is_seen(watcher), within=30)
        yield together
        assert await watcher.unhealthy() == []


async def _is_seen(watcher: Watcher) -> bool:
    return not await watcher.fires("ProcessMissing", service="gateway-web")


@pytest.mark.parametrize(("what", "file"), [("check", RULES), ("test", RULES.with_name("rules_test.yml"))])
def test_prometheus_s_own_tool_reads_the_rules_and_they_begin_and_end_when_they_should(what: str, file: Path):
    done = subprocess.run([binaries() / "promtool", what, "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


async def test_messages_parked(watched: Watched):
    small, watcher = watched.small, watched.watcher
    assert not await watcher.fires("MessagesParked")
    # What nobody handles: a newer portal asks an older identity.
    envelope = Envelope(uuid4(), "gateway", "identity.what-comes-later.v1", "text/contact", 1, now(), uuid4())
    async with Log(administrator(small)) as log:
        await log.send("identity.commands", b"text/contact", envelope.headers(), b"{}")
    await watcher.until("MessagesParked", service="identity")
    async with small.agent() as agent:
        waits = await publish(agent, 0, "Appelez-nous")
        assert "Le texte est publié" not in waits  # the key stands still
        listed = await small.operate("identity", "parked", "list")
        assert "text/contact" in listed and "what-comes-later" in listed
        first = listed.split()[0]
        shown = await small.operate("identity", "parked", "show", first)
        assert "nobody here handles" in shown
        await small.operate("identity", "parked", "discard", first)
        await small.operate("identity", "parked", "replay", "text/contact")
        await watcher.until("MessagesParked", fires=False)
        assert await small.operate("identity", "parked", "list") == ""

        async def is_read() -> bool:
            return "Appelez-nous" in text_of(await agent.get("/contact"))

        await eventually(is_read)


async def test_a_service_is_down_and_catches_up(watched: Watched):
    small, watcher = watched.small, watched.watcher
    await watched.stop("identity")
    await watcher.until("ProcessDown", within=30)
    watched.look()
    await watcher.until("ProcessMissing", service="identity", within=60)
    async with small.agent() as agent:
        said = await publish(agent, 0, "Pendant la panne")
        assert "Le texte est publié" not in said
        await watched.start("identity")
        await watcher.until("ProcessMissing", fires=False, service="identity")
        await watcher.until("ProcessDown", fires=False)

        async def is_read() -> bool:
            return "Pendant la panne" in text_of(await agent.get("/contact"))

        await eventually(is_read)


async def test_the_mail_server_is_away(watched: Watched, mail_server: MailServer):
    small, watcher = watched.small, watched.watcher
    await mail_server.close()
    # Half an hour ago, as the database tells it: nobody waits for that here.
    await watched.fetch(
        "worker",
        """
        INSERT INTO own.mails (id, key, kind, address, letter, put_at)
        VALUES (gen_random_uuid(), 'tried', 'survey', 'quelqu-un@example.fr', $1, now() - interval '45 minutes')
        """,
        LETTER,
    )
    await watcher.until("MailsWait")
    assert "survey : 1 en attente" in await small.operate("worker", "mails")
    await mail_server.open()

    async def arrived() -> bool:
        return bool(mail_server.mails)

    await eventually(arrived, within=60)
    await watcher.until("MailsWait", fires=False)
    assert "survey : 1 partis" in await small.operate("worker", "mails")


async def test_the_portal_is_restored(watched: Watched, tmp_path: Path):
    small, watcher = watched.small, watched.watcher
    async with small.agent() as agent:
        assert "Le texte est publié" in await publish(agent, 0, "Avant la sauvegarde")
        backup = await back_up(small.settings["worker"]["SESAME_DATABASE"], tmp_path / "backup")
        assert "Le texte est publié" in await publish(agent, 1, "Après la sauvegarde")
    for name in ("web", "worker"):
        await watched.stop(name)
    dsn = await small.infra.fresh_database("gateway")
    await put_back(small.infra.postgres.dsn(urlsplit(dsn).path[1:]), backup)
    small.settings["worker"]["SESAME_DATABASE"] = dsn
    small.settings["web"]["SESAME_DATABASE"] = as_role(dsn, "gateway_web")
    await watched.start("worker")
    await watcher.until("AlarmRestored", service="gateway")
    await watched.start("web")
    assert "restored" in small.replicas["worker"].process.said()
    async with small.agent() as agent:

        async def caught_up() -> bool:
            return "Après la sauvegarde" in text_of(await agent.get("/contact"))

        await eventually(caught_up)
        assert "Le texte est publié" in await publish(agent, 2, "Dans la nouvelle époque")
    await watcher.until("ReadingStopped", fires=False)


async def test_kafka_is_lost(watched: Watched):
    small, watcher = watched.small, watched.watcher
    (broker,) = (child for child in psutil.Process().children(recursive=True) if "kafka.Kafka" in child.cmdline())
    broker.suspend()
    try:
        async with small.agent() as agent:
            said = await publish(agent, 0, "Sans Kafka")
            assert "Le texte est publié" not in said and "enregistré" in said
            await watcher.until("OutboxWaits", service="gateway", within=120)
            await watcher.until("NotReady", service="identity", within=60)
            ready = await small.http.get(small.replicas["identity"].metrics.replace("/metrics", "/ready"), timeout=20)
            assert "Kafka does not answer" in ready.text
            broker.resume()
            await watcher.until("OutboxWaits", fires=False, within=120)
            await watcher.until("NotReady", fires=False, within=60)

            async def is_read() -> bool:
                return "Sans Kafka" in text_of(await agent.get("/contact"))

            await eventually(is_read)
    finally:
        broker.resume()
