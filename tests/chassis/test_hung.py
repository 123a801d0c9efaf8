"""Connections that hang without a word: the database, Kafka, a process that stands still with locks in its hands."""

import asyncio
from collections.abc import Iterator

import pytest

from chassis import db, health, kafka, relay
from chassis.lifetime import Lifetime
from chassis.process import Process
from chassis.reading import consumer
from tests.chassis.conftest import Install, SampleInstallation
from tests.chassis.sample import SERVICE, Add
from tests.chassis.test_process import get
from tests.faults.black_hole import Path, path_to_kafka, path_to_postgres
from tests.infra import Infra
from tests.log import eventually
from tests.running import running

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """All patience is a fifth or less, and still enough for a busy machine."""
    monkeypatch.setattr(db, "CONNECT", 2.0)
    monkeypatch.setattr(db, "IDLE", 2.0)
    monkeypatch.setattr(db, "LOCKED", 1.0)
    monkeypatch.setattr(health, "PATIENCE", 1.0)
    monkeypatch.setattr(consumer, "HUNG", 2)
    monkeypatch.setattr(consumer, "LOOK", 1.0)
    monkeypatch.setattr(relay, "STATEMENT", 1.0)
    monkeypatch.setattr(relay, "FROZEN", 3_000)
    monkeypatch.setattr(kafka, "REQUEST", 3_000)


@pytest.fixture
def to_postgres(infra: Infra) -> Iterator[Path]:
    with path_to_postgres(infra.postgres.dsn()) as path:
        yield path


@pytest.fixture
def to_kafka(infra: Infra) -> Iterator[Path]:
    with path_to_kafka(infra.kafka.bootstrap) as path:
        yield path


async def says(port: int, path: str, status: int, words: str = "") -> bool:
    code, text = await get(port, path)
    return code == status and words in text


async def add(installation: SampleInstallation) -> None:
    """A command, and its answer."""
    assert (await installation.log.answer(await installation.log.command("billing", "a", Add(amount=1)), within=40)).faults == ()


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("failed_over", [False, True])
async def test_a_database_that_says_nothing_is_waited_for_and_found_again(
    installation: SampleInstallation, to_postgres: Path, failed_over: bool
) -> None:
    settings = installation.settings.model_copy(update={"database": to_postgres.through(installation.settings.database)})
    async with running(SERVICE, settings) as process:
        await add(installation)
        to_postgres.cut()
        command = await installation.log.command("billing", "a", Add(amount=1))
        await eventually(lambda: says(process.port, "/ready", 503, "the database does not answer"))
        assert await says(process.port, "/live", 200)
        to_postgres.heal(failed_over=failed_over)
        await installation.log.answer(command, within=40)
        await eventually(lambda: says(process.port, "/ready", 200))


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("failed_over", [False, True])
async def test_a_kafka_that_says_nothing_is_waited_for_and_found_again(
    installation: SampleInstallation, to_kafka: Path, failed_over: bool
) -> None:
    async with running(SERVICE, installation.settings.model_copy(update={"kafka": to_kafka.address})) as process:
        await add(installation)
        to_kafka.cut()
        command = await installation.log.command("billing", "a", Add(amount=1))
        await eventually(lambda: says(process.port, "/ready", 503, "Kafka does not answer"))
        assert await says(process.port, "/live", 200)
        to_kafka.heal(failed_over=failed_over)
        await installation.log.answer(command, within=40)
        await eventually(lambda: says(process.port, "/ready", 200))


@pytest.mark.usefixtures("hurried")
async def test_who_starts_while_kafka_is_away_is_alive_and_goes_on_when_it_is_back(
    installation: SampleInstallation, to_kafka: Path
) -> None:
    settings = installation.settings.model_copy(update={"kafka": to_kafka.address})
    to_kafka.cut()
    async with Lifetime() as lifetime:
        process = Process(SERVICE, settings, lifetime)
        run = asyncio.create_task(process.run())
        await asyncio.sleep(4)  # longer than a try takes
        assert await says(process.port, "/live", 200)
        assert await says(process.port, "/ready", 503, "starting")
        to_kafka.heal()
        await eventually(lambda: says(process.port, "/ready", 200))
        lifetime.stop()
        await run


@pytest.mark.usefixtures("hurried")
async def test_who_is_frozen_in_a_transaction_holds_nobody_up_for_long(installation: SampleInstallation) -> None:
    async with running(SERVICE, installation.settings):
        await add(installation)
        frozen = await db.connect(installation.settings)
        await frozen.execute("BEGIN; SELECT * FROM aggregates FOR UPDATE")
        await add(installation)
        frozen.terminate()


async def test_what_has_expired_unread_is_not_waited_for(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "STALLED", 2)
    installation = await install()
    await installation.log.command("billing", "a", Add(amount=1))
    (record,) = await installation.log.records("billing.commands")
    await installation.log.delete_before(record.topic, record.partition, 1)
    async with running(SERVICE, installation.settings):
        await asyncio.sleep(4)  # what is stuck ends within it
        await add(installation)
