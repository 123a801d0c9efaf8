"""Who waits for what is away, and when it ends."""

import asyncio

import pytest
from aiokafka.errors import KafkaConnectionError, SaslAuthenticationFailed

from chassis import process
from chassis.lifetime import Lifetime
from chassis.process import patiently
from chassis.trouble import Trouble
from tests.chassis.conftest import settings_of
from tests.chassis.sample import SERVICE
from tests.chassis.test_process import get
from tests.log import eventually


async def test_who_is_away_is_waited_for_with_growing_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def rest(seconds: float) -> None:
        pauses.append(seconds)

    async def attempt() -> str:
        if len(pauses) < 400:
            raise ConnectionRefusedError if len(pauses) % 2 else KafkaConnectionError
        return "there"

    monkeypatch.setattr(process.asyncio, "sleep", rest)
    assert await patiently(attempt, "Kafka") == "there"
    assert pauses[:6] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0]
    assert max(pauses) == 5.0


async def test_a_wrong_password_is_not_waited_for() -> None:
    async def attempt() -> None:
        raise SaslAuthenticationFailed

    with pytest.raises(Trouble, match="refuses the user or its password"):
        await patiently(attempt, "Kafka")


async def test_what_waits_is_cut_short_when_the_process_is_told_to_stop() -> None:
    cut = asyncio.Event()

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cut.set()

    async with Lifetime() as lifetime:
        asyncio.get_running_loop().call_later(0.01, lifetime.stop)
        assert not await lifetime.outlasts(for_ever())
    assert cut.is_set()
    assert not lifetime.has_failed


async def test_what_fails_meanwhile_is_raised() -> None:
    async with Lifetime() as lifetime:
        asyncio.get_running_loop().call_later(0.01, lifetime.fail, Trouble("The port is taken."))
        with pytest.raises(Trouble, match="port is taken"):
            await lifetime.outlasts(asyncio.sleep(60))
        assert lifetime.has_failed


async def test_what_comes_to_its_end_is_outlasted() -> None:
    async with Lifetime() as lifetime:
        assert await lifetime.outlasts(asyncio.sleep(0))


async def test_a_process_that_waits_is_alive_says_that_it_is_not_ready_and_stops_when_told_to() -> None:
    settings = settings_of({"SESAME_KAFKA": "127.0.0.1:1", "SESAME_DATABASE": "postgresql://a:b@127.0.0.1:1/c"})
    async with Lifetime() as lifetime:
        waiting = process.Process(SERVICE, settings, lifetime)
        run = asyncio.create_task(waiting.run())
        await eventually(lambda: asyncio.sleep(0, waiting.port))
        assert await get(waiting.port, "/live") == (200, "")
        assert await get(waiting.port, "/ready") == (503, "starting\nthe database does not answer")
        lifetime.stop()
        await run
