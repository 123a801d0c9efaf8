"""Three instalments, and quarters between them: each goes on where the last pending or accepted invoice ends (BIL-3, BIL-4)."""

from collections.abc import Sequence
from decimal import Decimal

from ..billing import Nature
from ..codes import InvoiceKind
from ..month import Month
from ..refusals import Refusal
from ..refusals.billing import (
    InstalmentsExhausted,
    MonthNotConfirmed,
    MonthsBeforeLastInvoice,
    MonthsMissing,
    MonthsWaitForBalance,
    QuarterReachesThreshold,
    QuarterTooLong,
    QuarterTooShort,
    ThresholdNotPassed,
    ThresholdNotReached,
)
from .ledger import DeclaredMonth, Ledger

LAST_ORDINAL = 3
MONTHS_OF_A_QUARTER = 3


def following(ledger: Ledger) -> tuple[DeclaredMonth, ...]:
    """The declared months after the last invoiced one, reopened ones too."""
    last = ledger.last_invoiced
    return tuple(declared for declared in ledger.months if last is None or declared.month > last)


def next_ordinal(ledger: Ledger, months: Sequence[Month]) -> int:
    """Which instalment one of `months` would be (BIL-3): one more than the highest that is pending or accepted, or rejected and can still
    be replaced beside it. An ordinal that waits for its replacement is taken: 4 means that there is none left.
    """
    held, chosen = ledger.held, set(months)
    waiting = (invoice for invoice in ledger.replaceable.values() if held.isdisjoint(invoice.months) and chosen.isdisjoint(invoice.months))
    return 1 + max((invoice.ordinal or 0 for invoice in (*ledger.live, *waiting)), default=0)


def against_going_on(ledger: Ledger, nature: Nature, months: tuple[Month, ...]) -> list[Refusal]:
    """Why confirmed, free `months` are no next instalment or quarter; nothing when they are."""
    if gap := _gap(ledger, months):
        return gap
    ordinal = next_ordinal(ledger, months)
    if ordinal > LAST_ORDINAL:
        return [InstalmentsExhausted(field="months")]
    month, threshold = months[-1], threshold_of(ledger, ordinal)
    if not _reaches(ledger, month, ordinal):
        if nature is InvoiceKind.QUARTER:
            return _against_quarter(ledger, months)
        missed = ThresholdNotPassed if ordinal == LAST_ORDINAL else ThresholdNotReached
        return [_at(ledger, month, missed, ordinal, threshold)]
    if _waits_for_balance(ledger, month):
        return [_at(ledger, month, MonthsWaitForBalance, ordinal, ledger.terms.thresholds[-1])]
    return [_at(ledger, month, QuarterReachesThreshold, ordinal, threshold)] if nature is InvoiceKind.QUARTER else []


def _gap(ledger: Ledger, months: tuple[Month, ...]) -> list[Refusal]:
    """What makes `months` other than all those from the last invoiced one on to the last of them, each confirmed."""
    last = ledger.last_invoiced
    if last and (before := tuple(month for month in months if month < last)):
        return [MonthsBeforeLastInvoice(field="months", months=before, last=last)]
    skipped = [declared for declared in following(ledger) if declared.month < months[-1] and declared.month not in months]
    wrong: list[Refusal] = [
        MonthNotConfirmed(field="months", item=declared.month, month=declared.month) for declared in skipped if declared.reopened
    ]
    if missing := tuple(declared.month for declared in skipped if not declared.reopened):
        wrong.append(MonthsMissing(field="months", months=missing))
    return wrong


def _against_quarter(ledger: Ledger, months: tuple[Month, ...]) -> list[Refusal]:
    """Three months, or all that is left: no other is declared after them, and none is still to declare (BIL-4)."""
    if len(months) > MONTHS_OF_A_QUARTER:
        return [QuarterTooLong(field="months", count=len(months))]
    if len(months) == MONTHS_OF_A_QUARTER:
        return []
    last = ledger.last_invoiced
    known = {declared.month for declared in following(ledger)} | {month for month in ledger.to_declare if last is None or month > last}
    left = tuple(sorted(known.difference(months)))
    return [QuarterTooShort(field="months", count=len(months), months=left)] if left else []


def _reaches(ledger: Ledger, month: Month, ordinal: int) -> bool:
    """Whether an instalment may end with `month`: r ≥ the first threshold, ≥ the second, > the second (BIL-3). Compared unrounded."""
    hundredfold = ledger.realised_hours(month) * 100
    wanted = threshold_of(ledger, ordinal) * ledger.terms.planned_hours
    return hundredfold > wanted if ordinal == LAST_ORDINAL else hundredfold >= wanted


def threshold_of(ledger: Ledger, ordinal: int) -> Decimal:
    """The share of the planned hours, in percent, that this instalment waits for (BIL-3)."""
    first, second, _ = ledger.terms.thresholds
    return first if ordinal == 1 else second


def _waits_for_balance(ledger: Ledger, month: Month) -> bool:
    """Whether r has reached the last threshold (BIL-3). It never falls, so no month before does unless this one has."""
    return ledger.realised_hours(month) * 100 >= ledger.terms.thresholds[-1] * ledger.terms.planned_hours


def _at(ledger: Ledger, month: Month, refusal: type[Refusal], ordinal: int, percent: Decimal) -> Refusal:
    """`refusal` with the rate that is realised at the end of `month` and the threshold beside which it stands."""
    rate = ledger.realised_rate(month)
    # Of a contract without hours, nothing is left to realise.
    shown = Decimal(1) if rate is None else rate
    return refusal(field="months", month=month, ordinal=ordinal, realised=shown, threshold=percent / 100)
