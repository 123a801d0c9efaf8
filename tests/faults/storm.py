"""What happens to the system while people use it: every kind of fault, in an order that chance decides, each perhaps in the middle of
another.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from tests.faults.ground import CAN_JOIN, Ground
from tests.faults.waits import Fault, Waits

logger = logging.getLogger(__name__)
FROZEN = 8.0
"""Seconds: a session with Kafka is over after six."""
CUT = 8.0
"""Seconds of silence on a path."""
KINDS: Mapping[str, int] = {
    "kill": 8,
    "kill kafka": 1,
    "kill postgres": 1,
    "freeze": 1,
    "black hole to kafka": 1,
    "black hole to postgres": 1,
    "join or leave": 2,
}
"""How often each happens in one round of fifteen."""
NOTICED = 0.3
"""Seconds until a process that was just killed is no longer seen as ready."""
SERVES_AGAIN = 300.0
"""Seconds within which everything must serve after a fault, however many others are doing."""


async def nothing() -> None:
    """What was done at once needs no end."""


@dataclass
class Happening:
    """A fault that has begun: how many seconds it lasts, and what ends it."""

    fault: Fault
    lasts: float = NOTICED
    passes: Callable[[], Awaitable[None]] = nothing


@dataclass
class Storm:
    """So many faults, each kind its share of them."""

    ground: Ground
    waits: Waits
    chance: Random
    kills: int
    pace: float = 1.5
    """Seconds between two faults, on average."""
    _to_come: list[str] = field(default_factory=list)
    _happened: int = 0
    _passing: list["asyncio.Task[None]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        round_of_all = [kind for kind, times in KINDS.items() for _ in range(times)]
        while len(self._to_come) < self.kills:
            self.chance.shuffle(round_of_all)
            self._to_come += round_of_all

    async def until(self, share: float) -> None:
        """The faults, one after the other until such a share of them has happened; each begins whatever the ones before are doing."""
        while self._happened < round(share * self.kills):
            await asyncio.sleep(self.chance.expovariate(1 / self.pace))
            await self.happen(self._to_come[self._happened])
            self._happened += 1

    async def happen(self, kind: str) -> None:
        """One fault; it is over when it has passed and everything serves again."""
        does: dict[str, Callable[[], Happening]] = {
            "kill": self._kill,
            "kill kafka": lambda: self._fall("kafka"),
            "kill postgres": lambda: self._fall("postgres"),
            "freeze": self._freeze,
            "black hole to kafka": lambda: self._cut("kafka"),
            "black hole to postgres": lambda: self._cut("postgres"),
            "join or leave": self._join_or_leave,
        }
        happening = does[kind]()
        self.waits.faults.append(happening.fault)
        logger.info("%s %s", happening.fault.kind, happening.fault.whom)
        self._passing.append(asyncio.create_task(self._until_over(happening)))

    async def over(self) -> None:
        """Until everything serves again. Raises TimeoutError when it does not by itself."""
        await asyncio.gather(*self._passing)

    async def _until_over(self, happening: "Happening") -> None:
        """Other faults may come meanwhile; but people are not left alone with it for ever."""
        await asyncio.sleep(happening.lasts)
        await happening.passes()
        await self.ground.until_ready(SERVES_AGAIN)
        happening.fault.over = monotonic()
        logger.info("%s %s is over", happening.fault.kind, happening.fault.whom)

    def _kill(self) -> "Happening":
        running = self.ground.processes[self.chance.choice(sorted(self.ground.processes))]
        self.ground.kill(running)
        return Happening(Fault("kill -9", running.name))

    def _fall(self, name: str) -> "Happening":
        self.ground.fall(name)

        async def rise() -> None:
            self.ground.rise(name)
            await self.ground.until_risen(name)

        return Happening(Fault("kill -9", name), self.chance.uniform(0, 3), rise)

    def _freeze(self) -> "Happening":
        """A long pause: its session is over, others take its place, and it goes on as if nothing had been."""
        running = self.ground.processes[self.chance.choice(sorted(set(self.ground.processes) - {"gateway-web", "clock", "identity"}))]
        fork = running.fork
        fork.freeze(True)

        async def thaw() -> None:
            fork.freeze(False)

        return Happening(Fault("freeze", running.name), FROZEN, thaw)

    def _cut(self, what: str) -> "Happening":
        process = self.chance.choice(sorted(self.ground.paths))
        path = self.ground.paths[process][0 if what == "kafka" else 1]
        failed_over = self.chance.random() < 0.5
        path.cut()

        async def heal() -> None:
            path.heal(failed_over=failed_over)

        return Happening(Fault("black hole", f"{process} to {what}{', failed over' if failed_over else ''}"), CUT, heal)

    def _join_or_leave(self) -> "Happening":
        """A second replica joins; the next time, it leaves."""
        seconds = {f"{name}-2": name for name in CAN_JOIN}
        if joined := next((second for second in seconds if second in self.ground.processes), None):
            return Happening(Fault("leave", seconds[joined]), 0, lambda: self.ground.leave(joined))
        name = self.chance.choice(CAN_JOIN)
        self.ground.add(name, 2)
        return Happening(Fault("join", name))
