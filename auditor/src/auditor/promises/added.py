"""What each month added after an admissible exit is what remained of the planned hours, spread over the days that were left (DEC-5)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from contracts.actions import DatesValidated, Period
from contracts.awards import ActionAwarded
from contracts.codes import ADMISSIBLE, Place
from contracts.declarations import (
    AddedHours,
    AmendmentGranted,
    Exit,
    Line,
    LineSaved,
    MonthConfirmed,
    MonthFilled,
    MonthReopened,
    TraineeExitChanged,
    TraineeExited,
)
from contracts.month import Month, months_between

from ..finding import Finding, Promise
from ..history import History
from .plans import Plans

OWNER = "declarations"
Hours = tuple[Decimal, Decimal]
"""In centre, in company."""


@dataclass(frozen=True)
class Left:
    """An admissible exit: the last day of presence, and the day until which it is paid."""

    on: date
    until: date


@dataclass
class Facts:
    """What the hours that are added follow from, as `declarations` had it."""

    plans: Plans = field(default_factory=Plans)
    end: date = date.max
    periods: list[tuple[Period, ...]] = field(default_factory=list)
    """As validated, the last ones last: a month may be confirmed while others are validated."""
    exits: dict[UUID, Left] = field(default_factory=dict)
    lines: dict[tuple[UUID, Month], Line] = field(default_factory=dict)
    added: dict[Month, dict[UUID, AddedHours]] = field(default_factory=dict)
    """Of the months that stand confirmed."""
    passed_over: set[Month] = field(default_factory=set)


def added(history: History) -> Iterator[Finding]:
    """Of each month, when it was confirmed: for each who had left by an admissible exit, in it or before, what the days make of what no
    line held and no confirmed month had added; for nobody else.
    """
    facts = Facts()
    for _, message in history.seen_by(OWNER):
        if isinstance(message, MonthConfirmed):
            facts.passed_over |= set(message.passed_over)
            said = {line.trainee_id: line.added for line in message.lines if line.added}
            owed = {trainee for trainee, left in facts.exits.items() if Month.of(left.on) <= message.month}
            for trainee in sorted(owed | said.keys()):
                hours = said.get(trainee)
                right = [_right(facts, periods, trainee, message.month) for periods in facts.periods[-2:]] if trainee in owed else []
                if hours is None or (hours.centre, hours.company) not in right:
                    told = f"{hours.centre} h et {hours.company} h" if hours else "rien"
                    due = " h et ".join(map(str, right[-1])) + " h" if right else "rien"
                    what = f"{message.month}, stagiaire {trainee} : {told} de maintien après sortie recevable, et non {due}"
                    yield Finding(Promise.ADDED, history.key, what)
        _take(facts, message)


def _right(facts: Facts, periods: tuple[Period, ...], trainee: UUID, month: Month) -> Hours:
    centre, company = (_of_place(facts, periods, trainee, month, place) for place in Place)
    return centre, company


def _of_place(facts: Facts, periods: tuple[Period, ...], trainee: UUID, month: Month, place: Place) -> Decimal:
    """What remains × the days of the month ÷ all days left, down to the quarter hour."""
    left, own = facts.exits[trainee], facts.plans.pathways.get(trainee)
    periods = own.periods if own else periods
    planned = facts.plans.hours(trainee, place) or Decimal()
    after = [left.on + timedelta(number) for number in range(1, (left.until - left.on).days + 1)]
    counts = months_between(Month.of(left.on), Month.of(facts.end))
    open_ = {other for other in counts if other not in facts.added and other not in facts.passed_over}
    days = [day for day in after if Month.of(day) in open_]
    trained = [day for day in days if any(period.place is place and period.start <= day <= period.end for period in periods)]
    among = Counter(map(Month.of, trained or days)) or Counter([Month.of(left.on)])
    held = (line for (of, _), line in facts.lines.items() if of == trainee)
    given = (getattr(each[trainee], place) for each in facts.added.values() if trainee in each)
    remains = max(Decimal(), planned - sum((_sum(line, place) for line in held), Decimal()) - sum(given, Decimal()))
    return remains * 4 * among[month] // among.total() / 4


def _sum(line: Line, place: Place) -> Decimal:
    figures = getattr(line, place)
    return sum((hours or Decimal() for hours in (figures.attended, figures.excused, figures.unexcused)), Decimal())


def _take(facts: Facts, message: object) -> None:
    facts.plans.take(message)
    match message:
        case ActionAwarded(terms=terms):
            facts.end, facts.periods = terms.planned_end, [terms.periods]
        case DatesValidated(periods=periods):
            facts.periods.append(periods)
        case AmendmentGranted(planned_end=end, periods=periods, effect=effect):
            facts.end = end
            facts.periods.append(periods)
            facts.exits = {trainee: Left(left.on, min(left.until, end)) for trainee, left in facts.exits.items()}
            for fallen in effect.fallen:
                facts.lines.pop((fallen.trainee_id, fallen.month), None)
        case TraineeExited(trainee_id=trainee, exit=exit_) | TraineeExitChanged(trainee_id=trainee, exit=exit_):
            _leaves(facts, trainee, exit_)
        case LineSaved(month=month, trainee_id=trainee, line=line):
            facts.lines[trainee, month] = line
        case MonthFilled(month=month, lines=lines):
            facts.lines |= {(saved.trainee_id, month): saved.line for saved in lines}
        case MonthConfirmed(month=month, lines=lines):
            facts.added[month] = {line.trainee_id: line.added for line in lines if line.added}
        case MonthReopened(month=month):
            facts.added.pop(month, None)


def _leaves(facts: Facts, trainee: UUID, exit_: Exit | None) -> None:
    facts.exits.pop(trainee, None)
    if exit_ and exit_.reason in ADMISSIBLE:
        facts.exits[trainee] = Left(exit_.on, facts.end)
