"""The list of an action's trainees as it is searched, sorted and paged (TRN-7)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode

from gateway.areas.action.queries.trainees import TraineeRow
from gateway.web.listing import last_page
from gateway.web.searches import PARAMETER, Sought
from gateway.web.values import whole_number
from gateway.words.french import date_short, sortable

SIZES = (10, 25, 50)
Order = Literal["nom", "prenom", "debut", "fin", "fiche"]
ORDERS: tuple[Order, ...] = ("nom", "prenom", "debut", "fin", "fiche")


@dataclass(frozen=True, slots=True)
class TraineePage:
    """A page of the list: which rows, and what was asked for. `count` is how many match."""

    rows: tuple[TraineeRow, ...]
    count: int
    sought: Sought
    order: Order
    down: bool
    size: int
    number: int

    @property
    def search(self) -> str:
        """The words that are sought."""
        return self.sought.words

    @property
    def last(self) -> int:
        """The number of the last page."""
        return last_page(self.count, self.size)

    def query(self, *, order: Order | None = None, number: int = 1) -> str:
        """The address of the same list in another order (the other way round when it is the same), or of another page."""
        down = not self.down if order == self.order else self.down if order is None else False
        parameters = {
            "tri": order or self.order,
            "sens": "desc" if down else "asc",
            "par": self.size,
            "page": number,
            PARAMETER: self.sought.number,
        }
        return "?" + urlencode({name: value for name, value in parameters.items() if value != ""})


KEYS: dict[Order, Callable[[TraineeRow], Any]] = {
    "nom": lambda row: (sortable(row.last_name), sortable(row.first_name)),
    "prenom": lambda row: (sortable(row.first_name), sortable(row.last_name)),
    "debut": lambda row: (row.start or date.max, sortable(row.name)),
    "fin": lambda row: (row.exit_on or date.max, sortable(row.name)),
    "fiche": lambda row: (row.complete, not row.unlocked, sortable(row.name)),
}


def page_of(rows: Iterable[TraineeRow], *, sought: Sought, order: str, down: bool, size: str, number: str) -> TraineePage:
    """The rows that match, in that order (TRN-7); what cannot be read of the address is as if it were not there."""
    wanted = sortable(sought.words)
    by: Order = next((known for known in ORDERS if known == order), "nom")
    matching = [row for row in rows if wanted in sortable(row.name) or wanted in date_short(row.start)]
    matching.sort(key=KEYS[by], reverse=down)
    per = next((known for known in SIZES if known == whole_number(size)), SIZES[0])
    last = last_page(len(matching), per)
    at = min(max(whole_number(number) or 1, 1), last)
    return TraineePage(tuple(matching[(at - 1) * per : at * per]), len(matching), sought, by, down, per, at)
