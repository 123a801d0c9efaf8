"""One action, driven through the rules as the service would drive them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from string import Formatter
from uuid import UUID

from chassis.decision import Decision
from contracts.actions import ActionOpened, ClosingRequested, EntryDate, EntryRequested, RemovalRequested, TraineeRegistered
from contracts.answers import Fault, PersonalRef
from contracts.awards import Terms
from contracts.billing import InvoiceRejected
from contracts.codes import (
    AbsenceReason,
    DecidedBy,
    ExitKind,
    ExitReason,
    Frequency,
    Place,
    ProofFormat,
    ProofKind,
    ProofNote,
    RejectionCode,
    Standing,
)
from contracts.declarations import (
    Absence,
    AddedHoursForeseen,
    AmendmentEffect,
    AmendmentForeseen,
    AmendmentGranted,
    AskRefused,
    ConfirmMonth,
    DeclarationsChanged,
    Exit,
    FilledExit,
    FilledLine,
    FilledRow,
    FillMonth,
    Line,
    PlaceFigures,
    SaveLine,
    SeenLine,
    SetExit,
)
from contracts.message import Event
from contracts.month import Month
from contracts.proofs import NoteProofs, ProofFile, ProofKey, SeenProof, SendProof, WithdrawProof
from contracts.refusals import Refusal, catalogue
from contracts.requests import AmendmentRequested
from declarations.rules import ask, declaration, exit, filling, proofs
from declarations.rules import line as lines
from declarations.rules.action import Action, asked, awarded, decided, entered, opened, registered
from declarations.rules.said import said
from tests import guide
from tests.guide import END, START, day

BORG, KOURNIKOVA, NADAL, FRANCO = (UUID(int=number) for number in (1, 2, 3, 4))
INVOICE, REQUEST = UUID(int=99), UUID(int=500)


def terms(start: str = START, end: str = END, centre: str = "812", company: str = "420") -> Terms:
    """The guide's contract 2007QCA0266, ten trainees at 5.00 and 0.95 € an hour, or one with other dates and hours."""
    hours = {"centre": guide.place(centre, guide.CENTRE_RATE, 10), "company": guide.place(company, guide.COMPANY_RATE, 10)}
    return guide.terms(day(start), day(end), **hours)


def registration(trainee: UUID) -> TraineeRegistered:
    sheet = PersonalRef(id=str(trainee), version=1)
    return TraineeRegistered(
        trainee_id=trainee, sheet=sheet, complete=True, paid_by=None, entry_level=None, age_bracket=None, planned_entry=None
    )


def opening(start: str) -> ActionOpened:
    return ActionOpened(actual_start=day(start), frequency=Frequency.MONTHLY)


def rejection(*months: str, correct_by: str = "2008-06-25", invoice_id: UUID = INVOICE) -> InvoiceRejected:
    return InvoiceRejected(
        invoice_id=invoice_id,
        decided_by=DecidedBy.AGENT,
        decided_on=day(correct_by) - timedelta(days=15),
        code=RejectionCode.HOURS_WRONG,
        text=PersonalRef(id="rejection", version=1),
        months=tuple(Month(month) for month in months),
        correct_by=day(correct_by),
    )


def line(month: str, trainee: UUID, typed: str, *absences: Absence, base: int = 0) -> SaveLine:
    kept = figures(typed).model_copy(update={"absences": absences})
    return SaveLine(month=Month(month), trainee_id=trainee, line=kept, base_version=base)


def row(trainee: UUID, typed: str | None, *absences: Absence, base: int = 0, exits: FilledExit | None = None) -> FilledRow:
    """A row of a month that is filled in; without `typed` its line is left as it is stored."""
    kept = figures(typed).model_copy(update={"absences": absences}) if typed else None
    return FilledRow(trainee_id=trainee, line=FilledLine(line=kept, base_version=base) if kept else None, exit=exits)


def filled(month: str, *rows: FilledRow) -> FillMonth:
    return FillMonth(month=Month(month), rows=rows)


def month(text: str, seen: tuple[SeenLine, ...] | None = None) -> ConfirmMonth:
    return ConfirmMonth(month=Month(text), seen=seen)


def seen(trainee: UUID, version: int, exit_version: int = 0) -> SeenLine:
    return SeenLine(trainee_id=trainee, version=version, exit_version=exit_version)


