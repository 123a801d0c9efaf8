"""An action's life as topics and databases would tell it, to the auditor's eyes: two months, two invoices, one rejected and corrected."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from auditor.history import EVENTS, INVOICES, Cut, History, Row, Told
from contracts.actions import ActionOpened, TraineeEntered, TraineeRegistered
from contracts.answers import PersonalRef
from contracts.awards import ActionAwarded
from contracts.billing import (
    BillableMonth,
    Invoice,
    InvoiceAccepted,
    InvoiceIssued,
    InvoiceLine,
    InvoiceRejected,
    InvoicesOffered,
    PaymentRecorded,
)
from contracts.codes import DecidedBy, ExitKind, Frequency, InvoiceKind, Place, RejectionCode
from contracts.declarations import (
    ConfirmedLine,
    Exit,
    Line,
    LineSaved,
    MonthConfirmed,
    MonthFilled,
    PlaceFigures,
    PlaceHours,
    StoredLine,
    TraineeExited,
)
from contracts.envelope import NAMESPACE
from contracts.finance import AcceptedInvoice, IssuedInvoice, RejectedInvoice
from contracts.message import Message
from contracts.month import Month

EXAMPLES = Path(__file__).parents[3] / "contracts" / "examples"
CONTRACT = "2007QCA0266"
AWARDED = ActionAwarded.parse((EXAMPLES / "actions.action-awarded.v1.json").read_bytes())
"""5.00 € and 0.95 € an hour, 812 and 420 hours each, from 2007-09-03 to 2008-06-27, taxed."""
ANNE, BRUNO = UUID(int=0xA), UUID(int=0xB)
SEPTEMBER, OCTOBER = Month("2007-09"), Month("2007-10")
FIRST, SECOND = UUID(int=1), UUID(int=2)
DATABASES = frozenset({"identity", "actions", "declarations", "billing", "surveys", "gateway"})
NOW = datetime(2008, 1, 5, 12, tzinfo=UTC)


@dataclass
class Story:
    """What was said, in order; `history` is what the auditor gets of it."""

    told: list[Told] = field(default_factory=list)
    held: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    behind: dict[str, int] = field(default_factory=dict)
    """By database: how many records of `events` it has read, when not all."""
    unread: set[str] = field(default_factory=set)
    """Topics other than `events` of which nobody has read anything."""
    sent: dict[str, int] = field(default_factory=dict)
    """By source: the last row of its outbox that left a while ago."""
    erased: frozenset[str] = frozenset()
    """The contracts whose people are erased."""
    counted: dict[str, int] = field(default_factory=dict)
    """By database: how far it has counted, when not as far as it has said."""

    def say(self, message: Message, source: str = "", topic: str = EVENTS, **more: Any) -> Told:
        """A message, the next of its source."""
        source = source or next(iter(message.sources()))
        version = 1 + sum(each.source == source and each.topic == topic for each in self.told)
        place = sum(each.topic == topic for each in self.told)
        made = str(uuid5(NAMESPACE, f"{topic}/{source}/{version}"))
        plain = Told(topic, CONTRACT, source, version, message.TYPE, made, "", 0, place, False, NOW, message.body(), made.encode())
        self.told.append(replace(plain, **more))
        return self.told[-1]

    def hold(self, database: str, name: str, **row: object) -> None:
        """A row of a database."""
        self.held.setdefault((database, name), []).append(row)

    def history(self) -> History:
        """All of it, everybody having read and counted all, unless the story says otherwise."""
        length = len(self.told)
        positions = {
            (database, topic, 0): self.behind.get(database, length) - 1 if topic == EVENTS else -1 if topic in self.unread else length
            for database in DATABASES
            for topic in {each.topic for each in self.told}
        }
        held = dict(self.held)
        for database in DATABASES:
            versions = [each.version for each in self.told if each.source == database and each.topic != INVOICES]
            held[database, "counted"] = [{"source": database, "version": self.counted.get(database, max(versions, default=0))}]
        told = sorted(self.told, key=lambda each: (each.waits, each.topic, each.offset))
        return History(CONTRACT, Cut(DATABASES, positions, NOW, self.erased, self.sent), told, held)

    def without(self, told: Told) -> None:
        """As if it had been lost."""
        self.told.remove(told)

    def last(self, kind: type[Message]) -> Told:
        """The last message of a kind."""
        return next(told for told in reversed(self.told) if told.type == kind.TYPE)

    def instead(self, told: Told, message: Message) -> None:
        """As if something else had been said there."""
        self.told[self.told.index(told)] = replace(told, body=message.body())


def line(attended: int, excused: int = 0, unexcused: int = 0, company: int = 0) -> Line:
    """Hours of one trainee and month."""
    centre = PlaceFigures(attended=Decimal(attended), excused=Decimal(excused), unexcused=Decimal(unexcused))
    return Line(centre=centre, company=PlaceFigures(attended=Decimal(company), excused=Decimal(), unexcused=Decimal()))


def confirmed(trainee: UUID, attended: int, excused: int = 0, unexcused: int = 0, company: int = 0) -> ConfirmedLine:
    """The same, confirmed."""
    centre = PlaceHours(attended=Decimal(attended), excused=Decimal(excused), unexcused=Decimal(unexcused))
    nothing = Decimal()
    return ConfirmedLine(
        trainee_id=trainee, centre=centre, company=PlaceHours(attended=Decimal(company), excused=nothing, unexcused=nothing)
    )


def invoice(id_: UUID, number: int | None, month: Month, centre: str, company: str, amount: str, taxed: str, **more: Any) -> Invoice:
    """An invoice of one month: hours in centre and company, what they are worth, and that with tax at 19.6 %."""
    lines = tuple(
        InvoiceLine(
            month=month,
            place=place,
            trainees=2,
            attended=Decimal(hours),
            excused=Decimal(),
            rate=Decimal(rate),
            amount=(Decimal(hours) * Decimal(rate)).quantize(Decimal("0.01")),
        )
        for place, hours, rate in ((Place.CENTRE, centre, "5.00"), (Place.COMPANY, company, "0.95"))
    )
    plain = Invoice(
        invoice_id=id_,
        number=number,
        legal_number=f"2007-{number or 9:06}",
        issuer=AWARDED.terms.organisation.siret,
        kind=InvoiceKind.MONTHLY,
        ordinal=None,
        replaces=None,
        months=(month,),
        trainees=2,
        lines=lines,
        shares=(),
        excluding_tax=Decimal(amount),
        tax_rate=Decimal("0.1960"),
        tax=Decimal(taxed) - Decimal(amount),
        including_tax=Decimal(taxed),
        issued_on=date(2007, 10, 5),
    )
    return plain.model_copy(update=more)


SEPTEMBERS = invoice(FIRST, 1, SEPTEMBER, "150", "20", "769.00", "919.72")
OCTOBERS = invoice(SECOND, 2, OCTOBER, "80", "0", "400.00", "478.40")


def opened() -> Story:
    """Awarded, two trainees, opened on 2007-09-03."""
    story = Story()
    story.say(AWARDED)
    for trainee in (ANNE, BRUNO):
        sheet = PersonalRef(id=f"{CONTRACT}/{trainee}", version=1)
        none = dict.fromkeys(("paid_by", "entry_level", "age_bracket", "planned_entry"))
        story.say(TraineeRegistered(trainee_id=trainee, sheet=sheet, complete=True, **none))
    story.say(ActionOpened(actual_start=date(2007, 9, 3), frequency=Frequency.MONTHLY))
    for trainee in (ANNE, BRUNO):
        story.say(TraineeEntered(trainee_id=trainee, entered_on=date(2007, 9, 3)))
    return story


def declared() -> Story:
    """September, 150 h in the centre and 20 in a company, and October, 80 h, are confirmed."""
    story = opened()
    story.say(LineSaved(month=SEPTEMBER, trainee_id=ANNE, line=line(90, 10, 5, 20), complete=True, version=1))
    story.say(LineSaved(month=SEPTEMBER, trainee_id=BRUNO, line=line(50), complete=True, version=1))
    story.say(MonthConfirmed(month=SEPTEMBER, lines=(confirmed(ANNE, 90, 10, 5, 20), confirmed(BRUNO, 50))))
    story.say(MonthFilled(month=OCTOBER, lines=(StoredLine(trainee_id=ANNE, line=line(80), complete=True, version=1),)))
    story.say(MonthConfirmed(month=OCTOBER, lines=(confirmed(ANNE, 80), confirmed(BRUNO, 0))))
    return story


def invoiced(pay_by: date | None = None) -> Story:
    """September's invoice is accepted and paid in part, October's waits for the Region's decision."""
    story = declared()
    issue(story, SEPTEMBERS.model_copy(update={"pay_by": pay_by}))
    story.say(InvoiceAccepted(invoice_id=FIRST, decided_by=DecidedBy.AGENT, decided_on=date(2007, 10, 8)))
    fact = AcceptedInvoice(sequence=2, contract_number=CONTRACT, invoice_id=FIRST, decided_by=DecidedBy.AGENT, decided_at=NOW)
    story.say(fact, topic=INVOICES)
    issue(story, OCTOBERS)
    paid = Decimal("519.72")
    story.say(
        PaymentRecorded(
            invoice_id=FIRST,
            amount=paid,
            paid_on=date(2007, 11, 2),
            reference="VIR-1",
            total_paid=paid,
            remaining=SEPTEMBERS.including_tax - paid,
        )
    )
    story.hold("billing", "payments", reference="VIR-1", invoice_id=str(FIRST), amount="519.72")
    return story


