"""Every invoice's XML is a Factur-X of profile EN 16931, and its figures are those that billing said (BIL-8, BIL-9)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from lxml import etree

from gateway.facturx.cii import NAMES, write
from gateway.facturx.invoice import InvoiceInFull
from tests.facturx import faults
from tests.rules.gateway.invoices_in_full import KINDS, corrected, deducted, month, recovered, refunded, subcontracted


def said(bill: InvoiceInFull, *path: str) -> list[str]:
    """The texts at this path of its XML."""
    found = etree.fromstring(write(bill)).iterfind(".//" + "/".join(f"ram:{name}" for name in path), NAMES)
    return ["".join(each.itertext()).strip() for each in found]


def sums(bill: InvoiceInFull) -> dict[str, str]:
    """Its totals, by their names."""
    (total,) = etree.fromstring(write(bill)).iterfind(".//ram:SpecifiedTradeSettlementHeaderMonetarySummation", NAMES)
    return {etree.QName(each).localname.removesuffix("Amount"): each.text or "" for each in total}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_invoice_keeps_the_norm_and_the_french_rules(kind: str) -> None:
    assert faults(write(KINDS[kind]())) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [(">2445.00</ram:GrandTotalAmount", ">2446.00</ram:GrandTotalAmount"), ("PMT", "PMX"), ("ram:TypeCode>380", "ram:TypeCode>7")],
)
def test_what_is_wrong_is_found(right: str, wrong: str) -> None:
    xml = write(month())
    assert right in xml.decode()
    assert faults(xml.replace(right.encode(), wrong.encode()))


@pytest.mark.parametrize("kind", KINDS)
def test_bil_08_amounts_are_to_the_cent_those_of_the_log_with_the_other_sign_on_a_credit_note(kind: str) -> None:
    bill = KINDS[kind]()
    sign = -1 if bill.is_refund else 1
    invoice, total = bill.invoice, {name: Decimal(text) for name, text in sums(bill).items()}
    assert total["TaxBasisTotal"] == sign * invoice.excluding_tax
    assert total["TaxTotal"] == sign * invoice.tax
    assert total["GrandTotal"] == total["DuePayable"] == sign * invoice.including_tax
    assert total["ChargeTotal"] - total["AllowanceTotal"] == sign * sum(each.amount for each in invoice.adjustments)
    assert write(bill) == write(bill)


def test_bil_01_the_guides_month_is_its_hours_at_its_rates() -> None:
    bill = month()
    assert said(bill, "BilledQuantity") == ["335.00", "100.00"]
    assert said(bill, "NetPriceProductTradePrice", "ChargeAmount") == ["7.00", "1.00"]
    assert said(bill, "SpecifiedTradeSettlementLineMonetarySummation", "LineTotalAmount") == ["2345.00", "100.00"]
    assert said(bill, "ContractReferencedDocument", "IssuerAssignedID") == ["2007QCA0266"]
    assert said(bill, "PaymentReference") == ["2007QCA0266 2007-000001"]


def test_an_exempt_issuer_says_why_and_a_taxed_one_its_number() -> None:
    exempt, taxed = month(), KINDS["a taxed holder's month"]()
    assert said(exempt, "ExemptionReasonCode") == ["VATEX-FR-CGI261-4"]
    assert said(exempt, "SpecifiedTaxRegistration", "ID") == ["732829320"]
    assert said(taxed, "ExemptionReasonCode") == []
    assert said(taxed, "SpecifiedTaxRegistration", "ID") == ["FR44732829320"]


def test_bil_06_a_subcontractors_is_in_its_name_and_taxed_for_itself() -> None:
    bill = subcontracted()
    assert said(bill, "SellerTradeParty", "Name") == ["CEVENNES-GESTION"]
    assert said(bill, "SellerTradeParty", "GlobalID") == ["83014132100034"]
    assert said(bill, "ApplicableHeaderTradeSettlement", "ApplicableTradeTax", "RateApplicablePercent") == ["19.60"]
    assert any("au nom et pour le compte de CEVENNES-GESTION" in note for note in said(bill, "IncludedNote", "Content"))


def test_bil_06_bil_10_what_is_taken_off_names_the_invoice_because_of_which_it_is() -> None:
    for bill, reason, amount in (
        (deducted(), "Déduction de la facture 2007-000001 de CEVENNES-GESTION", "1500.00"),
        (recovered(), "Reprise de l’avance, facture 2007-000001", "141.67"),
    ):
        assert said(bill, "SpecifiedTradeAllowanceCharge", "Reason") == [reason]
        assert said(bill, "SpecifiedTradeAllowanceCharge", "ActualAmount") == [amount]
        assert said(bill, "InvoiceReferencedDocument", "IssuerAssignedID") == ["2007-000001"]


def test_bil_07_a_correction_names_what_it_corrects_and_that_alone() -> None:
    bill = corrected()
    assert said(bill, "InvoiceReferencedDocument", "IssuerAssignedID") == ["2007-000002"]
    assert etree.fromstring(write(bill)).findtext(".//ram:TypeCode", namespaces=NAMES) == "384"


def test_bil_11_a_refund_is_a_credit_note_that_names_the_advance() -> None:
    bill = refunded()
    assert etree.fromstring(write(bill)).findtext(".//ram:TypeCode", namespaces=NAMES) == "381"
    assert sums(bill)["DuePayable"] == "388.70"
    assert said(bill, "InvoiceReferencedDocument", "IssuerAssignedID") == ["2007-000001"]
    assert said(bill, "DueDateDateTime") == []


def test_no_document_says_amounts_that_do_not_add_up() -> None:
    bill = month()
    with pytest.raises(ValueError, match="make 2445"):
        replace(bill, invoice=bill.invoice.model_copy(update={"excluding_tax": Decimal("2445.01")}))
    with pytest.raises(ValueError, match="with tax"):
        replace(bill, invoice=bill.invoice.model_copy(update={"including_tax": Decimal("2445.01")}))
    with pytest.raises(ValueError, match="not known"):
        replace(corrected(), named={})
