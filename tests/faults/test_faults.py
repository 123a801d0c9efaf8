"""The short form of `make faults` (whole_system.py): a month is declared and invoiced under every kind of fault."""

from collections import Counter

import pytest

from tests.faults.faults import Run

pytestmark = pytest.mark.timeout(400)


async def test_under_fifteen_faults_nothing_is_lost_nothing_is_done_twice_and_everybody_gets_an_answer() -> None:
    run = await Run(kills=15, seed=3, organisations=2, actions=1, agents=1, pace=0.5, last=2, shares=(0, 0, 1)).play()
    print(run.waits.table())  # noqa: T201 (shown when it fails)
    assert run.all_wrong == []
    kinds = Counter(fault.kind for fault in run.waits.faults)
    assert kinds.total() == 15
    assert set(kinds) == {"kill -9", "freeze", "black hole", "join", "leave"}
    assert {"kafka", "postgres"} <= {fault.whom for fault in run.waits.faults}
