"""What the log says can be invoiced, and what each month is worth to whom (BIL-1, BIL-2)."""

from collections.abc import Iterable, Iterator

from contracts.account.amounts import billable, shares
from contracts.account.ledger import Ledger
from contracts.account.obstacles import against, against_balance
from contracts.account.offers import offers_of
from contracts.account.without_months import advance_standing, subcontracts
from contracts.answers import Fault
from contracts.billing import InvoicesOffered, MonthPriced
from contracts.codes import InvoiceKind
from contracts.refusals import Refusal


def offered(ledger: Ledger) -> InvoicesOffered:
    """What `ledger` offers to invoice, with each month's lines (BIL-2), the realised rate (ACT-3), what the rest waits for."""
    if ledger.frequency is None:
        return InvoicesOffered(months=(), offers=())
    offers = tuple(offers_of(ledger))
    covered = {month for offer in offers for month in offer.months}
    waiting = tuple(declared.month for declared in ledger.free if declared.month not in covered)
    return InvoicesOffered(
        months=tuple(billable(declared.month, declared.everybody, ledger.terms.rates) for declared in ledger.free),
        offers=offers,
        waiting=waiting,
        waits_for=_faults(against(ledger, InvoiceKind.INSTALMENT, waiting)) if waiting else (),
        balance_waits_for=_faults(against_balance(ledger)),
        to_correct=tuple(invoice.invoice_id for invoice in ledger.to_correct),
        realised=ledger.realised_rate(),
        subcontracts=subcontracts(ledger),
        to_deduct=ledger.to_deduct,
        advance=advance_standing(ledger),
    )


def changed(before: Ledger | None, after: Ledger) -> tuple[MonthPriced | InvoicesOffered, ...]:
    """What the log says when confirmed months have other shares in `after` than in `before`, and when something else is offered."""
    now = offered(after)
    known = offered(before) if before else InvoicesOffered(months=(), offers=())
    return (*priced_anew(before, after), *(() if now == known else (now,)))


def priced_anew(before: Ledger | None, after: Ledger) -> Iterator[MonthPriced]:
    """Of every confirmed month whose shares are others in `after` than in `before`, those."""
    known = {declared.month: declared.everybody for declared in before.confirmed} if before else {}
    for declared in after.confirmed:
        if declared.everybody != known.get(declared.month):
            yield MonthPriced(month=declared.month, shares=shares(declared.month, declared.everybody, after.terms.rates))


def _faults(refusals: Iterable[Refusal]) -> tuple[Fault, ...]:
    return tuple(fault for refusal in refusals for fault in refusal.faults())
