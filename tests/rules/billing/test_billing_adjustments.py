"""Subcontractors (BIL-6), the advance (BIL-10), the balance that settles both (BIL-11): figures worked out by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from billing.rules import invoices
from contracts.account.ledger import Ledger, Unbalanced, balanced
from contracts.billing import Invoice, IssueInvoice
from contracts.codes import AdjustmentKind, Frequency, TaxRegime
from contracts.finance import IssuedInvoice
from contracts.refusals import Refusal
from contracts.refusals.common import ChangedMeanwhile
from tests.guide import SIRET
from tests.refused import codes
from tests.rules.billing.billed_action import (
    ADVANCE,
    BALANCE,
    CEVENNES,
    GARRIGUE,
    INSTALMENT,
    MONTHLY,
    SUBCONTRACT,
    BilledAction,
    instant,
    subcontractor,
    terms,
)

DEDUCTION, RECOVERY = AdjustmentKind


def action(
    *ceilings: str,
    advance: tuple[str, str, str] | None = None,
    frequency: Frequency = Frequency.MONTHLY,
    regime: TaxRegime = TaxRegime.EXEMPT,
    hours: int = 1000,
) -> BilledAction:
    """A contract of 10,000.00 at 1.00 an hour, so that a month's hours are its euros; a ceiling for each subcontractor."""
    named = tuple(subcontractor(ceiling, siret) for ceiling, siret in zip(ceilings, (CEVENNES, GARRIGUE), strict=False))
    contract = terms(centre="1.00", company="0.00", hours=(hours, 0), subcontractors=named, advance=advance, regime=regime)
    return BilledAction(frequency, contract)


def invoiced(billed: BilledAction, month: str, hours: str) -> Invoice:
    """A month is confirmed with so many euros of hours, and invoiced on the 5th after it."""
    billed.confirm(month, hours)
    year, number = month.split("-")
    return billed.issue(MONTHLY, month, on=f"{year}-{int(number) + 1:02}-05")


def lines(invoice: Invoice) -> list[tuple[AdjustmentKind, str]]:
    """What it takes off, or gives back."""
    return [(line.kind, str(line.amount)) for line in invoice.adjustments]


# Subcontractors (BIL-6)


def test_bil_06_the_next_invoice_says_for_whom_it_deducts_what():
    billed = action("1500")
    billed.confirm("2007-02", "2445")
    theirs = billed.subcontract("1500")
    ours = billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    (line,) = ours.adjustments
    assert (line.kind, line.name, line.amount) == (DEDUCTION, "CEVENNES-GESTION", Decimal("-1500.00"))
    assert (line.invoice_id, line.legal_number) == (theirs.invoice_id, theirs.legal_number)
    assert ours.excluding_tax == Decimal("945.00") == sum(part.amount for part in ours.lines) + line.amount


def test_bil_06_a_subcontractors_invoice_is_in_its_name_numbered_taxed_and_told_for_itself():
    billed = action("1500")
    billed.confirm("2007-02", "2445")
    theirs = billed.subcontract("1000.50")
    assert (theirs.issuer, theirs.subcontractor, theirs.without_months) == (CEVENNES, "CEVENNES-GESTION", SUBCONTRACT)
    assert (theirs.number, theirs.ordinal, theirs.months, theirs.lines) == (1, None, (), ())
    assert (theirs.tax_rate, theirs.including_tax) == (Decimal("0.1960"), Decimal("1196.60"))  # the holder is exempt
    (fact,) = billed.last.outside
    assert isinstance(fact, IssuedInvoice)
    assert (fact.siret, fact.organisation, fact.holder, fact.kind) == (CEVENNES, "CEVENNES-GESTION", SIRET, INSTALMENT)
    ours = billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    assert (ours.number, ours.issuer, ours.including_tax) == (2, SIRET, Decimal("1444.50"))


