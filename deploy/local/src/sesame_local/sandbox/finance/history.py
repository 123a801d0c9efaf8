"""What has happened in the sandbox before a client comes: the same contracts, invoices and decisions, with the same ids, each time.

A contract per scenario. Everything around billing is told as the other services would; billing itself does what follows from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5

from contracts.actions import ActionClosed, ActionOpened
from contracts.answers import PersonalRef
from contracts.awards import ActionAwarded, Organisation, PlaceTerms, Subcontractor, Terms
from contracts.billing import DecideInvoice, IssueInvoice
from contracts.codes import ActionKind, Decision, Frequency, InvoiceKind, Place, RejectionCode, TaxRegime, WithoutMonths
from contracts.declarations import ConfirmedLine, MonthConfirmed, PlaceHours
from contracts.envelope import NAMESPACE, Actor, Envelope, made_id
from contracts.message import Command, Message
from contracts.month import PARIS, Month
from contracts.periods import Period
from contracts.personal import record_id
from contracts.surveys import ReportAcknowledged, ReportFigures, ReportSubmitted

from ..stage import Said

TODAY = date(2026, 10, 12)
"""The day that it is in the sandbox, for ever."""
MONTH, ISSUED_ON, DECIDED_ON = Month("2026-09"), date(2026, 10, 5), date(2026, 10, 8)
START, END, ENDED = date(2026, 2, 2), date(2026, 12, 31), date(2026, 6, 30)
RATE, SUBCONTRACTED = Decimal("5.00"), Decimal("1500.00")
HOLDER_SIRET, SUBCONTRACTOR_SIRET = "73282932000074", "83014132100034"
HOLDER, AGENT = Actor("sandbox-holder", "organisation", HOLDER_SIRET), Actor("sandbox-agent", "agent")
NOBODYS = "2026SBX99"
"""A contract that nobody awarded."""
STRANGERS = UUID("5e5a0000-0000-4000-8000-000000000017")
"""An invoice that a stranger claims on `billing.invoices`."""


def contract(number: int) -> str:
    """The contract of a scenario."""
    return f"2026SBX{number:02}"


class Telling:
    """Gives messages their ids, numbers and hours: the same for the same story."""

    def __init__(self) -> None:
        self._versions: defaultdict[tuple[str, str], int] = defaultdict(int)

    def say(self, source: str, key: str, message: Message, on: date, actor: Actor | None = None) -> Said:
        """The next message of `source` about `key`, at ten in the morning of `on` in Paris."""
        self._versions[source, key] += 1
        version = self._versions[source, key]
        made = uuid5(NAMESPACE, f"sandbox/{source}/{key}/{version}")
        at = datetime.combine(on, time(10), PARIS)
        return Said(message, Envelope(made, source, message.TYPE, key, version, at, made, actor=actor))


@dataclass(frozen=True)
class Told:
    """A contract on which things happen."""

    key: str
    telling: Telling

    def begun(self, number: int, end: date = END) -> Iterator[Said]:
        """Awarded, opened, a month confirmed."""
        awarded = ActionAwarded(terms=_terms(number, end), agent=PersonalRef(id=record_id(self.key, "agent"), version=1), trainers=())
        yield self.telling.say("actions", self.key, awarded, START)
        yield self.telling.say("actions", self.key, ActionOpened(actual_start=START, frequency=Frequency.MONTHLY), START)

    def confirmed(self, hours: Decimal, on: date = date(2026, 10, 2), month: Month = MONTH, *, again: bool = False) -> Said:
        """A month of so many hours of one trainee."""
        nothing = PlaceHours(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0))
        line = ConfirmedLine(trainee_id=uuid5(NAMESPACE, self.key), centre=nothing.model_copy(update={"attended": hours}), company=nothing)
        return self.telling.say("declarations", self.key, MonthConfirmed(month=month, lines=(line,), again=again), on)

    def issued(self, excluding_tax: Decimal, on: date = ISSUED_ON, kind: InvoiceKind = InvoiceKind.MONTHLY, month: Month = MONTH) -> Said:
        """An invoice of a month."""
        return self._asked(IssueInvoice(kind=kind, months=(month,), excluding_tax=excluding_tax), on)

    def subcontracted(self) -> Said:
        """An invoice in the subcontractor's name."""
        command = IssueInvoice(
            kind=InvoiceKind.INSTALMENT,
            months=(),
            excluding_tax=SUBCONTRACTED,
            without_months=WithoutMonths.SUBCONTRACT,
            subcontractor=SUBCONTRACTOR_SIRET,
        )
        return self._asked(command, ISSUED_ON)

    def decided(self, invoice: Said, decision: Decision) -> Said:
        """By an agent."""
        why = {"code": RejectionCode.ABSENCES_WRONG, "text": "Reprenez les absences."} if decision is Decision.REJECTED else {}
        command = DecideInvoice.model_validate({"invoice_id": made_id(self.key, invoice.envelope.id), "decision": decision, **why})
        return self.telling.say("gateway", self.key, command, DECIDED_ON, AGENT)

    def _asked(self, command: Command, on: date) -> Said:
        return self.telling.say("gateway", self.key, command, on, HOLDER)


