"""What will come if it goes on like this: the next invoices, what they recover of the advance, the balance. An estimate: nothing is stored.

A copy of the account is played forward by the very rules that decide. Each month to come is confirmed with its hours (`pace`), each
invoice confirmed and accepted as soon as it is offered; what the Region rejected is confirmed again as it was; at the end the action is
closed and reported, and the balance takes the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from ..billing import Offer
from ..codes import AdjustmentKind, Decision, InvoiceKind, Place
from ..month import Month, Window, beginning
from .adjustments import share_realised
from .amounts import NOTHING
from .chain import LAST_ORDINAL, next_ordinal, threshold_of
from .entering import enter
from .hours import Line, PaidHours
from .ledger import Ledger, close, declare, submit_report
from .offers import OF_FREQUENCY, offers_of
from .pace import Hours

NOBODY = UUID(int=0)
"""Whose the hours of a month to come are: of everybody together."""


@dataclass(frozen=True, slots=True)
class First:
    """An invoice that is about to be confirmed; for a `subcontractor`, by its SIRET, the offer is what was typed (BIL-6)."""

    offer: Offer
    subcontractor: str | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An invoice that would come, and why then.

    `after` is the month to come with whose confirmation it does; None when it can be confirmed as things stand. `opens` is the first day on
    which it can be. `realised` is the realised rate of the months up to its last one (ACT-3), `threshold` what it is held against, in
    percent, to be passed `strictly` or reached; None where there is none, or no hours are planned. `share` is that of the price which the
    months in invoices make then, and `to_recover` what is left of the advance (BIL-10).
    """

    offer: Offer
    after: Month | None
    opens: date
    realised: Decimal | None
    threshold: Decimal | None
    strictly: bool
    share: Decimal
    to_recover: Decimal

    @property
    def recovered(self) -> Decimal:
        """What it recovers of the advance; less than nothing when it gives back of one that was rejected."""
        return -sum((line.amount for line in self.offer.adjustments if line.kind is AdjustmentKind.RECOVERY), NOTHING)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The invoices that would come, in order, and the balance; none when one stands."""

    invoices: tuple[Foreseen, ...]
    balance: Foreseen | None

    @property
    def recoveries(self) -> tuple[Foreseen, ...]:
        """Those that recover a part of the advance, the balance too."""
        every = (*self.invoices, *((self.balance,) if self.balance else ()))
        return tuple(foreseen for foreseen in every if foreseen.recovered > 0)


def outlook(
    ledger: Ledger,
    coming: Sequence[tuple[Month, Hours]],
    today: date,
    *,
    closes_on: date,
    first: Iterable[First] = (),
) -> Outlook:
    """What would come when the months are confirmed with these hours, and, before anything else, the invoices `first`.

    The action can be closed from `closes_on` on.
    """
    account = _settled(ledger, [month for month, _ in coming])
    for chosen in first:
        account = _go_on(account, _as_offered(account, chosen), chosen.subcontractor)
    invoices: list[Foreseen] = []
    for after, hours in (None, None), *coming:
        if after and hours:
            account = _confirm(account, after, hours)
        while offer := _next(account):
            before, account = account, _go_on(account, offer)
            invoices.append(_foreseen(before, account, offer, after, _opens(offer, after, today)))
    return Outlook(tuple(invoices), _balance(account, coming, today, closes_on))


def _settled(ledger: Ledger, coming: Iterable[Month]) -> Ledger:
    """As if all that is not decided were accepted, and the reopened months that are not to come were confirmed again as they were."""
    reopened = set(ledger.reopened).intersection(coming)
    months = tuple(replace(declared, reopened=declared.month in reopened) for declared in ledger.months)
    return replace(_accepted(ledger), months=months)


def _accepted(ledger: Ledger) -> Ledger:
    invoices = tuple(replace(invoice, decision=invoice.decision or Decision.ACCEPTED) for invoice in ledger.invoices)
    return replace(ledger, invoices=invoices)


def _confirm(account: Ledger, month: Month, hours: Hours) -> Ledger:
    left = tuple(other for other in account.to_declare if other != month)
    line = Line(NOBODY, PaidHours(hours[Place.CENTRE]), PaidHours(hours[Place.COMPANY]))
    return declare(replace(account, to_declare=left), month, (line,))


def _next(account: Ledger) -> Offer | None:
    """The invoice of months that comes next. A shorter quarter waits for the planned end: what would be in it is left to the balance."""
    return next((offer for offer in offers_of(account) if offer.nature in OF_FREQUENCY and not offer.not_before), None)


def _as_offered(account: Ledger, chosen: First) -> Offer | None:
    """What was chosen, as it is offered by now; None when it is no more."""
    if chosen.subcontractor:
        return chosen.offer
    wanted = (chosen.offer.nature, chosen.offer.months)
    return next((offer for offer in offers_of(account) if (offer.nature, offer.months) == wanted), None)


def _go_on(account: Ledger, offer: Offer | None, subcontractor: str | None = None) -> Ledger:
    """With that invoice, and accepted."""
    if offer is None:
        return account
    invoice_id, at = UUID(int=len(account.invoices)), beginning(account.terms.planned_end)
    return _accepted(enter(account, offer, invoice_id, at, legal_number="", including_tax=offer.excluding_tax, subcontractor=subcontractor))


def _balance(account: Ledger, coming: Sequence[tuple[Month, Hours]], today: date, closes_on: date) -> Foreseen | None:
    ended = submit_report(close(replace(account, to_declare=())))
    offer = next((offer for offer in offers_of(ended) if offer.kind is InvoiceKind.BALANCE), None)
    if offer is None:
        return None
    last = coming[-1][0] if coming else None
    opens = max(today, closes_on, Window.after(last, today).first if last else today)
    return _foreseen(ended, _go_on(ended, offer), offer, last, opens)


def _foreseen(before: Ledger, account: Ledger, offer: Offer, after: Month | None, opens: date) -> Foreseen:
    chained = offer.months and offer.kind in (InvoiceKind.INSTALMENT, InvoiceKind.QUARTER) and not offer.replaces
    ordinal, realised = next_ordinal(before, offer.months), account.realised_rate(offer.months[-1] if offer.months else None)
    return Foreseen(
        offer=offer,
        after=after,
        opens=opens,
        realised=realised,
        threshold=threshold_of(before, ordinal) if chained and realised is not None else None,
        strictly=ordinal == LAST_ORDINAL,
        share=share_realised(account),
        to_recover=account.to_recover,
    )


def _opens(offer: Offer, after: Month | None, today: date) -> date:
    """The first day on which it can be confirmed (BIL-5): today, in a window or out of need of one."""
    if not offer.windowed:
        return after.next().first if after and after.next().first > today else today
    return max(today, Window.after(max(offer.months[-1], after or offer.months[-1]), today).first)
