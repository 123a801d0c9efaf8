"""The portal without its processes, and a secretary who sends one form after the other."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import asyncpg
import pytest

from actions.app import service as actions
from chassis.db import connect
from chassis.migrate import migrate
from chassis.settings import Settings
from contracts.actions import RegisterTrainee, TraineeRegistered
from contracts.answers import CommandAnswered
from contracts.message import Command
from gateway.settings import SEARCH_PATH, GatewaySettings
from gateway.web import budget, commands
from gateway.web.commands import Commands, command_id
from gateway.web.hub import Hub
from gateway.web.session import Viewer
from gateway.worker.service import service as worker
from tests import guide
from tests.infra import Infra, as_role
from tests.log import Log, eventually

SECRETARY = Viewer(uuid4(), "organisation", guide.SIRET, "scenes", "SCENES ET FORMATIONS", False)
AGENT = Viewer(uuid4(), "agent", None, "agent", "Claire BONNET", False)
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@dataclass
class Portal:
    """What the worker and the service of actions are told, what the web process sends with, and all that its users have sent."""

    infra: Infra
    settings: GatewaySettings
    of_actions: Settings
    log: Log
    pool: asyncpg.Pool = field(init=False)
    commands: Commands = field(init=False)
    sent: list[tuple[str, UUID]] = field(default_factory=list)
    """The contract and the form of each command that was recorded."""
    _hub: Hub = field(init=False)

    async def ask(self, viewer: Viewer, key: str, command: Command, form_id: UUID) -> None:
        """Sends a form, again and again while the portal says that it cannot be reached, as its user does."""
        while True:
            try:
                await self.commands.send(viewer, key, command, form_id=form_id, path="/")
                return
            except AWAY:
                await asyncio.sleep(0.05)

    async def register(self, key: str, form_id: UUID) -> None:
        """One more trainee."""
        await self.ask(SECRETARY, key, RegisterTrainee(sheet=guide.sheet(), namesake=True), form_id)

    async def work(self, key: str, until: asyncio.Event) -> None:
        """A secretary who registers one trainee after the other."""
        while not until.is_set():
            form_id = uuid4()
            await self.register(key, form_id)
            self.sent.append((key, form_id))
            await asyncio.sleep(0.2)  # the lists are not full before it is over, on a busy machine either

    async def has_sent(self, count: int) -> None:
        """Until so many more were recorded."""
        wanted = len(self.sent) + count

        async def reached() -> bool:
            return len(self.sent) >= wanted

        await eventually(reached, 60)

    async def answers(self) -> Counter[UUID]:
        """How often each command was answered: a relay that crashed may send an answer twice."""
        said = [(envelope, body) for envelope, body in await self.log.messages() if envelope.type == CommandAnswered.TYPE]
        of = {(envelope.key, envelope.version): body for envelope, body in said}
        return Counter(CommandAnswered.parse(body).command_id for body in of.values())

    async def every_command_has_one_end(self) -> None:
        """Each that was recorded is noted as done, was answered once, and did once what it asked."""
        connection = await connect(self.settings)
        try:
            await eventually(lambda: connection.fetchval("SELECT count(*) = 0 FROM commands WHERE faults IS NULL"), 60)
            noted = {row["id"]: row["faults"] for row in await connection.fetch("SELECT id, faults FROM commands")}
        finally:
            await connection.close()
        recorded = {command_id(SECRETARY, form_id) for _, form_id in self.sent}
        assert {noted.get(each) for each in recorded} == {"[]"}
        answers = await self.answers()
        assert {answers[each] for each in recorded} == {1}
        said = [envelope for envelope, _ in await self.log.messages() if envelope.type == TraineeRegistered.TYPE]
        registered = {(envelope.key, envelope.version) for envelope in said}
        assert Counter(key for key, _ in registered) == Counter(key for key, _ in self.sent)

    async def open_pages(self) -> None:
        """What a web process has of the database: its pool, and a connection that hears of answers."""
        for_pages = as_role(self.settings.database, "gateway_web")
        self.pool = await asyncpg.create_pool(for_pages, min_size=0, max_size=4, server_settings={"search_path": SEARCH_PATH})
        self._hub = Hub(self.settings.model_copy(update={"database": for_pages}))
        await self._hub.start()
        self.commands = Commands(self.pool, self._hub, self.settings.topic_prefix)

    async def close_pages(self) -> None:
        """The web process is stopped."""
        await self._hub.stop()
        await self.pool.close()


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits no longer than a moment, and a minute holds whatever is sent while programs of PostgreSQL run."""
    monkeypatch.setattr(commands, "PATIENCE", 0.2)
    monkeypatch.setattr(budget, "MOST", 1_000_000)


@asynccontextmanager
async def portal(infra: Infra, *principals: str) -> AsyncIterator[Portal]:
    """A portal without its worker, and what the service of actions is told, on topics of their own and of these other principals."""
    prefix = infra.fresh_topics("gateway", "actions", *principals)

    async def made(name: str, **more: str) -> GatewaySettings:
        names = infra.environment(name, prefix, await infra.fresh_database(name)) | more
        return GatewaySettings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in names.items()})

    of_actions, settings = await made("actions", SESAME_SEARCH_PATH=""), await made("gateway")
    await migrate(actions, of_actions)
    await migrate(worker, settings)
    admin = Settings.model_validate(settings.model_dump() | {"kafka_user": "admin", "kafka_password": infra.kafka.passwords["admin"]})
    async with Log(admin) as log:
        place = Portal(infra, settings, of_actions, log)
        await place.open_pages()
        try:
            yield place
        finally:
            await place.close_pages()
