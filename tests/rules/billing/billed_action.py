"""An action's money as a test tells it: confirm these hours, issue that invoice on that day, have it decided."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

from billing.rules import amendment, decisions, invoices, payments
from billing.rules.offered import offered, priced_anew
from billing.rules.said import said
from chassis.decision import Decision
from contracts import codes
from contracts.account.ledger import Ledger, acknowledge_report, award, close, confirm, declared_anew, open_, submit_report
from contracts.account.offers import offers_of
from contracts.answers import Fault
from contracts.awards import Advance, Subcontractor, Terms
from contracts.billing import DecideInvoice, Invoice, InvoiceIssued, InvoicesOffered, IssueInvoice, MonthPriced, Offer, OffersForeseen
from contracts.codes import DecidedBy, Frequency, InvoiceKind, RejectionCode, Standing, TaxRegime, WithoutMonths
from contracts.declarations import (
    AmendmentEffect,
    AmendmentForeseen,
    AmendmentGranted,
    ConfirmedLine,
    DeclarationsChanged,
    MonthConfirmed,
    MonthStanding,
    PlaceHours,
)
from contracts.finance import Payment
from contracts.month import PARIS, Month
from tests import guide
from tests.guide import CONTRACT

REQUEST, OTHER_REQUEST = UUID(int=500), UUID(int=501)
TRAINEES = tuple(UUID(int=number) for number in range(1, 11))
MONTHLY, INSTALMENT, QUARTER, BALANCE = InvoiceKind
SUBCONTRACT, ADVANCE = WithoutMonths
CEVENNES, GARRIGUE = "83014132100034", guide.OTHER_SIRET


def terms(
    *,
    centre: str = "5.00",
    company: str = "0.95",
    hours: tuple[int, int] = (812, 420),
    headcount: int = 10,
    thresholds: tuple[str, str, str] = ("30", "60", "80"),
    regime: TaxRegime = TaxRegime.EXEMPT,
    planned_end: date = date(2007, 12, 31),
    subcontractors: tuple[Subcontractor, ...] = (),
    advance: tuple[str, str, str] | None = None,
) -> Terms:
    """The guide's contract: 812 + 420 hours, ten trainees, 5.00 and 0.95 € an hour; the advance's rate and the two of its recovery."""
    return guide.terms(
        date(2007, 2, 1),
        planned_end,
        headcount=headcount,
        organisation=guide.organisation(tax_regime=regime),
        centre=guide.place(hours[0], centre, headcount),
        company=guide.place(hours[1], company, headcount),
        thresholds=thresholds,
        subcontractors=subcontractors,
        advance=Advance(**dict(zip(("rate", "recovered_from", "recovered_to"), map(Decimal, advance), strict=True))) if advance else None,
    )


def subcontractor(ceiling: str = "1500", siret: str = CEVENNES, regime: TaxRegime | None = TaxRegime.STANDARD) -> Subcontractor:
    """CEVENNES-GESTION, with the guide's 1 500,00 € unless another ceiling is said."""
    name = "CEVENNES-GESTION" if siret == CEVENNES else "GARRIGUE CONSEIL"
    return Subcontractor(siret=siret, name=name, ceiling=Decimal(ceiling), tax_regime=regime)


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


def standing(*to_declare: str, with_zeros: Mapping[str, tuple[UUID, ...]] | None = None) -> DeclarationsChanged:
    """What `declarations` says of where its months stand, as far as billing listens."""
    joined = (with_zeros or {}).items()
    return DeclarationsChanged(
        months=tuple(
            MonthStanding(month=Month(month), standing=Standing.CONFIRMED, present=len(trainees), with_zeros=trainees)
            for month, trainees in joined
        ),
        to_declare=months(*to_declare),
        without_exit=(),
        without_entry=(),
        closes_on=date(2007, 12, 31),
        can_enter=False,
    )


def effect_of(to_declare: Iterable[str]) -> AmendmentEffect:
    """What an amendment does, as far as billing listens."""
    return AmendmentEffect(appear=(), vanish=(), exits=(), fallen=(), to_declare=months(*to_declare))