def hours_of(number: int) -> Decimal:
    """The hours of a scenario's month: each has other amounts."""
    return Decimal(400 + 8 * number)


def history() -> Iterator[Said]:
    """All of it, contract by contract."""
    telling = Telling()
    for number in NUMBERS:
        yield from _of(number, Told(contract(number), telling))


ACCEPTED_BY_AN_AGENT, REJECTED_BY_AN_AGENT = frozenset({3, 5, 9, 10}), frozenset({6, 16})
BALANCE, NOTHING_TO_PAY, SUBCONTRACT, CORRECTED, TWICE = 13, 14, 15, 16, 17
NUMBERS = range(1, TWICE + 1)


def _of(number: int, told: Told) -> Iterator[Said]:
    if number == BALANCE:
        yield from _balance(told)
        return
    hours = Decimal(0) if number == NOTHING_TO_PAY else hours_of(number)
    yield from told.begun(number)
    yield told.confirmed(hours)
    if number == SUBCONTRACT:
        yield told.subcontracted()
    invoice = told.issued(hours * RATE - (SUBCONTRACTED if number == SUBCONTRACT else 0))
    yield invoice
    if number in ACCEPTED_BY_AN_AGENT:
        yield told.decided(invoice, Decision.ACCEPTED)
    if number in REJECTED_BY_AN_AGENT:
        yield told.decided(invoice, Decision.REJECTED)
    if number == CORRECTED:
        yield told.confirmed(hours - 8, on=date(2026, 10, 9), again=True)
        yield told.issued((hours - 8) * RATE, on=date(2026, 10, 9))


def _balance(told: Told) -> Iterator[Said]:
    """A closed action whose report has come, and that no agent has acknowledged yet."""
    figures = ReportFigures(entered=1, completed=1, left_early=0, centre_hours=hours_of(BALANCE), company_hours=Decimal(0), situations=())
    text = PersonalRef(id=record_id(told.key, "report"), version=1)
    yield from told.begun(BALANCE, ENDED)
    yield told.confirmed(hours_of(BALANCE), on=date(2026, 7, 2), month=Month("2026-06"))
    yield told.telling.say("actions", told.key, ActionClosed(actual_end=ENDED), date(2026, 7, 3))
    yield told.telling.say("surveys", told.key, ReportSubmitted(figures=figures, text=text), date(2026, 7, 6))
    yield told.issued(hours_of(BALANCE) * RATE, kind=InvoiceKind.BALANCE, month=Month("2026-06"))


def acknowledgement() -> Said:
    """What makes the balance acceptable: an agent acknowledges its report."""
    said = Telling()
    said.say("surveys", contract(BALANCE), ReportAcknowledged(), TODAY)  # the report's own number
    return said.say("surveys", contract(BALANCE), ReportAcknowledged(), TODAY)


def invoices(stories: Iterable[Said]) -> dict[str, list[UUID]]:
    """The invoices of each contract, in their order."""
    found: defaultdict[str, list[UUID]] = defaultdict(list)
    for said in stories:
        if isinstance(said.message, IssueInvoice):
            found[said.envelope.key].append(made_id(said.envelope.key, said.envelope.id))
    return found


def _terms(number: int, end: date) -> Terms:
    """Every other one pays VAT."""
    regime = TaxRegime.EXEMPT if number % 2 else TaxRegime.STANDARD
    return Terms(
        kind=ActionKind.COLLECTIVE,
        title=f"ACTION DE L’ESSAI N° {number}",
        call_for_projects="ESSAI 2026",
        programme_year=2026,
        safir_operation="007874",
        safir_market="26S00075",
        deciding_body="Conseil régional",
        vote_date=date(2025, 11, 24),
        location="MONTPELLIER",
        sector_code="SEG",
        sector_label="Services - Gestion de l’entreprise",
        esf=False,
        organisation=Organisation(
            siret=HOLDER_SIRET,
            name="SCENES ET FORMATIONS",
            email="contact@scenes.example",
            address="2 RUE VICTOR HUGO",
            postcode="34800",
            town="CLERMONT-L’HÉRAULT",
            tax_regime=regime,
        ),
        planned_start=START,
        planned_end=end,
        centre=PlaceTerms(hours=Decimal(812), rate=RATE, price=Decimal(40_600)),
        company=PlaceTerms(hours=Decimal(420), rate=Decimal("0.95"), price=Decimal(3_990)),
        headcount=10,
        paid_headcount=10,
        thresholds=(Decimal(30), Decimal(60), Decimal(80)),
        periods=(Period(place=Place.CENTRE, start=START, end=end),),
        subcontractors=(
            Subcontractor(siret=SUBCONTRACTOR_SIRET, name="CEVENNES-GESTION", ceiling=SUBCONTRACTED, tax_regime=TaxRegime.STANDARD),
        )
        if number == SUBCONTRACT
        else (),
    )
