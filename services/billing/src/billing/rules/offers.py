"""What can be invoiced (BIL-2 to BIL-5, BIL-11): every invoice that could be confirmed now or in its window, and why a balance cannot."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from contracts.billing import BillableMonth, InvoicesOffered, Offer
from contracts.codes import Frequency, InvoiceKind
from contracts.month import Month
from contracts.refusals import Refusal
from contracts.refusals.billing import (
    BalanceAlreadyIssued,
    BalanceBeforeClosing,
    BalanceBeforeCorrection,
    BalanceBeforeDecision,
    BalanceBeforeDeclaration,
    BalanceBeforeReport,
)

from .amounts import amount_of, billable
from .ledger import DeclaredMonth, Issued, Ledger, Report
from .tax import taxed

LAST_ORDINAL = 3
MONTHS_OF_A_QUARTER = 3


def offered(ledger: Ledger) -> InvoicesOffered:
    """What `ledger` offers to invoice, with each month's lines and shares (BIL-2) and the realised rate (ACT-3)."""
    if ledger.frequency is None:
        return InvoicesOffered(months=(), offers=())
    offers = tuple(offers_of(ledger))
    covered = {month for offer in offers for month in offer.months}
    months = tuple(_billable(ledger, declared) for declared in ledger.free)
    waiting = tuple(month.month for month in months if month.month not in covered)
    return InvoicesOffered(months=months, offers=offers, waiting=waiting, realised=realised(ledger))


def offers_changed(before: Ledger | None, after: Ledger) -> tuple[InvoicesOffered, ...]:
    """What the log says when `after` offers something else than `before`; nothing when it does not."""
    now = offered(after)
    known = offered(before) if before else InvoicesOffered(months=(), offers=())
    return () if now == known else (now,)


def realised(ledger: Ledger) -> Decimal | None:
    """The realised rate of all confirmed months as it is shown: cut to four decimals, so that 0.3000 has reached 30 % (ACT-3)."""
    if not ledger.terms.planned_hours:
        return None
    return (ledger.realised_hours() / ledger.terms.planned_hours).quantize(Decimal("0.0001"), ROUND_DOWN)


def offers_of(ledger: Ledger) -> Iterator[Offer]:
    """Every invoice that the ledger allows: replacements, those of the payment frequency, the balance."""
    yield from _replacements(ledger)
    yield from _monthly(ledger) if ledger.frequency is Frequency.MONTHLY else _chained(ledger)
    if not balance_blockers(ledger):
        yield _offer(ledger, InvoiceKind.BALANCE, ledger.free, windowed=False)


def balance_blockers(ledger: Ledger) -> list[Refusal]:
    """What a balance still waits for (BIL-11); empty when it can be issued."""
    if ledger.balance:
        return [BalanceAlreadyIssued()]
    found: list[Refusal] = []
    if not ledger.closed:
        found.append(BalanceBeforeClosing())
    if ledger.report is Report.MISSING:
        found.append(BalanceBeforeReport())
    found += [BalanceBeforeCorrection(month=month) for month in ledger.reopened]
    if ledger.closed and ledger.remaining and not ledger.reopened:
        found.append(BalanceBeforeDeclaration())
    found += [BalanceBeforeDecision(legal_number=invoice.legal_number) for invoice in ledger.invoices if invoice.decision is None]
    return found


def _replacements(ledger: Ledger) -> Iterator[Offer]:
    """A rejected invoice whose months are all confirmed again, and in no other (BIL-3): it keeps its kind and ordinal."""
    free = {declared.month: declared for declared in ledger.free}
    for invoice in _replaceable(ledger).values():
        if all(month in free for month in invoice.months):
            months = tuple(free[month] for month in invoice.months)
            yield _offer(ledger, invoice.kind, months, windowed=False, ordinal=invoice.ordinal, replaces=invoice)