def test_bil_06_what_is_free_in_several_months_together_bears_it():
    billed = action("3000")
    billed.confirm("2007-02", "1430")
    billed.confirm("2007-03", "1450")
    assert billed.told().subcontracts[0].at_most == Decimal("2880.00")
    billed.subcontract("2000")
    assert billed.told().to_deduct == Decimal("2000.00")
    assert billed.told().subcontracts[0].at_most == Decimal("880.00")
    first = billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    second = billed.issue(MONTHLY, "2007-03", on="2007-04-05")
    assert (lines(first), first.excluding_tax) == ([(DEDUCTION, "-1430.00")], Decimal("0.00"))
    assert (lines(second), second.excluding_tax) == ([(DEDUCTION, "-570.00")], Decimal("880.00"))


def test_bil_06_a_deduction_goes_down_to_nothing_and_the_rest_waits():
    billed = action("1400")
    billed.confirm("2007-02", "1400")
    billed.confirm("2007-03", "700")
    billed.subcontract("1400")
    assert billed.issue(MONTHLY, "2007-03", on="2007-04-05").excluding_tax == Decimal("0.00")
    assert billed.told().to_deduct == Decimal("700.00")
    assert billed.issue(MONTHLY, "2007-02", on="2007-04-05").excluding_tax == Decimal("700.00")
    assert billed.told().to_deduct == 0


def test_bil_06_the_oldest_is_deducted_first():
    billed = action("900", "900")
    billed.confirm("2007-02", "1000")
    billed.confirm("2007-03", "800")
    first, second = billed.subcontract("900", siret=GARRIGUE), billed.subcontract("600")
    ours = billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    assert [(line.invoice_id, str(line.amount)) for line in ours.adjustments] == [
        (first.invoice_id, "-900.00"),
        (second.invoice_id, "-100.00"),
    ]


@pytest.mark.parametrize(
    ("amount", "refused"),
    [
        ("0.01", []),
        ("1500.00", []),
        ("1500.01", ["subcontract-above-ceiling"]),
        ("2000.01", ["subcontract-above-ceiling", "subcontract-unbearable"]),
        ("0.00", ["subcontract-not-positive"]),
        ("-1.00", ["subcontract-not-positive"]),
    ],
)
def test_bil_06_a_ceiling_and_what_is_free_are_the_most(amount: str, refused: list[str]):
    billed = action("1500")
    billed.confirm("2007-02", "2000")
    if refused:
        assert codes(lambda: billed.subcontract(amount)) == refused
    else:
        billed.subcontract(amount)


def test_bil_06_the_ceiling_is_of_all_that_stands_and_a_rejection_gives_it_back():
    billed = action("1500")
    billed.confirm("2007-02", "5000")
    first = billed.subcontract("1500")
    assert codes(lambda: billed.subcontract("0.01")) == ["subcontract-above-ceiling"]
    billed.reject(first)
    assert billed.ledger.to_correct == () and billed.ledger.reopened == ()
    assert billed.subcontract("1500").number == 2


def test_bil_06_only_subcontractors_of_the_contract_and_only_once_it_is_open():
    billed = action("1500")
    billed.confirm("2007-02", "2000")
    assert codes(lambda: billed.subcontract("1", siret=SIRET)) == ["unknown-subcontractor"]
    unopened = action("1500")
    unopened.ledger = TypeAdapter(Ledger).validate_python({**vars(unopened.ledger), "frequency": None})
    assert codes(lambda: unopened.subcontract("1")) == ["subcontract-before-opening"]
    unnamed = BilledAction(contract=terms(subcontractors=(subcontractor(regime=None),)))
    assert codes(lambda: unnamed.subcontract("1")) == ["unknown-subcontractor"]


def test_bil_06_an_invoice_that_was_seen_before_is_not_the_one_that_is_confirmed():
    billed = action("1500")
    billed.confirm("2007-02", "2000")
    billed.subcontract("500")
    with pytest.raises(ChangedMeanwhile):
        billed.issue(MONTHLY, "2007-02", on="2007-04-05", seen="2000.00")


