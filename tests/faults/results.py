"""What `make faults` found: printed as each part ends, and kept in RESULTS.md once all of them have run."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import psutil

RESULTS = Path(__file__).with_name("RESULTS.md")
PAGE = """\
# Results

`make faults KILLS={kills} SEED={seed}` on {day}: {machine}; {minutes:.0f} minutes, at a load average of
{load:.1f} (over 15 minutes, all that the machine did included): on an idle one people wait less. The seed decides what happens, in which
order and to whom, and what people choose; how far everybody is when it happens differs from run to run.

{parts}"""
SHOWN = 3
"""Of what was found wrong: the first ones tell what the others do."""


@dataclass
class Results:
    """The parts of one run, by their titles."""

    kills: int
    seed: int
    parts: dict[str, str] = field(default_factory=dict)
    begun: float = field(default_factory=monotonic)

    def tell(self, title: str, text: str) -> None:
        """Prints a part, and keeps it."""
        print(f"\n{title}\n\n{text}")  # noqa: T201
        self.parts[title] = text

    def keep(self, titles: Sequence[str]) -> None:
        """Writes the page, if all of these have run; in their order."""
        if self.parts.keys() != set(titles):
            return
        memory = psutil.virtual_memory().total / 2**30
        page = PAGE.format(
            kills=self.kills,
            seed=self.seed,
            day=datetime.now(UTC).date(),
            machine=f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}",
            load=os.getloadavg()[2],
            minutes=(monotonic() - self.begun) / 60,
            parts="\n\n".join(f"## {title}\n\n{self.parts[title]}" for title in titles),
        )
        RESULTS.write_text(f"{page}\n")


def listed(found: Sequence[object]) -> str:
    """The first of what was found, and how much there was; "nothing" when there was nothing."""
    if not found:
        return "nothing"
    return f"{len(found)} in all\n" + "\n".join(f"- {' '.join(str(each).split())[:300]}" for each in found[:SHOWN])
