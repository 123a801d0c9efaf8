"""The clock on the real Kafka."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis.kafka import client_options
from clock.calendar import ClockSettings, catch_up
from clock.days import day_of
from contracts.calendar import DayStarted
from contracts.envelope import Envelope
from sesame_local import timeshift
from tests.forks import Forked, python_m
from tests.infra import Infra, free_port


@pytest.fixture
def settings(infra: Infra) -> ClockSettings:
    prefix = infra.fresh_topics("clock")
    return ClockSettings(
        kafka=infra.kafka.bootstrap,
        kafka_user="clock",
        kafka_password=infra.kafka.passwords["clock"],
        kafka_security="SASL_PLAINTEXT",
        topic_prefix=prefix,
    )


async def published(settings: ClockSettings) -> list[tuple[date, int]]:
    """Every day on the topic with its version, in order."""
    place = TopicPartition(settings.topic("calendar"), 0)
    consumer = AIOKafkaConsumer(**client_options(settings))
    await consumer.start()
    try:
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        consumer.seek(place, 0)
        days = []
        while len(days) < end:
            record = await consumer.getone(place)
            days.append((DayStarted.parse(record.value).day, Envelope.read(record.key, record.headers).version))
        return days
    finally:
        await consumer.stop()


async def test_t_2_days_missed_while_the_clock_was_away_are_published_at_its_start(settings: ClockSettings) -> None:
    assert (await catch_up(settings, date(2027, 2, 26))).offset == 0
    last = await catch_up(settings, date(2027, 3, 1))
    assert (last.day, last.offset) == (date(2027, 3, 1), 3)
    assert await catch_up(settings, date(2027, 3, 1)) == last
    days = [date(2027, 2, 26) + timedelta(days=number) for number in range(4)]
    assert await published(settings) == [(day, day.toordinal()) for day in days]


@asynccontextmanager
async def running(settings: ClockSettings, infra: Infra, shift: Path) -> AsyncIterator[tuple[Forked, str]]:
    port = free_port()
    environment = {"SESAME_TIME_SHIFT": str(shift), "SESAME_HEALTH_PORT": str(port)}
    environment |= infra.environment("clock", settings.topic_prefix) | {"SESAME_KAFKA_PASSWORD": settings.kafka_password.get_secret_value()}
    process = Forked(python_m, "clock", environment=environment)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.is_running:
            await process.stop()


async def ready(address: str) -> None:
    async with asyncio.timeout(20), httpx2.AsyncClient() as client:
        while True:
            try:
                if (await client.get(f"{address}/ready")).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.1)


async def test_t_2_a_running_clock_publishes_the_next_day_when_midnight_comes(
    settings: ClockSettings, infra: Infra, tmp_path: Path
) -> None:
    shift = tmp_path / "shift"
    timeshift.write(shift, datetime(2027, 1, 14, 22, 59, 57, tzinfo=UTC))  # three seconds before midnight in Paris
    async with running(settings, infra, shift) as (_, address):
        await ready(address)
        assert [day for day, _ in await published(settings)] == [date(2027, 1, 14)]
        async with asyncio.timeout(20):
            while len(await published(settings)) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        async with httpx2.AsyncClient() as client:
            assert (await client.get(f"{address}/live")).status_code == 200
            assert "sesame_clock_last_day" in (await client.get(f"{address}/metrics")).text
    assert [day for day, _ in await published(settings)] == [date(2027, 1, 14), date(2027, 1, 15)]


async def test_without_a_shift_the_clock_publishes_today(settings: ClockSettings, infra: Infra, tmp_path: Path) -> None:
    before = day_of(datetime.now(UTC))
    async with running(settings, infra, tmp_path / "none") as (_, address):
        await ready(address)
    assert (await published(settings))[0][0] in (before, day_of(datetime.now(UTC)))


async def test_a_wrong_password_ends_the_clock_with_one_sentence(settings: ClockSettings, infra: Infra, tmp_path: Path) -> None:
    wrong = settings.model_copy(update={"kafka_password": type(settings.kafka_password)("guessed")})
    async with running(wrong, infra, tmp_path / "none") as (process, _):
        code, output = await process.ended(20)
    assert code == 1
    assert "SESAME_KAFKA_PASSWORD" in output
    assert "Traceback" not in output
