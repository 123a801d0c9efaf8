"""A drill: a backup is taken while people work; a service's database, the portal's, then all six are destroyed and restored from it, then
Kafka with them; people go on until their accounts are at zero, and the auditor looks at all of it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic

from auditor import Finding
from contracts.refusals.common import ChangedMeanwhile
from sesame_local.place import DATABASES
from tests.faults import checks
from tests.faults.browser import GivenUp
from tests.faults.ground import Ground, ground
from tests.faults.lives import BEGINNING, Lives
from tests.faults.waits import Waits
from tests.forks import Forked, python_m

PATIENCE = 300.0
"""Seconds within which people and processes come to an end."""
MORE = 10
"""Commands between two steps: what a restored database lacks."""


@dataclass
class Drill:
    """What is destroyed: sets of databases, one after the other."""

    losses: Iterable[tuple[str, ...]] = (("billing",), ("gateway",), DATABASES)
    seed: int = 1
    last: int = 4
    """The act of people's lives after which it ends; what is lost is lost in the third."""
    say: Callable[[str], None] = lambda _line: None
    """Is told what was done, and in how many seconds."""
    wrong: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def all_wrong(self) -> list[str]:
        """What does not hold at the end."""
        return [*self.wrong, *map(str, self.findings)]

    async def run(self) -> "Drill":
        """From nothing to the auditor's word."""
        waits = Waits(patience=PATIENCE)
        async with ground(BEGINNING) as made:
            lives = Lives.of(made, waits, Random(self.seed), organisations=2, actions=1, trainees=2, agents=1)

            async def during(act: int) -> None:
                if act == 2:
                    await self._lose_and_restore(made)

            try:
                await lives.play(during, self.last)
            except (GivenUp, TimeoutError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
            for person in (*lives.organisations, *lives.agents):
                await person.browser.close()
            async with self._step("everything drained"):
                self.wrong += await checks.undrained(made, PATIENCE)
            self.wrong += await checks.wrong_answers(made)
            # What was being saved when the backup was taken stands beside what came later, and whoever saves it sees that first.
            self.wrong += [line for line in await checks.refused(made) if ChangedMeanwhile.code() not in line]
            async with self._step("the auditor has looked at all of it"):
                self.findings = await checks.audited(made)
            if self.all_wrong:
                made.keep()
        return self

    async def _lose_and_restore(self, made: Ground) -> None:
        folder = made.place.folder / "backup"
        await commands_more(made, MORE)
        async with self._step("a backup of all databases, under load"):
            self.say(await operates(made, "take", folder))
        await operates(made, "check", folder)
        for lost in self.losses:
            await commands_more(made, MORE)
            async with self._step(f"{told(lost)}: destroyed, restored, and every process ready"):
                self.say(await lose_and_restore(made, folder, lost))
        await commands_more(made, MORE)
        folder = made.place.folder / "backup-with-log"
        async with self._step("a backup of the log too, under load"):
            self.say(await operates(made, "take", folder, "--log"))
        await commands_more(made, MORE)
        async with self._step("Kafka and all six databases: destroyed, restored, and every process ready"):
            self.say(await lose_and_restore(made, folder, DATABASES, and_kafka=True))
        await commands_more(made, MORE)

    @asynccontextmanager
    async def _step(self, what: str) -> AsyncIterator[None]:
        began = monotonic()
        yield
        self.say(f"{monotonic() - began:6.1f} s  {what}")


def told(names: tuple[str, ...]) -> str:
    """Which databases, in words."""
    return "all six databases" if set(names) == set(DATABASES) else f"the database of {', '.join(names)}"


async def lose_and_restore(made: Ground, folder: Path, lost: Iterable[str], *, and_kafka: bool = False) -> str:
    """These databases are gone; an operator makes empty ones, restores them and starts their processes. What the command said.

    Where Kafka is gone too, the backup holds the log.
    """
    stopped = [name for name in list(made.processes) if name.partition("-")[0] in lost or and_kafka]
    for name in stopped:
        made.stop(name)
    if and_kafka:
        await made.lose_kafka()
        await operates(made, "restore-log", folder)
    for name in lost:
        await made.server.postgres.drop_database(name)
        await made.create_database(name)
    said = await operates(made, "restore", folder, *lost)
    for name in stopped:
        made.add(name)
    await made.until_ready(PATIENCE)
    return said


async def operates(made: Ground, command: str, *arguments: object) -> str:
    """What `python -m backup` says."""
    environment = dict(made.installation.backed_up(restored=command == "restore"))
    if command == "restore-log":
        environment |= {"SESAME_KAFKA_USER": "admin", "SESAME_KAFKA_PASSWORD": made.place.secrets["kafka.admin"]}
    code, said = await Forked(python_m, "backup", command, *map(str, arguments), environment=environment).ended(PATIENCE)
    assert code == 0, said
    return said.rstrip()


async def commands_more(made: Ground, count: int) -> None:
    """Until people have done so much more."""

    async def answered() -> int:
        return int((await made.fetch("gateway", "SELECT count(*) FROM commands WHERE answered_at IS NOT NULL"))[0][0])

    wanted, give_up = await answered() + count, monotonic() + PATIENCE
    while await answered() < wanted:
        if monotonic() > give_up:
            raise TimeoutError("people do not go on")
        await asyncio.sleep(0.1)
