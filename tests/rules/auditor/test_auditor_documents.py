"""Invoices as documents, looked at from the topic, the portal's database and the log (BIL-9)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

import pikepdf
import pytest

from auditor.document import FILE, summary
from auditor.finding import Promise
from auditor.history import DOCUMENTS
from auditor.promises.documents import WHILE, documents
from contracts.billing import Invoice, InvoiceIssued
from contracts.finance import InvoiceDocument
from gateway.facturx.cii import write
from gateway.facturx.invoice import InvoiceInFull
from tests.rules.auditor.story import AWARDED, CONTRACT, FIRST, NOW, OCTOBERS, SECOND, SEPTEMBERS, Story, invoiced, opened
from tests.rules.gateway.invoices_in_full import KINDS, REGION

LATE = NOW - WHILE - timedelta(seconds=1)


def pdf(xml: bytes | None) -> bytes:
    """A page with this in it."""
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if xml is not None:
            document.attachments[FILE] = pikepdf.AttachedFileSpec(document, xml)
        document.save(made)
    return made.getvalue()


def printed(invoice: Invoice) -> bytes:
    return pdf(write(InvoiceInFull(CONTRACT, AWARDED.terms, invoice, REGION, {})))


def publish(story: Story, invoice: Invoice, content: bytes, **more: Any) -> None:
    """A record of the topic."""
    document = InvoiceDocument.of(CONTRACT, invoice.invoice_id, invoice.legal_number, content)
    story.say(document, topic=DOCUMENTS, body=summary(document.body()), **more)


def keep(story: Story, invoice: Invoice, content: bytes) -> None:
    """A row of the portal's database."""
    story.hold("gateway", "documents", invoice_id=str(invoice.invoice_id), sha256=sha256(content).hexdigest())


def in_order() -> Story:
    """Both invoices are documents; one was printed twice, and the second of these counts for nothing."""
    story = invoiced()
    for invoice in (SEPTEMBERS, OCTOBERS):
        content = printed(invoice)
        publish(story, invoice, content)
        keep(story, invoice, content)
    publish(story, SEPTEMBERS, printed(OCTOBERS))
    return story


def said(story: Story) -> list[str]:
    found = list(documents(story.history()))
    assert {finding.promise for finding in found} <= {Promise.DOCUMENTS}
    return [finding.what for finding in found]


def test_bil_09_documents_that_are_everywhere_the_first_and_say_the_logs_amounts_are_in_order() -> None:
    assert said(in_order()) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("said_elsewhere", [{}, {"excluding_tax": 1}, {"tax": 1}, {"including_tax": -1}, {"lines": 1}, {"adjustments": 1}])
def test_bil_08_a_document_of_every_kind_says_what_the_log_says_or_is_named(kind: str, said_elsewhere: dict[str, int]) -> None:
    bill, story = KINDS[kind](), opened()
    invoice, content = bill.invoice, pdf(write(bill))
    (name, more), *_ = said_elsewhere.items() or [("", 0)]
    value = getattr(invoice, name, Decimal())
    other = value + more if isinstance(value, Decimal) else tuple(each.model_copy(update={"amount": each.amount + more}) for each in value)
    story.say(InvoiceIssued(invoice=invoice.model_copy(update={name: other} if name else {})))
    publish(story, invoice, content)
    keep(story, invoice, content)
    assert len(said(story)) == bool(name and other != value)


def without_row() -> Story:
    story = in_order()
    story.held["gateway", "documents"].pop()
    return story


def without_record() -> Story:
    story = in_order()
    story.told = [each for each in story.told if each.topic != DOCUMENTS or str(SECOND).encode() not in each.body]
    return story


def of_nobody() -> Story:
    story = invoiced()
    stranger = SEPTEMBERS.model_copy(update={"invoice_id": UUID(int=9), "legal_number": "2007-000009"})
    publish(story, stranger, printed(stranger))
    keep(story, stranger, printed(stranger))
    return story


def with_content(kept: bytes, published: bytes | None = None) -> Story:
    story = invoiced()
    publish(story, SEPTEMBERS, kept if published is None else published)
    keep(story, SEPTEMBERS, kept)
    return story


@pytest.mark.parametrize(
    ("story", "what"),
    [
        pytest.param(without_row, "sur le journal et non dans la base", id="the database lacks it"),
        pytest.param(without_record, "dans la base et non sur le journal", id="nobody else has it"),
        pytest.param(lambda: with_content(printed(SEPTEMBERS), pdf(None)), "n’est pas dans la base", id="other bytes"),
        pytest.param(lambda: with_content(pdf(None)), "n’a pas de données", id="without data"),
        pytest.param(lambda: with_content(pdf(b"<none")), "n’a pas de données", id="with data that nobody can read"),
        pytest.param(lambda: with_content(b"%PDF"), "n’a pas de données", id="no PDF at all"),
        pytest.param(lambda: with_content(printed(OCTOBERS)), "dit autre chose que le journal : numéro, hors taxes", id="another's"),
        pytest.param(of_nobody, "personne n’a émise", id="an invoice of nobody's"),
    ],
)
def test_bil_09_what_is_missing_or_other_than_elsewhere_is_named(story: Callable[[], Story], what: str) -> None:
    found = said(story())
    assert any(what in finding for finding in found), found


def test_bil_09_a_record_whose_digest_is_false_or_that_somebody_else_wrote_counts_for_nothing() -> None:
    story, content = invoiced(), printed(SEPTEMBERS)
    false = InvoiceDocument.of(CONTRACT, FIRST, "2007-000001", pdf(None)).model_copy(update={"sha256": "0" * 64})
    story.say(false, topic=DOCUMENTS, body=summary(false.body()))
    publish(story, SEPTEMBERS, pdf(None), source="billing")
    publish(story, SEPTEMBERS, content)
    keep(story, SEPTEMBERS, content)
    assert said(story) == []


def test_bil_09_an_invoice_without_a_document_is_named_after_a_while_when_the_portal_has_heard_of_it() -> None:
    story = invoiced()
    assert said(story) == [], "it was issued this moment"
    story.told = [replace(told, written=LATE) for told in story.told]
    assert ["n’a pas de document" in what for what in said(story)] == [True, True]
    publish(story, SEPTEMBERS, printed(SEPTEMBERS))
    story.unread = {DOCUMENTS}
    assert len(said(story)) == 1, "one is on its way into the database"
    story.behind["gateway"] = 1
    assert said(story) == []
