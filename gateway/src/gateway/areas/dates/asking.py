"""Periods between their form and their message: which field is which, what is missing (DAT-2)."""

from typing import Any

from contracts.actions import Period
from contracts.codes import Place
from gateway.areas.action.action import Action
from gateway.web.forms import Fields, Form

PLACES = {Place.CENTRE: "centre", Place.COMPANY: "entreprise"}
MOST_ROWS = 200


def shown(action: Action) -> Form:
    """The stored periods, each in fields of its own: `centre.0.debut`, `centre.0.fin`."""
    values: dict[str, Any] = {"version": action.dates_version}
    for place, word in PLACES.items():
        for index, period in enumerate(sorted((one for one in action.periods if one.place == place), key=lambda one: one.start)):
            values |= {f"{word}.{index}.debut": period.start, f"{word}.{index}.fin": period.end}
    return Form.showing(values)


def rows(form: Form) -> dict[str, list[str]]:
    """The names of the rows of each place, in order: `centre.0`."""
    found: dict[str, set[int]] = {word: set() for word in PLACES.values()}
    for name in form.typed:
        word, _, rest = name.partition(".")
        index = rest.removesuffix(".debut").removesuffix(".fin")
        if word in found and index.isdigit() and len(found[word]) < MOST_ROWS:
            found[word].add(int(index))
    return {word: [f"{word}.{index}" for index in sorted(indexes)] for word, indexes in found.items()}


def change_rows(form: Form, what: str) -> bool:
    """Carry out “Ajouter une période” and “Supprimer”, which change the page and nothing else; False for another button."""
    verb, _, where = what.partition(" ")
    if verb == "ajouter" and where in PLACES.values():
        following = max((int(row.split(".")[1]) for row in rows(form)[where]), default=-1) + 1
        form.typed |= {f"{where}.{following}.debut": [""], f"{where}.{following}.fin": [""]}
        return True
    if verb == "supprimer":
        for name in (f"{where}.debut", f"{where}.fin"):
            form.typed.pop(name, None)
        return True
    return verb != "valider"


def read_periods(form: Form) -> tuple[list[Period], list[str]]:
    """The periods that were typed, and the row of each; an empty row is none. Notes every date that is missing or cannot be read."""
    periods: list[Period] = []
    named: list[str] = []
    for place, word in PLACES.items():
        for number, row in enumerate(rows(form)[word], 1):
            form.names |= {f"{row}.debut": f"Période {number} en {word}, début", f"{row}.fin": f"Période {number} en {word}, fin"}
            if not form.value(f"{row}.debut").strip() and not form.value(f"{row}.fin").strip():
                continue
            start = form.date(f"{row}.debut", "Saisissez le début de la période, ou supprimez-la.")
            end = form.date(f"{row}.fin", "Saisissez la fin de la période, ou supprimez-la.")
            if start and end:
                periods.append(Period(place=place, start=start, end=end))
                named.append(row)
    return periods, named


def fields_of(form: Form) -> Fields:
    """The field that shows an end of a period: periods are sent in the order in which they are read."""
    _, named = read_periods(form)

    def field(path: str) -> str | None:
        _, index, end = path.split(".")
        return f"{named[int(index)]}.{'debut' if end == 'start' else 'fin'}"

    return field
