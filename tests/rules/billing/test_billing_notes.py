from uuid import UUID

import pytest

from billing.rules.notes import note
from contracts.billing import InvoiceNoted, NoteInvoice
from contracts.codes import Decision
from contracts.refusals.billing import UnknownInvoice
from contracts.refusals.common import EmptyNote
from tests.rules.billing.billed_action import MONTHLY, BilledAction

NOTE = UUID(int=7)


def february() -> tuple[BilledAction, UUID]:
    """One pending invoice of February 2007."""
    action = BilledAction()
    action.confirm("2007-02", "489")
    return action, action.issue(MONTHLY, "2007-02", on="2007-03-05").invoice_id


@pytest.mark.parametrize("decision", [None, *Decision])
def test_bil_07_a_note_changes_nothing_of_the_account_and_its_text_only_travels_on_personal(decision: Decision | None):
    action, invoice = february()
    if decision:
        action.decide(invoice, decision, on="2007-03-12")
    noted = note(action.ledger, NoteInvoice(invoice_id=invoice, text=" Joignez la feuille de DURAND.\0 "), NOTE)
    assert noted.state is action.ledger and not noted.outside
    (event,), (record,) = noted.events, noted.records
    assert isinstance(event, InvoiceNoted) and (event.invoice_id, event.note_id) == (invoice, NOTE)
    assert (record.id, record.text) == (event.text.id, "Joignez la feuille de DURAND.")
    assert "DURAND" not in event.body().decode()


def test_bil_07_a_note_says_something_about_an_invoice_of_the_action():
    action, invoice = february()
    with pytest.raises(EmptyNote):
        note(action.ledger, NoteInvoice(invoice_id=invoice, text=" "), NOTE)
    with pytest.raises(UnknownInvoice):
        note(action.ledger, NoteInvoice(invoice_id=NOTE, text="Bonjour."), NOTE)
