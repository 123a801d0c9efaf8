"""An action's money as a test tells it: confirm these hours, issue that invoice on that day, have it decided."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

from billing.rules import decisions, invoices, payments
from billing.rules.change import Change
from billing.rules.ledger import Ledger, acknowledge_report, award, close, complete, confirm, open_, submit_report
from billing.rules.offers import offers_of
from contracts.actions import Terms
from contracts.billing import DecideInvoice, Invoice, InvoiceIssued, IssueInvoice, Offer
from contracts.codes import DecidedBy, Decision, Frequency, InvoiceKind, RejectionCode, TaxRegime
from contracts.declarations import ConfirmedLine, MonthConfirmed, PlaceHours
from contracts.finance import Payment
from contracts.month import PARIS, Month
from tests import guide

CONTRACT = "2007QCA0266"
SIRET = "73282932000074"
TRAINEES = tuple(UUID(int=number) for number in range(1, 11))
MONTHLY, INSTALMENT, QUARTER, BALANCE = InvoiceKind


def terms(
    *,
    centre: str = "5.00",
    company: str = "0.95",
    hours: tuple[int, int] = (812, 420),
    headcount: int = 10,
    thresholds: tuple[str, str, str] = ("30", "60", "80"),
    regime: TaxRegime = TaxRegime.EXEMPT,
    planned_end: date = date(2007, 12, 31),
) -> Terms:
    """The guide's contract: 812 + 420 hours, ten trainees, 5.00 and 0.95 € an hour."""
    return guide.terms(
        date(2007, 2, 1),
        planned_end,
        headcount=headcount,
        organisation=guide.organisation(tax_regime=regime),
        centre=guide.place(hours[0], centre, headcount),
        company=guide.place(hours[1], company, headcount),
        thresholds=thresholds,
    )


def place_hours(attended: str | Decimal = "0", excused: str | Decimal = "0", unexcused: str | Decimal = "0") -> PlaceHours:
    """A trainee's three figures in one place."""
    return PlaceHours(attended=Decimal(attended), excused=Decimal(excused), unexcused=Decimal(unexcused))


def line(trainee: UUID, centre: PlaceHours | None = None, company: PlaceHours | None = None) -> ConfirmedLine:
    """A trainee's line of a month; a place that is left out holds zeros."""
    return ConfirmedLine(trainee_id=trainee, centre=centre or place_hours(), company=company or place_hours())


def instant(day: str) -> datetime:
    """Ten in the morning of `day` in Paris."""
    return datetime.combine(date.fromisoformat(day), time(10), PARIS)


def months(*texts: str) -> tuple[Month, ...]:
    """These months."""
    return tuple(Month(text) for text in texts)


class Book:
    """One action's ledger and what came of each step."""

    def __init__(self, frequency: Frequency = Frequency.MONTHLY, contract: Terms | None = None) -> None:
        self.ledger: Ledger = open_(award(CONTRACT, contract or terms()), frequency)
        self.last = Change(self.ledger)

    def confirm(self, month: str, hours: str | Decimal | tuple[ConfirmedLine, ...], *, remaining: bool = True) -> None:
        """A month is confirmed, with these lines or with so many hours of one trainee in centre."""
        lines = hours if isinstance(hours, tuple) else (line(TRAINEES[0], place_hours(hours)),)
        self.ledger = confirm(self.ledger, MonthConfirmed(month=Month(month), lines=lines, remaining=remaining))

    def offers(self, kind: InvoiceKind | None = None) -> list[Offer]:
        """What can be invoiced."""
        return [offer for offer in offers_of(self.ledger) if kind in (None, offer.kind)]

    def offered(self) -> list[tuple[InvoiceKind, str, str]]:
        """What can be invoiced: kind, first month, last month."""
        return [(offer.kind, str(offer.months[0]), str(offer.months[-1])) for offer in self.offers() if offer.months]

    def issue(self, kind: InvoiceKind, *of: str, on: str, seen: str | None = None) -> Invoice:
        """Confirms the invoice of these months; `seen` is the amount on the page, the right one by default."""
        found = next((offer.excluding_tax for offer in self.offers(kind) if offer.months == months(*of)), Decimal(0))
        invoice_id = uuid5(UUID(int=0), str(len(self.ledger.invoices)))
        command = IssueInvoice(invoice_id=invoice_id, kind=kind, months=months(*of), excluding_tax=found if seen is None else Decimal(seen))
        at = instant(on)
        offer = invoices.choose(self.ledger, command, at.date())
        self._keep(invoices.issue(self.ledger, offer, invoice_id, at, len(self.ledger.invoices) + 1))
        event = self.last.events[0]
        assert isinstance(event, InvoiceIssued)
        return event.invoice

    def decide(self, invoice: UUID, decision: Decision, on: str, by: DecidedBy = DecidedBy.AGENT, **reason: object) -> None:
        """The Region decides."""
        why = reason or {"code": RejectionCode.HOURS_WRONG, "text": "Reprenez les heures de février."}
        asked = DecideInvoice.model_validate({"invoice_id": invoice, "decision": decision, **(why if decision == "rejected" else {})})
        self._keep(decisions.decide(self.ledger, asked, by, instant(on)))

    def accept(self, invoice: Invoice, on: str = "2007-06-20", by: DecidedBy = DecidedBy.AGENT) -> None:
        """The Region accepts."""
        self.decide(invoice.invoice_id, Decision.ACCEPTED, on, by)

    def accept_all(self, on: str = "2008-01-20") -> None:
        """The Region accepts whatever it has not decided."""
        for invoice in self.ledger.invoices:
            if invoice.decision is None:
                self.decide(invoice.invoice_id, Decision.ACCEPTED, on)

    def reject(self, invoice: Invoice, on: str = "2007-06-20", by: DecidedBy = DecidedBy.AGENT, **reason: object) -> None:
        """The Region rejects, with a reason unless another is given."""
        self.decide(invoice.invoice_id, Decision.REJECTED, on, by, **reason)

    def pay(self, invoice: Invoice, amount: str, reference: str = "2007-18342", on: str = "2007-07-01") -> None:
        """The finance system reports a payment."""
        payment = Payment(invoice_id=invoice.invoice_id, amount=Decimal(amount), date=date.fromisoformat(on), reference=reference)
        self._keep(payments.pay(self.ledger, payment))

    def close(self, *, acknowledged: bool = False) -> None:
        """The action is closed and its report submitted; perhaps acknowledged."""
        self.ledger = submit_report(close(complete(self.ledger)))
        if acknowledged:
            self.ledger = acknowledge_report(self.ledger)

    def owe(self, invoice: Invoice, including_tax: str) -> None:
        """The invoice as if its amount were another, as a balance with advances will be."""
        changed = (
            replace(found, including_tax=Decimal(including_tax)) if found.invoice_id == invoice.invoice_id else found
            for found in self.ledger.invoices
        )
        self.ledger = replace(self.ledger, invoices=tuple(changed))

    def _keep(self, change: Change) -> None:
        self.last, self.ledger = change, change.ledger
