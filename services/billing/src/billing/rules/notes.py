"""What the Region writes to an organisation about an invoice, without deciding it (BIL-7)."""

from uuid import UUID

from chassis.decision import Decision
from contracts.account.ledger import Ledger
from contracts.answers import PersonalRef
from contracts.billing import InvoiceNoted, NoteInvoice
from contracts.personal import stripped
from contracts.refusals.common import EmptyNote

from .erasure import refuse_texts
from .text import written


def note(ledger: Ledger, command: NoteInvoice, note_id: UUID) -> Decision[Ledger]:
    """The note is told, whatever became of the invoice; its text travels on `personal` alone.

    Raises UnknownInvoice, EmptyNote, PeopleAreErased.
    """
    refuse_texts(ledger)
    invoice = ledger.invoice(command.invoice_id)
    if not (noted := stripped(command.text)):
        raise EmptyNote(field="text")
    text = written(ledger, f"note-{note_id}", noted)
    event = InvoiceNoted(invoice_id=invoice.invoice_id, note_id=note_id, text=PersonalRef(id=text.id, version=text.version))
    return Decision(ledger, (event,), records=(text,))
