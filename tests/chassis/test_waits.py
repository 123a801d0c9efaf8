"""What waits, again and again, ends when it is told to."""

import asyncio
import re
from pathlib import Path

import pytest

from chassis.waits import is_set

ROOT = Path(__file__).parents[2]


@pytest.mark.asyncio
@pytest.mark.parametrize("turns", range(6))
async def test_who_is_told_to_end_in_the_moment_in_which_the_awaited_comes_still_ends(turns: int) -> None:
    event = asyncio.Event()

    async def again_and_again() -> None:
        while True:
            event.clear()
            await is_set(event, 60)

    task = asyncio.create_task(again_and_again())
    for _ in range(5):
        await asyncio.sleep(0)
    event.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    ended, _ = await asyncio.wait({task}, timeout=1)
    assert ended, "it goes on for ever"


@pytest.mark.asyncio
async def test_a_wait_says_whether_it_was_in_vain() -> None:
    event = asyncio.Event()
    assert not await is_set(event, 0.01)
    event.set()
    assert await is_set(event, 0.01)


def test_nobody_waits_for_an_event_in_another_way() -> None:
    sources = [path for folder in ("chassis", "services", "gateway", "clock") for path in (ROOT / folder).rglob("src/**/*.py")]
    assert [path.name for path in sources if re.search(r"wait_for\([^)]*\.wait\(\)", path.read_text())] == []
