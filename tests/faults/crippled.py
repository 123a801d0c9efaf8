"""A process of ours without one of the things that make it safe: the controls, which must fail. `python -m tests.faults.crippled billing
--without seen`.

Each is what somebody might have written in its place. Nothing of this can be reached from a process that is installed.
"""

import argparse
import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any

import asyncpg

from chassis import outbox, process
from chassis.db import Connection
from chassis.engine.batch import Batch, Engine
from chassis.engine.incoming import Incoming
from chassis.engine.transaction import Outcome, Transaction
from chassis.reading.after import After
from contracts.declarations import TraineeExited
from tests.forks import python_m
from tests.running import STEPS, Step, die_at

DIES_AT = 5
"""The batch after which a kill comes at the worst moment."""
SLOW = 0.3
"""Seconds that a commit may take, on a disk that has other things to do."""
LATE = 60.0
"""Seconds for which one topic is not read, at most."""


def without_seen() -> None:
    """What a producer sends again is handled again."""

    async def everything(_transaction: Transaction, messages: Sequence[Incoming]) -> list[Incoming]:
        return list(messages)

    Transaction._without_repeats = everything  # type: ignore[method-assign]


def with_the_position_first() -> None:
    """The position is written, then the work is done: as whoever acknowledges first. Between the two a kill comes now and then."""
    transact, left = Engine._transact, DIES_AT

    async def position_first(engine: Engine, connection: Connection, batch: Batch) -> Outcome:
        nonlocal left
        await transact(engine, connection, Batch([], batch.ranges))
        left -= bool(batch.messages)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return await transact(engine, connection, Batch(batch.messages, {}))

    Engine._transact = position_first  # type: ignore[method-assign]


def with_a_relay_above_the_last() -> None:
    """The relay goes on after the highest number that it has sent: what is committed late with a lower one stays behind."""
    waiting, last = outbox.waiting, 0

    async def above_the_last(connection: Connection, _floor: int, most: int) -> tuple[list[asyncpg.Record], int]:
        nonlocal last
        rows, xmin = await waiting(connection, last, most)
        last = rows[-1]["seq"] if rows else last
        return rows, xmin

    outbox.waiting = above_the_last  # type: ignore[assignment]


def with_slow_commits() -> None:
    """No fault in itself: what is numbered in the outbox is committed a while later, now and then."""
    insert, chance = outbox.insert, Random(1)

    async def slowly(*arguments: Any, **options: Any) -> None:
        await insert(*arguments, **options)
        await asyncio.sleep(chance.choice((0, SLOW)))

    outbox.insert = slowly  # type: ignore[assignment]


def without_after() -> None:
    """A command is handled as soon as it comes, whatever its author has seen."""

    async def at_once(_after: After, _connection: Connection, _messages: Any, _asked_back: asyncio.Event) -> None:
        return

    After.wait = at_once  # type: ignore[method-assign, assignment]


def with_late(late: Callable[[Incoming], bool], until: Callable[[Incoming], bool]) -> Callable[[], None]:
    """No fault in itself, since topics are read each at its pace: what is `late` is handled after something of another topic."""

    def cripple() -> None:
        transact, has_come = Engine._transact, asyncio.Event()

        async def wait_for_it(engine: Engine, connection: Connection, batch: Batch) -> Outcome:
            if any(map(late, batch.messages)):
                with suppress(TimeoutError):
                    await asyncio.wait_for(has_come.wait(), LATE)
            outcome = await transact(engine, connection, batch)
            if any(map(until, batch.messages)):
                has_come.set()
            return outcome

        Engine._transact = wait_for_it  # type: ignore[method-assign]

    return cripple


def is_event(incoming: Incoming) -> bool:
    """Whether it is a fact of ours."""
    return incoming.kind == "event"


def is_command(incoming: Incoming) -> bool:
    """Whether somebody asks it."""
    return incoming.kind == "command"


def is_exit(incoming: Incoming) -> bool:
    """Whether a trainee has left."""
    return isinstance(incoming.message, TraineeExited)


def without_recovery() -> None:
    """A database that was restored goes on from where it stands, whatever its service has said since."""

    async def look_away(*_: object) -> None:
        return

    process.recover = look_away


CRIPPLED: Mapping[str, Callable[[], None]] = {
    "seen": without_seen,
    "position": with_the_position_first,
    "floor": with_a_relay_above_the_last,
    "after": without_after,
    "recovery": without_recovery,
    "slow-commits": with_slow_commits,
    "late-exits": with_late(is_exit, until=is_command),
    "late-commands": with_late(is_command, until=is_event),
}


def main() -> None:
    """What `python -m <module> [<role>]` runs, without what `--without` names; dead when it reaches a step for the n-th time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("role", nargs="?")
    parser.add_argument("--without", choices=sorted(CRIPPLED), nargs="*", default=())
    parser.add_argument("--dies", choices=sorted(STEPS))
    parser.add_argument("--times", type=int, default=1)
    chosen = parser.parse_args()
    for name in chosen.without:
        CRIPPLED[name]()
    if chosen.dies:
        die_at(_step(chosen.dies), chosen.times)
    python_m(chosen.module, *([chosen.role] if chosen.role else []))


def _step(name: str) -> Step:
    return next(step for step in STEPS if step == name)


if __name__ == "__main__":
    main()
