"""A day: once for each key that wants it, whatever crashes; and the calendar's position moves last (T-2)."""

import json
from dataclasses import replace
from datetime import date, timedelta

import asyncpg
import pytest

from chassis.service import Ticks
from clock.days import midnight
from contracts.calendar import CALENDAR, DayStarted
from tests.chassis.conftest import Install, SampleInstallation
from tests.chassis.sample import SERVICE, Add, aged
from tests.log import eventually
from tests.running import Process, running

FIRST = date(2008, 2, 1)


async def fill(installation: SampleInstallation, count: int) -> None:
    """So many purses, in the database as after a history."""
    await installation.fetch(
        "INSERT INTO aggregates (key, version, state) SELECT 'k' || n, 0, $2 FROM generate_series(1, $1) AS n",
        count,
        json.dumps({"total": 0, "days": 0, "pokes": 0, "notes": 0, "asked": None}),
    )


async def days(installation: SampleInstallation) -> dict[int, int]:
    """How many purses have seen how many days."""
    rows = await installation.fetch(
        "SELECT (state->>'days')::int AS days, count(*) AS count FROM aggregates WHERE state IS NOT NULL GROUP BY 1"
    )
    return {row["days"]: row["count"] for row in rows}


async def until(installation: SampleInstallation, day: date) -> None:
    await eventually(lambda: installation.fetch("SELECT 1 FROM ticked WHERE at >= $1", midnight(day)))


async def test_each_key_sees_each_day_once_though_days_come_twice_and_late(install: Install) -> None:
    installation = await install()
    await fill(installation, 450)
    async with running(SERVICE, installation.settings):
        for number in (0, 1, 1, 0, 2):
            await installation.log.day(DayStarted(day=FIRST + timedelta(days=number)))
        await until(installation, FIRST + timedelta(days=2))
    assert await days(installation) == {3: 450}


async def test_a_crash_between_chunks_skips_nobody_and_repeats_nobody(install: Install) -> None:
    installation = await install()
    await fill(installation, 450)
    await installation.log.day(DayStarted(day=FIRST))
    process = Process("tests.chassis.sample:SERVICE", installation.environment, "committed", times=3)  # a look for gaps, two chunks
    assert (await process.ended())[0] == -9
    assert await days(installation) == {1: 400, 0: 50}
    assert await installation.fetch("SELECT 1 FROM ticked") == []
    async with running(SERVICE, installation.settings):
        await until(installation, FIRST)
    assert await days(installation) == {1: 450}


async def test_a_key_whose_day_fails_is_parked_and_the_others_have_theirs(install: Install) -> None:
    installation = await install()
    async with running(SERVICE, installation.settings):
        for key, amount in (("good", 1), ("bad", 13)):
            await installation.log.answer(await installation.log.command("billing", key, Add(amount=amount)))
        for number in range(2):
            await installation.log.day(DayStarted(day=FIRST + timedelta(days=number)))
        await until(installation, FIRST + timedelta(days=1))
    assert await days(installation) == {2: 1, 0: 1}
    assert await installation.parked("bad") == [DayStarted.TYPE] * 2
    assert await installation.parked("good") == []


async def test_garbage_on_the_calendar_is_parked_alone(install: Install) -> None:
    installation = await install()
    async with running(SERVICE, installation.settings):
        await installation.log.send("calendar", b"day", [], b"garbage")
        await installation.log.day(DayStarted(day=FIRST))
        await until(installation, FIRST)
    assert [row["keys"] for row in await installation.fetch("SELECT keys FROM parked")] == [[]]


async def test_a_day_whose_keys_could_not_be_found_is_parked_whole_and_replayed_whole(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(connection: asyncpg.Connection, event: DayStarted) -> list[str]:
        raise ZeroDivisionError

    installation = await install()
    await fill(installation, 3)
    async with running(replace(SERVICE, subscriptions=(Ticks(CALENDAR, DayStarted, keys=broken, handle=aged),)), installation.settings):
        await installation.log.day(DayStarted(day=FIRST))
        (row,) = await eventually(lambda: installation.fetch("SELECT id, keys FROM parked"))
    assert row["keys"] == []
    await installation.operate(monkeypatch, "replay", "--id", str(row["id"]))
    assert await days(installation) == {1: 3}
    assert await installation.fetch("SELECT 1 FROM ticked WHERE at = $1", midnight(FIRST))
