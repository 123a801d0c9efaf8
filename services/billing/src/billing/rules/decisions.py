"""What the Region decides of an invoice (BIL-7), an agent or the finance system: the first decision counts."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from chassis.decision import Decision
from contracts import codes
from contracts.account.ledger import DeclaredMonth, Issued, Ledger, Report, balanced
from contracts.answers import PersonalRef
from contracts.billing import DecideInvoice, InvoiceAccepted, InvoiceRejected
from contracts.codes import DecidedBy, InvoiceKind, RejectionCode
from contracts.finance import AcceptedInvoice, InvoiceDecision, RejectedInvoice
from contracts.month import LAST_DAY_OF_WINDOW, paris_day
from contracts.personal import stripped
from contracts.refusals.billing import AlreadyDecidedOtherwise, RejectionWithoutReason, ReportNotReceived

from .erasure import refuse_texts
from .text import written

DAYS_TO_CORRECT = 15


def decide(ledger: Ledger, asked: DecideInvoice | InvoiceDecision, by: DecidedBy, at: datetime) -> Decision[Ledger]:
    """Accept or reject, at `at` (business time); an equal second decision changes nothing, whatever its reason: the first stands (FIN-2).

    Raises UnknownInvoice, AlreadyDecidedOtherwise, RejectionWithoutReason, ReportNotReceived (BIL-11), PeopleAreErased.
    """
    invoice = ledger.invoice(asked.invoice_id)
    if invoice.decision is asked.decision:
        return Decision(ledger)
    if invoice.decided_at:
        raise AlreadyDecidedOtherwise(legal_number=invoice.legal_number, day=paris_day(invoice.decided_at))
    if asked.decision is codes.Decision.REJECTED:
        refuse_texts(ledger)
        return reject(ledger, invoice, reason_of(asked), by, at)
    return accept(ledger, invoice, by, at)


def reason_of(asked: DecideInvoice | InvoiceDecision) -> tuple[RejectionCode, str]:
    """Why it is rejected. Raises RejectionWithoutReason without a code or a text (BIL-7)."""
    text = stripped(asked.text)
    if asked.code is None or not text:
        raise RejectionWithoutReason(field="code" if asked.code is None else "text")
    return asked.code, text


def accept(ledger: Ledger, invoice: Issued, by: DecidedBy, at: datetime) -> Decision[Ledger]:
    """The invoice can be paid; one of zero or less is settled by that (BIL-11). Raises ReportNotReceived for a balance without report."""
    if invoice.kind is InvoiceKind.BALANCE and ledger.report is not Report.ACKNOWLEDGED:
        raise ReportNotReceived
    day = paris_day(at)
    after = _decided(ledger, invoice, codes.Decision.ACCEPTED, at)
    event = InvoiceAccepted(invoice_id=invoice.invoice_id, decided_by=by, decided_on=day, paid=invoice.including_tax <= 0)
    fact = AcceptedInvoice(
        sequence=after.facts,
        contract_number=after.contract_number,
        invoice_id=invoice.invoice_id,
        decided_by=by,
        decided_at=at,
    )
    return Decision(after, (event,), outside=(fact,))


def reject(ledger: Ledger, invoice: Issued, reason: tuple[RejectionCode, str], by: DecidedBy, at: datetime) -> Decision[Ledger]:
    """The invoice is void and its months are to correct, in one step: nobody can invoice them in between (BIL-7). What it took off is to
    take off again, and what others took off because of it is to give back (BIL-6, BIL-10).
    """
    code, why = reason
    day = paris_day(at)
    text = written(ledger, f"rejection-{invoice.invoice_id}", why)
    after = balanced(_reopened(_decided(ledger, invoice, codes.Decision.REJECTED, at), invoice))
    event = InvoiceRejected(
        invoice_id=invoice.invoice_id,
        decided_by=by,
        decided_on=day,
        code=code,
        text=PersonalRef(id=text.id, version=text.version),
        months=invoice.months,
        correct_by=correct_by(day),
    )
    fact = RejectedInvoice(
        sequence=after.facts,
        contract_number=after.contract_number,
        invoice_id=invoice.invoice_id,
        decided_by=by,
        decided_at=at,
        code=code,
    )
    return Decision(after, (event,), records=(text,), outside=(fact,))


def correct_by(day: date) -> date:
    """Until when what was rejected on `day` can surely be confirmed again (BIL-7).

    The 15th day after: 4 March → 19 March; or the end of the window that those days reach into: 20 March → 4 April → 15 April.
    """
    last = day + timedelta(days=DAYS_TO_CORRECT)
    return max(last, last.replace(day=LAST_DAY_OF_WINDOW))


def _decided(ledger: Ledger, invoice: Issued, decision: codes.Decision, at: datetime) -> Ledger:
    decided = replace(invoice, decision=decision, decided_at=at)
    invoices = tuple(decided if other is invoice else other for other in ledger.invoices)
    return replace(ledger, invoices=invoices, facts=ledger.facts + 1)


def _reopened(ledger: Ledger, invoice: Issued) -> Ledger:
    def reopen(declared: DeclaredMonth) -> DeclaredMonth:
        return replace(declared, reopened=True) if declared.month in invoice.months else declared

    return replace(ledger, months=tuple(reopen(declared) for declared in ledger.months))
