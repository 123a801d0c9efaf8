"""The whole system under faults: `make faults`. Not yet part of the suite: pytest finds it by its path alone.

People use it under KILLS faults; the same without one of the things that make it safe must not pass; and it serves without any service.
"""

import os
from collections.abc import Mapping
from itertools import combinations
from random import Random

import pytest

from sesame_local.place import SERVICES
from tests.faults import checks, one_down
from tests.faults.faults import Run
from tests.faults.ground import ground
from tests.faults.lives import BEGINNING, Lives
from tests.faults.waits import Waits

KILLS, SEED = int(os.environ.get("KILLS") or 15), int(os.environ.get("SEED") or 12)
SIZE = 1 + KILLS // 25
MODULE = "tests.faults.crippled"
CONTROLS: Mapping[str, tuple[int, Mapping[str, tuple[str, ...]]]] = {
    "seen": (
        0,
        {
            "gateway-worker": (MODULE, "gateway", "worker", "--dies", "relay-sent", "--times", "5"),
            "actions": (MODULE, "actions", "--without", "seen"),
        },
    ),
    "position": (0, {"actions": (MODULE, "actions", "--without", "position")}),
    "floor": (
        0,
        {
            "gateway-worker": (MODULE, "gateway", "worker", "--without", "floor"),
            "gateway-web": (MODULE, "gateway", "web", "--without", "slow-commits"),
        },
    ),
    "after": (2, {"billing": (MODULE, "billing", "--without", "after", "slow-events")}),
}
"""What is left out: the last act that is played, and what is run in the stead of which processes."""
pytestmark = pytest.mark.timeout(7200)


async def test_under_every_fault_nothing_is_lost_nothing_is_done_twice_and_everybody_gets_an_answer() -> None:
    run = await Run(KILLS, SEED, organisations=SIZE, actions=2, agents=1 + SIZE // 2, orders=(1, 2, 3)).play()
    print(f"\n{KILLS} faults, SEED={SEED}, {run.commands} commands\n{run.waits.table()}")  # noqa: T201
    assert run.wrong == []


@pytest.mark.parametrize("name", CONTROLS)
async def test_what_makes_it_safe_is_missed(name: str) -> None:
    last, crippled = CONTROLS[name]
    run = await Run(kills=0, seed=1, organisations=2, actions=2, agents=1, last=last, crippled=crippled, waits=Waits(patience=30)).play()
    print(name, *run.wrong[:5], sep="\n  ")  # noqa: T201
    assert run.wrong, f"nobody misses {name}"


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
        await checks.drained(made, 120)
        assert wrong + await checks.wrong_answers(made) == []
