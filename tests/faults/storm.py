"""What happens to the system while people use it: every kind of fault, in an order that chance decides, each perhaps in the middle of
another.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from tests.faults.ground import CAN_JOIN, Ground
from tests.faults.waits import Fault, Waits

FROZEN = 8.0
"""Seconds: a session with Kafka is over after six."""
CUT = 8.0
"""Seconds of silence on a path."""
KINDS: Mapping[str, int] = {
    "kill": 9,
    "kill kafka": 1,
    "kill postgres": 1,
    "freeze": 1,
    "black hole to kafka": 1,
    "black hole to postgres": 1,
    "join": 1,
}
"""How often each happens in one round of fifteen; a replica that joined leaves again as a fault of its own."""
SERVES_AGAIN = 300.0
"""Seconds within which everything must serve after a fault, however many others are doing."""


@dataclass
class Storm:
    """So many faults, each kind its share of them."""

    ground: Ground
    waits: Waits
    chance: Random
    kills: int
    pace: float = 1.5
    """Seconds between two faults, on average."""
    _left: list[str] = field(default_factory=list)
    _healing: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        round_of_all = [kind for kind, times in KINDS.items() for _ in range(times)]
        while len(self._left) < self.kills:
            self.chance.shuffle(round_of_all)
            self._left += round_of_all

    async def during(self, share: float) -> None:
        """A share of all the faults, one after the other, begun whatever the ones before are doing."""
        for _ in range(min(len(self._left), round(share * self.kills))):
            await asyncio.sleep(self.chance.expovariate(1 / self.pace))
            await self.happen(self._left.pop())

    async def happen(self, kind: str) -> None:
        """One fault; it is over when everything serves again."""
        does: dict[str, Callable[[], Awaitable[Fault]]] = {
            "kill": self._kill,
            "kill kafka": lambda: self._fall("kafka"),
            "kill postgres": lambda: self._fall("postgres"),
            "freeze": self._freeze,
            "black hole to kafka": lambda: self._cut("kafka"),
            "black hole to postgres": lambda: self._cut("postgres"),
            "join": self._join,
        }
        fault = await does[kind]()
        self.waits.faults.append(fault)
        task = asyncio.create_task(self._until_over(fault))
        self._healing.add(task)
        task.add_done_callback(self._healing.discard)

    async def over(self) -> None:
        """Until everything serves again. Raises TimeoutError when it does not by itself."""
        await asyncio.gather(*self._healing)
        await self.ground.until_ready(SERVES_AGAIN)

    async def _until_over(self, fault: Fault) -> None:
        await asyncio.sleep(0.3)  # a process that was just killed is noticed
        try:
            await self.ground.until_ready(SERVES_AGAIN)
        finally:
            fault.over = monotonic()

    async def _kill(self) -> Fault:
        running = self.ground.processes[self.chance.choice(sorted(self.ground.processes))]
        fault = Fault("kill -9", running.name)
        self.ground.kill(running)
        return fault

    async def _fall(self, name: str) -> Fault:
        fault = Fault("kill -9", name)
        self.ground.fall(name)
        await asyncio.sleep(self.chance.uniform(0, 3))
        self.ground.rise(name)
        return fault

    async def _freeze(self) -> Fault:
        """A long pause: its session is over, others take its place, and it goes on as if nothing had been."""
        running = self.ground.processes[self.chance.choice(sorted(set(self.ground.processes) - {"gateway-web", "clock", "identity"}))]
        fault = Fault("freeze", running.name)
        fork = running.fork
        fork.freeze(True)
        await self._later(FROZEN, lambda: fork.freeze(False))
        return fault

    async def _cut(self, what: str) -> Fault:
        process = self.chance.choice(sorted(self.ground.paths))
        path = self.ground.paths[process][0 if what == "kafka" else 1]
        failed_over = self.chance.random() < 0.5
        fault = Fault("black hole", f"{process} to {what}{', failed over' if failed_over else ''}")
        path.cut()
        await self._later(CUT, lambda: path.heal(failed_over=failed_over))
        return fault

    async def _join(self) -> Fault:
        """A second replica joins, and leaves a while later."""
        name = self.chance.choice(CAN_JOIN)
        fault = Fault("join, leave", name)
        if f"{name}-2" in self.ground.processes:
            await self.ground.leave(f"{name}-2")
        else:
            self.ground.add(name, 2)
        return fault

    async def _later(self, seconds: float, does: Callable[[], None]) -> None:
        """Other faults may come meanwhile; but people are not left alone with it for ever."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            does()

        task = asyncio.create_task(wait())
        self._healing.add(task)
        task.add_done_callback(self._healing.discard)
