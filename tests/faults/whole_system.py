"""The whole system under faults: `make faults`. Its short form, test_faults.py, is part of the suite; this is found by its path alone.

People use it under KILLS faults; the same without one of the things that make it safe must not pass; and it serves without any service.
"""

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from random import Random

import pytest

from auditor import Promise
from contracts.billing import IssueInvoice
from sesame_local.place import SERVICES
from tests.faults import checks, one_down
from tests.faults.faults import Run
from tests.faults.ground import Ground, ground
from tests.faults.lives import BEGINNING, Lives
from tests.faults.results import Results, listed
from tests.faults.waits import Waits

KILLS, SEED = int(os.environ.get("KILLS") or 15), int(os.environ.get("SEED") or 12)
ORGANISATIONS, AGENTS = 2 + KILLS // 10, 1 + KILLS // 25
ORDERS = (1, 2, 3)
REJECTED = 2
"""Of the invoices of two organisations (`Lives.is_rejected`)."""
MODULE = "tests.faults.crippled"
PATIENCE = 60
"""Seconds until people give up where something is left out: what is lost never comes."""


@dataclass(frozen=True)
class Control:
    """One of the things that make the system safe is left out."""

    what: str
    """A sentence: how it goes without."""
    instead: Mapping[str, tuple[str, ...]]
    """What is run in the stead of which processes."""
    missed: Promise
    """What the auditor then finds broken."""
    last: int = 0
    """The act after which the run ends."""


CONTROLS: Mapping[str, Control] = {
    "seen": Control(
        "The portal's relay dies between sending and deleting, and actions does not know a repeat by its number.",
        {
            "gateway-worker": (MODULE, "gateway", "worker", "--dies", "relay-sent", "--times", "5"),
            "actions": (MODULE, "actions", "--without", "seen"),
        },
        Promise.ANSWERS,
    ),
    "position": Control(
        "actions writes its position before it does the work, and is killed between the two.",
        {"actions": (MODULE, "actions", "--without", "position")},
        Promise.ANSWERS,
    ),
    "floor": Control(
        "The portal's relay goes on above the highest number that it has sent, and commits take their time.",
        {
            "gateway-worker": (MODULE, "gateway", "worker", "--without", "floor"),
            "gateway-web": (MODULE, "gateway", "web", "--without", "slow-commits"),
        },
        Promise.SENT,
    ),
    "after": Control(
        "surveys reads late that trainees have left, and its commands do not wait for what their author saw.",
        {"surveys": (MODULE, "surveys", "--without", "after", "late-exits")},
        Promise.DECIDED,
        last=4,
    ),
}
RECOVERY = Control(
    "billing's database is restored to before invoices were decided, and its service does not bring it back to what it has said: it reads "
    "commands again, after what followed from them.",
    {"billing": (MODULE, "billing", "--without", "recovery", "late-commands")},
    Promise.VERSIONS,
    last=3,
)
UNDER_FAULTS, RESTORED, WITHOUT_SERVICES = f"Under {KILLS} faults", "A database restored under load", "Without any service, and any two"
LEFT_OUT = "Left out: {}"
TITLES = (UNDER_FAULTS, *(LEFT_OUT.format(name) for name in (*CONTROLS, "recovery")), RESTORED, WITHOUT_SERVICES)
pytestmark = pytest.mark.timeout(7200)


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    """What all of them found, kept when all have run."""
    results = Results(KILLS, SEED)
    yield results
    results.keep(TITLES)


async def test_under_every_fault_nothing_is_lost_nothing_is_done_twice_and_everybody_gets_an_answer(results: Results) -> None:
    run = await Run(KILLS, SEED, organisations=ORGANISATIONS, agents=AGENTS, orders=ORDERS).play()
    results.tell(
        UNDER_FAULTS,
        f"{ORGANISATIONS} organisations with two actions each and {AGENTS} agents, from contracts to accounts at zero: "
        f"{run.commands} commands. Once all was drained, what the topics hold was delivered to fresh databases, twice, in {len(ORDERS)} "
        "orders. Wrong at the end (not drained, not answered once, refused, found by the auditor, different in another order): "
        f"{listed(run.all_wrong)}\n\n```\n{run.waits.table()}\n```",
    )
    assert run.all_wrong == []


@pytest.mark.parametrize("name", CONTROLS)
async def test_what_makes_it_safe_is_missed(name: str, results: Results) -> None:
    control = CONTROLS[name]
    run = Run(kills=0, seed=1, organisations=2, agents=1, last=control.last, crippled=control.instead, waits=Waits(patience=PATIENCE))
    missed_by(control, name, await run.play(), results)


def missed_by(control: Control, name: str, run: Run, results: Results) -> None:
    """Tells how, and fails when the auditor does not find it."""
    missed = [finding for finding in run.findings if finding.promise is control.missed]
    results.tell(LEFT_OUT.format(name), f"{control.what} The auditor: {listed(missed)}")
    assert missed, f"the auditor does not miss {name}: {run.all_wrong}"


async def restored_in_the_fourth_act(made: Ground, act: int) -> None:
    """While invoices are rejected and issued anew, billing's database is put back to what it was before the first was decided."""
    if act != 3:
        return

    async def issued() -> int:
        rows = await made.fetch("gateway", "SELECT count(*) FROM commands WHERE type = $1 AND faults = '[]'", IssueInvoice.TYPE)
        return int(rows[0][0])

    before = await issued()

    async def issued_anew() -> None:
        while await issued() < before + REJECTED:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    await made.restore("billing", issued_anew)


async def test_a_restored_database_goes_on_from_what_its_service_has_said(results: Results) -> None:
    run = await Run(kills=0, seed=2, organisations=2, agents=1, last=RECOVERY.last).play(restored_in_the_fourth_act)
    results.tell(
        RESTORED,
        f"billing's database is put back to a backup from before {REJECTED} invoices were rejected, and issued anew; it comes back to what "
        f"the log holds, and people go on. Wrong at the end: {listed(run.all_wrong)}",
    )
    assert run.all_wrong == []


async def test_the_recovery_of_a_restored_database_is_missed(results: Results) -> None:
    run = Run(kills=0, seed=2, organisations=2, agents=1, last=RECOVERY.last, crippled=RECOVERY.instead, waits=Waits(patience=PATIENCE))
    missed_by(RECOVERY, "recovery", await run.play(restored_in_the_fourth_act), results)


async def nothing_happens(_act: int) -> None:
    """No fault while the story is told."""


async def test_the_portal_serves_without_any_service_and_without_any_two(results: Results) -> None:
    chance = Random(5)
    async with ground(BEGINNING) as made:
        lives = Lives.of(made, Waits(), chance, organisations=1, actions=1, trainees=3, agents=1)
        await lives.play(nothing_happens, last=2)
        wrong = []
        for time, away in enumerate([*((service,) for service in SERVICES), *chance.sample(list(combinations(SERVICES, 2)), 2)]):
            wrong += await one_down.go_on_without(lives, away, time)
        wrong += await checks.undrained(made, 120) + await checks.wrong_answers(made)
    results.tell(
        WITHOUT_SERVICES,
        "Each service is away in turn, then two pairs: pages are read, what is asked meanwhile is recorded and told so, and answered "
        f"afterwards. Wrong: {listed(wrong)}",
    )
    assert wrong == []
