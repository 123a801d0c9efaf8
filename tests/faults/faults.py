"""One whole run: people live the lives of their actions, faults happen, and at the end everything must hold."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from actions.app import service as actions
from auditor import Finding
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

SHARES = (0.15, 0.1, 0.4, 0.15, 0.2)
"""Of the faults, how large a part comes in each act."""
BY_PATHS = ("billing", "gateway-worker")
"""Whose network is cut."""
DELIVERED: tuple[Service, ...] = (actions, declarations, billing, surveys, gateway)
"""Whose state follows from the topics alone; what identity decides of passwords is asked by HTTP."""

Happens = Callable[[Ground, int], Awaitable[None]]
"""What is done to the system during an act."""


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
    shares: Sequence[float] = SHARES
    crippled: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    orders: Sequence[int] = ()
    """The seeds of the orders in which all that was said is delivered once more, twice, to fresh databases."""
    waits: Waits = field(default_factory=Waits)
    wrong: list[str] = field(default_factory=list)
    """What people have to complain of: what nobody could do, and what has not one answer."""
    undrained: list[str] = field(default_factory=list)
    """What never comes to an end."""
    refused: list[str] = field(default_factory=list)
    """What people asked, as pages offer it, and were refused."""
    findings: list[Finding] = field(default_factory=list)
    """What the auditor finds."""
    commands: int = 0
    """How many were recorded."""

    @property
    def all_wrong(self) -> list[str]:
        """What does not hold at the end."""
        return [*self.wrong, *self.undrained, *self.refused, *map(str, self.findings)]

    async def play(self, happens: Happens | None = None) -> "Run":
        """From nothing to the end; `happens` in each act, instead of the faults."""
        chance = Random(self.seed)
        async with ground(BEGINNING, by_paths=BY_PATHS, crippled=self.crippled) as made:
            lives = Lives.of(made, self.waits, Random(chance.random()), self.organisations, self.actions, self.trainees, self.agents)
            storm = Storm(made, self.waits, Random(chance.random()), self.kills, self.pace)

            async def during(act: int) -> None:
                await (happens(made, act) if happens else storm.until(sum(self.shares[: act + 1]) / sum(self.shares[: self.last + 1])))

            for goes_on in (lives.play(during, self.last), storm.over()):
                try:
                    await goes_on
                except (GivenUp, TimeoutError) as error:
                    self.wrong.append(f"{type(error).__name__}: {error}")
            for person in (*lives.organisations, *lives.agents):
                await person.browser.close()
            self.wrong += [*lives.paymaster.refused, *lives.programme.refused]
            await self._end(made)
            if self.all_wrong:
                made.keep()
        return self

    async def _end(self, made: Ground) -> None:
        """Once everything is drained: what has not exactly one answer, and what the auditor finds."""
        self.undrained += await checks.undrained(made, self.waits.patience)
        self.wrong += await checks.wrong_answers(made)
        self.refused += await checks.refused(made)
        self.commands = len(made.recorded)
        self.findings += await checks.audited(made)
        async with Log(checks.settings_of(made, "admin")) as log:
            for service in DELIVERED if self.orders else ():
                self.wrong += await twice.differences(made, service, log, self.orders)
