"""Rows of a form that people add and take away: `centre.0.debut` is a field of the first row of a list named `centre`.

A row keeps its number as long as the page is open, so that nothing typed moves to another one.
"""

from collections.abc import Mapping, Sequence

from .values import Values, whole_number

MOST = 200
"""Rows of one list: more than any page of ours sends."""
Parts = Mapping[str, Sequence[str]]
"""The fields of a row, by the list's name."""


def rows(values: Values, of: str, parts: Parts) -> list[str]:
    """The names of a list's rows, in order: `centre.0`."""
    numbers: set[int] = set()
    for name in values.typed:
        list_, _, rest = name.partition(".")
        number, _, part = rest.partition(".")
        index = whole_number(number)
        if list_ == of and part in parts[of] and index is not None and len(numbers) < MOST:
            numbers.add(index)
    return [f"{of}.{index}" for index in sorted(numbers)]


def change_rows(values: Values, button: str, parts: Parts) -> bool:
    """Carry out “ajouter centre” and “supprimer centre.0”, which change the page and nothing else; False for another button."""
    verb, _, where = button.partition(" ")
    if verb == "ajouter" and where in parts:
        following = max((int(row.partition(".")[2]) for row in rows(values, where, parts)), default=-1) + 1
        values.typed |= {f"{where}.{following}.{part}": [""] for part in parts[where]}
        return True
    if verb == "supprimer" and where.partition(".")[0] in parts:
        for part in parts[where.partition(".")[0]]:
            values.typed.pop(f"{where}.{part}", None)
        return True
    return False


def is_empty(values: Values, row: str, parts: Sequence[str]) -> bool:
    """Whether nothing was typed into a row: it is none."""
    return not any(values.value(f"{row}.{part}").strip() for part in parts)