def _monthly(ledger: Ledger) -> Iterator[Offer]:
    """One invoice per confirmed month, in any order (BIL-3)."""
    for declared in ledger.free:
        if (declared.month,) not in _replaceable(ledger):
            yield _offer(ledger, InvoiceKind.MONTHLY, (declared,))


def _chained(ledger: Ledger) -> Iterator[Offer]:
    """Three instalments and quarters: each goes on where the last pending or accepted invoice ends (BIL-3, BIL-4)."""
    ordinal = 1 + max((invoice.ordinal or 0 for invoice in ledger.live), default=0)
    if ordinal > LAST_ORDINAL:
        return
    following = tuple(_following(ledger))
    confirmed = tuple(_until_reopened(following))
    for length in range(1, len(confirmed) + 1):
        months = confirmed[:length]
        if tuple(declared.month for declared in months) in _replaceable(ledger):
            continue
        if _reaches(ledger, months[-1].month, ordinal):
            if not _left_for_balance(ledger, months[-1].month):
                yield _offer(ledger, InvoiceKind.INSTALMENT, months, ordinal=ordinal)
        elif length == MONTHS_OF_A_QUARTER:
            yield _offer(ledger, InvoiceKind.QUARTER, months)
        elif length < MONTHS_OF_A_QUARTER and months == following and not ledger.remaining:
            # A shorter one holds all that is left: a trainee can still enter until the planned end.
            yield _offer(ledger, InvoiceKind.QUARTER, months, short=True)


def _following(ledger: Ledger) -> Iterator[DeclaredMonth]:
    last = max(ledger.held, default=None)
    return (declared for declared in ledger.months if last is None or declared.month > last)


def _until_reopened(months: Iterable[DeclaredMonth]) -> Iterator[DeclaredMonth]:
    for declared in months:
        if declared.reopened:
            return
        yield declared


def _reaches(ledger: Ledger, month: Month, ordinal: int) -> bool:
    """Whether an instalment may end with `month`: r ≥ the first threshold, ≥ the second, > the second (BIL-3). Compared unrounded."""
    first, second, _ = ledger.terms.thresholds
    hundredfold = ledger.realised_hours(month) * 100
    planned = ledger.terms.planned_hours
    if ordinal == LAST_ORDINAL:
        return hundredfold > second * planned
    return hundredfold >= (first if ordinal == 1 else second) * planned


def _left_for_balance(ledger: Ledger, month: Month) -> bool:
    """Whether r has reached the last threshold (BIL-3). It never falls, so no month before does unless this one has."""
    return ledger.realised_hours(month) * 100 >= ledger.terms.thresholds[-1] * ledger.terms.planned_hours


def _replaceable(ledger: Ledger) -> dict[tuple[Month, ...], Issued]:
    """The rejected invoices by their months, the latest of each; a balance is not replaced (BIL-3)."""
    rejected = (invoice for invoice in ledger.invoices if not invoice.live and invoice.kind is not InvoiceKind.BALANCE)
    return {invoice.months: invoice for invoice in rejected}


def _offer(
    ledger: Ledger,
    kind: InvoiceKind,
    months: tuple[DeclaredMonth, ...],
    *,
    windowed: bool = True,
    ordinal: int | None = None,
    replaces: Issued | None = None,
    short: bool = False,
) -> Offer:
    excluding_tax = sum((amount_of(declared.lines, ledger.terms.rates) for declared in months), Decimal("0.00"))
    return Offer(
        kind=kind,
        months=tuple(declared.month for declared in months),
        ordinal=ordinal,
        replaces=replaces.invoice_id if replaces else None,
        windowed=windowed,
        not_before=ledger.terms.planned_end + timedelta(days=1) if short else None,
        excluding_tax=excluding_tax,
        taxed=taxed(excluding_tax, ledger.terms.tax_regime),
    )


def _billable(ledger: Ledger, declared: DeclaredMonth) -> BillableMonth:
    return billable(declared.month, declared.lines, ledger.terms.rates)
