"""The sums at the foot of the entry grid, and what is left to realise (DEC-3, BIL-1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from contracts.codes import Place
from contracts.lines import FIGURES, ZERO, figure
from contracts.types import to_cent
from gateway.areas.action.action import Action

from .grid import Entry


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the lines that count: by figure, of the month, still to be realised by place, and what they are worth (BIL-1)."""

    counted: int
    rows: int
    figures: dict[str, Decimal]
    remaining: dict[str, Decimal]

    @property
    def hours(self) -> Decimal:
        """All hours of the month, attended or not."""
        return sum(self.figures.values(), ZERO)

    def payable(self, place: str) -> Decimal:
        """Attended and excused hours of one place."""
        return self.figures[f"{place}.attended"] + self.figures[f"{place}.excused"]

    def worth(self, action: Action, place: str) -> Decimal:
        """Hours × rate of one place, rounded to the cent (BIL-1)."""
        rate: Decimal = getattr(action.terms, place).rate
        return to_cent(self.payable(place) * rate)


def remaining(entry: Entry, action: Action, place: str) -> Decimal:
    """Planned hours of the trainee that no month holds (DEC-3); a wrong figure is none."""
    planned: Decimal = getattr(action.terms, place).hours
    typed = [figure(entry.line, path) for path in FIGURES if path.startswith(f"{place}.") and f"{entry.key}.{path}" not in entry.errors]
    return planned - entry.row.used(Place(place)) - sum((hours or ZERO for hours in typed), ZERO)


def totals(entries: Iterable[Entry], action: Action) -> Totals:
    """The sums at the foot of the grid."""
    entries = list(entries)
    counted = [entry for entry in entries if entry.counted]
    figures = {path: sum((figure(entry.line, path) or ZERO for entry in counted), ZERO) for path in FIGURES}
    left = {place: sum((remaining(entry, action, place) for entry in entries), ZERO) for place in Place}
    return Totals(len(counted), len(entries), figures, {str(place): hours for place, hours in left.items()})
