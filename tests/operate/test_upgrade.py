"""A service of the last release beside today's, under load: forward, and back (`make operate` does it with every process)."""

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.awards import MOST_TRAINEES
from gateway.worker.service import service as worker
from tests import guide
from tests.faults.portal import AGENT, Portal, hurry, portal
from tests.forks import Forked, is_ready, packages, python_m, python_m_of
from tests.infra import Infra, free_port
from tests.log import eventually
from tests.operate import release
from tests.rules.actions.action_in_preparation import imported
from tests.running import running

CONTRACTS = ("2007QCA0001", "2007QCA0002")
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the last release."""
    if not release.is_clone():
        pytest.skip("These files are no clone: without the history there is no release beside which today's services could run.")
    return release.files_of(release.commit(), tmp_path_factory.mktemp("released") / "tree")


@dataclass
class Version:
    """A process of the service of actions, of a release or today's."""

    fork: Forked
    port: int

    @classmethod
    async def starts(cls, place: Portal, tree: Path | None = None) -> "Version":
        """It is ready."""
        port = free_port()
        told = place.infra.environment("actions", place.settings.topic_prefix, place.of_actions.database)
        target, *before = (python_m_of, str(tree)) if tree else (python_m,)
        version = cls(Forked(target, *before, "actions", environment=told | {"SESAME_HEALTH_PORT": str(port)}), port)
        await eventually(version.is_ready, 60)
        return version

    async def is_ready(self) -> bool:
        assert self.fork.is_running, self.fork.said()
        return await is_ready(self.port)

    async def leaves(self) -> None:
        """In good order, and with nothing to complain of."""
        code, said = await self.fork.stop()
        assert code == 0 and '"level": "error"' not in said, said


def test_the_release_is_another_version(tree: Path) -> None:
    environment = os.environ | {"PYTHONPATH": packages(tree)}
    asked = "import actions, chassis, contracts; print(actions.__file__, chassis.__file__, contracts.__file__)"
    said = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True).stdout
    assert all(file.startswith(str(tree)) for file in said.split())


async def test_a_service_goes_forward_and_back_by_a_version_under_load(infra: Infra, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)
    over = asyncio.Event()
    async with portal(infra) as place, running(worker, place.settings):
        before = await Version.starts(place, tree)
        await place.ask(AGENT, str(uuid4()), imported(*(guide.contract(number, headcount=MOST_TRAINEES) for number in CONTRACTS)), uuid4())
        await eventually(lambda: place.pool.fetchval("SELECT count(*) = 2 FROM actions"))
        working = [asyncio.create_task(place.work(key, over)) for key in CONTRACTS]
        await place.has_sent(4)
        for older in (None, tree):  # forward, and back
            after = await Version.starts(place, older)
            await place.has_sent(4)  # both are there, and share the partitions
            await before.leaves()
            await place.has_sent(4)
            before = after
        over.set()
        await asyncio.gather(*working)
        await place.every_command_has_one_end()
        await before.leaves()
