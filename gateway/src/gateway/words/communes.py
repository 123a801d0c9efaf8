"""Communes of France by postcode: which towns there are, and their INSEE codes (TRN-2)."""

import json
from functools import cache
from pathlib import Path

from .french import sortable

FILE = Path(__file__).parents[1] / "data" / "vendor" / "communes.json"


@cache
def _all() -> dict[str, list[tuple[str, str]]]:
    return {postcode: [(code, name) for code, name in towns] for postcode, towns in json.loads(FILE.read_text()).items()}


def towns(postcode: str) -> list[str]:
    """The names of a postcode's communes, in the order of the alphabet; none for a postcode that nobody has."""
    return sorted((name for _, name in _all().get(postcode, [])), key=sortable)


def insee_code(postcode: str, town: str) -> str | None:
    """The commune's code, when its name is one of the postcode's, in whatever letters: `CLERMONT L'HERAULT` at 34800 is 34079."""
    wanted = _letters(town)
    return next((code for code, name in _all().get(postcode, []) if _letters(name) == wanted), None)


def _letters(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in sortable(name)).split()
    return " ".join("saint" if word == "st" else "sainte" if word == "ste" else word for word in words)
