"""Sentences with figures in braces, filled as French readers expect: `{amount:money}`, `{trainee:person}`, `{lines:plural ligne}`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from string import Formatter
from typing import Any

from contracts import codes

from .french import NBSP, before_tax, date_long, de, hours, moment, money, month, months, percent, plural, with_tax
from .labels import LABELS, inside


def _invoice(invoice: Mapping[str, Any]) -> str:
    return "Facture de solde" if invoice["kind"] == codes.InvoiceKind.BALANCE else f"Facture n°{NBSP}{invoice['number']}"


def _listed(values: str | Sequence[str]) -> Sequence[str]:
    return values.split(",") if isinstance(values, str) else values  # a refusal's figures are texts


ABOUT: Mapping[str, str] = {
    codes.RequestObject.DATES: "les dates et les périodes",
    codes.RequestObject.TRAINERS: "les formateurs",
    codes.RequestObject.PLANNED_DATES: "les dates prévues",
}
"""What a request is about, but for a trainee's sheet, which has a name."""

FORMATS: Mapping[str, Callable[[Any], str]] = {
    "money": money,
    "ht": before_tax,
    "ttc": with_tax,
    "hours": hours,
    "date": date_long,
    "datetime": moment,
    "month": month,
    "months": lambda values: months(_listed(values)) if values else "aucun mois",
    "percent": percent,
    "invoice": _invoice,
    **{of.__name__: partial(inside, of=of) for of in LABELS},
}
"""What may stand after the colon, beside `person`, `about` (a request's object and trainee), and `plural` with a word. The name of a code
list gives the code's label: `{reason:NonOpeningReason}`.
"""


class French(Formatter):
    """Fills braces. `people` gives the names of the trainees that a sentence may mention; `nobody` stands for any other."""

    def __init__(self, people: Mapping[str, str], nobody: str) -> None:
        self._people, self._nobody = people, nobody

    def format_field(self, value: Any, format_spec: str) -> str:
        """One figure, written as `format_spec` says; a format that nobody knows leaves it as it is."""
        if format_spec == "person":
            return self._people.get(str(value), self._nobody)
        if format_spec == "about":
            return ABOUT.get(value["object"]) or f"la fiche {de(self._people.get(str(value['trainee']), self._nobody))}"
        if format_spec.startswith("plural "):
            return plural(value, format_spec.removeprefix("plural "))
        return FORMATS[format_spec](value) if format_spec in FORMATS else str(value)
