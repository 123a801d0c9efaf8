"""Two replicas of everything, and each is restarted in turn, while people live the lives of their actions: every command is answered, none
twice, nobody is refused anything. Part of `make operate`.
"""

from random import Random

import pytest

from sesame_local.supervise import PROCESSES
from tests.faults import checks
from tests.faults.ground import Ground, ground
from tests.faults.lives import BEGINNING, Lives
from tests.faults.waits import Waits
from tests.operate.drill import PATIENCE, commands_more

pytestmark = pytest.mark.timeout(2400)


async def restart(made: Ground, name: str) -> None:
    """Both replicas, one after the other: each leaves in good order, and the next goes when it is back."""
    for number in (1, 2):
        await made.leave(name if number == 1 else f"{name}-2")
        made.add(name, number)
        await made.until_ready(PATIENCE)
    await commands_more(made, 2)


async def test_two_replicas_of_everything_are_restarted_in_turn_and_nobody_notices() -> None:
    waits = Waits(patience=PATIENCE)
    async with ground(BEGINNING, doubled=True) as made:
        made.keep()
        for name in PROCESSES:
            made.add(name, 2)
        await made.until_ready(PATIENCE)
        lives = Lives.of(made, waits, Random(9), organisations=2, actions=1, trainees=2, agents=2)

        async def during(_act: int) -> None:
            for name in PROCESSES:
                await restart(made, name)

        await lives.play(during)
        wrong = await checks.undrained(made, PATIENCE) + await checks.wrong_answers(made) + await checks.refused(made)
        wrong += [f"{one.name} ended: {one.ends}" for one in made.processes.values() if one.ends]
        wrong += list(map(str, await checks.audited(made)))
        for person in (*lives.organisations, *lives.agents):
            await person.browser.close()
        print(f"{len(made.recorded)} commands\n{waits.table()}")  # noqa: T201
        assert wrong == []
        made.is_kept = False
