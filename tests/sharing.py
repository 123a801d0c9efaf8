"""How workers share the tests (pytest-xdist): what stands on the same fixtures stays together.

A unit is a file, but the suite of every service has a unit per service, all journeys are one, and the demonstration goes with the
installation that it is played on. Units are given in the order of their names, to every second worker from the end: while tests of one kind
wait for processes and for Kafka, those of another compute. They meet in the middle, where units are small.
"""

import gc
import re

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

UNIT = re.compile(r"(.*test_every_service\.py::\w+\[[a-z]+|tests/local/test_(?=demo|installation)|tests/journeys/|[^:]+)")


class ByFile(LoadScopeScheduling):
    """Gives whole units to workers."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        if int(node.gateway.id.removeprefix("gw")) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        unit = UNIT.match(nodeid)
        assert unit
        return re.sub(r"::\w+", "", unit[0])


def pytest_collection_finish() -> None:
    """All that was imported, and every test, is there until the end: what is thrown away is looked for among the rest alone, and seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """As pytest-xdist asks."""
    config.option.loadscopereorder = False
    return ByFile(config, log)