def figures(text: str) -> Line:
    """`41 2 0 15 3 0`: attended, excused, unexcused in centre, then in company; `-` is an empty cell."""
    typed = [None if cell == "-" else Decimal(cell) for cell in text.split()]
    names = ("attended", "excused", "unexcused")
    return Line(
        centre=PlaceFigures(**dict(zip(names, typed[:3], strict=True))), company=PlaceFigures(**dict(zip(names, typed[3:], strict=True)))
    )


def absence(start: str, end: str, reason: AbsenceReason, place: Place, hours: str) -> Absence:
    return Absence(start=day(start), end=day(end), reason=reason, place=place, hours=Decimal(hours))


def proof(month: str, trainee: UUID, kind: ProofKind = ProofKind.ABSENCE) -> ProofKey:
    return ProofKey(month=Month(month), trainee_id=trainee, kind=kind)


def noted(key: ProofKey, note: ProofNote, *files: UUID) -> SeenProof:
    """What an agent notes who was shown these files."""
    return SeenProof(**key.model_dump(), note=note, files=files)


def ended(on: str) -> Exit:
    return Exit(on=day(on), kind=ExitKind.END_OF_TRAINING)


def early(on: str, reason: ExitReason | None = ExitReason.DROPPED_OUT, *, proofs: bool = False) -> Exit:
    return Exit(on=day(on), kind=ExitKind.EARLY, reason=reason, proofs_announced=proofs)


def faults(call: Callable[[], object]) -> list[Fault]:
    """What `call` is refused for; every sentence can be filled from the figures that travel. Fails when it is not refused."""
    try:
        call()
    except Refusal as refusal:
        refused = list(refusal.faults())
    else:
        raise AssertionError("not refused")
    return checked(refused)


def checked(refused: list[Fault]) -> list[Fault]:
    """The faults, each of which has a sentence of our catalogue with all its figures."""
    for fault in refused:
        named = {name for _, name, _, _ in Formatter().parse(catalogue()[fault.code].__doc__ or "") if name}
        assert named <= set(fault.figures), fault
        assert catalogue()[fault.code].rule
    return refused


def codes(call: Callable[[], object]) -> list[str]:
    return [fault.code for fault in faults(call)]


def cells(call: Callable[[], object]) -> list[tuple[str, str | None]]:
    return [(fault.code, fault.field) for fault in faults(call)]


