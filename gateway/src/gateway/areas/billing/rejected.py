"""A rejected invoice and what is left to do about it: billing says whether it is settled, declarations which of its months (BIL-7)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.codes import InvoiceKind
from contracts.month import Window
from gateway.areas.action.action import MonthView
from gateway.areas.action.life import Life
from gateway.areas.action.queries.invoices import InvoiceView

Left = Literal["nothing", "wait", "correct", "invoice", "settle"]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rejected invoice. What is `left`: to wait until declarations has reopened its months; to correct those that are `reopened` and
    confirm them again; to invoice them again, once they are; of a balance without months, to settle what the rejection says.
    """

    view: InvoiceView
    reopened: tuple[MonthView, ...]
    left: Left
    until: date | None
    """The last day on which the corrections can be confirmed, if they can be today."""
    opens_again: Window | None
    """When they can be, otherwise."""

    @property
    def is_balance(self) -> bool:
        """What takes its place is a balance (BIL-11)."""
        return self.view.invoice.kind is InvoiceKind.BALANCE


def rejected(life: Life, view: InvoiceView) -> Rejected:
    """This rejected invoice, as it stands today."""
    reopened = tuple(month for month in life.reopened if month.rejected_invoice == view.invoice.invoice_id)
    first = reopened[0] if reopened else None
    return Rejected(
        view,
        reopened,
        _left(life, view, reopened),
        first.open_until(life.today) if first else None,
        first.opens_again(life.today) if first else None,
    )


def _left(life: Life, view: InvoiceView, reopened: tuple[MonthView, ...]) -> Left:
    of = view.invoice
    if not view.to_correct:
        return "nothing"
    if reopened:
        return "correct"
    if any(month.month in of.months and month.rejected_invoice != of.invoice_id for month in life.action.months):
        return "wait"
    return "invoice" if of.months else "settle"
