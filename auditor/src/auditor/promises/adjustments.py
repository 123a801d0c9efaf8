"""What invoices take off because of others, worked out anew: subcontractors' (BIL-6), the advance (BIL-10)."""

from collections.abc import Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from contracts.awards import Terms
from contracts.billing import Invoice
from contracts.codes import InvoiceKind, TaxRegime, WithoutMonths

NOTHING, CENT = Decimal(), Decimal("0.01")


def price_of(terms: Terms) -> Decimal:
    """Of the whole contract."""
    return terms.centre.price + terms.company.price


def advance_of(terms: Terms) -> Decimal | None:
    """Rate × (price − ceilings), half up; None when the contract has no advance."""
    if terms.advance is None:
        return None
    ceilings = sum((named.ceiling for named in terms.subcontractors), NOTHING)
    return ((price_of(terms) - ceilings) * terms.advance.rate / 100).quantize(CENT, ROUND_HALF_UP)


def regime_of(terms: Terms, invoice: Invoice) -> TaxRegime | None:
    """That of who issues it; None when the contract names nobody of its SIRET."""
    if invoice.without_months is not WithoutMonths.SUBCONTRACT:
        return terms.organisation.tax_regime if invoice.issuer == terms.organisation.siret else None
    return next((named.tax_regime for named in terms.subcontractors if named.siret == invoice.issuer), None)


def left_of(invoices: Iterable[Invoice], standing: Collection[Invoice]) -> dict[UUID, Decimal]:
    """What is left to take off because of each invoice without months, in their order; below zero, to give back."""
    stand = {invoice.invoice_id for invoice in standing}
    left = {of.invoice_id: of.excluding_tax if of.invoice_id in stand else NOTHING for of in invoices if of.without_months}
    for line in (line for invoice in standing for line in invoice.adjustments):
        left[line.invoice_id] = left.get(line.invoice_id, NOTHING) + line.amount
    return left


def to_take_off(terms: Terms, invoices: Collection[Invoice], standing: Collection[Invoice], invoice: Invoice) -> dict[UUID, Decimal]:
    """What an invoice of months takes off (below zero), or gives back, because of each other: `invoices` came before it."""
    left = left_of(invoices, standing)
    wanted: dict[UUID, Decimal] = {}
    for nature in WithoutMonths:
        for of in invoices:
            if of.without_months is nature:
                wanted[of.invoice_id] = left[of.invoice_id]
                if nature is WithoutMonths.ADVANCE and of in standing and invoice.kind is not InvoiceKind.BALANCE:
                    wanted[of.invoice_id] = _due(terms, of, left[of.invoice_id], [*standing, invoice])
    found = {id_: -amount for id_, amount in wanted.items() if amount < 0}
    room = sum((line.amount for line in invoice.lines), NOTHING) + sum(found.values(), NOTHING)
    for id_, amount in wanted.items():
        if (taken := amount if invoice.kind is InvoiceKind.BALANCE else min(amount, room)) > 0:
            room -= taken
            found[id_] = -taken
    return found


def _due(terms: Terms, advance: Invoice, left: Decimal, standing: Iterable[Invoice]) -> Decimal:
    if terms.advance is None:
        return NOTHING
    begins, ends = terms.advance.recovered_from, terms.advance.recovered_to
    worth = sum((line.amount for invoice in standing for line in invoice.lines), NOTHING)
    price = price_of(terms)
    reached = advance.excluding_tax * (worth * 100 - begins * price) / ((ends - begins) * price)
    target = min(max(reached.quantize(CENT, ROUND_HALF_UP), NOTHING), advance.excluding_tax)
    return max(target - (advance.excluding_tax - left), NOTHING)
