"""Lists that the database searches, sorts and pages: what an address asks of one, and the addresses of its other pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, LiteralString, Self, TypeVar
from urllib.parse import urlencode

from gateway.words.french import sortable

from .searches import PARAMETER, Sought
from .values import whole_number
from .visit import Visit

PER_PAGE = 50
LAST_PAGE = 10_000
Row = TypeVar("Row")


def last_page(count: int, size: int = PER_PAGE) -> int:
    """The number of the last page of `count` rows; there is one, were it empty."""
    return max(1, -(-count // size))


def in_order(by: LiteralString, unique: LiteralString, *, down: bool) -> LiteralString:
    """ORDER BY's columns: one, up or down, and among equals one that no two rows share."""
    return by + " DESC, " + unique + " DESC" if down else by + ", " + unique


def one_after(
    place: LiteralString, by: LiteralString, unique: LiteralString, matching: LiteralString, rows: LiteralString, *, down: bool
) -> LiteralString:
    """Which row comes after the one that the parameter `place` names, of those `matching`: a query of its `unique` column.

    The one named need not match any more: it is looked up in `rows`, FROM without a condition.
    """
    then: LiteralString = "<" if down else ">"
    this = "(SELECT " + by + ", " + unique + rows + " WHERE " + unique + " = " + place + " LIMIT 1)"
    order = in_order(by, unique, down=down)
    return "SELECT " + unique + matching + " AND (" + by + ", " + unique + ") " + then + " " + this + " ORDER BY " + order + " LIMIT 1"


def over_all(
    sums: LiteralString, alone: LiteralString, joined: LiteralString, own: tuple[object, ...], others: tuple[object, ...]
) -> tuple[Any, ...]:
    """A query of `sums` over all pages, and its values. Where nothing is asked but what the list's own table knows (`own`), it goes through
    that table `alone`, an index of it has all that it needs; otherwise through what is `joined` to it, for what else is asked (`others`).
    """
    return (sums + joined, *own, *others) if any(others) else (sums + alone, *own)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: by which column, which way round, which page, with which words, through which filters."""

    order: str
    down: bool
    number: int
    sought: Sought
    filters: Mapping[str, str]
    size: int = PER_PAGE
    """How many rows a page has."""

    @classmethod
    def of(
        cls, visit: Visit, orders: Sequence[str], *, down: bool = False, filters: Sequence[str] = (), sizes: Sequence[int] = (PER_PAGE,)
    ) -> Self:
        """What the visit asks of a list with these columns and sizes of a page, the first ones by default, `down` or up; the rest is left
        aside. The size is one of the `filters`, `par`, of a list that has several.
        """
        asked = visit.request.query_params
        order, page = asked.get("tri", ""), asked.get("page", "")
        known = order in orders
        return cls(
            order=order if known else orders[0],
            down=asked.get("sens") == "desc" if known else down,
            number=max(whole_number(page, LAST_PAGE) or 1, 1),
            sought=visit.sought,
            filters={name: asked.get(name, "") for name in filters},
            size=next((size for size in sizes if str(size) == asked.get("par")), sizes[0]),
        )

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return self.size * (self.number - 1)

    @property
    def patterns(self) -> list[str]:
        """What a row must all be like (LIKE ALL), a pattern for each word that is sought, in letters that are compared (`sortable`)."""
        escaped = sortable(self.sought.words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return [f"%{word}%" for word in escaped.split()]

    def query(self, *, order: str | None = None, number: int = 1, **filters: Any) -> str:
        """The address of the list in another order (the other way round when it is the same), on another page, otherwise filtered."""
        down = not self.down if order == self.order else self.down if order is None else False
        asked = {"tri": order or self.order, "sens": "desc" if down else "", "page": number, PARAMETER: self.sought.number}
        return "?" + urlencode({name: value for name, value in (asked | dict(self.filters) | filters).items() if value not in ("", 1)})


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A page of a list: its rows, and how many there are on all pages."""

    asked: Asked
    rows: Sequence[Row]
    count: int

    @property
    def order(self) -> str:
        """The column by which it is sorted."""
        return self.asked.order

    @property
    def down(self) -> bool:
        """Whether the greatest comes first."""
        return self.asked.down

    @property
    def search(self) -> str:
        """The words that are sought."""
        return self.asked.sought.words

    @property
    def number(self) -> int:
        """Which page it is, from 1."""
        return self.asked.number

    @property
    def last(self) -> int:
        """The number of the last page."""
        return last_page(self.count, self.asked.size)

    def query(self, *, order: str | None = None, number: int = 1, **filters: Any) -> str:
        """As `Asked.query`."""
        return self.asked.query(order=order, number=number, **filters)


def page_of(asked: Asked, rows: Sequence[Row]) -> Page[Row]:
    """The page that is asked of rows that are all at hand, in their order; in the place of one after the last, the last."""
    asked = replace(asked, number=min(asked.number, last_page(len(rows), asked.size)))
    return Page(asked, rows[asked.offset : asked.offset + asked.size], len(rows))
