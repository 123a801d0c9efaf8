"""What is in the portal: SCENES ET FORMATIONS and its actions, Thursday 6 March 2008.

`region_in_march(portal)` tells all of it; the other functions are its pieces, for a test that needs an action of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import cast
from uuid import UUID, uuid4

from chassis.db import Connection
from contracts import actions, awards, billing, codes, declarations, identity, personal, surveys
from contracts.answers import Fault, PersonalRef
from contracts.codes import Place
from contracts.message import Message
from contracts.month import Month, beginning, months_between
from contracts.payment_clock import last_day
from contracts.proofs import ProofFile, ProofKey, ProofSent
from contracts.refusals import Refusal
from contracts.refusals.billing import BalanceBeforeClosing, BalanceBeforeDecision, BalanceBeforeReport
from contracts.types import to_cent
from gateway.areas.action.queries.proofs import keep_content
from tests import guide
from tests.gateway.pieces import named, noon, sheet, terms, trainee_messages
from tests.gateway.running_portal import ORGANISATION, OTHER, RunningPortal

BTS, TO_OPEN, READY, OVER, CLOSED, SOON, RIVAL = (
    "2007QCA0266",  # runs since September; January to invoice, December rejected, February to declare
    "2007QCA0971",  # awarded; everything lacks
    "2007QCA0972",  # awarded; nothing lacks
    "2007QCA0311",  # all declared, all out: to be closed
    "2007QIA0970",  # closed, balance paid
    "2008QCA0120",  # of the programme of 2008, begins in September
    "2007QCA0999",  # another organisation's
)
NAMES = (
    *(("CHOMBIER", "Gisèle"), ("DURAND", "Jean-Claude"), ("ÉTIENNE", "Maud"), ("FERRANDO", "Lucie"), ("GARCIA", "Sonia")),
    *(("LÓPEZ", "Andrés"), ("MARTIN", "Camille"), ("ROUSSEL", "Aïcha"), ("TEISSIER", "Paul"), ("VIALA", "Noémie")),
    *(("VIDAL", "Rémi"), ("ZAFRA", "Inès")),
)


@dataclass
class Told:
    """An action in the portal, and what a test may do to it; each step is what the services would say."""

    portal: RunningPortal
    number: str
    terms: awards.Terms
    trainees: list[UUID] = field(default_factory=list)
    invoices: list[billing.Invoice] = field(default_factory=list)
    billable: dict[Month, billing.BillableMonth] = field(default_factory=dict)
    declared: dict[Month, Decimal] = field(default_factory=dict)
    """Hours of each confirmed month: the realised rate (ACT-3)."""
    tax_rate: Decimal = Decimal(0)
    undecided: list[billing.Invoice] = field(default_factory=list)
    closed: bool = False
    reported: bool = False
    to_correct: dict[UUID, frozenset[Month]] = field(default_factory=dict)
    """The months of each rejected invoice that no later one holds (BIL-7)."""

    async def say(self, *messages: Message, on: date | None = None) -> None:
        """These messages, by the secretary."""
        await self.portal.happen(self.number, *messages, at=noon(on) if on else None, actor=self.portal.secretary.actor)

    async def register(self, count: int, *, whole: bool = True, on: date | None = None) -> None:
        """So many more trainees."""
        for last, first in NAMES[len(self.trainees) : len(self.trainees) + count]:
            trainee = named(self.number, last)
            self.trainees.append(trainee)
            registered = sheet(last, first, self.terms.planned_start if whole else None)
            await self.say(*trainee_messages(self.number, trainee, registered), on=on)

    async def validate_dates(self, on: date | None = None) -> None:
        """The dates are validated, as in the contract (DAT-2)."""
        await self.say(actions.DatesValidated(periods=self.terms.periods, version=1), on=on)

    async def prepare(self, count: int = 8) -> None:
        """Nothing lacks for the opening (OPN-1)."""
        on = self.terms.planned_start - timedelta(10)
        await self.validate_dates(on)
        await self.register(count, on=on)
        entries = tuple(actions.EntryDate(trainee_id=trainee, entered_on=self.terms.planned_start) for trainee in self.trainees)
        await self.say(actions.TrainersConfirmed(), actions.EntryDatesConfirmed(entries=entries), on=on)

    async def open(self, count: int = 8, frequency: codes.Frequency = codes.Frequency.MONTHLY) -> None:
        """Prepared, and opened on the planned start (OPN-1)."""
        await self.prepare(count)
        start = self.terms.planned_start
        entered = [actions.TraineeEntered(trainee_id=trainee, entered_on=start) for trainee in self.trainees]
        await self.say(actions.ActionOpened(actual_start=start, frequency=frequency), *entered, on=start)

    async def declare(self, month: Month, count: int | None = None, *, on: date | None = None) -> None:
        """The lines of so many trainees, all by default, whole (DEC-3)."""
        for index, trainee in enumerate(self.trainees[:count]):
            figures = declarations.PlaceFigures(attended=Decimal(60 + index), excused=Decimal(0), unexcused=Decimal(0))
            company = declarations.PlaceFigures(attended=Decimal(20), excused=Decimal(0), unexcused=Decimal(0))
            line = declarations.Line(centre=figures, company=company)
            await self.say(declarations.LineSaved(month=month, trainee_id=trainee, line=line, complete=True, version=1), on=on)

    async def confirm(self, month: Month, *, again: bool = False, calls_for: tuple[codes.ProofKind, ...] = ()) -> None:
        """The month is declared and confirmed, on the 6th of the next one (DEC-6); it can be invoiced. Of the first trainee it calls for
        these proofs (DEC-10).
        """
        on = month.next().first + timedelta(5)
        await self.declare(month, on=on)
        zero = Decimal(0)
        lines = tuple(
            declarations.ConfirmedLine(
                trainee_id=trainee,
                centre=declarations.PlaceHours(attended=Decimal(60 + index), excused=zero, unexcused=zero),
                company=declarations.PlaceHours(attended=Decimal(20), excused=zero, unexcused=zero),
                proofs=calls_for if index == 0 else (),
            )
            for index, trainee in enumerate(self.trainees)
        )
        self.billable[month] = self._billable(month, lines)
        self.declared[month] = sum((line.attended for line in self.billable[month].lines), zero)
        await self.say(declarations.MonthConfirmed(month=month, lines=lines, again=again), self.offered(), on=on)

    def _billable(self, month: Month, lines: Sequence[declarations.ConfirmedLine]) -> billing.BillableMonth:
        invoice_lines, shares = [], []
        for place, rate in ((Place.CENTRE, self.terms.centre.rate), (Place.COMPANY, self.terms.company.rate)):
            hours = [(line.trainee_id, line.centre if place is Place.CENTRE else line.company) for line in lines]
            attended, excused = sum(worked.attended for _, worked in hours), sum(worked.excused for _, worked in hours)
            amount = to_cent((attended + excused) * rate)
            invoice_lines.append(
                billing.InvoiceLine(
                    month=month,
                    place=place,
                    trainees=len(lines),
                    attended=Decimal(attended),
                    excused=Decimal(excused),
                    rate=rate,
                    amount=amount,
                )
            )
            shares += [
                billing.Share(
                    month=month,
                    place=place,
                    trainee_id=trainee,
                    attended=worked.attended,
                    excused=worked.excused,
                    amount=(worked.attended + worked.excused) * rate,
                )
                for trainee, worked in hours
            ]
        total = sum((line.amount for line in invoice_lines), Decimal(0))
        return billing.BillableMonth(month=month, trainees=len(lines), lines=tuple(invoice_lines), shares=tuple(shares), amount=total)

    def offered(self, balance: Decimal | None = None) -> billing.InvoicesOffered:
        """One invoice a month, for what no invoice holds (BIL-2); or the balance."""

        def offer(kind: codes.InvoiceKind, months: Iterable[Month], amount: Decimal) -> billing.Offer:
            taxed = billing.Taxed(since=None, **self._tax(amount))
            windowed = kind is not codes.InvoiceKind.BALANCE
            return billing.Offer(kind=kind, months=tuple(months), windowed=windowed, excluding_tax=amount, taxed=(taxed,))

        offers = [offer(codes.InvoiceKind.MONTHLY, [month.month], month.amount) for month in self.billable.values()]
        if balance is not None:
            offers = [offer(codes.InvoiceKind.BALANCE, self.billable, balance)]
        planned = (self.terms.centre.hours + self.terms.company.hours) * self.terms.headcount
        realised = (sum(self.declared.values(), Decimal(0)) / planned).quantize(Decimal("0.0001"), "ROUND_DOWN")
        months = tuple(self.billable.values())
        return billing.InvoicesOffered(
            months=months,
            offers=tuple(offers),
            balance_waits_for=self._balance_waits_for(),
            to_correct=tuple(self.to_correct),
            realised=realised,
        )

    def _tax(self, amount: Decimal) -> dict[str, Decimal]:
        """Its tax, and what it is with it (BIL-6)."""
        tax = to_cent(amount * self.tax_rate)
        return {"tax_rate": self.tax_rate, "tax": tax, "including_tax": amount + tax}

    def _balance_waits_for(self) -> tuple[Fault, ...]:
        """What stands against a balance (BIL-11)."""
        wrong: list[Refusal] = [] if self.closed else [BalanceBeforeClosing()]
        wrong += [] if self.reported else [BalanceBeforeReport()]
        wrong += [BalanceBeforeDecision(legal_number=invoice.legal_number) for invoice in self.undecided]
        return tuple(fault for refusal in wrong for fault in refusal.faults())

    async def invoice(self, *months: Month, on: date, kind: codes.InvoiceKind = codes.InvoiceKind.MONTHLY) -> billing.Invoice:
        """The invoice of these months goes to the Region (BIL-2)."""
        billed = [self.billable.pop(month) for month in months]
        amount = sum((month.amount for month in billed), Decimal("0.00"))
        is_balance = kind is codes.InvoiceKind.BALANCE
        invoice = billing.Invoice(
            invoice_id=uuid4(),
            number=None if is_balance else len(self.invoices) + 1,
            legal_number=f"{on.year}-{len(self.invoices) + 12:06d}",
            issuer=self.terms.organisation.siret,
            kind=kind,
            ordinal=None,
            replaces=None,
            months=months,
            trainees=max((month.trainees for month in billed), default=0),
            lines=tuple(line for month in billed for line in month.lines),
            shares=tuple(share for month in billed for share in month.shares),
            excluding_tax=amount,
            **self._tax(amount),
            issued_on=on,
            pay_by=last_day(on),
        )
        self.invoices.append(invoice)
        self.undecided.append(invoice)
        self.to_correct = {rejected: left for rejected, of in self.to_correct.items() if (left := of - set(months))}
        await self.say(billing.InvoiceIssued(invoice=invoice), self.offered(), on=on)
        return invoice

    async def accept(self, invoice: billing.Invoice, *, on: date, paid: bool = True) -> None:
        """The Region accepts, and pays (BIL-7, BIL-13)."""
        accepted = billing.InvoiceAccepted(invoice_id=invoice.invoice_id, decided_by=codes.DecidedBy.AGENT, decided_on=on)
        payment = billing.PaymentRecorded(
            invoice_id=invoice.invoice_id,
            amount=invoice.including_tax,
            paid_on=on + timedelta(10),
            reference=f"P-{invoice.invoice_id}",
            total_paid=invoice.including_tax,
            remaining=Decimal(0),
        )
        self.undecided.remove(invoice)
        messages = (accepted, payment) if paid else (accepted,)
        await self.portal.happen(self.number, *messages, at=noon(on), actor=self.portal.agent.actor)

    async def reject(self, invoice: billing.Invoice, *, on: date, correct_by: date, reopens: bool = True) -> None:
        """The Region rejects; the months reopen (BIL-7), or have not yet."""
        text = personal.TextRecord(
            id=personal.record_id(self.number, f"rejection-{invoice.invoice_id}"),
            version=1,
            contract_number=self.number,
            text="Les justificatifs d’absence de DURAND Jean-Claude manquent.",
        )
        rejection = billing.InvoiceRejected(
            invoice_id=invoice.invoice_id,
            decided_by=codes.DecidedBy.AGENT,
            decided_on=on,
            code=codes.RejectionCode.PROOFS_MISSING,
            text=PersonalRef(id=text.id, version=1),
            months=invoice.months,
            correct_by=correct_by,
        )
        reopened = [
            declarations.MonthReopened(month=month, invoice_id=invoice.invoice_id, correct_by=correct_by)
            for month in invoice.months
            if reopens
        ]
        self.to_correct[invoice.invoice_id] = frozenset(invoice.months)
        self.undecided.remove(invoice)
        for message in reopened:
            self.declared.pop(message.month)
        await self.portal.happen(self.number, text, rejection, *reopened, self.offered(), at=noon(on), actor=self.portal.agent.actor)

    async def prove(self, month: Month, content: bytes = b"%PDF-1.4\n%%EOF") -> UUID:
        """The organisation has sent a file as the proof of an absence of the first trainee; its id (DEC-10)."""
        file_id, key = uuid4(), ProofKey(month=month, trainee_id=self.trainees[0], kind=codes.ProofKind.ABSENCE)
        async with self.portal.db.acquire() as connection:
            await keep_content(cast(Connection, connection), self.number, file_id, uuid4(), key, content)
        file = ProofFile(format=codes.ProofFormat.PDF, size=len(content), sha256=sha256(content).hexdigest())
        await self.say(ProofSent(proof=key, file_id=file_id, file=file))
        return file_id

    async def leave(self, *, surveyed: int = 0) -> None:
        """Everybody leaves at the planned end (DEC-5); so many exit surveys are in (SUR-1)."""
        end = self.terms.planned_end
        exit_ = declarations.Exit(on=end, kind=codes.ExitKind.END_OF_TRAINING)
        for index, trainee in enumerate(self.trainees):
            await self.say(declarations.TraineeExited(trainee_id=trainee, exit=exit_, version=1), on=end)
            if index < surveyed:
                situation = codes.Situation.OTHER
                await self.say(surveys.ExitSurveyRecorded(trainee_id=trainee, situation=situation, contract=None, version=1), on=end)

    async def close(self) -> None:
        """Closed on the planned end (CLO-1)."""
        self.closed = True
        await self.say(actions.ActionClosed(actual_end=self.terms.planned_end), self.offered(), on=self.terms.planned_end)

    async def report(self, *, missing: int = 0, sent: bool = False, received: bool = False) -> None:
        """The outcomes report as it stands, perhaps sent, perhaps received (SUR-2)."""
        figures = surveys.ReportFigures(
            entered=len(self.trainees),
            completed=len(self.trainees),
            left_early=0,
            centre_hours=Decimal(2000),
            company_hours=Decimal(600),
            situations=(),
        )
        ready = not missing
        await self.say(surveys.ReportPrepared(figures=figures, missing=tuple(self.trainees[:missing]), can_be_submitted=ready))
        if sent or received:
            text = personal.TextRecord(id=f"{self.number}/report", version=1, contract_number=self.number, text="Un bon groupe.")
            self.reported = True
            await self.say(text, surveys.ReportSubmitted(figures=figures, text=PersonalRef(id=text.id, version=1)), self.offered())
        if received:
            await self.portal.happen(self.number, surveys.ReportAcknowledged(), actor=self.portal.agent.actor)


async def award(portal: RunningPortal, number: str, of: awards.Terms) -> Told:
    """The Region awards a contract, with its agent and two trainers (ACT-1)."""
    on = noon(min(of.planned_start - timedelta(60), date(2008, 3, 1)))
    await portal.happen(number, *guide.award(number, of, *guide.TRAINERS), at=on, actor=portal.agent.actor)
    return Told(portal, number, of)


async def users(portal: RunningPortal) -> None:
    """The people who watch have names, and have been there since before it all; the organisation has an address."""
    since = beginning(date(2007, 1, 2))
    for person in (portal.secretary, portal.rival, portal.agent):
        viewer = person.viewer
        record = personal.UserRecord(id=str(viewer.user_id), version=1, user_id=viewer.user_id, name=viewer.name, email="x@example.fr")
        account = identity.AccountCreated(user_id=viewer.user_id, siret=viewer.siret, user=PersonalRef(id=record.id, version=1))
        await portal.happen(viewer.siret or record.id, record, account, at=since)
    await portal.happen(ORGANISATION, guide.organisation_registered())


async def region_in_march(portal: RunningPortal) -> dict[str, Told]:
    """All of it, by contract number."""
    await users(portal)
    contracts = {
        BTS: terms("BTS ASSISTANT DE DIRECTION EN UN AN", date(2007, 9, 3), date(2008, 6, 27)),
        TO_OPEN: terms("ACCESSOIRISTES", date(2008, 4, 7), date(2008, 12, 19), headcount=12, paid=3),
        READY: terms("COIFFEURS PERRUQUIERS", date(2008, 3, 3), date(2008, 9, 26), headcount=8),
        OVER: terms("RÉGISSEURS SON", date(2007, 11, 5), date(2008, 2, 29), headcount=6),
        CLOSED: terms("COSTUMIER(ERE)", date(2007, 3, 1), date(2007, 7, 31), headcount=4, paid=4),
        SOON: terms("DÉCORATEURS DE THÉÂTRE", date(2008, 9, 1), date(2009, 6, 26), year=2008),
        RIVAL: terms("COMPTABLES", date(2008, 3, 3), date(2008, 9, 26), siret=OTHER),
    }
    told = {number: await award(portal, number, held) for number, held in contracts.items()}
    await _bts(told[BTS])
    await told[TO_OPEN].register(2)
    await told[TO_OPEN].register(1, whole=False)
    await told[READY].prepare(5)
    await _over(told[OVER])
    await _closed(told[CLOSED])
    return told


async def _bts(told: Told) -> None:
    await told.open(8)
    for month in months_between(Month("2007-09"), Month("2008-01")):
        await told.confirm(month, calls_for=(codes.ProofKind.ABSENCE,) if month == "2008-01" else ())
    for month in months_between(Month("2007-09"), Month("2007-11")):
        on = month.next().first + timedelta(6)
        await told.accept(await told.invoice(month, on=on), on=on + timedelta(20), paid=month != "2007-11")
    december = await told.invoice(Month("2007-12"), on=date(2008, 1, 8))
    await told.reject(december, on=date(2008, 3, 4), correct_by=date(2008, 3, 19))
    await told.declare(Month("2008-02"), 6)


async def _over(told: Told) -> None:
    await told.open(6)
    await told.leave(surveyed=2)
    for month in months_between(Month("2007-11"), Month("2008-02")):
        await told.confirm(month)
    for month in months_between(Month("2007-11"), Month("2008-01")):
        on = month.next().first + timedelta(6)
        await told.accept(await told.invoice(Month(month), on=on), on=on + timedelta(12))
    await told.report(missing=4)


async def _closed(told: Told) -> None:
    await told.open(4)
    await told.leave(surveyed=4)
    for month in months_between(Month("2007-03"), Month("2007-07")):
        await told.confirm(month)
    for month in list(told.billable)[:-1]:
        on = month.next().first + timedelta(8)
        await told.accept(await told.invoice(month, on=on), on=on + timedelta(12))
    await told.close()
    await told.report(received=True)
    balance = await told.invoice(Month("2007-07"), on=date(2007, 8, 20), kind=codes.InvoiceKind.BALANCE)
    await told.accept(balance, on=date(2007, 9, 3))
