"""Confirming an invoice (BIL-2, BIL-5, BIL-9): exactly one of the offers, in its window, for the amount that the user saw; or what a
subcontractor asks for (BIL-6).
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.decision import Decision
from contracts.account.amounts import billable
from contracts.account.entering import enter, next_number
from contracts.account.ledger import Ledger, Subcontract
from contracts.account.obstacles import against
from contracts.account.offers import offer_of
from contracts.account.without_months import against_subcontract, asked_for
from contracts.billing import Invoice, InvoiceIssued, IssueInvoice, Offer
from contracts.codes import WithoutMonths
from contracts.finance import IssuedInvoice
from contracts.month import Window, paris_day
from contracts.payment_clock import last_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.billing import InvoiceWindowClosed, ShortQuarterBeforeEnd
from contracts.refusals.common import ChangedMeanwhile
from contracts.tax import taxed_on


def choose(ledger: Ledger, command: IssueInvoice, day: date) -> Offer:
    """The offer that `command` names, on `day`; of a subcontractor, what was typed.

    Raises whatever stands against it (all at once), ChangedMeanwhile when the amount is not what the user saw, and a refusal with the next
    window outside of it (BIL-4, BIL-5).
    """
    if command.without_months is WithoutMonths.SUBCONTRACT:
        refuse_all(against_subcontract(ledger, command.subcontractor, command.excluding_tax))
        return asked_for(command.excluding_tax)
    months = () if command.without_months else tuple(sorted(set(command.months)))
    refuse_all(against(ledger, command.nature, months))
    offer = offer_of(ledger, command.nature, months)
    if offer.excluding_tax != command.excluding_tax:
        raise ChangedMeanwhile
    refuse_all(outside_window(offer, day))
    return offer


def outside_window(offer: Offer, day: date) -> list[Refusal]:
    """What is wrong when `offer` cannot be confirmed on `day`: days 1 to 15 of a month after its last one, or any (BIL-5); of a shorter
    quarter, none before the planned end has passed (BIL-4).
    """
    if not offer.windowed:
        return []
    window = Window.after(offer.months[-1], day, not_before=offer.not_before)
    if day in window:
        return []
    if offer.not_before and day < offer.not_before:
        return [ShortQuarterBeforeEnd(planned_end=offer.not_before - timedelta(days=1), opens=window.first, closes=window.last)]
    return [InvoiceWindowClosed(month=offer.months[-1], opens=window.first, closes=window.last)]


def issuer_of(ledger: Ledger, command: IssueInvoice) -> str:
    """The SIRET that numbers the invoice and is taxed: the subcontractor's, or the holder's (BIL-9)."""
    return (command.subcontractor or ledger.siret) if command.without_months is WithoutMonths.SUBCONTRACT else ledger.siret


def issue(ledger: Ledger, offer: Offer, issuer: str, invoice_id: UUID, at: datetime, sequence: int) -> Decision[Ledger]:
    """The offer becomes an invoice, the issuer's `sequence`-th of the year: it holds its months, and never changes (BIL-7, BIL-9)."""
    subcontract = ledger.terms.subcontract(issuer) if offer.without_months is WithoutMonths.SUBCONTRACT else None
    invoice = _invoice(ledger, offer, subcontract, invoice_id, paris_day(at), sequence)
    after = enter(
        ledger,
        offer,
        invoice_id,
        at,
        legal_number=invoice.legal_number,
        including_tax=invoice.including_tax,
        subcontractor=subcontract.siret if subcontract else None,
    )
    after = replace(after, facts=ledger.facts + 1)
    return Decision(after, (InvoiceIssued(invoice=invoice),), outside=(_fact(after, invoice),))


def _invoice(ledger: Ledger, offer: Offer, subcontract: Subcontract | None, invoice_id: UUID, day: date, sequence: int) -> Invoice:
    lines = {declared.month: declared.everybody for declared in ledger.free}
    months = tuple(billable(month, lines[month], ledger.terms.rates) for month in offer.months)
    tax = taxed_on(offer.excluding_tax, (subcontract or ledger.terms).tax_regime, day)
    return Invoice(
        invoice_id=invoice_id,
        number=next_number(ledger, offer.kind),
        legal_number=f"{day.year}-{sequence:06d}",
        issuer=(subcontract or ledger.terms).siret,
        kind=offer.kind,
        ordinal=offer.ordinal,
        replaces=offer.replaces,
        months=offer.months,
        trainees=len({line.trainee_id for month in offer.months for line in lines[month]}),
        lines=tuple(line for month in months for line in month.lines),
        shares=(),
        excluding_tax=offer.excluding_tax,
        tax_rate=tax.tax_rate,
        tax=tax.tax,
        including_tax=tax.including_tax,
        issued_on=day,
        adjustments=offer.adjustments,
        without_months=offer.without_months,
        subcontractor=subcontract.name if subcontract else None,
        pay_by=last_day(day),
    )


def _fact(ledger: Ledger, invoice: Invoice) -> IssuedInvoice:
    return IssuedInvoice(
        sequence=ledger.facts,
        contract_number=ledger.contract_number,
        invoice_id=invoice.invoice_id,
        legal_number=invoice.legal_number,
        number=invoice.number,
        kind=invoice.kind,
        siret=invoice.issuer,
        organisation=invoice.subcontractor or ledger.terms.organisation,
        months=invoice.months,
        trainees=invoice.trainees,
        lines=invoice.lines,
        excluding_tax=invoice.excluding_tax,
        tax_rate=invoice.tax_rate,
        tax=invoice.tax,
        including_tax=invoice.including_tax,
        issued_on=invoice.issued_on,
        replaces=invoice.replaces,
        adjustments=invoice.adjustments,
        without_months=invoice.without_months,
        holder=ledger.siret if invoice.subcontractor else None,
        pay_by=invoice.pay_by,
    )