def rejected() -> Story:
    """October's is rejected: its month has to be corrected."""
    story = invoiced()
    text = PersonalRef(id=f"{CONTRACT}/text", version=1)
    by, why = DecidedBy.AGENT, RejectionCode.HOURS_WRONG
    story.say(
        InvoiceRejected(
            invoice_id=SECOND, decided_by=by, decided_on=NOW.date(), code=why, text=text, months=(OCTOBER,), correct_by=NOW.date()
        )
    )
    story.say(
        RejectedInvoice(sequence=4, contract_number=CONTRACT, invoice_id=SECOND, decided_by=by, decided_at=NOW, code=why), topic=INVOICES
    )
    for name in ("invoices", "invoiced_months"):
        rows = story.held["billing", name]
        story.held["billing", name] = [{**row, "rejected": row["invoice_id"] == str(SECOND)} for row in rows]
    return story


def issue(story: Story, new: Invoice) -> None:
    """An invoice, on the log, in the database and to finance."""
    story.say(InvoiceIssued(invoice=new))
    facts = sum(each.topic == INVOICES for each in story.told)
    figures = {name: getattr(new, name) for name in IssuedInvoice.model_fields if hasattr(new, name)}
    organisation = AWARDED.terms.organisation
    issued = IssuedInvoice(
        sequence=facts + 1, contract_number=CONTRACT, siret=organisation.siret, organisation=organisation.name, **figures
    )
    story.say(issued, topic=INVOICES)
    year, sequence = (int(part) for part in new.legal_number.split("-"))
    story.hold(
        "billing",
        "invoices",
        invoice_id=str(new.invoice_id),
        number=new.number,
        issuer=new.issuer,
        year=year,
        sequence=sequence,
        rejected=False,
        taken="0.00",
    )
    for adjustment in new.adjustments:
        because_of, taken = str(adjustment.invoice_id), str(-adjustment.amount)
        story.hold("billing", "adjustments", invoice_id=str(new.invoice_id), because_of=because_of, taken=taken, rejected=False)
        rows = story.held["billing", "invoices"]
        story.held["billing", "invoices"] = [{**row, "taken": taken} if row["invoice_id"] == because_of else row for row in rows]
    for month in new.months:
        story.hold("billing", "invoiced_months", invoice_id=str(new.invoice_id), month=month, rejected=False)


def left(trainee: UUID, on: date) -> TraineeExited:
    """Somebody's exit."""
    return TraineeExited(trainee_id=trainee, exit=Exit(on=on, kind=ExitKind.END_OF_TRAINING), version=1)


def offered(*months: tuple[Month, str]) -> InvoicesOffered:
    """What is left to invoice."""
    billable = (BillableMonth(month=month, trainees=2, lines=(), shares=(), amount=Decimal(amount)) for month, amount in months)
    return InvoicesOffered(months=tuple(billable), offers=())
