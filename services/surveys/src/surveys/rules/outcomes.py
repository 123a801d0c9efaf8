"""What became of an action's trainees: the state of one action, and the figures that follow from it (SUR-2)."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from chassis.decision import Decision
from contracts import declarations
from contracts.awards import ActionAwarded
from contracts.codes import EmploymentContract, ExitKind, Situation
from contracts.declarations import ConfirmedLine, PlaceHours
from contracts.message import Event
from contracts.month import Month
from contracts.surveys import ReportFigures, ReportFiguresChanged, ReportPrepared, SituationCount


@dataclass(frozen=True)
class Survey:
    """An exit survey as last recorded (SUR-1)."""

    situation: Situation
    contract: EmploymentContract | None
    version: int


@dataclass(frozen=True)
class Exit:
    """How a trainee left, as far as a report tells it (DEC-5)."""

    on: date
    kind: ExitKind


@dataclass(frozen=True)
class Trainee:
    """Somebody who entered; `exit` once they left. A survey outlives an exit that is taken back, but does not count meanwhile."""

    exit: Exit | None = None
    survey: Survey | None = None


@dataclass(frozen=True)
class Hours:
    """Attended and excused hours of a confirmed month."""

    centre: Decimal
    company: Decimal


@dataclass(frozen=True)
class Outcomes:
    """One action, keyed by its contract number."""

    siret: str
    trainees: dict[UUID, Trainee] = field(default_factory=dict)
    months: dict[Month, Hours] = field(default_factory=dict)
    closed: bool = False
    submitted_at: datetime | None = None
    acknowledged: bool = False
    erased_on: date | None = None
    """The day on which what was written was erased (PRV-1)."""


def prepared(outcomes: Outcomes) -> ReportPrepared:
    """The report as it stands. It can be sent when the action is closed, and everybody who entered has left and has a survey (SUR-2)."""
    left = {trainee_id: trainee for trainee_id, trainee in outcomes.trainees.items() if trainee.exit}
    missing = tuple(trainee_id for trainee_id, trainee in sorted(left.items()) if not trainee.survey)
    everybody_out = len(left) == len(outcomes.trainees)
    return ReportPrepared(
        figures=_figures(outcomes, left),
        missing=missing,
        can_be_submitted=outcomes.closed and everybody_out and not missing,
    )


def _figures(outcomes: Outcomes, left: dict[UUID, Trainee]) -> ReportFigures:
    kinds = Counter(trainee.exit.kind for trainee in left.values() if trainee.exit)
    answers = Counter((trainee.survey.situation, trainee.survey.contract) for trainee in left.values() if trainee.survey)
    order = [(situation, contract) for situation in Situation for contract in (None, *EmploymentContract)]
    return ReportFigures(
        entered=len(outcomes.trainees),
        completed=kinds[ExitKind.END_OF_TRAINING],
        left_early=kinds[ExitKind.EARLY],
        centre_hours=sum((month.centre for month in outcomes.months.values()), Decimal()),
        company_hours=sum((month.company for month in outcomes.months.values()), Decimal()),
        situations=tuple(
            SituationCount(situation=situation, contract=contract, trainees=answers[situation, contract])
            for situation, contract in order
            if answers[situation, contract]
        ),
    )


def report_changed(before: Outcomes | None, after: Outcomes) -> tuple[Event, ...]:
    """What the log is told of the report when it stands otherwise than before; nothing when it does not.

    One that was submitted stands as it was sent: from then on only other figures are told, for both sides to know (SUR-2).
    """
    known, now = prepared(before or Outcomes(after.siret)), prepared(after)
    if not after.submitted_at:
        return () if now == known else (now,)
    return () if now.figures == known.figures else (ReportFiguresChanged(figures=now.figures),)


def award(outcomes: Outcomes | None, event: ActionAwarded) -> Decision[Outcomes]:
    """An action is known, or its contract replaced, with who holds it (ACC-6)."""
    siret = event.terms.organisation.siret
    return Decision(replace(outcomes, siret=siret) if outcomes else Outcomes(siret))


def enter(outcomes: Outcomes, trainee_id: UUID) -> Decision[Outcomes]:
    """A trainee entered, or the date was corrected."""
    return Decision(_with(outcomes, trainee_id, outcomes.trainees.get(trainee_id, Trainee())))


def forget(outcomes: Outcomes, trainee_id: UUID) -> Decision[Outcomes]:
    """A trainee was removed, or never came (TRN-5, TRN-9): with them goes their survey."""
    return Decision(replace(outcomes, trainees={key: value for key, value in outcomes.trainees.items() if key != trainee_id}))


def leave(outcomes: Outcomes, trainee_id: UUID, exit_: declarations.Exit | None) -> Decision[Outcomes]:
    """A trainee left, left otherwise, or did not leave after all (DEC-5).

    An entry granted after the opening may be read after the exit: `declarations` knows of it before `actions` says it.
    """
    known = outcomes.trainees.get(trainee_id, Trainee())
    return Decision(_with(outcomes, trainee_id, replace(known, exit=Exit(exit_.on, exit_.kind) if exit_ else None)))


def confirm(outcomes: Outcomes, month: Month, lines: tuple[ConfirmedLine, ...]) -> Decision[Outcomes]:
    """A month's hours are known, or corrected (DEC-6): 41 attended + 2 excused count as 43."""
    hours = Hours(
        centre=sum((_counted(line.centre) for line in lines), Decimal()), company=sum((_counted(line.company) for line in lines), Decimal())
    )
    return Decision(replace(outcomes, months={**outcomes.months, month: hours}))


def reopen(outcomes: Outcomes, month: Month) -> Decision[Outcomes]:
    """A rejected month does not count until it is confirmed again (BIL-7).

    Once the report is submitted it counts on as it did: what both sides are told is what the correction changed, not that there is one.
    """
    if outcomes.submitted_at:
        return Decision(outcomes)
    return Decision(replace(outcomes, months={key: value for key, value in outcomes.months.items() if key != month}))


def close(outcomes: Outcomes) -> Decision[Outcomes]:
    """The action is closed (CLO-1)."""
    return Decision(replace(outcomes, closed=True))


def _counted(hours: PlaceHours) -> Decimal:
    return hours.attended + hours.excused


def _with(outcomes: Outcomes, trainee_id: UUID, trainee: Trainee) -> Outcomes:
    return replace(outcomes, trainees={**outcomes.trainees, trainee_id: trainee})
