"""The sums at the foot of the entry grid, and what is left to realise (DEC-3, BIL-1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts import amounts
from contracts.codes import Place
from contracts.lines import FIGURES, KINDS, ZERO, figure
from gateway.areas.action.action import Action

from .grid import Entry


@dataclass(frozen=True, slots=True)
class PlaceSum:
    """Everybody's hours of the month in one place, and the place's rate."""

    attended: Decimal
    excused: Decimal
    unexcused: Decimal
    rate: Decimal

    @property
    def payable(self) -> Decimal:
        """Attended and excused hours."""
        return amounts.payable(self)

    @property
    def worth(self) -> Decimal:
        """What they would be invoiced for, in euros (BIL-1)."""
        return amounts.worth(self.payable, self.rate)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the lines that count: `counted` of `rows` do. `remaining` hours by place are still to be realised."""

    counted: int
    rows: int
    centre: PlaceSum
    company: PlaceSum
    remaining: dict[str, Decimal]

    @property
    def figures(self) -> dict[str, Decimal]:
        """The six sums, by the paths of the figures."""
        return {path: figure(self, path) or ZERO for path in FIGURES}

    @property
    def hours(self) -> Decimal:
        """All hours of the month, attended or not."""
        return sum(self.figures.values(), ZERO)

    @property
    def amount(self) -> Decimal:
        """What the month would be invoiced for, in euros."""
        return self.centre.worth + self.company.worth


def remaining(entry: Entry, action: Action, place: str) -> Decimal:
    """Planned hours of the trainee that no month holds (DEC-3); a wrong figure is none."""
    typed = [figure(entry.line, path) for path in FIGURES if path.startswith(f"{place}.") and f"{entry.key}.{path}" not in entry.errors]
    planned = entry.row.planned(Place(place), action.terms)
    return planned - entry.row.used(Place(place)) - sum((hours or ZERO for hours in typed), ZERO)


def totals(entries: Iterable[Entry], action: Action, added: Mapping[Place, Decimal] | None = None) -> Totals:
    """The sums at the foot of the grid, and with the hours `added` after admissible exits where these are shown (DEC-5)."""
    entries = list(entries)
    counted = [entry for entry in entries if entry.counted]

    def of_place(place: Place) -> PlaceSum:
        summed = {kind: sum((figure(entry.line, f"{place}.{kind}") or ZERO for entry in counted), ZERO) for kind in KINDS}
        summed["excused"] += (added or {}).get(place, ZERO)
        return PlaceSum(**summed, rate=getattr(action.terms, place).rate)

    left = {str(place): sum((remaining(entry, action, place) for entry in entries), ZERO) for place in Place}
    return Totals(len(counted), len(entries), of_place(Place.CENTRE), of_place(Place.COMPANY), left)
