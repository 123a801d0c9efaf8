"""Invoices of no months: what a subcontractor may invoice (BIL-6), and when the advance can be (BIL-10)."""

from decimal import ROUND_DOWN, Decimal

from ..billing import AdvanceStanding, Offer, SubcontractStanding
from ..codes import InvoiceKind, WithoutMonths
from ..refusals import Refusal
from ..refusals.billing import (
    AdvanceAfterClosing,
    AdvanceAlreadyIssued,
    AdvanceBeforeOpening,
    AdvanceNotPlanned,
    AdvanceTooLate,
    SubcontractAboveCeiling,
    SubcontractBeforeOpening,
    SubcontractNotPositive,
    SubcontractUnbearable,
    TooManyToDeduct,
    UnknownSubcontractor,
)
from .adjustments import share_realised
from .amounts import NOTHING
from .ledger import Ledger, Subcontract

MOST_TO_DEDUCT = 20
"""Subcontractors' invoices that wait to be deducted: each offer names them, and has to fit a message."""
SHOWN = Decimal("0.0001")


def against_subcontract(ledger: Ledger, siret: str | None, amount: Decimal) -> list[Refusal]:
    """Everything that stands against an invoice of this subcontractor for this amount, excluding tax (BIL-6): on any day after the opening,
    within its ceiling and what the holder's next invoice can bear.
    """
    if ledger.frequency is None:
        return [SubcontractBeforeOpening()]
    subcontract = ledger.terms.subcontract(siret)
    if subcontract is None:
        return [UnknownSubcontractor(field="subcontractor")]
    wrong: list[Refusal] = []
    if amount <= 0:
        wrong.append(SubcontractNotPositive(field="excluding_tax"))
    invoiced, free, to_deduct = _invoiced(ledger, subcontract), _free(ledger), ledger.to_deduct
    left = subcontract.ceiling - invoiced
    if amount > left:
        name, ceiling = subcontract.name, subcontract.ceiling
        wrong.append(SubcontractAboveCeiling(field="excluding_tax", name=name, ceiling=ceiling, invoiced=invoiced, left=left))
    if to_deduct + amount > free:
        bearable = max(free - to_deduct, NOTHING)
        wrong.append(SubcontractUnbearable(field="excluding_tax", free=free, to_deduct=to_deduct, left=bearable))
    if (count := _waiting(ledger)) >= MOST_TO_DEDUCT:
        wrong.append(TooManyToDeduct(count=count))
    return wrong


def asked_for(amount: Decimal) -> Offer:
    """What a subcontractor asks for, as if it had been offered: at any time, without months (BIL-6)."""
    kind, without_months = InvoiceKind.INSTALMENT, WithoutMonths.SUBCONTRACT
    return Offer(kind=kind, without_months=without_months, months=(), windowed=False, excluding_tax=amount, taxed=())


def against_advance(ledger: Ledger) -> list[Refusal]:
    """What stands against the advance (BIL-10): it comes between opening and closing, once, while the confirmed months are below the rate
    from which it is recovered. Where that is 0 %, while nothing is confirmed.
    """
    advance = ledger.terms.advance
    if advance is None or not advance.amount:
        return [AdvanceNotPlanned()]
    if ledger.frequency is None:
        return [AdvanceBeforeOpening()]
    if ledger.closed:
        return [AdvanceAfterClosing()]
    if ledger.advance:
        return [AdvanceAlreadyIssued()]
    declared, lower = ledger.declared, advance.recovered_from / 100
    if declared and declared >= lower * ledger.terms.price:
        return [AdvanceTooLate(lower=lower, realised=_shown(declared / ledger.terms.price))]
    return []


def subcontracts(ledger: Ledger) -> tuple[SubcontractStanding, ...]:
    """What each subcontractor has invoiced, and may invoice now."""
    bearable = NOTHING if _waiting(ledger) >= MOST_TO_DEDUCT else _free(ledger) - ledger.to_deduct
    return tuple(_standing(ledger, subcontract, bearable) for subcontract in ledger.terms.subcontracts)


def advance_standing(ledger: Ledger) -> AdvanceStanding | None:
    """How the advance stands; None when the contract has none."""
    advance, issued = ledger.terms.advance, ledger.advance
    if advance is None or not advance.amount:
        return None
    return AdvanceStanding(
        amount=advance.amount,
        recovered_from=advance.recovered_from,
        recovered_to=advance.recovered_to,
        invoiced=issued.excluding_tax if issued else NOTHING,
        recovered=ledger.taken.get(issued.invoice_id, NOTHING) if issued else NOTHING,
        realised=_shown(share_realised(ledger)),
        waits_for=tuple(fault for refusal in against_advance(ledger) for fault in refusal.faults()),
    )


def _standing(ledger: Ledger, subcontract: Subcontract, bearable: Decimal) -> SubcontractStanding:
    invoiced = _invoiced(ledger, subcontract)
    return SubcontractStanding(
        siret=subcontract.siret,
        name=subcontract.name,
        tax_regime=subcontract.tax_regime,
        ceiling=subcontract.ceiling,
        invoiced=invoiced,
        at_most=max(min(subcontract.ceiling - invoiced, bearable), NOTHING),
    )


def _invoiced(ledger: Ledger, subcontract: Subcontract) -> Decimal:
    return sum((invoice.excluding_tax for invoice in ledger.live if invoice.subcontractor == subcontract.siret), NOTHING)


def _free(ledger: Ledger) -> Decimal:
    return ledger.worth([declared.month for declared in ledger.free])


def _waiting(ledger: Ledger) -> int:
    return sum(invoice.without_months is WithoutMonths.SUBCONTRACT and bool(ledger.outstanding(invoice)) for invoice in ledger.invoices)


def _shown(share: Decimal) -> Decimal:
    """Cut to four decimals, so that what shows as 65 % has reached it."""
    return share.quantize(SHOWN, ROUND_DOWN)
