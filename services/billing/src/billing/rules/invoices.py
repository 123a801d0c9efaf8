"""Confirming an invoice (BIL-2, BIL-5, BIL-9): exactly one of the offers, in its window, for the amount that the user saw."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.billing import Invoice, InvoiceIssued, IssueInvoice, Offer
from contracts.codes import InvoiceKind
from contracts.finance import IssuedInvoice
from contracts.month import LAST_DAY_OF_WINDOW, Month, in_window, paris_day
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.billing import InvoiceWindowClosed, MonthAlreadyInvoiced, MonthNotConfirmed, NotOffered
from contracts.refusals.common import ChangedMeanwhile

from .amounts import billable
from .change import Change
from .ledger import Issued, Ledger, balanced
from .offers import balance_blockers, offers_of
from .tax import taxed_on


def choose(ledger: Ledger, command: IssueInvoice, day: date) -> Offer:
    """The offer that `command` names, on `day`.

    Raises what is wrong with its months or keeps a balance waiting (all at once), ChangedMeanwhile when the amount is not what the
    user saw, InvoiceWindowClosed (BIL-5).
    """
    months = tuple(sorted(command.months))
    offer = next((offer for offer in offers_of(ledger) if offer.kind is command.kind and offer.months == months), None)
    if offer is None:
        raise_why(ledger, command)
        raise NotOffered(field="months")
    if offer.excluding_tax != command.excluding_tax:
        raise ChangedMeanwhile
    opens = window(offer, day)
    if opens > day:
        raise InvoiceWindowClosed(month=offer.months[-1], opens=opens, closes=opens.replace(day=LAST_DAY_OF_WINDOW))
    return offer


def raise_why(ledger: Ledger, command: IssueInvoice) -> None:
    """Raises why these months are no offer, where it can be said of one of them or of the balance; nothing when it cannot."""
    found: list[Refusal] = []
    if command.kind is InvoiceKind.BALANCE:
        found += balance_blockers(ledger)
    else:
        confirmed = {declared.month for declared in ledger.confirmed}
        for month in sorted(set(command.months)):
            if month not in confirmed:
                found.append(MonthNotConfirmed(field="months", item=month, month=month))
            elif month in ledger.held:
                found.append(MonthAlreadyInvoiced(field="months", item=month, month=month))
    refuse_all(found)


def window(offer: Offer, day: date) -> date:
    """The first day from `day` on which `offer` can be confirmed: days 1 to 15 of a month after its last one, or any (BIL-5)."""
    if not offer.windowed:
        return day
    opens = max(day, offer.months[-1].last + timedelta(days=1), offer.not_before or day)
    return opens if in_window(opens) else Month.of(opens).next().first


def issue(ledger: Ledger, offer: Offer, invoice_id: UUID, at: datetime, sequence: int) -> Change:
    """The offer becomes an invoice, the issuer's `sequence`-th of the year: it holds its months, and never changes (BIL-7, BIL-9)."""
    invoice = _invoice(ledger, offer, invoice_id, paris_day(at), sequence)
    remembered = Issued(
        invoice_id=invoice.invoice_id,
        kind=invoice.kind,
        months=invoice.months,
        ordinal=invoice.ordinal,
        number=invoice.number,
        legal_number=invoice.legal_number,
        issued_at=at,
        excluding_tax=invoice.excluding_tax,
        including_tax=invoice.including_tax,
    )
    after = balanced(replace(ledger, invoices=(*ledger.invoices, remembered), facts=ledger.facts + 1))
    return Change(after, (InvoiceIssued(invoice=invoice),), _fact(after, invoice))


def next_number(ledger: Ledger, kind: InvoiceKind) -> int | None:
    """The action's next number, 1, 2, …; a rejected invoice's is not used again, and a balance has none (BIL-9)."""
    if kind is InvoiceKind.BALANCE:
        return None
    return 1 + max((invoice.number or 0 for invoice in ledger.invoices), default=0)


def _invoice(ledger: Ledger, offer: Offer, invoice_id: UUID, day: date, sequence: int) -> Invoice:
    lines = {declared.month: declared.lines for declared in ledger.free}
    months = tuple(billable(month, lines[month], ledger.terms.rates) for month in offer.months)
    tax = taxed_on(offer.excluding_tax, ledger.terms.tax_regime, day)
    return Invoice(
        invoice_id=invoice_id,
        number=next_number(ledger, offer.kind),
        legal_number=f"{day.year}-{sequence:06d}",
        issuer=ledger.terms.siret,
        kind=offer.kind,
        ordinal=offer.ordinal,
        replaces=offer.replaces,
        months=offer.months,
        trainees=len({line.trainee_id for month in offer.months for line in lines[month]}),
        lines=tuple(line for month in months for line in month.lines),
        shares=tuple(share for month in months for share in month.shares),
        excluding_tax=offer.excluding_tax,
        tax_rate=tax.tax_rate,
        tax=tax.tax,
        including_tax=tax.including_tax,
        issued_on=day,
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
        organisation=ledger.terms.organisation,
        months=invoice.months,
        trainees=invoice.trainees,
        lines=invoice.lines,
        excluding_tax=invoice.excluding_tax,
        tax_rate=invoice.tax_rate,
        tax=invoice.tax,
        including_tax=invoice.including_tax,
        issued_on=invoice.issued_on,
        replaces=invoice.replaces,
    )
