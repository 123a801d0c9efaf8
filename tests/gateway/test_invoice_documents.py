"""An issued invoice's document, as both sides save it (BIL-9), and as the standards that it claims have it (DOC-2)."""

from io import BytesIO
from pathlib import Path
from typing import cast
from zipfile import ZipFile

import asyncpg
import pytest

from chassis.db import Connection
from contracts.finance import InvoiceDocument
from gateway.documents.printers import Printers
from gateway.facturx.cii import FILE_NAME, write
from gateway.facturx.document import make
from gateway.settings import SEARCH_PATH
from gateway.words.french import file_size
from gateway.worker.printing import keep
from tests.gateway.html import text_of
from tests.gateway.printed import read, shows
from tests.gateway.region_in_march import BTS, CLOSED, Told
from tests.gateway.running_portal import RunningPortal
from tests.gateway.verapdf import judged
from tests.rules.gateway.invoices_in_full import KINDS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def kept(portal: RunningPortal, document: InvoiceDocument) -> None:
    """As if the worker had read it."""
    connection = await asyncpg.connect(portal.dsn, server_settings={"search_path": SEARCH_PATH})
    await keep(cast(Connection, connection), document)
    await connection.close()


async def test_bil_09_both_sides_save_the_bytes_that_the_topic_has_and_another_organisation_none(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    invoice = told[BTS].invoices[0]
    theirs, agents = f"/actions/{BTS}/factures/{invoice.invoice_id}", f"/region/factures/{invoice.invoice_id}"
    early = await portal.secretary.get(f"{theirs}/facture.pdf")
    assert early.status_code == 202 and "en préparation" in early.text and "une fois pour toutes" in early.text
    await kept(portal, InvoiceDocument.of(BTS, invoice.invoice_id, invoice.legal_number, b"%PDF-1.7 theirs"))
    answers = [await portal.secretary.get(f"{theirs}/facture.pdf"), await portal.agent.get(f"{agents}/facture.pdf")]
    assert [answer.content for answer in answers] == [b"%PDF-1.7 theirs"] * 2
    assert {answer.headers["content-disposition"] for answer in answers} == {
        f'attachment; filename="facture-{invoice.legal_number}-{BTS}.pdf"'
    }
    for who, path in ((portal.rival, theirs), (portal.rival, agents), (portal.secretary, agents)):
        assert (await who.get(f"{path}/facture.pdf")).status_code == 404
    assert f"{theirs}/facture.pdf" in (await portal.secretary.get(theirs)).text
    assert f"{agents}/facture.pdf" in (await portal.agent.get(agents)).text


async def test_doc_01_an_invoice_that_is_a_document_is_among_those_of_its_action_and_in_their_archive(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    invoice = next(each for each in told[CLOSED].invoices if len(each.months) == 1)
    (month,), states = invoice.months, f"/actions/{CLOSED}/etats"
    name = f"facture-{invoice.legal_number}-{CLOSED}.pdf"
    assert name not in (await portal.secretary.get(states)).text
    await kept(portal, InvoiceDocument.of(CLOSED, invoice.invoice_id, invoice.legal_number, b"%PDF-1.7 theirs"))
    for who, path in ((portal.secretary, states), (portal.agent, f"/region{states}")):
        assert f"{path}/{name}" in (page := await who.get(path)).text and file_size(len(b"%PDF-1.7 theirs")) in text_of(page)
        assert (await who.get(f"{path}/{name}")).content == b"%PDF-1.7 theirs"
        assert f'src="{path}/{name.replace(".pdf", ".png")}"' in page.text
        archive = ZipFile(BytesIO((await who.get(f"{path}.zip?mois={month}")).content))
        (place,) = [each for each in archive.namelist() if each.endswith(name)]
        assert archive.read(place) == b"%PDF-1.7 theirs"
    assert f"{states}/{name}" in (await portal.secretary.get("/etats?annee=2007")).text
    assert (await portal.rival.get(f"{states}/{name}")).status_code == 404


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
