"""The portal's database is restored from a backup that was taken under load: its users go on, and every command has one end (ACT-1)."""

import asyncio
import subprocess
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from actions.app import service as actions
from chassis.db import connect
from contracts.awards import MOST_TRAINEES
from contracts.envelope import owner_of
from gateway.web.session import find_viewer, open_session
from gateway.worker.service import service as worker
from sesame_local.place import GUESTS
from sesame_local.postgres import BINARIES, ENVIRONMENT
from tests import guide
from tests.faults.portal import AGENT, SECRETARY, Portal, hurry, portal
from tests.infra import Infra, role_password
from tests.log import eventually
from tests.rules.actions.action_in_preparation import imported
from tests.running import running

CONTRACTS = ("2007QCA0001", "2007QCA0002")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


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
    async with portal(infra) as place, running(actions, place.of_actions):
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
            await place.every_command_has_one_end()
            await two_epochs(place)
        assert await find_viewer(place.pool, token) is None, "sessions are over: some of them had ended"
        assert alarms("restored") == before + 1
        async with running(worker, place.settings):
            await eventually(lambda: has_compared_all(place))
        assert alarms("restored") == before + 1, "it is noticed once"


async def two_epochs(place: Portal) -> None:
    connection = await connect(place.settings)
    try:
        epochs = await connection.fetch("SELECT source FROM epochs ORDER BY number")
    finally:
        await connection.close()
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
