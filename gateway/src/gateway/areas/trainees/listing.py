"""The list of an action's trainees as it is searched, sorted and paged (TRN-7)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from gateway.areas.action.queries.trainees import TraineeRow
from gateway.web.listing import Asked
from gateway.web.visit import Visit
from gateway.words.french import date_short, sortable

SIZES = (10, 25, 50)
ORDERS: dict[str, Callable[[TraineeRow], Any]] = {
    "nom": lambda row: (sortable(row.last_name), sortable(row.first_name)),
    "prenom": lambda row: (sortable(row.first_name), sortable(row.last_name)),
    "debut": lambda row: (row.start or date.max, sortable(row.name)),
    "fin": lambda row: (row.exit_on or date.max, sortable(row.name)),
    "fiche": lambda row: (row.complete, not row.unlocked, sortable(row.name)),
}


def asked_of(visit: Visit) -> Asked:
    """What the visit asks of the list: by last name and ten to a page unless it says otherwise."""
    return Asked.of(visit, list(ORDERS), filters=("par",), sizes=SIZES)


def matching(rows: Iterable[TraineeRow], asked: Asked) -> list[TraineeRow]:
    """The rows that match, in the order that is asked."""
    wanted = sortable(asked.sought.words)
    found = (row for row in rows if wanted in sortable(row.name) or wanted in date_short(row.start))
    return sorted(found, key=ORDERS[asked.order], reverse=asked.down)
