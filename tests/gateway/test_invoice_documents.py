"""An issued invoice's document, as both sides save it (BIL-9), and as the standards that it claims have it (DOC-2)."""

from pathlib import Path
from typing import cast

import asyncpg
import pytest

from chassis.db import Connection
from contracts.finance import InvoiceDocument
from gateway.documents.printers import Printers
from gateway.facturx.cii import FILE_NAME, write
from gateway.facturx.document import make
from gateway.settings import SEARCH_PATH
from gateway.worker.printing import keep
from tests.gateway.printed import read, shows
from tests.gateway.region_in_march import BTS, Told
from tests.gateway.running_portal import RunningPortal
from tests.gateway.verapdf import judged
from tests.rules.gateway.invoices_in_full import KINDS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_bil_09_both_sides_save_the_bytes_that_the_topic_has_and_another_organisation_none(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    invoice = told[BTS].invoices[0]
    theirs, agents = f"/actions/{BTS}/factures/{invoice.invoice_id}", f"/region/factures/{invoice.invoice_id}"
    early = await portal.secretary.get(f"{theirs}/facture.pdf")
    assert early.status_code == 202 and "en préparation" in early.text and "une fois pour toutes" in early.text
    connection = await asyncpg.connect(portal.dsn, server_settings={"search_path": SEARCH_PATH})
    await keep(cast(Connection, connection), InvoiceDocument.of(BTS, invoice.invoice_id, invoice.legal_number, b"%PDF-1.7 theirs"))
    await connection.close()
    answers = [await portal.secretary.get(f"{theirs}/facture.pdf"), await portal.agent.get(f"{agents}/facture.pdf")]
    assert [answer.content for answer in answers] == [b"%PDF-1.7 theirs"] * 2
    assert {answer.headers["content-disposition"] for answer in answers} == {
        f'attachment; filename="facture-{BTS}-{invoice.legal_number}.pdf"'
    }
    for who, path in ((portal.rival, theirs), (portal.rival, agents), (portal.secretary, agents)):
        assert (await who.get(f"{path}/facture.pdf")).status_code == 404
    assert f"{theirs}/facture.pdf" in (await portal.secretary.get(theirs)).text
    assert f"{agents}/facture.pdf" in (await portal.agent.get(agents)).text


async def test_each_kind_of_invoice_is_pdf_a_3a_and_pdf_ua_1_the_same_each_time_with_its_data_in_it(tmp_path: Path) -> None:
    bills = {f"{name.replace(' ', '-')}.pdf": bill() for name, bill in KINDS.items()}
    async with Printers.open() as printers:
        documents = {name: await make(bill, printers) for name, bill in bills.items()}
        first = next(iter(bills))
        assert await make(bills[first], printers) == documents[first]
    for name, bill in bills.items():
        assert read(documents[name]).attachments[FILE_NAME] == [write(bill)]
        shows(documents[name], bill.invoice.legal_number, bill.payment_reference, "Mentions légales")
    assert judged(documents, tmp_path) == {name: [] for name in bills}
