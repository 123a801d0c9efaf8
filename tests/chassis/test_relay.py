"""The relay: everything once committed, in the order of each key, nothing twice that a reader could not tell."""

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest

from chassis import outbox, relay
from chassis.db import connect
from chassis.ids import uuid7
from chassis.outbox import doubt, insert
from chassis.relay import Floor, Relay
from chassis.settings import Settings
from contracts.envelope import Envelope
from tests.chassis.conftest import Install, SampleInstallation
from tests.chassis.sample import SERVICE, Asked
from tests.log import eventually

KEYS = ("hot", "warm", "cold")


async def write(installation: SampleInstallation, messages: int, seed: int) -> None:
    """One writer: a transaction a message, its key locked first, of a length that chance decides."""
    chance = random.Random(seed)
    connection = await connect(installation.settings)
    try:
        for _ in range(messages):
            key = chance.choice(KEYS)
            async with connection.transaction():
                version = await connection.fetchval("UPDATE aggregates SET version = version + 1 WHERE key = $1 RETURNING version", key)
                await say(installation, connection, key, version)
                await asyncio.sleep(chance.random() / 100)
    finally:
        await connection.close()


async def say(installation: SampleInstallation, connection: asyncpg.Connection, key: str, version: int) -> None:
    made = uuid7()
    envelope = Envelope(made, "billing", Asked.TYPE, key, version, datetime.now(UTC), made)
    await insert(connection, installation.settings.topic("events"), envelope, b"{}")


async def sent(installation: SampleInstallation) -> dict[str, list[int]]:
    versions = defaultdict(list)
    for envelope, _ in await installation.log.messages():
        versions[envelope.key].append(envelope.version)
    return dict(versions)


async def empty(installation: SampleInstallation) -> bool:
    return not await installation.fetch("SELECT 1 FROM outbox LIMIT 1")


async def relayed(installation: SampleInstallation, writers: int, messages: int) -> tuple[dict[str, list[int]], dict[str, int]]:
    """What reached the log, and what was written, after so many writers and one relay."""
    await installation.fetch("INSERT INTO aggregates (key) SELECT unnest($1::text[])", list(KEYS))
    running = asyncio.create_task(Relay(installation.settings, SERVICE).run())
    try:
        await asyncio.gather(*(write(installation, messages, seed) for seed in range(writers)))
        await eventually(lambda: empty(installation), 5)
    except TimeoutError:
        pass  # a relay that loses rows leaves them
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return await sent(installation), {row["key"]: row["version"] for row in await installation.fetch("SELECT key, version FROM aggregates")}


async def test_the_relay_goes_on_when_its_connection_was_killed_in_the_middle_of_something(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting, broken = outbox.waiting, False

    async def killed_once(connection: asyncpg.Connection, above: int, most: int) -> tuple[list[asyncpg.Record], int]:
        nonlocal broken
        if not broken:
            broken = True
            raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress")
        return await waiting(connection, above, most)

    monkeypatch.setattr(outbox, "waiting", killed_once)
    found, written = await relayed(await install(), writers=1, messages=3)
    assert broken and {key: versions[-1] for key, versions in found.items()} == {key: count for key, count in written.items() if count}


async def test_many_writers_lose_nothing_and_keep_each_keys_order(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "BATCH", 7)
    reached, written = await relayed(await install(), writers=12, messages=40)
    assert reached == {key: list(range(1, version + 1)) for key, version in written.items()}


async def test_a_relay_that_remembers_the_last_seq_loses_rows(install: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a floor that moves at once."""

    def at_once(floor: Floor, highest: int, _horizon: int) -> None:
        floor.seq = floor.candidate = max(floor.seq, highest)

    monkeypatch.setattr(Floor, "aim", at_once)
    reached, written = await relayed(await install(), writers=12, messages=40)
    assert sum(map(len, reached.values())) < sum(written.values())


async def test_two_relays_take_turns(install: Install) -> None:
    installation = await install()
    first, second = Relay(installation.settings, SERVICE), Relay(installation.settings, SERVICE)
    first_task, second_task = asyncio.create_task(first.run()), asyncio.create_task(second.run())
    await asyncio.sleep(2)
    assert first.leading != second.leading
    leader, heir = (first_task, second) if first.leading else (second_task, first)
    leader.cancel()
    await asyncio.gather(leader, return_exceptions=True)
    await asyncio.sleep(2)
    assert heir.leading
    first_task.cancel()
    second_task.cancel()
    await asyncio.gather(first_task, second_task, return_exceptions=True)


async def test_whoever_sends_looks_first_and_again_when_somebody_doubts(install: Install) -> None:
    installation, looked = await install(), asyncio.Event()

    async def look(_connection: asyncpg.Connection, _settings: Settings) -> None:
        looked.set()

    running = asyncio.create_task(Relay(installation.settings, replace(SERVICE, before_sending=look)).run())
    connection = await connect(installation.settings)
    for _ in range(2):
        await asyncio.wait_for(looked.wait(), 10)
        looked.clear()
        await asyncio.sleep(0.3)
        assert not looked.is_set()
        await doubt(connection)
    await asyncio.wait_for(looked.wait(), 10)
    await connection.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_the_floor_rises_only_when_everybody_who_was_at_work_has_ended() -> None:
    floor = Floor()
    floor.aim(10, horizon=105)
    floor.read(xmin=104, all_read=True)
    assert floor.seq == 0, "transaction 104 may hold a number up to 10"
    floor.read(xmin=105, all_read=False)
    assert floor.seq == 0, "more rows were there than one batch takes: one of them may be below"
    floor.read(xmin=106, all_read=True)
    assert floor.seq == 10 and floor.may_rise


async def test_what_was_said_before_the_last_that_was_sent_and_committed_after_it_is_sent(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who commits first began first: to its snapshot, who is still at work has not begun yet."""
    monkeypatch.setattr(relay, "IDLE", 0.05)
    installation = await install()
    relaying = asyncio.create_task(Relay(installation.settings, SERVICE).run())
    hasty, slow = await connect(installation.settings), await connect(installation.settings)
    try:
        first, last = hasty.transaction(), slow.transaction()
        for transaction, connection in ((first, hasty), (last, slow)):
            await transaction.start()
            await connection.execute("SELECT pg_current_xact_id()")
        await say(installation, slow, "warm", 1)
        await say(installation, hasty, "hot", 1)
        await first.commit()
        await eventually(lambda: empty(installation), 5)
        await asyncio.sleep(1)
        await last.commit()
        await eventually(lambda: empty(installation), 5)
        assert await sent(installation) == {"hot": [1], "warm": [1]}
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, hasty.close(), slow.close(), return_exceptions=True)


async def test_two_writers_of_one_version_are_stopped_by_the_database(install: Install) -> None:
    installation = await install()
    row = "INSERT INTO outbox (topic, key, version, headers, body) VALUES ('t', 'k', 1, '{}', '')"
    await installation.fetch(row)
    with pytest.raises(asyncpg.UniqueViolationError):
        await installation.fetch(row)
