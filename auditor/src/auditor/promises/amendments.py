"""Amendments are numbered, say what was agreed to, and what is declared runs to the planned end as amended (REQ-3, REQ-4, DEC-1)."""

from collections.abc import Iterator
from datetime import date

from contracts.awards import ActionAwarded
from contracts.declarations import AmendmentGranted, DeclarationsChanged
from contracts.month import Month
from contracts.requests import ContractAmended

from ..finding import Finding, Promise
from ..history import History


def numbered(history: History) -> Iterator[Finding]:
    """As `actions` had it: amendments 1, 2, …, each with the dates to which `declarations` agreed and those that it took the place of."""
    count, planned, agreed = 0, (date.min, date.max), (date.min, date.max)
    for _, message in history.seen_by("actions"):
        match message:
            case ActionAwarded(terms=terms):
                planned = terms.planned_start, terms.planned_end
            case AmendmentGranted():
                agreed = message.planned_start, message.planned_end
            case ContractAmended(number=number):
                count += 1
                dates = message.planned_start, message.planned_end
                if number != count:
                    yield Finding(Promise.AMENDED, history.key, f"avenant {number} après {count - 1} avenants")
                if dates != agreed or (message.start_before, message.end_before) != planned:
                    what = f"avenant {number} : du {dates[0]} au {dates[1]}, et non ce que declarations a accordé"
                    yield Finding(Promise.AMENDED, history.key, what)
                planned = dates


def declared(history: History) -> Iterator[Finding]:
    """As `declarations` had it: the last of its months is that of the planned end, whenever it says which there are."""
    end = date.max
    for _, message in history.seen_by("declarations"):
        match message:
            case ActionAwarded(terms=terms):
                end = terms.planned_end
            case AmendmentGranted(planned_end=planned_end):
                end = planned_end
            case DeclarationsChanged(months=months) if months and months[-1].month != Month.of(end):
                what = f"des mois à déclarer jusqu’à {months[-1].month}, pour une fin prévue le {end}"
                yield Finding(Promise.AMENDED, history.key, what)
