"""What a new day tells (T-2). To organisations: on the 1st, which months and which invoices can be confirmed and until when; on the 13th,
three days before the end, which still can. To agents: which invoices nobody has decided though their last day is near, or over (BIL-15).

It rests on what the services had said by that day, which no log gives back: rebuilding the views carries these notifications over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.billing import InvoicesOffered
from contracts.calendar import DayStarted
from contracts.month import LAST_DAY_OF_WINDOW, Month, Window

from .row import AGENTS, HOLDER, Figures, Notice, Tone

SOURCE = "clock"
"""Who says that a day begins."""
SAYS = "{action} : {months:months}, jusqu’au {until:date}."


@dataclass(frozen=True, slots=True)
class Windows:
    """What is told of the windows of one day of the month: those in which months, and those in which invoices can be confirmed."""

    months: Notice[DayStarted]
    invoices: Notice[DayStarted]


def _windows(which: str, tone: Tone, months: str, invoices: str) -> Windows:
    return Windows(
        Notice(HOLDER, f"window_{which}", tone, months, SAYS, "Saisir le mois", "/actions/{contract}/declarations/{months[0]}"),
        Notice(HOLDER, f"invoices_window_{which}", tone, invoices, SAYS, "Préparer la facture", "/actions/{contract}/facturation"),
    )


NOTICES: Mapping[int, Windows] = {
    1: _windows("opens", "warn", "Confirmation ouverte", "Facturation ouverte"),
    LAST_DAY_OF_WINDOW - 2: _windows("closes", "warn", "Il reste trois jours pour confirmer", "Il reste trois jours pour facturer"),
}
"""By day of the month; the 13th has three days left, itself counted (T-3)."""

UNDECIDED: Mapping[int, Notice[DayStarted]] = {
    -5: Notice(
        AGENTS,
        "invoice_due_soon",
        "warn",
        "Facture à décider sous cinq jours",
        "{organisation}, {action} : {invoice:invoice}, {including_tax:ttc}, à décider et à payer jusqu’au {pay_by:date}.",
        "Décider",
        "/region/factures/{invoice_id}",
    ),
    1: Notice(
        AGENTS,
        "invoice_late",
        "bad",
        "Facture en retard",
        "{organisation}, {action} : {invoice:invoice}, {including_tax:ttc}, devait être décidée et payée le {pay_by:date} au plus tard.",
        "Décider",
        "/region/factures/{invoice_id}",
    ),
}
"""By how many days the invoice's last one is over, or less than none: still to come."""


def last_days(day: date) -> dict[date, Notice[DayStarted]]:
    """Of invoices with which last days something is told on `day`, and what."""
    return {day - timedelta(days=over): notice for over, notice in UNDECIDED.items()}


def months_to_confirm(to_declare: Sequence[str], day: date) -> Figures | None:
    """Those of the months that need a declaration, still or again, which can be confirmed in the window of `day` (DEC-6); None: none."""
    waiting = [month for month in to_declare if month < Month.of(day)]
    return {"months": waiting, "until": day.replace(day=LAST_DAY_OF_WINDOW)} if waiting else None


def invoices_to_confirm(offered: InvoicesOffered | None, day: date) -> Figures | None:
    """The months that can be invoiced in the window that is open on `day` (BIL-5); None when there is none."""
    windowed = [offer for offer in (offered.offers if offered else ()) if offer.windowed]
    now = [offer for offer in windowed if day in Window.after(offer.months[-1], day, not_before=offer.not_before)]
    months = sorted({month for offer in now for month in offer.months})
    return {"months": months, "until": day.replace(day=LAST_DAY_OF_WINDOW)} if months else None
