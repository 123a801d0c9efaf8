"""The last release's processes beside today's while people live the lives of their actions: each goes forward, back and forward again by a
version, alone; whoever may have two of a kind has both at once. Part of `make operate`.
"""

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.faults import checks
from tests.faults.ground import CAN_JOIN, Ground, ground
from tests.faults.lives import BEGINNING, Lives
from tests.faults.waits import Waits
from tests.operate import release
from tests.operate.drill import PATIENCE, commands_more

pytestmark = pytest.mark.timeout(2400)
BY_ACT = (("actions", "identity"), ("clock", "declarations"), ("billing", "gateway-web"), ("gateway-worker",), ("surveys",))
"""Who is upgraded in which act: those who have to do in it."""


async def swap(made: Ground, name: str, tree: Path | None) -> None:
    """The process of this name makes room for one of another version, beside it for a while where two may be."""
    (running,) = (one for one in made.processes.values() if one.name.removesuffix("-2") == name)
    number = 2 if running.name == name and name in CAN_JOIN else 1
    if name not in CAN_JOIN:
        await made.leave(running.name)
    joined = made.add(name, number, tree)
    await made.until_ready(PATIENCE, [joined.name])
    await commands_more(made, 3)
    if name in CAN_JOIN:
        await made.leave(running.name)
    await made.until_ready(PATIENCE)
    await commands_more(made, 3)


async def test_every_process_goes_forward_and_back_by_a_version_under_load(tmp_path: Path) -> None:
    commit = await asyncio.to_thread(release.commit)
    tree = await asyncio.to_thread(release.files_of, commit, tmp_path / "tree")
    async with ground(BEGINNING, tree=tree) as made:
        lives = Lives.of(made, Waits(patience=PATIENCE), Random(7), organisations=2, actions=1, trainees=2, agents=1)

        async def during(act: int) -> None:
            for name in BY_ACT[act]:
                for version in (None, tree, None):
                    await swap(made, name, version)
                print(f"{name}: {commit[:8]} → today → {commit[:8]} → today")  # noqa: T201

        made.keep()
        await lives.play(during)
        wrong = await checks.undrained(made, PATIENCE) + await checks.wrong_answers(made) + await checks.refused(made)
        wrong += [f"{one.name} ended: {one.ends}" for one in made.processes.values() if one.ends]
        wrong += list(map(str, await checks.audited(made)))
        for person in (*lives.organisations, *lives.agents):
            await person.browser.close()
        assert wrong == []
        made.is_kept = False
