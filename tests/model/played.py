"""Actions that are played through the commands, and the plain model beside them: after every step both must say the same."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from contracts import actions, awards, billing, codes, surveys
from contracts.actions import EntryDate, NewTrainee
from contracts.answers import Fault
from contracts.awards import THRESHOLDS, Contract, ImportContracts
from contracts.billing import OffersForeseen
from contracts.codes import (
    AbsenceReason,
    ActionKind,
    ExitKind,
    ExitReason,
    Frequency,
    InvoiceKind,
    Place,
    RejectionCode,
    Situation,
    TaxRegime,
    WithoutMonths,
)
from contracts.declarations import Absence, AmendmentForeseen, AmendmentGranted, ConfirmMonth, Exit, Line, PlaceFigures, SaveLine, SetExit
from contracts.envelope import Actor
from contracts.finance import InvoiceDecision, Payment, ReplyCode
from contracts.message import Command, Event
from contracts.month import Month
from contracts.personal import Pathway
from contracts.refusals import catalogue
from contracts.requests import GrantRequest, PlannedDatesChange, RequestChange, WithdrawRequest
from tests import guide
from tests.model.hours import FINE, Typed, Verdict, month_of
from tests.model.memory import Memory
from tests.model.money import Kind, Money, Region

START, END = date(2013, 10, 1), date(2014, 2, 28)
"""Over the change of the tax rate, and of the year of legal numbers."""
AFTERWARDS = date(2014, 7, 5)
"""In a window that is after the end of the action and of every month, as amended too."""
E = TypeVar("E", bound=Event)
SIRETS = (guide.SIRET, guide.OTHER_SIRET)
SUBCONTRACTOR = "83014132100034"


@dataclass(frozen=True)
class Choice:
    """What is drawn of a contract."""

    siret: str
    is_taxed: bool
    monthly: bool
    trainees: int
    absent: int
    """Places of the headcount that nobody takes."""
    rates: tuple[Decimal, Decimal]
    planned: tuple[Decimal, Decimal]
    subcontracted: Decimal = Decimal(0)
    """The share of the price that a subcontractor may invoice; 0: nobody may."""
    advance: tuple[Decimal, Decimal, Decimal] | None = None
    pathways: tuple[tuple[Decimal, Decimal], ...] = ()
    """Each trainee's own hours, on an individualised action."""


