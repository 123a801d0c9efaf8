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


def known(order: str) -> Order:
    """The order that an address names; by last name when it names none."""
    return next((one for one in ORDERS if one == order), "nom")


def matching(rows: Iterable[TraineeRow], *, sought: Sought, order: str, down: bool) -> list[TraineeRow]:
    """The rows that match, in that order (TRN-7)."""
    wanted = sortable(sought.words)
    found = (row for row in rows if wanted in sortable(row.name) or wanted in date_short(row.start))
    return sorted(found, key=KEYS[known(order)], reverse=down)


def page_of(rows: Iterable[TraineeRow], *, sought: Sought, order: str, down: bool, size: str, number: str) -> TraineePage:
    """A page of the rows that match; what cannot be read of the address is as if it were not there."""
    found = matching(rows, sought=sought, order=order, down=down)
    per = next((one for one in SIZES if one == whole_number(size)), SIZES[0])
    last = last_page(len(found), per)
    at = min(max(whole_number(number) or 1, 1), last)
    return TraineePage(tuple(found[(at - 1) * per : at * per]), len(found), sought, known(order), down, per, at)
