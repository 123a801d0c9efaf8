"""The portal's database is restored from a backup that was taken under load: its users go on, and every command has one end (ACT-1)."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from prometheus_client import REGISTRY

from actions.app import service as actions
from chassis.db import connect
from chassis.migrate import migrate
from chassis.settings import Settings
from contracts.actions import RegisterTrainee, TraineeRegistered
from contracts.answers import CommandAnswered
from contracts.awards import MOST_TRAINEES
from contracts.envelope import owner_of
from contracts.message import Command
from gateway.settings import SEARCH_PATH, GatewaySettings
from gateway.web import budget, commands
from gateway.web.commands import Commands, command_id
from gateway.web.hub import Hub
from gateway.web.session import Viewer, find_viewer, open_session
from gateway.worker.service import service as worker
from sesame_local.place import GUESTS
from sesame_local.postgres import BINARIES, ENVIRONMENT
from tests import guide
from tests.infra import Infra, as_role, role_password
from tests.log import Log, eventually
from tests.rules.actions.action_in_preparation import imported
from tests.running import running

CONTRACTS = ("2007QCA0001", "2007QCA0002")
SECRETARY = Viewer(uuid4(), "organisation", guide.SIRET, "scenes", "SCENES ET FORMATIONS", False)
AGENT = Viewer(uuid4(), "agent", None, "agent", "Claire BONNET", False)
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
pytestmark = pytest.mark.timeout(300)


@dataclass
class Portal:
    """The worker's settings, what the web process sends with, and all that its users have sent."""

    infra: Infra
    settings: GatewaySettings
    log: Log
    pool: asyncpg.Pool
    commands: Commands
    sent: list[tuple[str, UUID]] = field(default_factory=list)
    """The contract and the form of each command that was recorded."""

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


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits no longer than a moment, and a minute holds whatever is sent while programs of PostgreSQL run."""
    monkeypatch.setattr(commands, "PATIENCE", 0.2)
    monkeypatch.setattr(budget, "MOST", 1_000_000)


@asynccontextmanager
async def portal(infra: Infra) -> AsyncIterator[Portal]:
    """A portal without its worker, and the running service of actions."""
    prefix = infra.fresh_topics("gateway", "actions")

    async def made(name: str, **more: str) -> GatewaySettings:
        names = infra.environment(name, prefix, await infra.fresh_database(name)) | more
        return GatewaySettings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in names.items()})

    of_actions, settings = await made("actions", SESAME_SEARCH_PATH=""), await made("gateway")
    await migrate(actions, of_actions)
    await migrate(worker, settings)
    for_pages = as_role(settings.database, "gateway_web")
    admin = Settings.model_validate(settings.model_dump() | {"kafka_user": "admin", "kafka_password": infra.kafka.passwords["admin"]})
    hub = Hub(settings.model_copy(update={"database": for_pages}))
    async with (
        running(actions, of_actions),
        Log(admin) as log,
        asyncpg.create_pool(for_pages, min_size=0, max_size=4, server_settings={"search_path": SEARCH_PATH}) as pool,
    ):
        await hub.start()
        try:
            yield Portal(infra, settings, log, pool, Commands(pool, hub, prefix))
        finally:
            await hub.stop()


async def run(program: str, *arguments: str) -> None:
    """One of PostgreSQL's own programs. Fails with what it says."""
    command = [str(BINARIES / program), *arguments]
    done = await asyncio.to_thread(subprocess.run, command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


async def restore(infra: Infra, database: str, file: Path) -> None:
    """What an operator does: the database goes, and the backup comes in its place."""
    guests = {guest: role_password(guest) for guest in GUESTS["gateway"]}
    await infra.postgres.drop_database(database)
    await infra.postgres.create_database(database, "gateway", role_password("gateway"), guests=guests)
    await run("pg_restore", "--exit-on-error", "-d", infra.postgres.dsn(database), str(file))


def alarms(kind: str) -> float:
    return REGISTRY.get_sample_value("sesame_alarms_total", {"service": "gateway", "kind": kind}) or 0


async def test_act_1_users_of_a_restored_portal_go_on_and_every_command_has_one_end(infra: Infra, tmp_path: Path) -> None:
    before, over, backup = alarms("restored"), asyncio.Event(), tmp_path / "backup"
    async with portal(infra) as place:
        database = place.settings.database.rpartition("/")[2]
        async with running(worker, place.settings):
            await place.ask(
                AGENT, str(uuid4()), imported(*(guide.contract(number, headcount=MOST_TRAINEES) for number in CONTRACTS)), uuid4()
            )
            await eventually(lambda: place.pool.fetchval("SELECT count(*) = 2 FROM actions"))
            token = await open_session(place.pool, SECRETARY)
            working = [asyncio.create_task(place.work(key, over)) for key in CONTRACTS]
            await place.has_sent(10)
            await run("pg_dump", "-Fc", "-f", str(backup), infra.postgres.dsn(database))
            kept = len(place.sent)
            await place.has_sent(10)
            assert await find_viewer(place.pool, token)
        await restore(infra, database, backup)
        await place.has_sent(4)  # under the numbers of those that were forgotten
        for key, form_id in place.sent[kept + 4 : kept + 6]:
            await place.register(key, form_id)  # a form of the lost time, sent again
        async with running(worker, place.settings):
            await place.has_sent(10)
            over.set()
            await asyncio.gather(*working)
            for key, form_id in place.sent[kept + 6 : kept + 8]:
                await place.register(key, form_id)
            await every_command_has_one_end(place)
        assert await find_viewer(place.pool, token) is None, "sessions are over: some of them had ended"
        assert alarms("restored") == before + 1
        async with running(worker, place.settings):
            await eventually(lambda: has_compared_all(place))
        assert alarms("restored") == before + 1, "it is noticed once"


async def every_command_has_one_end(place: Portal) -> None:
    connection = await connect(place.settings)
    try:
        await eventually(lambda: connection.fetchval("SELECT count(*) = 0 FROM commands WHERE faults IS NULL"), 60)
        noted = {row["id"]: row["faults"] for row in await connection.fetch("SELECT id, faults FROM commands")}
        epochs = await connection.fetch("SELECT source FROM epochs ORDER BY number")
    finally:
        await connection.close()
    recorded = {command_id(SECRETARY, form_id) for _, form_id in place.sent}
    assert {noted.get(each) for each in recorded} == {"[]"}
    answers = await place.answers()
    assert {answers[each] for each in recorded} == {1}
    registered = [envelope for envelope, _ in await place.log.messages() if envelope.type == TraineeRegistered.TYPE]
    assert Counter(envelope.key for envelope in registered) == Counter(key for key, _ in place.sent)
    assert len(epochs) == 2
    sources = {envelope.source for envelope, _ in await place.log.messages("actions.commands")}
    assert sources == {row["source"] for row in epochs} and {owner_of(source) for source in sources} == {"gateway"}


async def has_compared_all(place: Portal) -> bool:
    connection = await connect(place.settings)
    try:
        rows = await connection.fetch('SELECT "offset" FROM compared WHERE topic = $1', place.settings.topic("actions.commands"))
    finally:
        await connection.close()
    return sum(row["offset"] + 1 for row in rows) == len(await place.log.records("actions.commands"))
