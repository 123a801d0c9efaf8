"""What an invoice of months takes off, or gives back, because of others: what subcontractors invoiced (BIL-6), the advance (BIL-10)."""

from collections.abc import Collection, Iterator
from decimal import Decimal

from ..billing import Adjustment
from ..codes import AdjustmentKind, WithoutMonths
from ..month import Month
from ..types import to_cent
from .amounts import NOTHING
from .ledger import AdvanceTerms, Issued, Ledger


def adjustments(ledger: Ledger, months: Collection[Month], *, all_of_it: bool) -> tuple[Adjustment, ...]:
    """The lines of an invoice of these months that are no hours, in this order: what it gives back, whole; what it deducts, the oldest
    first; what it recovers. The last two go down to an invoice of 0.00, and the rest waits for the next: of 1,300.00, 1,000.00 deducted,
    300.00 of the 433.33 that are due of the advance.

    `all_of_it`: a balance takes off all that is left, whatever comes of it (BIL-11).
    """
    worth = ledger.worth(months)
    due = [(invoice, _due(ledger, invoice, worth, all_of_it=all_of_it)) for invoice in _by_cause(ledger)]
    given_back = [(invoice, amount) for invoice, amount in due if amount < 0]
    left = worth - sum((amount for _, amount in given_back), NOTHING)
    lines = [_line(ledger, invoice, -amount) for invoice, amount in given_back]
    for invoice, amount in due:
        if (taken := amount if all_of_it else min(amount, left)) > 0:
            left -= taken
            lines.append(_line(ledger, invoice, -taken))
    return tuple(lines)


def share_realised(ledger: Ledger) -> Decimal:
    """The share of the price that the months in standing invoices make (BIL-10); of no price, all of it."""
    return ledger.worth(ledger.held) / ledger.terms.price if ledger.terms.price else Decimal(1)


def target(advance: AdvanceTerms, amount: Decimal, realised: Decimal, price: Decimal) -> Decimal:
    """What is recovered of the advance, `amount`, once so much of the price is realised, rounded half up: of 500.00 between 65 and
    80 %, 33.33 at 66 %, 66.67 at 67 % (BIL-10).
    """
    begun = realised * 100 - advance.recovered_from * price
    whole = (advance.recovered_to - advance.recovered_from) * price
    return min(max(to_cent(amount * begun / whole), NOTHING), amount)  # divided once, at the end: a half cent stays one


def _by_cause(ledger: Ledger) -> Iterator[Issued]:
    """Subcontractors' invoices, then advances; each from the oldest on."""
    for of in (WithoutMonths.SUBCONTRACT, WithoutMonths.ADVANCE):
        yield from (invoice for invoice in ledger.invoices if invoice.without_months is of)


def _due(ledger: Ledger, invoice: Issued, worth: Decimal, *, all_of_it: bool) -> Decimal:
    """What is to take off because of `invoice` if there is enough to take it from; negative is to give back."""
    outstanding, advance = ledger.outstanding(invoice), ledger.terms.advance
    if invoice.without_months is not WithoutMonths.ADVANCE or advance is None or not invoice.live or all_of_it:
        return outstanding
    reached = target(advance, invoice.excluding_tax, ledger.worth(ledger.held) + worth, ledger.terms.price)
    return max(reached - ledger.taken.get(invoice.invoice_id, NOTHING), NOTHING)


def _line(ledger: Ledger, because_of: Issued, amount: Decimal) -> Adjustment:
    subcontract = ledger.terms.subcontract(because_of.subcontractor)
    return Adjustment(
        kind=AdjustmentKind.DEDUCTION if subcontract else AdjustmentKind.RECOVERY,
        invoice_id=because_of.invoice_id,
        legal_number=because_of.legal_number,
        name=subcontract.name if subcontract else ledger.terms.organisation,
        amount=amount,
    )
