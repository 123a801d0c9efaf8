"""What each process of an installation holds and uses while a year passes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sesame_local.supervise import FOUNDATION, PROCESSES, Supervisor
from tests.bench import cpu

EVERY = 5.0
"""Seconds between two looks."""
LOOKS = (0.25, 0.5, 0.75, 1.0)
"""Of the time, when the page tells how much memory a process held."""


@dataclass
class Watch:
    """Looks at all processes until it is cancelled."""

    pids: Mapping[str, int]
    held: dict[str, list[int]] = field(default_factory=dict)
    """Bytes, look after look."""

    @classmethod
    def of(cls, supervisor: Supervisor) -> "Watch":
        """All that the supervisor runs."""
        return cls({name: supervisor.pid(name) for name in (*FOUNDATION, *PROCESSES)})

    async def look(self) -> None:
        """Every few seconds, without end."""
        while True:
            for name, pid in self.pids.items():
                self.held.setdefault(name, []).append(cpu.memory(pid))
            await asyncio.sleep(EVERY)

    def cpu(self) -> dict[str, float]:
        """CPU seconds of each, so far."""
        return {name: cpu.used([pid]) for name, pid in self.pids.items()}

    def told(self) -> list[str]:
        """A line for each process: megabytes at a quarter, a half, three quarters of the time, and at its end."""
        return [f"{name:<16}" + "".join(f"{held[round(at * (len(held) - 1))] / 1e6:>8.0f}" for at in LOOKS) for name, held in self._rows()]

    def _rows(self) -> Sequence[tuple[str, list[int]]]:
        return [(name, held) for name, held in self.held.items() if held]
