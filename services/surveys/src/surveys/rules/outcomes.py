"""What became of an action's trainees: the state of one action, and the figures that follow from it (SUR-2)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from chassis.decision import Decision
from contracts import declarations
from contracts.awards import ActionAwarded
from contracts.codes import EmploymentContract, ExitKind, Situation, SurveyKind
from contracts.declarations import ConfirmedLine, PlaceHours
from contracts.message import Event
from contracts.month import Month
from contracts.surveys import (
    LATER,
    REMINDED_AFTER,
    LaterSurvey,
    ReportFigures,
    ReportFiguresChanged,
    ReportPrepared,
    SituationCount,
    SurveyLinkEnded,
    due_on,
)


@dataclass(frozen=True)
class Survey:
    """A survey as last recorded (SUR-1, SUR-3)."""

    situation: Situation
    contract: EmploymentContract | None
    version: int
    by_link: bool = False
    """The trainee said it themselves (SURV-2)."""


@dataclass(frozen=True)
class Link:
    """By which a trainee answers one survey (SURV-1)."""

    sha256: str
    last_day: date


@dataclass(frozen=True)
class Exit:
    """How a trainee left, as far as a report tells it (DEC-5)."""

    on: date
    kind: ExitKind


@dataclass(frozen=True)
class Later:
    """What is known of a survey that comes later (SUR-3)."""

    asked_on: date | None = None
    """The day with which the organisation was told that it is due."""
    reminded: bool = False
    survey: Survey | None = None


@dataclass(frozen=True)
class Trainee:
    """Somebody who entered; `exit` once they left. A survey outlives an exit that is taken back, but does not count meanwhile."""

    exit: Exit | None = None
    survey: Survey | None = None
    """At the exit."""
    later: dict[SurveyKind, Later] = field(default_factory=dict)
    links: dict[SurveyKind, Link] = field(default_factory=dict)

    def survey_of(self, survey: SurveyKind) -> Survey | None:
        """The survey, once it is filled in."""
        return self.survey if survey is SurveyKind.EXIT else self.later.get(survey, Later()).survey

    def with_survey(self, survey: SurveyKind, answer: Survey) -> "Trainee":
        """The same, with the survey filled in, or changed."""
        if survey is SurveyKind.EXIT:
            return replace(self, survey=answer)
        return replace(self, later={**self.later, survey: replace(self.later.get(survey, Later()), survey=answer)})

    def due_on(self, survey: SurveyKind) -> date | None:
        """The day from which the survey is due; None as long as they have not left."""
        if self.exit is None:
            return None
        return self.exit.on if survey is SurveyKind.EXIT else due_on(survey, self.exit.on)

    def told_on(self, survey: LaterSurvey) -> date | None:
        """With which day the organisation is told next that this survey is due: the first time or again; None: no more, or not yet."""
        known = self.later.get(survey, Later())
        if self.exit is None or known.survey or known.reminded:
            return None
        return known.asked_on + REMINDED_AFTER if known.asked_on else due_on(survey, self.exit.on)


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
    wakes_on: date | None = None
    """The first day that has something to tell (SUR-3): with it, or the next day that begins, it is told."""
    erased_on: date | None = None
    """The day on which what was written was erased (PRV-1)."""

    def with_trainees(self, trainees: dict[UUID, Trainee]) -> "Outcomes":
        """The same of these trainees: the only way to other ones."""
        days = [day for trainee in trainees.values() for survey in LATER if (day := trainee.told_on(survey))]
        return replace(self, trainees=trainees, wakes_on=min(days, default=None))

    def with_trainee(self, trainee_id: UUID, trainee: Trainee) -> "Outcomes":
        """The same, but for one trainee."""
        return self.with_trainees({**self.trainees, trainee_id: trainee})


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


def changed(before: Outcomes | None, after: Outcomes) -> tuple[Event, ...]:
    """All that the log is told of another state: the report, and the links that work no more."""
    return (*report_changed(before, after), *(_links_ended(before, after) if before else ()))


def _links_ended(before: Outcomes, after: Outcomes) -> Iterator[SurveyLinkEnded]:
    for trainee_id, trainee in sorted(before.trainees.items()):
        for survey in sorted(trainee.links.keys() - after.trainees.get(trainee_id, Trainee()).links.keys()):
            yield SurveyLinkEnded(trainee_id=trainee_id, survey=survey)


def award(outcomes: Outcomes | None, event: ActionAwarded) -> Decision[Outcomes]:
    """An action is known, or its contract replaced, with who holds it (ACC-6)."""
    siret = event.terms.organisation.siret
    return Decision(replace(outcomes, siret=siret) if outcomes else Outcomes(siret))


def enter(outcomes: Outcomes, trainee_id: UUID) -> Decision[Outcomes]:
    """A trainee entered, or the date was corrected."""
    return Decision(outcomes.with_trainee(trainee_id, outcomes.trainees.get(trainee_id, Trainee())))


def forget(outcomes: Outcomes, trainee_id: UUID) -> Decision[Outcomes]:
    """A trainee was removed, or never came (TRN-5, TRN-9): with them go their surveys."""
    return Decision(outcomes.with_trainees({key: value for key, value in outcomes.trainees.items() if key != trainee_id}))


def leave(outcomes: Outcomes, trainee_id: UUID, exit_: declarations.Exit | None) -> Decision[Outcomes]:
    """A trainee left, left otherwise, or did not leave after all (DEC-5).

    An entry granted after the opening may be read after the exit: `declarations` knows of it before `actions` says it. What another day of
    exit makes due on another day is asked for anew, unless it is filled in (SUR-3); links were for what was due before (SURV-1).
    """
    known = outcomes.trainees.get(trainee_id, Trainee())
    after = replace(known, exit=Exit(exit_.on, exit_.kind) if exit_ else None)
    if known.exit is None or exit_ is None or known.exit.on != exit_.on:
        after = replace(after, later={survey: later for survey, later in known.later.items() if later.survey}, links={})
    return Decision(outcomes.with_trainee(trainee_id, after))


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
