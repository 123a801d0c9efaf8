"""Why months, or none, are no invoice (BIL-2 to BIL-4, BIL-10, BIL-11). What nothing stands against is offered: there is no second rule."""

from ..billing import Nature
from ..codes import Frequency, InvoiceKind, WithoutMonths
from ..month import Month
from ..refusals import Refusal
from ..refusals.billing import (
    BalanceAlreadyIssued,
    BalanceBeforeClosing,
    BalanceBeforeCorrection,
    BalanceBeforeDecision,
    BalanceBeforeDeclaration,
    BalanceBeforeReport,
    BalanceTakesEveryMonth,
    MonthAlreadyInvoiced,
    MonthNotConfirmed,
    NoMonthChosen,
    OneMonthAtATime,
    PaidInInstalments,
    PaidMonthly,
    ReplacementKeepsKind,
)
from .chain import against_going_on
from .ledger import Ledger, Report
from .without_months import against_advance


def against(ledger: Ledger, nature: Nature, months: tuple[Month, ...]) -> list[Refusal]:
    """Everything that stands against an invoice of that nature for `months`, which are in order; nothing when it can be confirmed, in its
    window. An invoice that replaces a rejected one has exactly its months, and nothing else is asked of it (BIL-3).
    """
    if nature is WithoutMonths.ADVANCE:
        return against_advance(ledger)
    if nature is InvoiceKind.BALANCE:
        return against_balance(ledger) or _against_part(ledger, months)
    if not months:
        return [NoMonthChosen(field="months")]
    if taken := _against_months(ledger, months):
        return taken
    if replaced := ledger.replaceable.get(months):
        return [] if replaced.kind is nature else [ReplacementKeepsKind(field="months", legal_number=replaced.legal_number)]
    if ledger.frequency is Frequency.MONTHLY:
        return _against_monthly(nature, months)
    return [PaidInInstalments(field="months")] if nature is InvoiceKind.MONTHLY else against_going_on(ledger, nature, months)


def against_balance(ledger: Ledger) -> list[Refusal]:
    """What a balance still waits for (BIL-11); nothing when it can be issued."""
    if ledger.balance:
        return [BalanceAlreadyIssued()]
    wrong: list[Refusal] = []
    if not ledger.closed:
        wrong.append(BalanceBeforeClosing())
    if ledger.report is Report.MISSING:
        wrong.append(BalanceBeforeReport())
    wrong += [BalanceBeforeCorrection(month=month) for month in ledger.reopened]
    if ledger.closed:  # Until then, months are still to come.
        wrong += [BalanceBeforeDeclaration(month=month) for month in ledger.to_declare if month not in ledger.reopened]
    return wrong + [BalanceBeforeDecision(legal_number=invoice.legal_number) for invoice in ledger.invoices if invoice.decision is None]


def _against_part(ledger: Ledger, months: tuple[Month, ...]) -> list[Refusal]:
    every = tuple(declared.month for declared in ledger.free)
    return _against_months(ledger, months) or ([] if months == every else [BalanceTakesEveryMonth(field="months", months=every)])


def _against_months(ledger: Ledger, months: tuple[Month, ...]) -> list[Refusal]:
    """Each of `months` that is not confirmed, or already in an invoice that is not rejected."""
    confirmed, held = {declared.month for declared in ledger.confirmed}, ledger.held
    wrong: list[Refusal] = []
    for month in months:
        if month not in confirmed:
            wrong.append(MonthNotConfirmed(field="months", item=month, month=month))
        elif month in held:
            wrong.append(MonthAlreadyInvoiced(field="months", item=month, month=month))
    return wrong


def _against_monthly(nature: Nature, months: tuple[Month, ...]) -> list[Refusal]:
    if nature is not InvoiceKind.MONTHLY:
        return [PaidMonthly(field="months")]
    return [OneMonthAtATime(field="months", count=len(months))] if len(months) > 1 else []
