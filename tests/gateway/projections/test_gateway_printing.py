"""Every issued invoice becomes a document, once, on the real Kafka and PostgreSQL: the topic's first record is everybody's (BIL-9)."""

from collections.abc import AsyncIterator
from decimal import Decimal
from unittest.mock import patch

import pytest
import pytest_asyncio
from lxml import etree
from prometheus_client import REGISTRY

from auditor import audit
from auditor.finding import Promise
from contracts.billing import Invoice
from contracts.envelope import Envelope, derived_id
from contracts.finance import LARGEST, InvoiceDocument, TooLarge
from gateway.documents.printers import Printers
from gateway.facturx.cii import FILE_NAME, NAMES
from gateway.facturx.invoice import InvoiceInFull
from gateway.worker import printing
from gateway.worker.printing import EVERY, Tried
from gateway.worker.rebuild import rebuild
from gateway.worker.service import service
from tests.facturx import faults
from tests.gateway.printed import read, shows
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.installation import GatewayInstallation
from tests.gateway.projections.log import at
from tests.guide import CONTRACT
from tests.infra import Infra
from tests.log import eventually
from tests.messages.auditing import audit_settings
from tests.running import running

Kept = dict[str, bytes]


class Killed(BaseException):
    """The process ends here."""


@pytest_asyncio.fixture
async def printers() -> AsyncIterator[Printers]:
    async with Printers.open() as printers:
        yield printers


def alarms() -> float:
    return REGISTRY.get_sample_value("sesame_alarms_total", {"service": "gateway", "kind": "not-printed"}) or 0


async def published(installation: GatewayInstallation) -> list[InvoiceDocument]:
    return [InvoiceDocument.parse(record.value or b"") for record in await installation.kafka.records("gateway.documents", CONTRACT)]


async def kept(installation: GatewayInstallation) -> Kept:
    rows = await installation.database.fetch("SELECT invoice_id, content FROM own.invoice_documents")
    return {str(row["invoice_id"]): row["content"] for row in rows}


async def folded(installation: GatewayInstallation) -> None:
    """The log is in the views, by a worker that prints nothing."""
    await installation.publish(log_of_an_action.closed())
    with patch.object(printing, "_missing", return_value=[]):
        async with running(service, installation.settings):
            await eventually(installation.is_folded, 60)


async def print_all(installation: GatewayInstallation, printers: Printers, tried: Tried | None = None) -> bool:
    region = printing.region_of(installation.settings)
    tried = Tried() if tried is None else tried
    return await printing.print_what_is_missing(installation.database, installation.settings, region, printers, tried)


async def test_bil_09_the_worker_publishes_each_invoice_as_one_document_and_keeps_the_same_bytes(installation: GatewayInstallation) -> None:
    await installation.publish(log_of_an_action.closed())
    async with running(service, installation.settings):
        await eventually(lambda: installation.database.fetchval("SELECT count(*) = 3 FROM own.invoice_documents"), 60)
    documents = await published(installation)
    assert {str(one.invoice_id): one.content for one in documents} == await kept(installation)
    assert len(documents) == 3
    rows = await installation.database.fetch("SELECT body FROM invoices")
    invoices = {invoice.invoice_id: invoice for row in rows if (invoice := Invoice.model_validate_json(row["body"]))}
    for document in documents:
        invoice = invoices[document.invoice_id]
        (xml,) = read(document.content).attachments[FILE_NAME]
        assert faults(xml) == []
        said = etree.fromstring(xml).findtext(".//ram:GrandTotalAmount", namespaces=NAMES)
        assert said is not None and abs(Decimal(said)) == abs(invoice.including_tax)
        shows(document.content, invoice.legal_number, "Mentions légales")


async def test_a_worker_killed_between_printing_and_publishing_has_made_nothing(
    installation: GatewayInstallation, printers: Printers
) -> None:
    await folded(installation)
    with patch.object(printing, "publish", side_effect=Killed), pytest.raises(Killed):
        await print_all(installation, printers)
    assert (await published(installation), await kept(installation)) == ([], {})
    assert await print_all(installation, printers)
    assert len(await published(installation)) == len(await kept(installation)) == 3


async def test_a_worker_killed_after_publishing_finds_its_own_records_and_prints_none_again(
    installation: GatewayInstallation, printers: Printers
) -> None:
    await folded(installation)
    with patch.object(printing, "take_in", side_effect=[None, Killed]), pytest.raises(Killed):
        await print_all(installation, printers)
    assert await kept(installation) == {}
    with patch.object(printing, "make", side_effect=AssertionError("a second one")):
        assert await print_all(installation, printers)
    documents = await published(installation)
    assert len(documents) == 3
    assert {str(one.invoice_id): one.content for one in documents} == await kept(installation)


