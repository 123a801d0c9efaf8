"""Subcontractors and the advance, to the auditor's eyes: worked out anew from the contract and raw hours (BIL-6, BIL-10)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from auditor.finding import Promise
from auditor.promises.money import money
from contracts.awards import Advance, ContractReplaced, Subcontractor
from contracts.billing import Adjustment, Invoice
from contracts.codes import AdjustmentKind, InvoiceKind, TaxRegime, WithoutMonths
from tests.rules.auditor.story import AWARDED, OCTOBER, SEPTEMBERS, Story, declared, issue, offered

CEVENNES, THEIRS, ADVANCE = "83014132100034", UUID(int=0xA1), UUID(int=0xA2)
DEDUCTION, RECOVERY = AdjustmentKind


def asked(id_: UUID, number: int, amount: str, taxed: str, nature: WithoutMonths, **more: Any) -> Invoice:
    """An invoice without months."""
    figures = {"excluding_tax": Decimal(amount), "including_tax": Decimal(taxed), "tax": Decimal(taxed) - Decimal(amount)}
    empty = {"kind": InvoiceKind.INSTALMENT, "months": (), "lines": (), "trainees": 0, "without_months": nature}
    numbers = {"invoice_id": id_, "number": number, "legal_number": f"2007-{number:06}"}
    return SEPTEMBERS.model_copy(update={**numbers, **empty, **figures, **more})


def because_of(kind: AdjustmentKind, invoice: Invoice, amount: str) -> Adjustment:
    """A line that is no hours."""
    return Adjustment(kind=kind, invoice_id=invoice.invoice_id, legal_number=invoice.legal_number, name="X", amount=Decimal(amount))


def taking_off(invoice: Invoice, number: int, taxed: str, *lines: Adjustment) -> Invoice:
    """The same invoice, less those."""
    amount = invoice.excluding_tax + sum(line.amount for line in lines)
    figures = {"excluding_tax": amount, "including_tax": Decimal(taxed), "tax": Decimal(taxed) - amount}
    return invoice.model_copy(update={"number": number, "legal_number": f"2007-{number:06}", "adjustments": lines, **figures})


def told(*invoices: Invoice) -> set[Promise]:
    """What is found broken after these invoices: a ceiling of 500.00, an advance of 1 % that is recovered from 0 to 100 % of the price."""
    story = declared()
    named = Subcontractor(siret=CEVENNES, name="CEVENNES-GESTION", ceiling=Decimal(500), tax_regime=TaxRegime.EXEMPT)
    advance = Advance(rate=Decimal(1), recovered_from=Decimal(0), recovered_to=Decimal(100))
    terms = AWARDED.terms.model_copy(update={"subcontractors": (named,), "advance": advance})
    story.say(ContractReplaced(terms=terms, agent=AWARDED.agent, trainers=AWARDED.trainers))
    for invoice in invoices:
        issue(story, invoice)
    story.say(offered((OCTOBER, "400.00")))
    return found(story)


def found(story: Story) -> set[Promise]:
    """Which promises are broken."""
    return {finding.promise for finding in money(story.history())}


def theirs(amount: str = "500.00", issuer: str = CEVENNES) -> Invoice:
    """The subcontractor's, which is exempt of tax."""
    more = {"issuer": issuer, "subcontractor": "CEVENNES-GESTION", "tax_rate": Decimal("0.0000")}
    return asked(THEIRS, 1, amount, amount, WithoutMonths.SUBCONTRACT, **more)


def test_bil_06_a_deduction_is_found_in_order() -> None:
    assert told(theirs(), taking_off(SEPTEMBERS, 2, "321.72", because_of(DEDUCTION, theirs(), "-500.00"))) == set()


@pytest.mark.parametrize(
    "invoices",
    [
        pytest.param((theirs("500.01"), taking_off(SEPTEMBERS, 2, "321.71", because_of(DEDUCTION, theirs(), "-500.01"))), id="ceiling"),
        pytest.param((theirs(), taking_off(SEPTEMBERS, 2, "919.72")), id="not deducted"),
        pytest.param((theirs(), taking_off(SEPTEMBERS, 2, "441.32", because_of(DEDUCTION, theirs(), "-400.00"))), id="in part"),
    ],
)
def test_bil_06_what_is_not_deducted_as_it_should_be_is_found(invoices: tuple[Invoice, ...]) -> None:
    assert told(*invoices) == {Promise.AMOUNTS}


def test_bil_06_who_the_contract_does_not_name_is_found() -> None:
    assert Promise.NUMBERS in told(theirs(issuer="55208131766522"), taking_off(SEPTEMBERS, 2, "919.72"))


def test_bil_10_an_advance_and_its_recovery_are_worked_out_anew() -> None:
    price = AWARDED.terms.centre.price + AWARDED.terms.company.price
    amount = ((price - 500) / 100).quantize(Decimal("0.01"))
    with_tax = (amount * Decimal("1.196")).quantize(Decimal("0.01"))
    advance = asked(ADVANCE, 1, str(amount), str(with_tax), WithoutMonths.ADVANCE)
    due = (amount * Decimal("769.00") / price).quantize(Decimal("0.01"))
    net = ((Decimal("769.00") - due) * Decimal("1.196")).quantize(Decimal("0.01"))
    assert told(advance, taking_off(SEPTEMBERS, 2, str(net), because_of(RECOVERY, advance, str(-due)))) == set()
    assert told(advance, taking_off(SEPTEMBERS, 2, "919.72")) == {Promise.AMOUNTS}
    other = advance.model_copy(update={"excluding_tax": amount - 1})
    assert Promise.AMOUNTS in told(other)
