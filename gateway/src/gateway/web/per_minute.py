"""How often something was tried in this minute, in this process: whoever tries too often is let wait."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(slots=True)
class PerMinute:
    """Counts, and forgets with each minute."""

    _minute: int = 0
    _counted: Counter[tuple[Hashable, ...]] = field(default_factory=Counter)

    def count(self, *what: Hashable) -> int:
        """The how manieth time of this minute it is."""
        minute = int(monotonic() / 60)
        if minute != self._minute:
            self._minute = minute
            self._counted.clear()
        self._counted[what] += 1
        return self._counted[what]