async def test_a_restored_database_gets_the_same_bytes_back_from_the_topic(installation: GatewayInstallation, printers: Printers) -> None:
    await folded(installation)
    await print_all(installation, printers)
    before = await kept(installation)
    await installation.database.execute("TRUNCATE own.invoice_documents, own.documents_read")
    with patch.object(printing, "make", side_effect=AssertionError("a second one")):
        assert await print_all(installation, printers)
    assert await kept(installation) == before and len(await published(installation)) == 3


async def test_of_two_records_about_an_invoice_the_first_counts_and_a_false_digest_never_does(
    installation: GatewayInstallation, printers: Printers
) -> None:
    await folded(installation)
    id_ = log_of_an_action.BALANCE
    true, second = (InvoiceDocument.of(CONTRACT, id_, "2008-000003", content) for content in (b"%PDF-first", b"%PDF-second"))
    for number, document in enumerate((true.model_copy(update={"sha256": "0" * 64}), true, second)):
        made = derived_id(id_, number)
        await installation.kafka.publish(
            "gateway.documents", Envelope(made, "gateway", true.TYPE, CONTRACT, 1, at("2008-01-09"), made), document
        )
    assert await print_all(installation, printers)
    assert (await kept(installation))[str(id_)] == b"%PDF-first"
    assert len(await published(installation)) == 3 + 2


async def test_an_invoice_whose_document_fits_in_no_record_is_told_to_the_operator_and_holds_up_no_other(
    installation: GatewayInstallation, printers: Printers
) -> None:
    await folded(installation)
    before, make, tried = alarms(), printing.make, Tried()

    async def one_too_large(bill: InvoiceInFull, printers: Printers) -> bytes:
        return b"%PDF" * 200_000 if bill.invoice.invoice_id == log_of_an_action.BALANCE else await make(bill, printers)

    with patch.object(printing, "make", one_too_large):
        assert await print_all(installation, printers, tried)
        assert alarms() == before + 1
        assert len(await published(installation)) == 2 and str(log_of_an_action.BALANCE) not in await kept(installation)
        assert await print_all(installation, printers, tried)
        assert alarms() == before + 1, "it is not tried again at once"
    tried[log_of_an_action.BALANCE] -= EVERY.total_seconds()
    assert await print_all(installation, printers, tried)
    assert len(await kept(installation)) == 3


async def test_the_longest_document_fits_in_a_record(installation: GatewayInstallation) -> None:
    longest = b"%PDF" + bytes(LARGEST * 3 // 4 - 4)
    with pytest.raises(TooLarge):
        InvoiceDocument.of(CONTRACT, log_of_an_action.BALANCE, "2008-000003", longest + b" ")
    await printing.publish(installation.settings, [InvoiceDocument.of(CONTRACT, log_of_an_action.BALANCE, "2008-000003", longest)])
    assert [document.content for document in await published(installation)] == [longest]


async def test_bil_09_views_that_are_built_anew_change_no_document_and_have_none_made_again(
    installation: GatewayInstallation, printers: Printers
) -> None:
    await folded(installation)
    await print_all(installation, printers)
    before = await kept(installation)
    await rebuild(service, installation.settings, lambda _text: None)
    with patch.object(printing, "make", side_effect=AssertionError("a second one")):
        assert await print_all(installation, printers)
    assert await kept(installation) == before and len(before) == len(await published(installation)) == 3


async def test_of_the_contracts_that_changed_each_invoice_is_found_and_of_others_none(
    installation: GatewayInstallation, printers: Printers
) -> None:
    await folded(installation)
    region = printing.region_of(installation.settings)
    for among, documents in (({"2007QCA0001", "text/accueil"}, 0), ({CONTRACT}, 3)):
        assert await printing.print_what_is_missing(
            installation.database, installation.settings, region, printers, Tried(), frozenset(among)
        )
        assert len(await kept(installation)) == documents


async def test_the_auditor_finds_a_document_that_is_not_what_the_topic_has(
    infra: Infra, installation: GatewayInstallation, printers: Printers
) -> None:
    await folded(installation)
    await print_all(installation, printers)

    async def found() -> list[str]:
        every = await audit(audit_settings(infra, installation.settings.topic_prefix, {"gateway": installation.settings.database}))
        return [finding.what for finding in every if finding.promise is Promise.DOCUMENTS]

    assert await found() == []
    change = "UPDATE own.invoice_documents SET content = content || 'x'::bytea WHERE invoice_id = $1"
    await installation.database.execute(change, log_of_an_action.BALANCE)
    (what,) = await found()
    assert str(log_of_an_action.BALANCE) in what and "n’est pas dans la base" in what