def test_bil_06_a_deduction_falls_with_its_invoice_and_is_made_by_the_next():
    billed = action("1500")
    billed.confirm("2007-02", "2000")
    billed.subcontract("500")
    ours = billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    billed.reject(ours)
    assert billed.told().to_deduct == Decimal("500.00")
    billed.confirm("2007-02", "1900")
    replacement = billed.issue(MONTHLY, "2007-02", on="2007-06-25")
    assert (replacement.replaces, lines(replacement)) == (ours.invoice_id, [(DEDUCTION, "-500.00")])


def test_bil_06_what_was_deducted_for_a_rejected_one_is_given_back_whole():
    billed = action("1500")
    billed.confirm("2007-02", "2000")
    theirs = billed.subcontract("500")
    billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    billed.reject(theirs)
    assert billed.told().to_deduct == Decimal("-500.00")
    ours = invoiced(billed, "2007-03", "300")
    assert (lines(ours), ours.excluding_tax) == ([(DEDUCTION, "500.00")], Decimal("800.00"))


def test_bil_06_what_was_given_back_of_a_deduction_that_fell_since_is_deducted_again():
    billed = action("1500")
    billed.confirm("2007-02", "2000")
    theirs = billed.subcontract("500")
    deducted = billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    billed.reject(theirs)
    invoiced(billed, "2007-03", "300")
    billed.reject(deducted)
    assert billed.told().to_deduct == Decimal("500.00")
    assert lines(invoiced(billed, "2007-04", "300")) == [(DEDUCTION, "-300.00")]


def test_bil_06_an_instalment_deducts_too_and_keeps_its_threshold():
    """Thresholds are of hours: 30 % of 10,000 hours are 3,000."""
    billed = action("1500", frequency=Frequency.THREE_INSTALMENTS)
    billed.confirm("2007-02", "3000")
    billed.subcontract("1500")
    ours = billed.issue(INSTALMENT, "2007-02", on="2007-04-05")
    assert (ours.ordinal, ours.number, ours.excluding_tax) == (1, 2, Decimal("1500.00"))


def test_bil_06_so_many_wait_to_be_deducted_and_no_more():
    billed = action("1500")
    billed.confirm("2007-02", "2000")
    for _ in range(20):
        billed.subcontract("1")
    assert codes(lambda: billed.subcontract("1")) == ["too-many-to-deduct"]
    assert billed.told().subcontracts[0].at_most == 0
    billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    billed.confirm("2007-03", "10")
    assert billed.subcontract("1").number == 22


# The advance (BIL-10)


def test_bil_10_the_advance_is_a_rate_of_what_the_holder_keeps_and_taxed_as_it_is():
    billed = action("1500", "500.01", advance=("5", "65", "80"), regime=TaxRegime.STANDARD)
    advance = billed.advance()
    assert (advance.excluding_tax, advance.including_tax) == (Decimal("400.00"), Decimal("478.40"))  # 7,999.99 × 5 % = 399.9995
    assert (advance.number, advance.months, advance.without_months, advance.kind) == (1, (), ADVANCE, INSTALMENT)


def test_bil_10_the_advance_holds_no_month_whatever_is_sent():
    billed = action(advance=("5", "65", "80"))
    billed.confirm("2007-02", "100")
    asked = {"without_months": ADVANCE, "months": ("2007-02",), "excluding_tax": Decimal("500.00")}
    command = IssueInvoice.model_validate({"kind": INSTALMENT} | asked)
    assert invoices.choose(billed.ledger, command, instant("2007-03-05").date()).months == ()


def test_bil_10_it_is_recovered_between_the_two_rates_of_the_price():
    billed = action(advance=("5", "65", "80"))
    billed.advance()
    assert lines(invoiced(billed, "2007-02", "6500")) == []
    assert lines(invoiced(billed, "2007-03", "100")) == [(RECOVERY, "-33.33")]
    assert lines(invoiced(billed, "2007-04", "100")) == [(RECOVERY, "-33.34")]
    standing = billed.told().advance
    assert standing and (standing.recovered, standing.realised) == (Decimal("66.67"), Decimal("0.6700"))
    assert lines(invoiced(billed, "2007-05", "1300")) == [(RECOVERY, "-433.33")]
    assert lines(invoiced(billed, "2007-06", "1500")) == []