@dataclass
class PlayedAction:
    """One action of the services, and its money in the model."""

    memory: Memory
    model: Money
    trainees: list[UUID] = field(default_factory=list)
    versions: dict[tuple[str, int], int] = field(default_factory=dict)
    _checked: object = None
    """What stood when both were last compared."""

    @property
    def number(self) -> str:
        """Its contract's."""
        return self.model.number

    @property
    def holder(self) -> Actor:
        """The organisation's secretary."""
        return Actor("secretary", "organisation", self.model.siret)

    def ask(self, command: Command, today: date, actor: Actor | None = None) -> tuple[Fault, ...]:
        """A command of the holder's, unless it is another's."""
        return self.memory.ask(self.number, command, actor or self.holder, at(today))

    def must(self, command: Command, today: date, actor: Actor | None = None) -> None:
        """The same, of which nothing can be refused."""
        assert self.ask(command, today, actor) == ()

    def save(self, month: str, trainee: int, typed: Typed, today: date) -> None:
        """A line is saved; the periods of absence are those that explain it."""
        absences = [
            Absence(start=day, end=day, reason=reason, place=place, hours=hours)
            for place, figures in ((Place.CENTRE, typed.centre), (Place.COMPANY, typed.company))
            for reason, hours in ((AbsenceReason.SUMMONS, figures[1]), (AbsenceReason.LATE, figures[2]))
            if hours
            for day in [Month(month).first]
        ]
        places = [PlaceFigures(attended=figures[0], excused=figures[1], unexcused=figures[2]) for figures in (typed.centre, typed.company)]
        version = self.versions.get((month, trainee), 0)
        line = Line(centre=places[0], company=places[1], absences=tuple(absences))
        command = SaveLine(month=Month(month), trainee_id=self.trainees[trainee], line=line, base_version=version)
        same = self.model.lines.get(month, {}).get(trainee) == typed
        verdict = self.model.save(month, trainee, typed, today)
        agree(verdict, self.ask(command, today))
        if verdict == FINE and not same:
            self.versions[month, trainee] = version + 1

    def confirm(self, month: str, today: date) -> None:
        """A month is confirmed."""
        agree(self.model.confirm(month, today), self.ask(ConfirmMonth(month=Month(month)), today))

    def issue(self, kind: Kind, months: tuple[str, ...], seen: Decimal, today: date) -> None:
        """An invoice is confirmed."""
        nature = {"kind": "instalment", "without_months": kind} if kind == "advance" else {"kind": kind}
        command = billing.IssueInvoice.model_validate({"months": months, "excluding_tax": seen} | nature)
        agree(self.model.issue(kind, months, seen, today), self.ask(command, today))

    def subcontract(self, amount: Decimal, today: date) -> None:
        """An invoice of the contract's subcontractor is confirmed."""
        asked = {"without_months": WithoutMonths.SUBCONTRACT, "subcontractor": SUBCONTRACTOR, "excluding_tax": amount}
        command = billing.IssueInvoice.model_validate({"kind": InvoiceKind.INSTALMENT, "months": ()} | asked)
        agree(self.model.subcontract(amount, today), self.ask(command, today))

    def decide(self, place: int, today: date, *, accepted: bool, by_finance: bool) -> None:
        """The Region decides, on a page or by its finance system."""
        invoice = self.ledger.invoices[place].invoice_id
        decision, code, text = (codes.Decision.ACCEPTED, None, None) if accepted else (codes.Decision.REJECTED, RejectionCode.OTHER, "Non.")
        verdict = self.model.decide(place, accepted, today)
        if by_finance:
            asked = InvoiceDecision(invoice_id=invoice, decision=decision, code=code, text=text)
            agree_reply(verdict, self.memory.finance(self.number, asked, at(today)).code)
        else:
            agree(verdict, self.ask(billing.DecideInvoice(invoice_id=invoice, decision=decision, code=code, text=text), today, guide.AGENT))

    def pay(self, place: int, amount: Decimal, reference: str, today: date) -> None:
        """The finance system reports a payment."""
        payment = Payment(invoice_id=self.ledger.invoices[place].invoice_id, amount=amount, date=today, reference=reference)
        agree_reply(self.model.pay(place, amount, reference, today), self.memory.finance(self.number, payment, at(today)).code)

    def leave(self, today: date) -> None:
        """Everybody leaves on the last day, which may be later than it was, and has a survey."""
        end, known = self.model.end, self.memory.state("declarations", self.number).trainees
        if self.model.left == end or self.model.closed or month_of(end) in self.model.confirmed:
            return
        for trainee in (trainee for number, trainee in enumerate(self.trainees) if number not in self.model.exits):
            version = known[trainee].exit_version
            self.must(SetExit(trainee_id=trainee, exit=Exit(on=end, kind=ExitKind.END_OF_TRAINING), base_version=version), today)
        self.model.left = end

    def leave_early(self, on: date, today: date) -> None:
        """The second of two leaves by an admissible exit, or on another day."""
        if len(self.trainees) < 2 or self.model.left:
            return
        version = self.memory.state("declarations", self.number).trainees[self.trainees[1]].exit_version
        leaving = Exit(on=on, kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT, proofs_announced=True)
        verdict = self.model.leave_early(1, on)
        agree(verdict, self.ask(SetExit(trainee_id=self.trainees[1], exit=leaving, base_version=version), today))

    def survey(self, today: date) -> None:
        """Whoever left has a survey; the second time, the same."""
        for trainee in self.trainees if self.model.left and not self.model.submitted else ():
            self.ask(surveys.RecordExitSurvey(trainee_id=trainee, situation=Situation.OTHER, contract=None, base_version=0), today)

    def ask_for(self, end: date, today: date) -> None:
        """The Region is asked for another planned end."""
        version = self.memory.state("actions", self.number).dates_version
        periods = (guide.period(str(START), str(end)),)
        change = PlannedDatesChange(planned_start=START, planned_end=end, periods=periods, base_version=version)
        agree(self.model.ask(end), self.ask(RequestChange(change=change, reason="Le centre ferme."), today))

    def amend(self, today: date) -> None:
        """It grants: what comes of it is what was said last that would."""
        requests = self.memory.state("actions", self.number).requests
        request_id = next(iter(requests), UUID(int=0))
        months, offers = self.last(AmendmentForeseen), self.last(OffersForeseen)
        before = self._offers
        verdict = self.model.amend()
        faults = self.ask(GrantRequest(request_id=request_id), today, guide.AGENT)
        agree(verdict, faults)
        if not requests:
            return
        assert months and offers and months.request_id == offers.request_id == request_id
        assert faults == months.against
        if not faults:
            granted = self.last(AmendmentGranted)
            assert granted and granted.effect == months.effect
            assert (before - set(offers.vanish)) | set(offers.appear) == self._offers
            self.versions = {of: version for of, version in self.versions.items() if of[0] <= month_of(self.model.end)}

    def withdraw(self, today: date) -> None:
        """It is asked no more."""
        requests = self.memory.state("actions", self.number).requests
        verdict = FINE if self.model.asked else frozenset({"REQ-1", "ACT-2"})
        self.model.asked = None
        agree(verdict, self.ask(WithdrawRequest(request_id=next(iter(requests), UUID(int=0))), today))

    def close(self, today: date) -> None:
        """The action is closed."""
        agree(self.model.close(today), self.ask(actions.CloseAction(actual_end=self.model.end), today))

    def report(self, today: date) -> None:
        """The report is sent, or its reception acknowledged."""
        if not self.model.closed:
            return
        if not self.model.submitted:
            self.must(surveys.SubmitReport(text="Bilan."), today)
            self.model.submitted = True
        elif not self.model.acknowledged:
            self.must(surveys.AcknowledgeReport(), today, guide.AGENT)
            self.model.acknowledged = True

    @property
    def ledger(self):  # type: ignore[no-untyped-def]
        """What billing holds."""
        return self.memory.state("billing", self.number)

    def check(self) -> None:
        """Both say the same: each invoice and amount, what is free, what can be invoiced."""
        model, ledger = self.model, self.ledger
        if self._checked == (standing := (len(self.memory.said), repr(model.bills), sorted(model.confirmed))):
            return
        self._checked = standing
        assert [self._said(bill) for bill in ledger.invoices] == [
            (
                bill.kind,
                bill.months,
                bill.ordinal,
                bill.number,
                bill.legal,
                bill.amount,
                bill.with_tax,
                bill.state,
                bill.paid,
                bill.pay_by,
                bill.late,
            )
            for bill in model.bills
        ]
        offered = self._offered()
        assert {month.month: month.amount for month in offered.months} == {month: model.worth(month) for month in model.free}
        assert offered.realised == model.realised()
        for offer in offered.offers:
            assert model.against(offer.nature.value, offer.months, AFTERWARDS) == FINE
            assert offer.excluding_tax == model.net(offer.nature.value, offer.months)
        assert {(offer.nature.value, offer.months) for offer in offered.offers} >= set(self.possible())
        assert offered.to_deduct == sum(model.outstanding("subcontract").values())
        assert model.invoiced() <= model.declared() + sum(model.outstanding().values())  # BIL-12
        if any(bill.kind == "balance" and bill.stands for bill in model.bills):
            assert model.invoiced() == model.declared() and not any(model.outstanding().values())

    def possible(self) -> list[tuple[Kind, tuple[str, ...]]]:
        """Every invoice that the model would allow once its window is open."""
        months = self.model.months
        stretches = [tuple(months[first:last]) for first in range(len(months)) for last in range(first + 1, len(months) + 1)]
        kinds: tuple[Kind, ...] = ("monthly", "instalment", "quarter")
        choices = [(kind, stretch) for kind in kinds for stretch in stretches]
        return [
            choice
            for choice in [*choices, ("balance", self.model.free), ("advance", ())]
            if self.model.against(*choice, AFTERWARDS) == FINE
        ]  # type: ignore[arg-type,misc]

    def _offered(self) -> billing.InvoicesOffered:
        offered = self.last(billing.InvoicesOffered)
        assert offered
        return offered

    @property
    def _offers(self) -> set[billing.Offer]:
        """None before the opening."""
        offered = self.last(billing.InvoicesOffered)
        return set(offered.offers) if offered else set()

    def last(self, kind: type[E]) -> E | None:
        """What was said of that kind last."""
        return next((event for key, event in reversed(self.memory.said) if key == self.number and isinstance(event, kind)), None)

    def _said(self, bill) -> tuple[object, ...]:  # type: ignore[no-untyped-def]
        state = bill.decision.value if bill.decision else "pending"
        figures = (bill.ordinal, bill.number, bill.legal_number, bill.excluding_tax, bill.including_tax)
        payments = [event for key, event in self.memory.said if key == self.number and isinstance(event, billing.PaymentRecorded)]
        late = [paid.late for paid in payments if paid.invoice_id == bill.invoice_id and paid.late]
        kind = (bill.without_months or bill.kind).value
        return (kind, bill.months, *figures, state, bill.paid, bill.pay_by, [(each.days, each.fixed_charge) for each in late])


