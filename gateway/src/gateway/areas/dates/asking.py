"""Dates and periods of an action between what is typed and the command (DAT-2)."""

from typing import Any

from contracts.actions import Period, ValidateDates
from contracts.codes import Place
from gateway.areas.action.action import Action
from gateway.web import numbered
from gateway.web.values import Fields, Values, whole_number

PLACES = {Place.CENTRE: "centre", Place.COMPANY: "entreprise"}
PARTS = dict.fromkeys(PLACES.values(), ("debut", "fin"))
"""The fields of a period, by the list of its place."""


def shown(action: Action) -> dict[str, Any]:
    """The stored periods, each in fields of its own: `centre.0.debut`, `centre.0.fin`."""
    fields: dict[str, Any] = {"version": action.dates_version}
    for place, word in PLACES.items():
        periods = sorted((period for period in action.periods if period.place == place), key=lambda period: period.start)
        for index, period in enumerate(periods):
            fields |= {f"{word}.{index}.debut": period.start, f"{word}.{index}.fin": period.end}
    return fields


def rows(values: Values) -> dict[str, list[str]]:
    """The names of the rows of each place, in order: `centre.0`."""
    return {word: numbered.rows(values, word, PARTS) for word in PARTS}


def validate(values: Values) -> ValidateDates | None:
    """The periods, all of them (DAT-2); None when a date is missing or cannot be read."""
    periods, _ = _read(values)
    return ValidateDates(periods=tuple(periods), base_version=values.version()) if values.ok else None


def _read(values: Values) -> tuple[list[Period], list[str]]:
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


def fields_of(values: Values) -> Fields:
    """The field that shows an end of a period: periods are sent in the order in which they are read."""
    _, named = _read(values)

    def field(path: str) -> str | None:
        _, _, place = path.partition(".")  # a fault may be of all periods too
        number, _, end = place.partition(".")
        index = whole_number(number)
        return f"{named[index]}.{'debut' if end == 'start' else 'fin'}" if index is not None and index < len(named) else None

    return field
