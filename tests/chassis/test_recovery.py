"""A database restored from a backup that was taken under load comes back to what the log holds, or the process says why it cannot."""

import asyncio
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.calendar import DayStarted
from contracts.envelope import Position
from tests.backups import back_up, restored, without_recovery
from tests.chassis.conftest import Install, SampleInstallation
from tests.chassis.sample import ALOUD, Add, Ask, Granted, Poke, Poked, Share, Write
from tests.infra import Infra
from tests.log import eventually
from tests.running import running

KEYS = [f"purse-{number}" for number in range(6)]
MESSAGES = 120
TABLES = ("aggregates", "pokes", "seen")


async def say(installation: SampleInstallation, chance: random.Random) -> Position:
    """One of all that the sample service handles, with or without a word."""
    log, key = installation.log, chance.choice(KEYS)
    match chance.choice(["add", "share", "ask", "write", "poke", "granted", "poked", "poked", "drop", "day"]):
        case "day":
            days = len(await log.records("calendar"))
            return await log.day(DayStarted(day=date(2008, 2, 1) + timedelta(days=days)))
        case "granted":
            return await log.publish("events", log.envelope("surveys", key, Granted), Granted())
        case "poked":
            return await log.publish("events", log.envelope("surveys", key, Poked), Poked())
        case "drop":
            return await log.send("region.decisions", key.encode(), [], b'{"coins": %d}' % chance.randint(-9, 5))
        case kind:
            command = {
                "add": Add(amount=chance.randint(-9, 9)),
                "share": Share(to=tuple(chance.sample(KEYS, 2)), amount=1),
                "ask": Ask(),
                "write": Write(),
                "poke": Poke(refused=chance.random() < 0.5),
            }[kind]
            return await log.publish("billing.commands", log.envelope("gateway", key, type(command)), command)


async def play(installation: SampleInstallation, seed: int, backup: Path) -> None:
    """Many messages at once, a backup in the middle of them, until all is handled and said."""
    chance = random.Random(seed)
    backing_up = None
    async with running(ALOUD, installation.settings):
        for command in [await installation.log.command("billing", key, Add(amount=5)) for key in KEYS]:
            await installation.log.answer(command)
        for number in range(MESSAGES):
            last = await say(installation, chance)
            if number == MESSAGES // 3:
                backing_up = asyncio.create_task(back_up(installation.settings.database, backup))
            if number % 10 == 0:
                await asyncio.sleep(chance.random() / 50)
        assert backing_up
        await backing_up
        await settled(installation, last)


async def settled(installation: SampleInstallation, *places: Position) -> None:
    async def is_so() -> bool:
        ends = {}
        for topic in ("events", "billing.commands", "region.decisions", "calendar"):
            for record in await installation.log.records(topic):
                ends[record.topic, record.partition] = record.offset
        rows = await installation.fetch('SELECT topic, partition, "offset" FROM positions')
        reached = {(row["topic"], row["partition"]): row["offset"] for row in rows}
        return all(reached.get(place, -1) >= end for place, end in ends.items()) and not await installation.fetch("SELECT FROM outbox")

    await eventually(is_so, 60)


async def tables(installation: SampleInstallation) -> dict[str, list[str]]:
    return {table: sorted(str(dict(row)) for row in await installation.fetch(f"SELECT * FROM {table}")) for table in TABLES}


async def said(installation: SampleInstallation) -> set[tuple[Any, ...]]:
    """All that the service said; what waited in the outbox of the backup comes twice."""
    own = [(envelope, body) for envelope, body in await installation.log.messages() if envelope.source == "billing"]
    return {(envelope.key, envelope.version, envelope.id, body) for envelope, body in own}


def on(installation: SampleInstallation, dsn: str) -> SampleInstallation:
    return replace(installation, settings=installation.settings.model_copy(update={"database": dsn}))


@pytest.mark.parametrize("seed", range(3))
async def test_a_restored_database_ends_as_its_twin_that_never_was(infra: Infra, install: Install, tmp_path: Path, seed: int) -> None:
    twin = await install()
    await play(twin, seed, backup := tmp_path / "backup")
    before = await said(twin)
    brought_back = on(twin, await restored(infra, "billing", backup))
    assert (await tables(brought_back))["aggregates"] != (await tables(twin))["aggregates"]
    async with running(ALOUD, brought_back.settings):
        await settled(brought_back)
        assert await tables(brought_back) == await tables(twin)
        assert await said(twin) == before
        assert (await twin.log.answer(await twin.log.command("billing", KEYS[0], Add(amount=100)))).faults == ()


async def test_without_the_mend_a_restored_database_goes_its_own_way(
    infra: Infra, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_recovery(monkeypatch)
    twin = await install()
    await play(twin, 0, backup := tmp_path / "backup")
    diverging = on(twin, await restored(infra, "billing", backup))
    async with running(ALOUD, diverging.settings):
        await settled(diverging)
    assert await tables(diverging) != await tables(twin)
