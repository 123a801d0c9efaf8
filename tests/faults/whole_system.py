"""The whole system under faults: `make faults`. Not yet part of the suite: pytest finds it by its path alone.

People use it under KILLS faults; the same without one of the things that make it safe must not pass; and it serves without any service.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from random import Random

import pytest

from auditor import Promise
from sesame_local.place import SERVICES
from tests.faults import checks, one_down
from tests.faults.faults import Run
from tests.faults.ground import Ground, ground
from tests.faults.lives import BEGINNING, Lives
from tests.faults.waits import Waits

KILLS, SEED = int(os.environ.get("KILLS") or 15), int(os.environ.get("SEED") or 12)
SIZE = 1 + KILLS // 25
MODULE = "tests.faults.crippled"
Missed = Callable[[Run], Sequence[object]]
"""What of a run's end shows that a thing was missed."""


def promised(promise: Promise) -> Missed:
    """The auditor says that this is not kept."""
    return lambda run: [finding for finding in run.findings if finding.promise is promise]


CONTROLS: Mapping[str, tuple[int, Mapping[str, tuple[str, ...]], Missed]] = {
    "seen": (
        0,
        {
            "gateway-worker": (MODULE, "gateway", "worker", "--dies", "relay-sent", "--times", "5"),
            "actions": (MODULE, "actions", "--without", "seen"),
        },
        promised(Promise.ANSWERS),
    ),
    "position": (0, {"actions": (MODULE, "actions", "--without", "position")}, promised(Promise.ANSWERS)),
    "floor": (
        0,
        {
            "gateway-worker": (MODULE, "gateway", "worker", "--without", "floor"),
            "gateway-web": (MODULE, "gateway", "web", "--without", "slow-commits"),
        },
        lambda run: [left for left in run.undrained if "outbox of gateway" in left],
    ),
    "after": (4, {"surveys": (MODULE, "surveys", "--without", "after", "slow-events")}, lambda run: run.refused),
}
"""What is left out: the last act that is played, what is run in the stead of which processes, and how it is missed."""
pytestmark = pytest.mark.timeout(7200)


async def test_under_every_fault_nothing_is_lost_nothing_is_done_twice_and_everybody_gets_an_answer() -> None:
    run = await Run(KILLS, SEED, organisations=SIZE, actions=2, agents=1 + SIZE // 2, orders=(1, 2, 3)).play()
    print(f"\n{KILLS} faults, SEED={SEED}, {run.commands} commands\n{run.waits.table()}", *run.all_wrong, sep="\n")  # noqa: T201
    assert run.all_wrong == []


@pytest.mark.parametrize("name", CONTROLS)
async def test_what_makes_it_safe_is_missed(name: str) -> None:
    last, crippled, missed = CONTROLS[name]
    run = await Run(kills=0, seed=1, organisations=2, actions=2, agents=1, last=last, crippled=crippled, waits=Waits(patience=60)).play()
    print(name, *run.all_wrong[:8], sep="\n  ")  # noqa: T201
    assert missed(run), f"nobody misses {name}"


async def restored_in_the_third_act(made: Ground, act: int) -> None:
    """While lines are saved, declarations' database is put back to what it was before the last ten."""
    if act != 2:
        return

    async def answered() -> int:
        rows = await made.fetch("gateway", "SELECT count(*) FROM commands WHERE service = 'declarations' AND answered_at IS NOT NULL")
        return int(rows[0][0])

    async def ten_lines_later() -> None:
        before = await answered()
        while await answered() < before + 10:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    await made.restore("declarations", ten_lines_later)


async def test_a_restored_database_goes_on_from_what_its_service_has_said() -> None:
    run = await Run(kills=0, seed=2, organisations=2, actions=2, agents=1, last=2).play(restored_in_the_third_act)
    assert run.all_wrong == []


async def test_the_recovery_of_a_restored_database_is_missed() -> None:
    crippled = {"declarations": (MODULE, "declarations", "--without", "recovery")}
    run = Run(kills=0, seed=2, organisations=2, actions=2, agents=1, last=2, crippled=crippled, waits=Waits(patience=60))
    await run.play(restored_in_the_third_act)
    print("recovery", *run.all_wrong[:8], sep="\n  ")  # noqa: T201
    assert promised(Promise.VERSIONS)(run), "nobody misses the recovery"


async def nothing_happens(_act: int) -> None:
    """No fault while the story is told."""


async def test_the_portal_serves_without_any_service_and_without_any_two() -> None:
    chance = Random(5)
    async with ground(BEGINNING) as made:
        lives = Lives.of(made, Waits(), chance, organisations=1, actions=1, trainees=3, agents=1)
        await lives.play(nothing_happens, last=2)
        wrong = []
        for time, away in enumerate([*((service,) for service in SERVICES), *chance.sample(list(combinations(SERVICES, 2)), 2)]):
            wrong += await one_down.go_on_without(lives, away, time)
        assert wrong + await checks.undrained(made, 120) + await checks.wrong_answers(made) == []
