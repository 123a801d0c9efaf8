"""An invoice of each kind, as billing's own rules issue it, with what its document is made of."""

from collections.abc import Callable

from contracts.awards import Terms
from contracts.billing import Invoice
from contracts.codes import TaxRegime
from contracts.month import paris_day
from gateway.facturx.invoice import InvoiceInFull, Named, Party
from tests.guide import CONTRACT
from tests.rules.billing.billed_action import BALANCE, MONTHLY, TRAINEES, BilledAction, line, place_hours, subcontractor, terms

REGION = Party("Région Languedoc-Roussillon", "23340000100019", ("201 avenue de la Pompignane",), "34064", "MONTPELLIER CEDEX 2")
RATES = {"centre": "1.00", "company": "0.00", "hours": (10_000, 0), "headcount": 1}


def action(*, regime: TaxRegime = TaxRegime.EXEMPT, ceiling: str = "1500", advance: bool = True) -> tuple[BilledAction, Terms]:
    """An action of 10,000.00, an euro an hour, with a subcontractor and an advance."""
    rates = ("5", "65", "80") if advance else None
    contract = terms(**RATES, regime=regime, subcontractors=(subcontractor(ceiling),), advance=rates)  # type: ignore[arg-type]
    return BilledAction(contract=contract), contract


def in_full(billed: BilledAction, contract: Terms, invoice: Invoice) -> InvoiceInFull:
    """The invoice with the others of its action."""
    named = {each.invoice_id: Named(each.legal_number, paris_day(each.issued_at)) for each in billed.ledger.invoices}
    return InvoiceInFull(CONTRACT, contract, invoice, REGION, named)


def month(regime: TaxRegime = TaxRegime.EXEMPT) -> InvoiceInFull:
    """The guide's: (300 + 35) × 7.00 + (100 + 0) × 1.00 = 2 445.00 (BIL-1)."""
    contract = terms(centre="7.00", company="1.00", regime=regime)
    billed = BilledAction(contract=contract)
    billed.confirm("2007-02", (line(TRAINEES[0], place_hours("300", "35"), place_hours("100")),))
    return in_full(billed, contract, billed.issue(MONTHLY, "2007-02", on="2007-03-05"))


def subcontracted() -> InvoiceInFull:
    """A taxed subcontractor's of an exempt holder (BIL-6)."""
    billed, contract = action()
    billed.confirm("2007-02", "2445")
    return in_full(billed, contract, billed.subcontract("1000.50"))


def deducted() -> InvoiceInFull:
    """The holder's, “Dont 1 500,00 € pour CEVENNES-GESTION” (BIL-6)."""
    billed, contract = action()
    billed.confirm("2007-02", "2445")
    billed.subcontract("1500")
    return in_full(billed, contract, billed.issue(MONTHLY, "2007-02", on="2007-04-05"))


def given_back() -> InvoiceInFull:
    """The deduction of one that was rejected is given back (BIL-6)."""
    billed, contract = action()
    billed.confirm("2007-02", "2445")
    theirs = billed.subcontract("1500")
    billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    billed.reject(theirs, on="2007-04-20")
    billed.confirm("2007-03", "500")
    return in_full(billed, contract, billed.issue(MONTHLY, "2007-03", on="2007-05-05"))


def advanced(regime: TaxRegime = TaxRegime.EXEMPT) -> InvoiceInFull:
    """The advance (BIL-10): 5 % of 10 000.00 less 1 500.00."""
    billed, contract = action(regime=regime)
    return in_full(billed, contract, billed.advance())


def recovered(regime: TaxRegime = TaxRegime.STANDARD) -> InvoiceInFull:
    """It recovers some of the advance (BIL-10)."""
    billed, contract = action(regime=regime)
    billed.advance()
    billed.confirm("2007-02", "7000")
    return in_full(billed, contract, billed.issue(MONTHLY, "2007-02", on="2007-03-05"))


def corrected() -> InvoiceInFull:
    """It replaces a rejected one, and deducts a subcontractor's (BIL-7)."""
    billed, contract = action()
    billed.confirm("2007-02", "2445")
    billed.subcontract("1000")
    first = billed.issue(MONTHLY, "2007-02", on="2007-04-05")
    billed.reject(first, on="2007-04-20")
    billed.confirm("2007-02", "2400")
    return in_full(billed, contract, billed.issue(MONTHLY, "2007-02", on="2007-04-22"))


def refunded(regime: TaxRegime = TaxRegime.STANDARD) -> InvoiceInFull:
    """A balance that owes the Region most of its advance (BIL-11)."""
    billed, contract = action(regime=regime)
    billed.accept(billed.advance())
    billed.confirm("2007-02", "100")
    billed.close()
    return in_full(billed, contract, billed.issue(BALANCE, "2007-02", on="2008-01-05"))


def settled() -> InvoiceInFull:
    """A balance of 0.00, without months (BIL-11)."""
    billed, contract = action(advance=False)
    billed.confirm("2007-02", "100")
    billed.accept(billed.issue(MONTHLY, "2007-02", on="2007-03-05"))
    billed.close()
    return in_full(billed, contract, billed.issue(BALANCE, on="2008-01-05"))


def odd() -> InvoiceInFull:
    """With all that a name may hold."""
    bill = month()
    names = {"title": "ÉLÈVES & <CŒUR> \u000b “à l’œuvre” " + "très long " * 20, "safir_market": " ", "safir_operation": ""}
    return InvoiceInFull(bill.contract_number, bill.terms.model_copy(update=names), bill.invoice, bill.region, bill.named)


KINDS: dict[str, Callable[[], InvoiceInFull]] = {
    "an exempt holder's month": month,
    "a taxed holder's month": lambda: month(TaxRegime.STANDARD),
    "a subcontractor's": subcontracted,
    "a deduction": deducted,
    "a deduction given back": given_back,
    "an advance": advanced,
    "a taxed holder's advance": lambda: advanced(TaxRegime.STANDARD),
    "a recovery": recovered,
    "an exempt holder's recovery": lambda: recovered(TaxRegime.EXEMPT),
    "a correction": corrected,
    "a refund": refunded,
    "an exempt holder's refund": lambda: refunded(TaxRegime.EXEMPT),
    "a balance of nothing": settled,
    "odd names": odd,
}
