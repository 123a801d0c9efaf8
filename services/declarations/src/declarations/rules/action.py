"""What `declarations` knows of one action: the contract's limits, who is on its list, the declaration of each month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts import actions as plan
from contracts import declarations as wire
from contracts.actions import PathwayPlan
from contracts.awards import Terms
from contracts.codes import ADMISSIBLE, ActionKind, ExitKind, ExitReason, Place, ProofKind, ProofNote, Standing
from contracts.month import Month, months_between
from contracts.pathways import planned

from .hours import Absence, Added, Line


@dataclass(frozen=True)
class Exit:
    """How a trainee left (DEC-5): the last day of presence; an early exit has a reason, an admissible one announces its documents."""

    on: date
    kind: ExitKind
    reason: ExitReason | None = None
    proofs_announced: bool = False

    @classmethod
    def of(cls, sent: wire.Exit | None) -> "Exit | None":
        """That of a message; None when it has none."""
        return cls(sent.on, sent.kind, sent.reason, sent.proofs_announced) if sent else None

    @property
    def is_admissible(self) -> bool:
        """Whether the hours that remain are paid to the action's end (DEC-5)."""
        return self.reason in ADMISSIBLE

    @property
    def sent(self) -> wire.Exit:
        """As it travels."""
        return wire.Exit(on=self.on, kind=self.kind, reason=self.reason, proofs_announced=self.proofs_announced)


@dataclass(frozen=True)
class Period:
    """Days, both included, on which training takes place there (DAT-2)."""

    place: Place
    start: date
    end: date

    @classmethod
    def of(cls, sent: plan.Period) -> "Period":
        """That of a message."""
        return cls(sent.place, sent.start, sent.end)


@dataclass(frozen=True)
class Pathway:
    """A trainee's own plan, on an individualised action (TRN-3): the hours of each place, as far as it says so, and its periods."""

    planned: dict[Place, Decimal]
    periods: tuple[Period, ...] = ()

    @classmethod
    def of(cls, sent: PathwayPlan | None) -> "Pathway | None":
        """That of a message; None when it has none."""
        return cls(planned(sent), tuple(map(Period.of, sent.periods))) if sent else None


@dataclass(frozen=True)
class Trainee:
    """Somebody on the action's list; who has not entered is in no month. `paid_until`: the earliest planned end since an admissible exit
    was said, if one was: a later one adds no hours (DEC-5, REQ-4).
    """

    entered_on: date | None = None
    exit: Exit | None = None
    exit_version: int = 0
    paid_until: date | None = None
    pathway: Pathway | None = None


@dataclass(frozen=True)
class SavedLine:
    """A trainee's line of a month as last saved; versions count from 1."""

    line: Line
    version: int


@dataclass(frozen=True)
class Proof:
    """A document that a month calls for (DEC-10): the files that were sent of it, and what the Region noted since the last of them came.
    `proves` are the excused absences, or the day of the exit, when the month was last confirmed; None where that was not kept yet.
    """

    trainee_id: UUID
    kind: ProofKind
    files: tuple[UUID, ...] = ()
    note: ProofNote | None = None
    proves: tuple[Absence, ...] | date | None = None


@dataclass(frozen=True)
class Declaration:
    """One month: its lines, what it added for whom while it is confirmed, until when it can be corrected at any time when it is reopened,
    and the proofs that it called for when it was last confirmed.
    """

    standing: Standing = Standing.DRAFT
    lines: dict[UUID, SavedLine] = field(default_factory=dict)
    correct_by: date | None = None
    added: dict[UUID, Added] = field(default_factory=dict)
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True)
class AskedEnd:
    """Another planned end, for which the organisation asks the Region (REQ-1)."""

    request_id: UUID
    planned_end: date


