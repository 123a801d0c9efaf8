"""How long people waited for what they asked, and what held it up."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

NOTICED = 1.0
"""Seconds from which somebody notices that they wait."""
SHOWN = 8
"""Of the longest waits."""


@dataclass
class Fault:
    """Something that was done to the system: what, to whom, from when until it served again."""

    kind: str
    whom: str
    began: float = field(default_factory=monotonic)
    over: float | None = None

    def holds_up(self, began: float, ended: float) -> bool:
        """Whether it lies in the way of somebody who waits from `began` to `ended`."""
        return self.began < ended and (self.over is None or self.over > began)


@dataclass
class Wait:
    """One wait, from the button to the answer on the page."""

    what: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long."""
        return self.ended - self.began


@dataclass
class Waits:
    """Everybody's, and the faults of the same time."""

    waits: list[Wait] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    """Requests that were sent again, by what became of them."""
    begun: float = field(default_factory=monotonic)
    patience: float = 600.0
    """Seconds until somebody gives up: a machine may be slow, and half of the system away."""

    @contextmanager
    def measured(self, what: str) -> Iterator[None]:
        """What happens inside is what somebody waits for."""
        began = monotonic()
        yield
        self.waits.append(Wait(what, began, monotonic()))

    def note_failed(self, how: str) -> None:
        """A request had no answer, or a 5xx."""
        self.failed[how] += 1

    def held_up_by(self, wait: Wait) -> list[Fault]:
        """The faults in the way of a wait."""
        return [fault for fault in self.faults if fault.holds_up(wait.began, wait.ended)]

    def table(self) -> str:
        """What an engineer reads at the end: the waits, then each kind of fault with those that it held up."""
        lines = [f"{'':32}{'waits':>8}{'p50':>8}{'p99':>8}{'longest':>9}   seconds"]
        lines.append(_row("everybody", self.waits))
        lines.append(_row("nothing in the way", [wait for wait in self.waits if not self.held_up_by(wait)]))
        for kind, count in Counter(fault.kind for fault in self.faults).most_common():
            held = [wait for wait in self.waits if any(fault.kind == kind for fault in self.held_up_by(wait))]
            lines.append(_row(f"{count} × {kind}", held))
        lines.append(f"\nThe longest, and what was in the way; {sum(wait.seconds > NOTICED for wait in self.waits)} took over a second:")
        lines += self._longest()
        lines.append(f"\nSent again: {', '.join(f'{count} × {how}' for how, count in self.failed.most_common()) or 'nothing'}")
        return "\n".join(lines)

    def _longest(self) -> list[str]:
        """The longest wait of each moment, a few: those who wait beside it had the same in their way."""
        told: dict[str, str] = {}
        for wait in sorted(self.waits, key=lambda wait: -wait.seconds):
            faults = ", ".join(f"{fault.kind} {fault.whom}".strip() for fault in self.held_up_by(wait)) or "nothing"
            told.setdefault(faults, f"  {wait.seconds:6.1f}  {wait.what} (at {wait.began - self.begun:.0f} s): {faults}")
        return list(told.values())[:SHOWN]


def _row(title: str, waits: list[Wait]) -> str:
    if not waits:
        return f"{title:32}{0:8}"
    seconds = sorted(wait.seconds for wait in waits)
    p50, p99 = seconds[len(seconds) // 2], seconds[min(len(seconds) - 1, len(seconds) * 99 // 100)]
    return f"{title:32}{len(seconds):8}{p50:8.2f}{p99:8.2f}{seconds[-1]:9.1f}"
