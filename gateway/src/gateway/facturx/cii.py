"""An invoice as UN/CEFACT Cross Industry Invoice, of Factur-X's profile EN 16931: pure, and the same bytes for the same values.

Every amount is the log's. A credit note (BIL-11: the Region is owed something) says them all with the other sign, as the norm wants
it. What an invoice deducts and recovers is taken off before tax: so it is an allowance of the document (BG-20), or a charge (BG-21) when
it is given back, and no amount that was paid already (BT-113), which is taken off what includes tax.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from lxml import etree
from lxml.builder import ElementMaker

from contracts.billing import InvoiceLine
from contracts.codes import Place
from contracts.month import Month
from gateway.words.french import hours, month, plural

from .invoice import NOTHING, InvoiceInFull, Party, because
from .mentions import EXEMPTION, EXEMPTION_CODE, mentions, object_of, terms_of_payment, title_of

FILE_NAME = "factur-x.xml"
GUIDELINE = "urn:cen.eu:en16931:2017"
NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
RSM, RAM, UDT, QDT = (ElementMaker(namespace=namespace, nsmap=NAMES) for namespace in NAMES.values())
Node: TypeAlias = Any
"""An element: lxml says no types."""
INVOICE, PREPAYMENT, CORRECTION, CREDIT_NOTE = "380", "386", "384", "381"
"""Kinds of documents (BT-3, UNTDID 1001)."""
SERVICES, FINAL, SUBCONTRACTED = "S1", "S4", "S5"
"""What is invoiced, and by whom (BT-23, XP Z12-012): services; after an advance; by a subcontractor."""
SIREN, SIRET, ADDRESS = "0002", "0009", "0225"
"""Schemes of identifiers (ISO 6523, EAS)."""
HOUR, ONE = "HUR", "C62"
TO_AN_ACCOUNT = "42"
"""A payment to a bank account (UNTDID 4461) that the Region knows: a credit transfer, 30, would have to name it."""
PLACES = {Place.CENTRE: "Formation en centre", Place.COMPANY: "Formation en entreprise"}
NO_TEXT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(bill: InvoiceInFull) -> bytes:
    """The XML, UTF-8."""
    root = RSM.CrossIndustryInvoice(
        RSM.ExchangedDocumentContext(
            RAM.BusinessProcessSpecifiedDocumentContextParameter(RAM.ID(_process(bill))),
            RAM.GuidelineSpecifiedDocumentContextParameter(RAM.ID(GUIDELINE)),
        ),
        RSM.ExchangedDocument(
            RAM.ID(bill.invoice.legal_number),
            RAM.TypeCode(type_of(bill)),
            RAM.IssueDateTime(_day(bill.invoice.issued_on)),
            RAM.IncludedNote(RAM.Content(_text(f"{title_of(bill)}. {object_of(bill)}.")), RAM.SubjectCode("AAI")),
            *(RAM.IncludedNote(RAM.Content(_text(said.text)), RAM.SubjectCode(said.code)) for said in mentions(bill)),
        ),
        RSM.SupplyChainTradeTransaction(*_lines(bill), _agreement(bill), _delivery(bill), _settlement(bill)),
    )
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def type_of(bill: InvoiceInFull) -> str:
    """Which kind of document it is (BT-3)."""
    if bill.is_refund:
        return CREDIT_NOTE
    if bill.is_advance:
        return PREPAYMENT
    return CORRECTION if bill.is_correction else INVOICE


def _process(bill: InvoiceInFull) -> str:
    return SUBCONTRACTED if bill.is_subcontract else FINAL if bill.recovers else SERVICES


def _lines(bill: InvoiceInFull) -> Iterator[Node]:
    lines = bill.invoice.lines
    for place, line in enumerate(lines, 1):
        quantity, name = line.attended + line.excused, f"{PLACES[line.place]}, {month(line.month)}"
        yield _line(bill, place, (name, _said_of(line)), (quantity, HOUR), line.rate, line.amount, Month(line.month))
    if not lines:  # the norm wants one; a balance may have neither months nor lines
        amount = bill.invoice.excluding_tax if bill.invoice.without_months else NOTHING
        yield _line(bill, 1, (object_of(bill), ""), (Decimal(1), ONE), amount, amount, None)


def _said_of(line: InvoiceLine) -> str:
    said = f"{plural(line.trainees, 'stagiaire')}\u00a0: {hours(line.attended)} réalisées, {hours(line.excused)} non réalisées justifiées"
    return f"{said}, dont {hours(line.maintained)} après une sortie recevable" if line.maintained else said


def _line(
    bill: InvoiceInFull,
    place: int,
    said: tuple[str, str],
    quantity: tuple[Decimal, str],
    rate: Decimal,
    amount: Decimal,
    of: Month | None,
) -> Node:
    product = RAM.SpecifiedTradeProduct(RAM.Name(_text(said[0])), *([RAM.Description(_text(said[1]))] if said[1] else []))
    return RAM.IncludedSupplyChainTradeLineItem(
        RAM.AssociatedDocumentLineDocument(RAM.LineID(str(place))),
        product,
        RAM.SpecifiedLineTradeAgreement(RAM.NetPriceProductTradePrice(RAM.ChargeAmount(f"{rate:.2f}"))),
        RAM.SpecifiedLineTradeDelivery(RAM.BilledQuantity(_signed(bill, quantity[0]), unitCode=quantity[1])),
        RAM.SpecifiedLineTradeSettlement(
            RAM.ApplicableTradeTax(RAM.TypeCode("VAT"), *_category(bill)),
            *([_period(of.first, of.last)] if of else []),
            RAM.SpecifiedTradeSettlementLineMonetarySummation(RAM.LineTotalAmount(_signed(bill, amount))),
        ),
    )


def _agreement(bill: InvoiceInFull) -> Node:
    terms = bill.terms
    return RAM.ApplicableHeaderTradeAgreement(
        RAM.SellerTradeParty(*_party(bill.issuer), *_registrations(bill)),
        RAM.BuyerTradeParty(*_party(bill.region)),
        *([RAM.BuyerOrderReferencedDocument(RAM.IssuerAssignedID(_text(terms.safir_market)))] if terms.safir_market.strip() else []),
        RAM.ContractReferencedDocument(RAM.IssuerAssignedID(bill.contract_number)),
        *(
            [RAM.SpecifiedProcuringProject(RAM.ID(_text(terms.safir_operation)), RAM.Name(_text(terms.title)))]
            if terms.safir_operation.strip()
            else []
        ),
    )


def _delivery(bill: InvoiceInFull) -> Node:
    """Where training takes place."""
    town = _text(bill.terms.location).strip()
    address = RAM.PostalTradeAddress(*([RAM.CityName(town)] if town else []), RAM.CountryID("FR"))
    return RAM.ApplicableHeaderTradeDelivery(RAM.ShipToTradeParty(address))


def _party(party: Party) -> Iterator[Node]:
    yield RAM.GlobalID(party.siret, schemeID=SIRET)
    yield RAM.Name(_text(party.name))
    yield RAM.SpecifiedLegalOrganization(RAM.ID(party.siren, schemeID=SIREN))
    lines = zip((RAM.LineOne, RAM.LineTwo, RAM.LineThree), party.address, strict=False)
    yield RAM.PostalTradeAddress(
        *([RAM.PostcodeCode(party.postcode)] if party.postcode else []),
        *(element(_text(line)) for element, line in lines),
        *([RAM.CityName(_text(party.town))] if party.town else []),
        RAM.CountryID("FR"),
    )
    yield RAM.URIUniversalCommunication(RAM.URIID(party.siren, schemeID=ADDRESS))


def _registrations(bill: InvoiceInFull) -> Iterator[Node]:
    """Who is exempt may have no number for VAT: the tax office knows them by their SIREN."""
    issuer = bill.issuer
    number = RAM.ID(issuer.vat_number, schemeID="VA") if bill.is_taxed else RAM.ID(issuer.siren, schemeID="FC")
    yield RAM.SpecifiedTaxRegistration(number)


def _settlement(bill: InvoiceInFull) -> Node:
    invoice = bill.invoice
    named = [bill.named[id_] for id_ in bill.names]
    return RAM.ApplicableHeaderTradeSettlement(
        RAM.PaymentReference(bill.payment_reference),
        RAM.InvoiceCurrencyCode("EUR"),
        RAM.SpecifiedTradeSettlementPaymentMeans(RAM.TypeCode(TO_AN_ACCOUNT), RAM.Information("Virement administratif")),
        RAM.ApplicableTradeTax(
            RAM.CalculatedAmount(_signed(bill, invoice.tax)),
            RAM.TypeCode("VAT"),
            *([] if bill.is_taxed else [RAM.ExemptionReason(_text(EXEMPTION))]),
            RAM.BasisAmount(_signed(bill, invoice.excluding_tax)),
            RAM.CategoryCode("S" if bill.is_taxed else "E"),
            *([] if bill.is_taxed else [RAM.ExemptionReasonCode(EXEMPTION_CODE)]),
            RAM.RateApplicablePercent(_rate(bill)),
        ),
        *([_period(*bill.period)] if bill.period else []),
        *_allowances(bill),
        RAM.SpecifiedTradePaymentTerms(
            RAM.Description(_text(terms_of_payment(bill))),
            *([RAM.DueDateDateTime(_day(bill.pay_by))] if invoice.including_tax > 0 else []),
        ),
        _totals(bill),
        *(
            RAM.InvoiceReferencedDocument(RAM.IssuerAssignedID(of.legal_number), RAM.FormattedIssueDateTime(_day(of.issued_on, QDT)))
            for of in named
        ),
    )


def _allowances(bill: InvoiceInFull) -> Iterator[Node]:
    for each, amount in _adjusted(bill):
        yield RAM.SpecifiedTradeAllowanceCharge(
            RAM.ChargeIndicator(UDT.Indicator("true" if amount > 0 else "false")),
            RAM.ActualAmount(f"{abs(amount):.2f}"),
            RAM.Reason(_text(each)),
            RAM.CategoryTradeTax(RAM.TypeCode("VAT"), *_category(bill)),
        )


def _adjusted(bill: InvoiceInFull) -> list[tuple[str, Decimal]]:
    return [(because(each), -each.amount if bill.is_refund else each.amount) for each in bill.invoice.adjustments]


def _totals(bill: InvoiceInFull) -> Node:
    invoice, adjusted = bill.invoice, [amount for _, amount in _adjusted(bill)]
    of_lines = invoice.excluding_tax - sum((each.amount for each in invoice.adjustments), NOTHING)
    return RAM.SpecifiedTradeSettlementHeaderMonetarySummation(
        RAM.LineTotalAmount(_signed(bill, of_lines)),
        RAM.ChargeTotalAmount(f"{sum((amount for amount in adjusted if amount > 0), NOTHING):.2f}"),
        RAM.AllowanceTotalAmount(f"{sum((-amount for amount in adjusted if amount < 0), NOTHING):.2f}"),
        RAM.TaxBasisTotalAmount(_signed(bill, invoice.excluding_tax)),
        RAM.TaxTotalAmount(_signed(bill, invoice.tax), currencyID="EUR"),
        RAM.GrandTotalAmount(_signed(bill, invoice.including_tax)),
        RAM.DuePayableAmount(_signed(bill, invoice.including_tax)),
    )


def _category(bill: InvoiceInFull) -> tuple[Node, Node]:
    return RAM.CategoryCode("S" if bill.is_taxed else "E"), RAM.RateApplicablePercent(_rate(bill))


def _rate(bill: InvoiceInFull) -> str:
    return f"{bill.invoice.tax_rate * 100:.2f}"


def _period(first: date, last: date) -> Node:
    return RAM.BillingSpecifiedPeriod(RAM.StartDateTime(_day(first)), RAM.EndDateTime(_day(last)))


def _day(day: date, of: ElementMaker = UDT) -> Node:
    return of.DateTimeString(f"{day:%Y%m%d}", format="102")


def _signed(bill: InvoiceInFull, value: Decimal) -> str:
    """With the other sign on a credit note; zero has none."""
    return f"{(-value if bill.is_refund else value) + 0:.2f}"


def _text(text: str) -> str:
    """Without what XML cannot say, whatever somebody once typed."""
    return NO_TEXT.sub("", text)