@dataclass(frozen=True)
class Action:
    """One action. `planned` are the contract's hours for each trainee in each place, `periods` say when they take place, as last validated
    or amended; not opened as long as `actual_start` is None. `former_ends` were planned before amendments (REQ-4).
    """

    siret: str
    planned_end: date
    planned: dict[Place, Decimal]
    periods: tuple[Period, ...] = ()
    individualised: bool = False
    actual_start: date | None = None
    closed: bool = False
    former_ends: tuple[date, ...] = ()
    asked: AskedEnd | None = None
    trainees: dict[UUID, Trainee] = field(default_factory=dict)
    declarations: dict[Month, Declaration] = field(default_factory=dict)

    @property
    def last_month(self) -> Month:
        """The month of the planned end (DEC-1)."""
        return Month.of(self.planned_end)

    @property
    def months(self) -> tuple[Month, ...]:
        """Every month that can need a declaration, in order (DEC-1); none before the opening."""
        return months_between(Month.of(self.actual_start), self.last_month) if self.actual_start else ()

    def declaration(self, month: Month) -> Declaration:
        """The declaration of `month`, a new one when nothing is recorded."""
        return self.declarations.get(month) or Declaration()

    def standing(self, month: Month) -> Standing:
        """Where `month` stands; a draft without anybody present, or owed hours, is empty (DEC-1, DEC-5)."""
        recorded = self.declaration(month).standing
        is_empty = recorded is Standing.DRAFT and not any(
            self.presence(trainee_id, month) or self.is_owed(trainee_id, month) for trainee_id in self.trainees
        )
        return Standing.EMPTY if is_empty else recorded

    def presence(self, trainee_id: UUID, month: Month) -> tuple[date, date] | None:
        """First and last day of the trainee's presence in `month`, both included, days to come too (DEC-3); None when there is none."""
        trainee = self.trainees.get(trainee_id)
        if trainee is None or trainee.entered_on is None:
            return None
        first = max(trainee.entered_on, month.first)
        last = min(trainee.exit.on if trainee.exit else self.planned_end, month.last)
        return (first, last) if first <= last else None

    def present(self, month: Month) -> tuple[UUID, ...]:
        """Who is in training at least one day of `month` (DEC-2)."""
        return tuple(trainee_id for trainee_id in self.trainees if self.presence(trainee_id, month))

    def is_owed(self, trainee_id: UUID, month: Month) -> bool:
        """Whether the trainee left before `month` by an admissible exit: it is declared with the hours that it adds, zeros too (DEC-5)."""
        leaving = self.trainees[trainee_id].exit
        return leaving is not None and leaving.is_admissible and Month.of(leaving.on) < month

    def owed(self, month: Month) -> tuple[UUID, ...]:
        """Who is declared in `month` without being present in it."""
        return tuple(trainee_id for trainee_id in self.trainees if self.is_owed(trainee_id, month))

    def planned_for(self, trainee_id: UUID) -> dict[Place, Decimal]:
        """The hours of each place that the trainee may reach: those of their pathway, and the contract's for whoever has none (DEC-3)."""
        trainee = self.trainees.get(trainee_id)
        return {**self.planned, **(trainee.pathway.planned if trainee and trainee.pathway else {})}

    def periods_of(self, trainee_id: UUID) -> tuple[Period, ...]:
        """Over which the hours after an admissible exit are spread: the pathway's, and the contract's for whoever has none (DEC-5)."""
        pathway = self.trainees[trainee_id].pathway
        return pathway.periods if pathway else self.periods

    @property
    def without_entry(self) -> tuple[UUID, ...]:
        """Who is on the list and has no entry date."""
        return tuple(trainee_id for trainee_id, trainee in self.trainees.items() if not trainee.entered_on)

    @property
    def without_exit(self) -> tuple[UUID, ...]:
        """Who has entered and has no exit date."""
        return tuple(trainee_id for trainee_id, trainee in self.trainees.items() if trainee.entered_on and not trainee.exit)

    def lines(self, trainee_id: UUID) -> Iterator[tuple[Month, Line]]:
        """The trainee's saved lines, oldest month first."""
        for month, declaration in sorted(self.declarations.items()):
            if saved := declaration.lines.get(trainee_id):
                yield month, saved.line

    def added(self, trainee_id: UUID) -> Iterator[tuple[Month, Added]]:
        """What confirmed months added for the trainee, oldest month first."""
        for month, declaration in sorted(self.declarations.items()):
            if added := declaration.added.get(trainee_id):
                yield month, added

    def with_trainee(self, trainee_id: UUID, trainee: Trainee) -> "Action":
        """The action with `trainee` in the place of what was known."""
        return replace(self, trainees={**self.trainees, trainee_id: trainee})

    def without(self, trainee_id: UUID) -> "Action":
        """The action without the trainee; one who is not on the list changes nothing."""
        return replace(self, trainees={other: trainee for other, trainee in self.trainees.items() if other != trainee_id})

    def with_declaration(self, month: Month, declaration: Declaration) -> "Action":
        """The action with `declaration` for `month`."""
        return replace(self, declarations={**self.declarations, month: declaration})


def awarded(terms: Terms) -> Action:
    """The action of a contract on which nothing was entered yet (ACT-1)."""
    return Action(
        siret=terms.organisation.siret,
        planned_end=terms.planned_end,
        planned={Place.CENTRE: terms.centre.hours, Place.COMPANY: terms.company.hours},
        periods=tuple(Period.of(period) for period in terms.periods),
        individualised=terms.kind is ActionKind.INDIVIDUALISED,
    )


def dated(action: Action, periods: Iterable[plan.Period]) -> Action:
    """The periods are validated (DAT-2)."""
    return replace(action, periods=tuple(Period.of(period) for period in periods))


def asked(action: Action, request_id: UUID, planned_end: date) -> Action:
    """The Region is asked for another planned end (REQ-1)."""
    return replace(action, asked=AskedEnd(request_id, planned_end))


def decided(action: Action, request_id: UUID) -> Action:
    """A request is open no more; one about anything else changes nothing here."""
    return replace(action, asked=None) if action.asked and action.asked.request_id == request_id else action


def opened(action: Action, actual_start: date) -> Action:
    """The action runs: its first declaration is that of the month of the actual start (DEC-1)."""
    return replace(action, actual_start=actual_start)


def registered(action: Action, trainee_id: UUID, pathway: PathwayPlan | None = None) -> Action:
    """Somebody is on the list, without an entry date: the last month waits for it or for their leaving the list (DEC-8). Once more when
    their sheet changes, and their pathway with it (TRN-3).
    """
    return action.with_trainee(trainee_id, replace(action.trainees.get(trainee_id, Trainee()), pathway=Pathway.of(pathway)))


def entered(action: Action, trainee_id: UUID, on: date) -> Action:
    """The trainee is in training since `on`: at the opening, or as granted before (TRN-6)."""
    return action.with_trainee(trainee_id, replace(action.trainees.get(trainee_id, Trainee()), entered_on=on))
