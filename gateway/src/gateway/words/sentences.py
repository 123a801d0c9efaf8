"""Sentences with figures in braces, filled as French readers expect: `{amount:money}`, `{trainee:person}`, `{lines:plural ligne}`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from string import Formatter
from typing import Any

from contracts import codes

from .french import NBSP, before_tax, date_long, date_short, de, hours, moment, money, month, months, percent, plural, with_tax
from .labels import LABELS, inside


def _invoice(invoice: Mapping[str, Any] | str) -> str:
    if isinstance(invoice, str):
        return "Facture"  # its id alone is known
    if invoice["kind"] == codes.InvoiceKind.BALANCE:
        return "Facture de solde"
    about = " (avance)" if invoice.get("without_months") == codes.WithoutMonths.ADVANCE else ""
    theirs = f" de {invoice['subcontractor']}" if invoice.get("subcontractor") else ""
    return f"Facture n°{NBSP}{invoice['number']}{theirs}{about}"


def _listed(values: str | Sequence[str]) -> Sequence[str]:
    return values.split(",") if isinstance(values, str) else values  # a refusal's figures are texts


def _days(first: str | None, last: str | None) -> str:
    return f"du {date_short(first) or '…'} au {date_short(last) or '…'}"


def _periods(periods: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{inside(period['place'], codes.Place)} {_days(period['start'], period['end'])}" for period in periods)


def _absences(absences: Sequence[Mapping[str, Any]]) -> str:
    """What is not typed yet is left out."""
    return " ; ".join(
        ", ".join(
            filter(
                None,
                (
                    inside(absence["reason"], codes.AbsenceReason),
                    inside(absence["place"], codes.Place),
                    _days(absence["start"], absence["end"]) if absence["start"] or absence["end"] else "",
                    hours(absence["hours"]) if absence["hours"] is not None else "",
                ),
            )
        )
        or "à compléter"
        for absence in absences
    )


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
    "periods": _periods,
    "absences": _absences,
    "yes": lambda value: "oui" if value else "non",
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
