"""One whole run: people live the lives of their actions, faults happen, and at the end everything must hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from actions.app import service as actions
from billing.app import service as billing
from chassis.service import Service
from declarations.app import service as declarations
from gateway.worker.service import service as gateway
from surveys.app import service as surveys
from tests.faults import checks, twice
from tests.faults.browser import GivenUp
from tests.faults.ground import Ground, ground
from tests.faults.lives import BEGINNING, Lives
from tests.faults.storm import Storm
from tests.faults.waits import Waits
from tests.log import Log

SHARES = (0.2, 0.1, 0.3, 0.2, 0.2)
"""Of the faults, by act."""
BY_PATHS = ("billing", "gateway-worker")
"""Whose network is cut."""
DELIVERED: tuple[Service, ...] = (actions, declarations, billing, surveys, gateway)
"""Whose state follows from the topics alone; what identity decides of passwords is asked by HTTP."""


@dataclass
class Run:
    """How large a run is, and what chance begins with."""

    kills: int
    seed: int
    organisations: int = 2
    actions: int = 2
    """Of each organisation."""
    trainees: int = 2
    agents: int = 2
    pace: float = 1.5
    last: int = 4
    """The act after which it ends."""
    crippled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    orders: Sequence[int] = ()
    """The seeds of the orders in which all that was said is delivered once more, twice, to fresh databases."""
    waits: Waits = field(default_factory=Waits)
    wrong: list[str] = field(default_factory=list)
    """What does not hold at the end."""
    commands: int = 0
    """How many were recorded."""

    async def play(self) -> "Run":
        """From nothing to the end, with whatever does not hold in `wrong`; what somebody could not do is there too."""
        chance = Random(self.seed)
        async with ground(BEGINNING, by_paths=BY_PATHS, crippled=self.crippled) as made:
            lives = Lives.of(made, self.waits, Random(chance.random()), self.organisations, self.actions, self.trainees, self.agents)
            storm = Storm(made, self.waits, Random(chance.random()), self.kills, self.pace)
            try:
                await lives.play(lambda act: storm.during(SHARES[act]), self.last)
                await storm.over()
            except (GivenUp, TimeoutError) as error:
                self.wrong.append(f"{type(error).__name__}: {error}")
            finally:
                for person in (*lives.organisations, *lives.agents):
                    await person.browser.close()
            self.wrong += [*lives.paymaster.refused, *await self._end(made)]
            self.commands = (await made.fetch("gateway", "SELECT count(*) FROM commands"))[0][0]
            if self.wrong:
                made.keep()
        return self

    async def _end(self, made: Ground) -> list[str]:
        """Once everything is drained: what has not exactly one answer, and what the auditor finds."""
        wrong = []
        try:
            await checks.drained(made, self.waits.patience)
        except TimeoutError as error:
            wrong.append(str(error))
        wrong += [*await checks.wrong_answers(made), *await checks.audited(made)]
        async with Log(checks.settings_of(made, "admin")) as log:
            for service in DELIVERED if self.orders else ():
                wrong += await twice.differences(made, service, log, self.orders)
        return wrong
