"""What an invoice's document says, read anew: the digest of its bytes, and the figures of the XML in it. Nothing else of it is kept."""

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from io import BytesIO

import pikepdf
from lxml import etree

from contracts.finance import InvoiceDocument

FILE = "factur-x.xml"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
NAMES = {"rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "ram": RAM}
CREDIT_NOTE = "381"
"""A kind of document (BT-3) that says the log's amounts with the other sign."""
TEXTS = {
    "numéro": "rsm:ExchangedDocument/ram:ID",
    "émetteur": ".//ram:SellerTradeParty/ram:GlobalID",
    "contrat": ".//ram:ContractReferencedDocument/ram:IssuerAssignedID",
    "monnaie": ".//ram:InvoiceCurrencyCode",
}
AMOUNTS = {
    "lignes": ".//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
    "hors taxes": ".//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxBasisTotalAmount",
    "taxe": ".//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxTotalAmount",
    "toutes taxes comprises": ".//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:GrandTotalAmount",
    "net à payer": ".//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:DuePayableAmount",
}
"""Where each figure stands."""


def summary(body: bytes) -> bytes:
    """Of a record of `gateway.documents`, as JSON: which invoice it is about, its digest, what its XML says, or null when that cannot be
    read. Empty for a record that counts for nothing, its bytes being others than it says.
    """
    try:
        document = InvoiceDocument.parse(body)
        content = document.content
    except ValueError:
        return b""
    of = {"contract": document.contract_number, "invoice_id": str(document.invoice_id), "sha256": document.sha256}
    return json.dumps(of | {"says": _says(content)}).encode()


def _says(content: bytes) -> dict[str, str | list[str]] | None:
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            xml = pdf.attachments[FILE].get_file().read_bytes()
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
        kind = root.findtext("rsm:ExchangedDocument/ram:TypeCode", namespaces=NAMES)
        sign = -1 if kind == CREDIT_NOTE else 1
        texts = {name: root.findtext(path, "", NAMES) for name, path in TEXTS.items()}
        amounts = {name: [cents(sign * Decimal(each.text)) for each in root.iterfind(path, NAMES)] for name, path in AMOUNTS.items()}
        return texts | amounts | {"retenues": [cents(sign * amount) for amount in _adjustments(root)]}
    except (pikepdf.PdfError, KeyError, etree.XMLSyntaxError, InvalidOperation, TypeError):
        return None


def _adjustments(root: etree._Element) -> Iterator[Decimal]:
    """What it takes off (BG-20), below zero, and gives back (BG-21)."""
    for each in root.iterfind(".//ram:ApplicableHeaderTradeSettlement/ram:SpecifiedTradeAllowanceCharge", NAMES):
        given_back = "".join(each.find("ram:ChargeIndicator", NAMES).itertext()).strip() == "true"
        amount = Decimal(each.findtext("ram:ActualAmount", namespaces=NAMES))
        yield amount if given_back else -amount


def cents(amount: Decimal) -> str:
    """An amount as it is compared; zero has no sign."""
    return f"{amount + 0:.2f}"