def test_bil_10_half_a_cent_of_recovery_is_rounded_up_whatever_the_share_of_the_price():
    """333.00 of 1,110.00, whole at 100 %: a quarter hour recovers 0.3 × 0.25 = 0.075, though 0.25 ÷ 1,110.00 never ends."""
    billed = action(advance=("30", "0", "100"), hours=111)
    assert billed.advance().excluding_tax == Decimal("333.00")
    assert lines(invoiced(billed, "2007-03", "0.25")) == [(RECOVERY, "-0.08")]


def test_bil_10_deductions_come_first_and_what_is_left_over_is_caught_up():
    billed = action("1000", advance=("5", "65", "80"))
    billed.ledger = _with_advance(billed, "500.00")
    billed.advance()
    invoiced(billed, "2007-02", "6500")
    billed.confirm("2007-03", "1300")
    billed.subcontract("1000")
    ours = billed.issue(MONTHLY, "2007-03", on="2007-04-05")
    assert (lines(ours), ours.excluding_tax) == ([(DEDUCTION, "-1000.00"), (RECOVERY, "-300.00")], Decimal("0.00"))
    assert lines(invoiced(billed, "2007-04", "400"))[0] == (RECOVERY, "-200.00")  # 133.33 of before, 66.67 of now


def test_bil_10_a_recovery_falls_with_its_invoice_and_is_made_by_the_next():
    billed = action(advance=("5", "65", "80"))
    billed.advance()
    invoiced(billed, "2007-02", "6500")
    bearing = invoiced(billed, "2007-03", "100")
    billed.reject(bearing, on="2007-04-20")
    assert billed.told().advance.recovered == 0  # type: ignore[union-attr]
    billed.confirm("2007-03", "200")
    assert lines(billed.issue(MONTHLY, "2007-03", on="2007-04-25")) == [(RECOVERY, "-66.67")]


def test_bil_10_one_that_stands_is_not_given_back_when_the_share_falls():
    billed = action(advance=("5", "65", "80"))
    billed.advance()
    first = invoiced(billed, "2007-02", "6500")
    invoiced(billed, "2007-03", "100")
    billed.reject(first, on="2007-04-20")
    billed.confirm("2007-02", "3000")
    assert lines(billed.issue(MONTHLY, "2007-02", on="2007-04-25")) == []
    assert billed.told().advance.recovered == Decimal("33.33")  # type: ignore[union-attr]


def test_bil_10_of_a_rejected_advance_what_was_recovered_is_given_back_whole():
    billed = action(advance=("5", "65", "80"))
    advance = billed.advance()
    invoiced(billed, "2007-02", "6600")
    billed.reject(advance, on="2007-04-20")
    ours = invoiced(billed, "2007-03", "100")
    assert (lines(ours), ours.excluding_tax) == ([(RECOVERY, "33.33")], Decimal("133.33"))
    assert codes(billed.advance) == ["advance-too-late"]


@pytest.mark.parametrize(("confirmed", "refused"), [("6499.75", []), ("6500", ["advance-too-late"])])
def test_bil_10_it_comes_while_the_confirmed_months_are_below_the_lower_rate(confirmed: str, refused: list[str]):
    billed = action(advance=("5", "65", "80"))
    billed.confirm("2007-02", confirmed)
    standing = billed.told().advance
    assert standing and [fault.code for fault in standing.waits_for] == refused
    if refused:
        assert codes(billed.advance) == refused
    else:
        billed.advance()


def test_bil_10_recovered_from_the_first_euro_on_it_comes_before_any():
    billed = action(advance=("5", "0", "80"))
    assert billed.offers()[0].nature is ADVANCE
    billed.confirm("2007-02", "1")
    assert codes(billed.advance) == ["advance-too-late"]