def at(day: date) -> datetime:
    """Nine in the morning of that day."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


def agree(verdict: Verdict, faults: Iterable[Fault]) -> None:
    """Refused for one of these rules, or for none."""
    rules = {"changed" if fault.code == "changed-meanwhile" else catalogue()[fault.code].rule for fault in faults}
    assert bool(verdict) == bool(rules), (verdict, rules)
    assert not rules or verdict & rules, (verdict, rules)


def agree_reply(verdict: Verdict, code: ReplyCode | None) -> None:
    """The same of a reply to the finance system."""
    rules = {catalogue()[code].rule} if code else set()
    assert bool(verdict) == bool(rules) and verdict >= rules, (verdict, rules)


def opened(memory: Memory, choices: Iterable[Choice]) -> list[PlayedAction]:
    """Contracts that are awarded in one import, prepared and opened by commands (ACT-1, OPN-1)."""
    played = awarded(memory, choices)
    for action in played:
        open_(action)
    return played


def awarded(memory: Memory, choices: Iterable[Choice]) -> list[PlayedAction]:
    """The same, of which nobody has done anything yet."""
    region, played = Region(), []
    contracts: list[Contract] = []
    for place, choice in enumerate(choices):
        model = Money(
            region=region,
            number=f"2013QCA{place:04}",
            siret=choice.siret,
            is_taxed=choice.is_taxed,
            monthly=choice.monthly,
            start=START,
            end=END,
            headcount=choice.trainees + choice.absent,
            trainees=choice.trainees,
            rates=choice.rates,
            planned=choice.planned,
            thresholds=THRESHOLDS,
            advance=choice.advance,
            pathways=choice.pathways,
        )
        if ceiling := (model.price * choice.subcontracted).quantize(Decimal("0.01")):
            model.subcontractor = SUBCONTRACTOR, ceiling
        contracts.append(_contract(model))
        played.append(PlayedAction(memory, model))
    before = START - timedelta(days=60)
    assert (
        memory.ask("import-1", ImportContracts(contracts=tuple(contracts), replace=False, check_only=False), guide.AGENT, at(before)) == ()
    )
    return played


def _contract(model: Money) -> Contract:
    (centre, company), (rate, other_rate) = model.planned, model.rates
    regime = TaxRegime.STANDARD if model.is_taxed else TaxRegime.EXEMPT
    return guide.contract(
        model.number,
        planned_start=START,
        planned_end=END,
        periods=(guide.period(str(START), str(END)),),
        organisation=guide.organisation(siret=model.siret, tax_regime=regime),
        headcount=model.headcount,
        kind=ActionKind.INDIVIDUALISED if model.pathways else ActionKind.COLLECTIVE,
        centre=priced(centre, rate, model.headcount),
        company=priced(company, other_rate, model.headcount),
        subcontractors=tuple(
            awards.Subcontractor(siret=siret, name="CEVENNES-GESTION", ceiling=ceiling, tax_regime=TaxRegime.STANDARD)
            for siret, ceiling in ([model.subcontractor] if model.subcontractor else [])
        ),
        advance=awards.Advance(rate=model.advance[0], recovered_from=model.advance[1], recovered_to=model.advance[2])
        if model.advance
        else None,
    )


def priced(hours: Decimal, rate: Decimal, headcount: int) -> awards.PlaceTerms:
    """A place whose price follows from its hours and rate (ACT-4)."""
    return awards.PlaceTerms(hours=hours, rate=rate, price=(hours * rate * headcount).quantize(Decimal("0.01"), "ROUND_HALF_UP"))


def pathway(model: Money, trainee: int) -> Pathway | None:
    """A trainee's own plan, on an individualised action."""
    if not model.pathways:
        return None
    centre, company = model.pathways[trainee]
    return guide.pathway(str(START), str(model.end), centre_hours=centre, company_hours=company)


def open_(action: PlayedAction) -> None:
    """It is prepared and opened."""
    sheets = [
        guide.sheet(last_name=f"DUPONT{'ABCDEFG'[number]}", entry_date=START, pathway=pathway(action.model, number))
        for number in range(action.model.trainees)
    ]
    periods = (guide.period(str(START), str(action.model.end)),)
    version = action.memory.state("actions", action.number).dates_version
    action.must(actions.ValidateDates(periods=periods, base_version=version), START)
    action.must(actions.RegisterTrainees(trainees=tuple(NewTrainee(sheet=sheet) for sheet in sheets)), START)
    action.trainees = list(action.memory.state("actions", action.number).trainees)
    action.must(actions.ConfirmTrainers(), START)
    entries = tuple(EntryDate(trainee_id=trainee, entered_on=START) for trainee in action.trainees)
    action.must(actions.ConfirmEntryDates(entries=entries), START)
    frequency = Frequency.MONTHLY if action.model.monthly else Frequency.THREE_INSTALMENTS
    action.must(actions.OpenAction(actual_start=START, frequency=frequency), START)