class BilledAction:
    """One action's ledger and what came of each step.

    `left` are the months that need a first declaration, as `declarations` would say; by default the last of the contract. `priced` is what
    the last step said of trainees' shares, `foreseen` all that was said of an amendment that is asked for.
    """

    def __init__(self, frequency: Frequency = Frequency.MONTHLY, contract: Terms | None = None) -> None:
        contract = contract or terms()
        self.ledger: Ledger = open_(award(CONTRACT, contract), frequency)
        self.last: Decision[Ledger] = Decision(self.ledger)
        self.priced: list[MonthPriced] = []
        self.foreseen: list[OffersForeseen] = []
        self.left: tuple[Month, ...] = (Month.of(contract.planned_end),)
        self.tell()

    def confirm(self, month: str, hours: str | Decimal | tuple[ConfirmedLine, ...], *, left: tuple[str, ...] | None = None) -> None:
        """A month is confirmed, with these lines or with so many hours of one trainee in centre; `left` need a declaration then."""
        lines = hours if isinstance(hours, tuple) else (line(TRAINEES[0], place_hours(hours)),)
        before, self.ledger = self.ledger, confirm(self.ledger, MonthConfirmed(month=Month(month), lines=lines))
        self.left = tuple(other for other in self.left if other != month) if left is None else months(*left)
        self.tell()
        self._price(before)

    def tell(self, with_zeros: Mapping[str, tuple[UUID, ...]] | None = None) -> None:
        """`declarations` says which months need a declaration, and who counts `with_zeros` in a confirmed one."""
        before = self.ledger
        self.ledger = declared_anew(self.ledger, standing(*sorted({*self.left, *self.ledger.reopened}), with_zeros=with_zeros))
        self._price(before)

    def offers(self, kind: InvoiceKind | None = None) -> list[Offer]:
        """What can be invoiced."""
        return [offer for offer in offers_of(self.ledger) if kind in (None, offer.kind)]

    def offered(self) -> list[tuple[InvoiceKind, str, str]]:
        """What can be invoiced: kind, first month, last month."""
        return [(offer.kind, str(offer.months[0]), str(offer.months[-1])) for offer in self.offers() if offer.months]

    def told(self) -> InvoicesOffered:
        """What the log says can be invoiced."""
        return offered(self.ledger)

    def issue(self, kind: InvoiceKind, *of: str, on: str, seen: str | None = None) -> Invoice:
        """Confirms the invoice of these months; `seen` is the amount on the page, the right one by default."""
        right = next((offer.excluding_tax for offer in self.offers(kind) if offer.months == months(*of)), Decimal(0))
        return self._issue(IssueInvoice(kind=kind, months=months(*of), excluding_tax=right if seen is None else Decimal(seen)), on)

    def subcontract(self, amount: str | Decimal, on: str = "2007-04-03", siret: str = CEVENNES) -> Invoice:
        """Confirms an invoice of a subcontractor."""
        asked = {"without_months": SUBCONTRACT, "subcontractor": siret, "excluding_tax": Decimal(amount)}
        return self._issue(IssueInvoice.model_validate({"kind": INSTALMENT, "months": ()} | asked), on)

    def advance(self, on: str = "2007-02-20", seen: str | None = None) -> Invoice:
        """Confirms the advance."""
        right = next((offer.excluding_tax for offer in self.offers() if offer.without_months), Decimal(0))
        amount = right if seen is None else Decimal(seen)
        return self._issue(IssueInvoice(kind=INSTALMENT, without_months=ADVANCE, months=(), excluding_tax=amount), on)

    def _issue(self, command: IssueInvoice, on: str) -> Invoice:
        invoice_id = uuid5(UUID(int=0), str(len(self.ledger.invoices)))
        at, issuer = instant(on), invoices.issuer_of(self.ledger, command)
        offer = invoices.choose(self.ledger, command, at.date())
        self._keep(invoices.issue(self.ledger, offer, issuer, invoice_id, at, len(self.ledger.invoices) + 1))
        event = self.last.events[0]
        assert isinstance(event, InvoiceIssued)
        return event.invoice

    def decide(self, invoice: UUID, decision: codes.Decision, on: str, by: DecidedBy = DecidedBy.AGENT, **reason: object) -> None:
        """The Region decides."""
        why = reason or {"code": RejectionCode.HOURS_WRONG, "text": "Reprenez les heures de février."}
        asked = DecideInvoice.model_validate({"invoice_id": invoice, "decision": decision, **(why if decision == "rejected" else {})})
        self._keep(decisions.decide(self.ledger, asked, by, instant(on)))
        if self.last.events:  # an equal second decision changes nothing, and nobody says anything of it
            self.tell()

    def accept(self, invoice: Invoice, on: str = "2007-06-20", by: DecidedBy = DecidedBy.AGENT) -> None:
        """The Region accepts."""
        self.decide(invoice.invoice_id, codes.Decision.ACCEPTED, on, by)

    def accept_all(self, on: str = "2008-01-20") -> None:
        """The Region accepts whatever it has not decided."""
        for invoice in self.ledger.invoices:
            if invoice.decision is None:
                self.decide(invoice.invoice_id, codes.Decision.ACCEPTED, on)

    def reject(self, invoice: Invoice, on: str = "2007-06-20", by: DecidedBy = DecidedBy.AGENT, **reason: object) -> None:
        """The Region rejects, with a reason unless another is given."""
        self.decide(invoice.invoice_id, codes.Decision.REJECTED, on, by, **reason)

    def pay(self, invoice: Invoice, amount: str, reference: str = "2007-18342", on: str = "2007-07-01") -> None:
        """The finance system reports a payment."""
        payment = Payment(invoice_id=invoice.invoice_id, amount=Decimal(amount), date=date.fromisoformat(on), reference=reference)
        self._keep(payments.pay(self.ledger, payment))

    def is_asked_for(self, end: str, request_id: UUID = REQUEST) -> None:
        """The organisation asks the Region for another planned end."""
        self._become(amendment.ask(self.ledger, request_id, date.fromisoformat(end)))

    def is_foreseen(self, end: str, *to_declare: str, possible: bool = True, request_id: UUID = REQUEST) -> None:
        """`declarations` says which months would need a declaration, or that it cannot be."""
        effect = effect_of(to_declare) if possible else None
        against = () if possible else (Fault(code="hours-after-end"),)
        said = AmendmentForeseen(request_id=request_id, planned_end=date.fromisoformat(end), against=against, effect=effect)
        self._become(amendment.foresee(self.ledger, said))

    def is_decided(self, request_id: UUID = REQUEST) -> None:
        """The request is refused, or withdrawn."""
        self._become(amendment.decided(self.ledger, request_id))

    def is_amended(self, end: str, *to_declare: str) -> None:
        """The planned end is another, and these months need a declaration."""
        planned_end = date.fromisoformat(end)
        granted = AmendmentGranted(planned_start=date(2007, 2, 1), planned_end=planned_end, periods=(), effect=effect_of(to_declare))
        self.left = months(*to_declare)
        self._become(amendment.amend(self.ledger, granted))

    def _become(self, ledger: Ledger) -> None:
        self.foreseen += [event for event in said(self.ledger, ledger) if isinstance(event, OffersForeseen)]
        self.ledger = ledger

    def close(self, *, acknowledged: bool = False) -> None:
        """The action is closed, with nothing left to declare, and its report submitted; perhaps acknowledged."""
        self.left = ()
        self.tell()
        self.ledger = submit_report(close(self.ledger))
        if acknowledged:
            self.ledger = acknowledge_report(self.ledger)

    def owe(self, invoice: Invoice, including_tax: str) -> None:
        """The invoice as if its amount were another, as a balance with advances will be."""
        owed = (
            replace(issued, including_tax=Decimal(including_tax)) if issued.invoice_id == invoice.invoice_id else issued
            for issued in self.ledger.invoices
        )
        self.ledger = replace(self.ledger, invoices=tuple(owed))

    def _keep(self, decision: Decision[Ledger]) -> None:
        before = self.ledger
        self.last, self.ledger = decision, decision.state
        self._price(before)

    def _price(self, before: Ledger) -> None:
        self.priced = list(priced_anew(before, self.ledger))