def test_bil_10_one_stands_and_a_rejected_one_can_come_again():
    billed = action(advance=("5", "65", "80"))
    first = billed.advance()
    assert codes(billed.advance) == ["advance-already-issued"]
    billed.reject(first, on="2007-03-01")
    assert billed.ledger.to_correct == ()
    assert billed.advance("2007-03-02").number == 2


def test_bil_10_there_is_none_without_the_contract_or_after_the_closing():
    assert codes(action().advance) == ["advance-not-planned"]
    billed = action(advance=("5", "65", "80"))
    billed.close()
    assert codes(billed.advance) == ["advance-after-closing"]


# The balance (BIL-11)


def closed(billed: BilledAction) -> BilledAction:
    """Everything is accepted, the action closed, and its report received."""
    billed.accept_all("2007-12-31")
    billed.close(acknowledged=True)
    return billed


@pytest.mark.parametrize(
    ("months", "amount"),
    [
        (("2000",), "1000.00"),  # 2,000 − 500 of the subcontractor − 500 of the advance
        (("1000",), "0.00"),
        (("600",), "-400.00"),
    ],
)
def test_bil_11_the_balance_takes_off_all_that_is_left_and_can_be_nothing_or_less(months: tuple[str, ...], amount: str):
    billed = action("500", advance=("5", "65", "80"))
    billed.ledger = _with_advance(billed, "500.00")
    billed.advance()
    billed.confirm("2007-02", months[0])
    billed.subcontract("500")
    balance = closed(billed).issue(BALANCE, "2007-02", on="2008-01-20")
    assert (lines(balance), balance.excluding_tax) == ([(DEDUCTION, "-500.00"), (RECOVERY, "-500.00")], Decimal(amount))
    billed.accept(balance, "2008-02-01")
    assert [getattr(event, "paid", None) for event in billed.last.events] == [Decimal(amount) <= 0]
    assert codes(lambda: billed.subcontract("0.01")) == ["subcontract-above-ceiling", "subcontract-unbearable"]


def test_bil_11_a_rejected_balance_lets_all_of_it_wait_again():
    billed = action("500", advance=("5", "65", "80"))
    billed.advance()
    billed.confirm("2007-02", "2000")
    billed.subcontract("500")
    balance = closed(billed).issue(BALANCE, "2007-02", on="2008-01-20")
    billed.reject(balance, "2008-02-01")
    assert billed.told().to_deduct == Decimal("500.00") and billed.ledger.to_recover == Decimal("475.00")
    billed.confirm("2007-02", "2000")
    assert billed.issue(BALANCE, "2007-02", on="2008-02-20").excluding_tax == balance.excluding_tax == Decimal("1025.00")


def test_bil_11_a_subcontractors_invoice_is_decided_before_the_balance():
    billed = action("500")
    billed.confirm("2007-02", "2000")
    billed.subcontract("500")
    billed.close(acknowledged=True)
    with pytest.raises(Refusal) as refusal:
        billed.issue(BALANCE, "2007-02", on="2008-01-20")
    assert refusal.value.code() == "balance-before-decision"


def test_bil_12_more_taken_off_than_was_asked_for_is_a_bug():
    billed = action("500")
    billed.confirm("2007-02", "2000")
    billed.subcontract("500")
    billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    theirs, ours = billed.ledger.invoices
    twice = replace(ours, adjustments=ours.adjustments * 2)
    with pytest.raises(Unbalanced):
        balanced(replace(billed.ledger, invoices=(theirs, twice)))


def test_an_account_of_an_earlier_installation_still_loads():
    stored: TypeAdapter[Ledger] = TypeAdapter(Ledger)
    body = stored.dump_python(action().ledger, mode="json")
    for name in ("price", "subcontracts", "advance"):
        del body["terms"][name]
    ledger = stored.validate_python(body)
    assert (ledger.terms.subcontracts, ledger.terms.advance) == ((), None)


def _with_advance(billed: BilledAction, amount: str) -> Ledger:
    """Its account with the guide's round advance, whatever the ceilings."""
    of = billed.ledger.terms
    assert of.advance
    return replace(billed.ledger, terms=replace(of, advance=replace(of.advance, amount=Decimal(amount))))
