"""Periods of training in a form: each in fields of its own, in a list of its place; of an action (DAT-2), or of a pathway (TRN-3)."""

from collections.abc import Iterable, Sequence
from typing import Any

from contracts.codes import Place
from contracts.periods import Period
from gateway.web import numbered
from gateway.web.values import Values, whole_number

PLACES = {Place.CENTRE: "centre", Place.COMPANY: "entreprise"}
PARTS = dict.fromkeys(PLACES.values(), ("debut", "fin"))
"""The fields of a period, by the list of its place."""


def shown(periods: Iterable[Period]) -> dict[str, Any]:
    """The periods, each in fields of its own: `centre.0.debut`, `centre.0.fin`."""
    fields: dict[str, Any] = {}
    for place, word in PLACES.items():
        there = sorted((period for period in periods if period.place == place), key=lambda period: period.start)
        for index, period in enumerate(there):
            fields |= {f"{word}.{index}.debut": period.start, f"{word}.{index}.fin": period.end}
    return fields


def rows(values: Values) -> dict[str, list[str]]:
    """The names of the rows of each place, in order: `centre.0`."""
    return {word: numbered.rows(values, word, PARTS) for word in PARTS}


def read(values: Values) -> tuple[list[Period], list[str]]:
    """The periods, and the row of each; an empty row is none."""
    periods: list[Period] = []
    named: list[str] = []
    for place, word in PLACES.items():
        for number, row in enumerate(rows(values)[word], 1):
            values.names |= {f"{row}.debut": f"Période {number} en {word}, début", f"{row}.fin": f"Période {number} en {word}, fin"}
            if numbered.is_empty(values, row, PARTS[word]):
                continue
            start = values.date(f"{row}.debut", "Saisissez le début de la période, ou supprimez-la.")
            end = values.date(f"{row}.fin", "Saisissez la fin de la période, ou supprimez-la.")
            if start and end:
                periods.append(Period(place=place, start=start, end=end))
                named.append(row)
    return periods, named


def field_of(named: Sequence[str], path: str) -> str | None:
    """The field that shows a fault of `0.start`, the first of the periods as they were read; None for a fault of all of them."""
    number, _, end = path.partition(".")
    index = whole_number(number)
    return f"{named[index]}.{'debut' if end == 'start' else 'fin'}" if index is not None and index < len(named) else None
