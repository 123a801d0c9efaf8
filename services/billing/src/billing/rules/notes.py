"""What the Region writes to an organisation about an invoice, without deciding it (BIL-7)."""

from uuid import UUID

from chassis.decision import Decision
from contracts.answers import PersonalRef
from contracts.billing import InvoiceNoted, NoteInvoice
from contracts.personal import TextRecord, record_id
from contracts.refusals.billing import EmptyNote

from .ledger import Ledger


def note(ledger: Ledger, command: NoteInvoice, note_id: UUID) -> Decision[Ledger]:
    """The note is told, whatever became of the invoice; its text travels on `personal` alone. Raises UnknownInvoice, EmptyNote."""
    invoice = ledger.invoice(command.invoice_id)
    written = command.text.replace("\0", "").strip()  # PostgreSQL stores no NUL.
    if not written:
        raise EmptyNote(field="text")
    number = ledger.contract_number
    text = TextRecord(id=record_id(number, f"note-{note_id}"), version=1, contract_number=number, text=written)
    event = InvoiceNoted(invoice_id=invoice.invoice_id, note_id=note_id, text=PersonalRef(id=text.id, version=text.version))
    return Decision(ledger, (event,), records=(text,))