class DeclaredAction:
    """The guide's action 2007QCA0266, or another; `said` are the events of the last step; `overviews` and `foreseen` all that was told,
    `owed` what was told last of hours that will be added.
    """

    def __init__(
        self,
        start: str = START,
        end: str = END,
        centre: str = "812",
        company: str = "420",
        trainees: tuple[UUID, ...] = (BORG,),
    ) -> None:
        self.state = awarded(terms(start, end, centre, company))
        self.said: list[Event] = []
        self.overviews: list[DeclarationsChanged] = []
        self.foreseen: list[AmendmentForeseen] = []
        self.owed = AddedHoursForeseen(trainees=())
        self._becomes(opened(self.state, day(start)))
        for trainee in trainees:
            self.enters(trainee, start)

    def _becomes(self, action: Action) -> "DeclaredAction":
        for event in said(self.state, action):
            match event:
                case DeclarationsChanged():
                    self.overviews.append(event)
                case AddedHoursForeseen():
                    self.owed = event
                case AmendmentForeseen():
                    self.foreseen.append(event)
        self.state = action
        return self

    def _apply(self, decision: Decision[Action]) -> "DeclaredAction":
        self.said = list(decision.events)
        return self._becomes(decision.state)

    @property
    def overview(self) -> DeclarationsChanged:
        """Where the declarations stand, as the log was last told."""
        return self.overviews[-1]

    def registers(self, trainee: UUID) -> "DeclaredAction":
        return self._becomes(registered(self.state, trainee))

    def enters(self, trainee: UUID, on: str) -> "DeclaredAction":
        """At the opening: nothing is asked."""
        return self._becomes(entered(registered(self.state, trainee), trainee, day(on)))

    def keeps(self, trainee: UUID, month: str, line: Line, base: int) -> "DeclaredAction":
        """A line as it travels."""
        command = SaveLine(month=Month(month), trainee_id=trainee, line=line, base_version=base)
        return self._apply(lines.save(self.state, command, Month(month).last))

    def saves(
        self, trainee: UUID, month: str, typed: str, *absences: Absence, on: str | None = None, base: int | None = None
    ) -> "DeclaredAction":
        kept = self.state.declaration(Month(month)).lines.get(trainee)
        command = line(month, trainee, typed, *absences, base=base if base is not None else kept.version if kept else 0)
        return self._apply(lines.save(self.state, command, day(on) if on else Month(month).last))

    def fills(self, month: str, *rows: FilledRow, on: str | None = None) -> "DeclaredAction":
        return self._apply(filling.fill(self.state, filled(month, *rows), day(on) if on else Month(month).last))

    def leaves(self, trainee: UUID, leaving: Exit | None, base: int | None = None) -> "DeclaredAction":
        known = self.state.trainees.get(trainee)
        version = base if base is not None else known.exit_version if known else 0
        return self._apply(exit.set_exit(self.state, SetExit(trainee_id=trainee, exit=leaving, base_version=version)))

    def confirms(self, of: str, on: str | None = None, seen: tuple[SeenLine, ...] | None = None) -> "DeclaredAction":
        """By default on the first day of the month after."""
        return self._apply(declaration.confirm(self.state, month(of, seen), day(on) if on else Month(of).next().first))

    def declares(self, month: str, typed: str = "10 0 0 0 0 0", on: str | None = None) -> "DeclaredAction":
        """Everybody who is present has these hours, and the month is confirmed."""
        for trainee in self.state.present(Month(month)):
            self.saves(trainee, month, typed)
        return self.confirms(month, on)

    def rejects(self, *months: str, correct_by: str = "2008-03-25") -> "DeclaredAction":
        return self._apply(declaration.reopen(self.state, rejection(*months, correct_by=correct_by)))

    def sends(self, key: ProofKey, file_id: UUID) -> "DeclaredAction":
        file = ProofFile(format=ProofFormat.PDF, size=1000, sha256="0" * 64)
        return self._apply(proofs.send(self.state, SendProof(proof=key, file=file), file_id))

    def withdraws(self, key: ProofKey, file_id: UUID) -> "DeclaredAction":
        return self._apply(proofs.withdraw(self.state, WithdrawProof(proof=key, file_id=file_id)))

    def is_noted(self, *seen: SeenProof) -> "DeclaredAction":
        return self._apply(proofs.note(self.state, NoteProofs(proofs=seen)))

    def asks_entry(self, *entries: tuple[UUID, str | None]) -> "DeclaredAction":
        dates = tuple(EntryDate(trainee_id=trainee, entered_on=day(on) if on else None) for trainee, on in entries)
        return self._apply(ask.answer(self.state, EntryRequested(entries=dates)))

    def asks_removal(self, trainee: UUID) -> "DeclaredAction":
        return self._apply(ask.answer(self.state, RemovalRequested(trainee_id=trainee)))

    def asks_closing(self, on: str = END) -> "DeclaredAction":
        return self._apply(ask.answer(self.state, ClosingRequested(actual_end=day(on))))

    def is_asked_for(self, end: str, request_id: UUID = REQUEST) -> "DeclaredAction":
        """The organisation asks the Region for another planned end."""
        return self._becomes(asked(self.state, request_id, day(end)))

    def is_decided(self, request_id: UUID = REQUEST) -> "DeclaredAction":
        """The request is refused, or withdrawn."""
        return self._becomes(decided(self.state, request_id))

    def asks_amendment(self, end: str, start: str = START) -> "DeclaredAction":
        """Periods fill the new dates."""
        periods = (guide.period(start, end),) if start <= end else ()
        return self._apply(ask.answer(self.state, AmendmentRequested(planned_start=day(start), planned_end=day(end), periods=periods)))

    @property
    def refused(self) -> list[tuple[str, str | None]]:
        """Why what was asked last is refused: codes, and about whom."""
        (answer,) = self.said
        assert isinstance(answer, AskRefused)
        return [(fault.code, fault.item) for fault in checked(list(answer.faults))]

    @property
    def effect(self) -> AmendmentEffect:
        """Of the amendment that was granted last."""
        granted = self.said[0]
        assert isinstance(granted, AmendmentGranted)
        return granted.effect

    def standing(self, month: str) -> Standing:
        return self.state.standing(Month(month))
