"""What somebody wants, as text by field, however it came, and what is wrong with it: what every `asking.py` reads.

A form, a row of a spreadsheet and a JSON request all end here. An asking function reads the values into a command; whatever it cannot
read, or what a service would refuse anyway, it notes beside its field, all at once, and then makes none.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from contracts.refusals import Refusal
from gateway.words import french
from gateway.words.refusals import sentence

Code = TypeVar("Code", bound=StrEnum)

LINE, LONGEST = 300, 20_000
"""Characters of a field: of one line (`contracts.types.Label`), and of any (`Text`)."""
Fields = Callable[[str], str | None]
"""Which field of a form shows a field of its command; None: the fault is said of the whole."""


class Values:
    """Texts by field name (a repeated field has one per row), errors by field name, and general errors."""

    def __init__(self, typed: Mapping[str, Sequence[str]] | None = None) -> None:
        self.typed: dict[str, list[str]] = {name: list(texts) for name, texts in (typed or {}).items()}
        self.errors: dict[str, list[str]] = {}
        self.general: list[str] = []
        self.names: dict[str, str] = {}
        """What people call the fields, in the page's order: the summary of errors names them."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.errors and not self.general

    def value(self, name: str, row: int = 0) -> str:
        """What was typed into a field; nothing when it was not."""
        texts = self.typed.get(name, [])
        return texts[row] if row < len(texts) else ""

    def values(self, name: str) -> list[str]:
        """What was typed into a repeated field."""
        return self.typed.get(name, [])

    def error(self, name: str) -> str:
        """What is wrong with a field, as sentences; nothing when it is right."""
        return " ".join(self.errors.get(name, []))

    def wrong(self, name: str | None, what: str) -> None:
        """Note what is wrong with a field (or with the whole, `name` None), once."""
        noted = self.general if name is None else self.errors.setdefault(name, [])
        if what not in noted:
            noted.append(what)

    def refuse(self, name: str | None, refusal: Refusal) -> None:
        """Note, in its own words, what a service would refuse anyway."""
        for fault in refusal.faults():
            self.wrong(name, sentence(fault, {}))

    def text(self, name: str, missing: str | None = None, row: int = 0, *, most: int = LINE) -> str:
        """A field's text, trimmed; `missing` is the sentence when it is required and empty. Nothing when it is longer than `most`."""
        text = self.value(name, row).strip()
        if not text and missing:
            self.wrong(name, missing)
        return text if self.fits(name, len(text), most) else ""

    def fits(self, name: str, length: int, most: int) -> bool:
        """Whether a text is short enough; what is too long is noted, the narrowest limit alone."""
        if length > most:
            limit = french.number(Decimal(most), 0)
            self.errors[name] = [f"Ce texte a {french.plural(length, 'caractère')}, il en faut {limit} au plus. Raccourcissez-le."]
        return length <= most

    def _read(self, read: Callable[[str], Any], name: str, missing: str | None, row: int) -> Any:
        field = name if row == 0 and len(self.values(name)) < 2 else f"{name}.{row}"
        try:
            value = read(self.value(name, row))
        except french.NotRead as error:
            self.wrong(field, str(error))
            return None
        if value is None and missing:
            self.wrong(field, missing)
        return value

    def date(self, name: str, missing: str | None = None, row: int = 0) -> date | None:
        """A field's date; what cannot be read is noted."""
        return self._read(french.read_date, name, missing, row)  # type: ignore[no-any-return]

    def hours(self, name: str, missing: str | None = None, row: int = 0) -> Decimal | None:
        """A field's hours; what cannot be read is noted."""
        return self._read(french.read_hours, name, missing, row)  # type: ignore[no-any-return]

    def money(self, name: str, missing: str | None = None, row: int = 0) -> Decimal | None:
        """A field's euros; what cannot be read is noted."""
        return self._read(french.read_money, name, missing, row)  # type: ignore[no-any-return]

    def code(self, name: str, of: type[Code], missing: str | None = None, row: int = 0) -> Code | None:
        """A field's code of a list; None when nothing, or nothing of the list, was chosen."""
        chosen = self.value(name, row)
        if chosen in {code.value for code in of}:
            return of(chosen)
        if missing or chosen:
            self.wrong(name, missing or "Choisissez une valeur de la liste.")
        return None

    def flag(self, name: str, missing: str | None = None) -> bool | None:
        """`oui` or `non`; None when neither was chosen."""
        chosen = {"oui": True, "non": False}.get(self.value(name))
        if chosen is None and missing:
            self.wrong(name, missing)
        return chosen

    def version(self, name: str = "version") -> int:
        """Which version of what is changed was shown; 0 for none."""
        return whole_number(self.value(name)) or 0


def whole_number(text: str, most: int = 99_999_999) -> int | None:
    """The number that an address or a field of ours holds, in plain digits; None for anything else, or more than `most`."""
    number = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
    return number if number is not None and number <= most else None


def as_text(value: Any) -> str:
    """A stored value as a field shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return french.date_short(value)
    return french.hours_cell(value) if isinstance(value, Decimal) else str(value)
