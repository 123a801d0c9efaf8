"""Nobody has hours where they were not, nor more than the contract plans; and what is confirmed is what was typed (DEC-3 to DEC-6)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.actions import TraineeEntered, TraineeNeverCame, TraineeRegistered, TraineeRemoved
from contracts.awards import ActionAwarded
from contracts.billing import InvoiceRejected
from contracts.codes import Place
from contracts.declarations import (
    Absence,
    AmendmentGranted,
    ConfirmedLine,
    EntryGranted,
    Line,
    LineSaved,
    MonthConfirmed,
    MonthFilled,
    PlaceFigures,
    PlaceHours,
    RemovalGranted,
    TraineeExitChanged,
    TraineeExited,
)
from contracts.month import Month

from ..finding import Finding, Promise
from ..history import History
from .plans import Plans

OWNER = "declarations"
Figures = PlaceFigures | PlaceHours


@dataclass
class Hours:
    """An action's hours as declarations had them."""

    plans: Plans = field(default_factory=Plans)
    end: date = date.max
    """The planned one, as amended (REQ-4)."""
    entries: dict[UUID, date | None] = field(default_factory=dict)
    """When somebody entered; None for who never came."""
    exits: dict[UUID, date] = field(default_factory=dict)
    removed: set[UUID] = field(default_factory=set)
    lines: dict[tuple[Month, UUID], Line] = field(default_factory=dict)
    confirmed: dict[Month, tuple[ConfirmedLine, ...]] = field(default_factory=dict)
    """Months that stand confirmed."""


def presence(history: History) -> Iterator[Finding]:
    """No hours for somebody who is not on the list, before an entry, after an exit or the planned end; and no absence of a confirmed month
    outside presence.
    """
    hours = fold(history)
    for (month, trainee), line in hours.lines.items():
        if not _sum(line.centre) + _sum(line.company):
            continue
        for what in _outside(hours, trainee, month.first, month.last):
            yield Finding(Promise.PRESENCE, history.key, f"{month}, stagiaire {trainee} : des heures {what}")
        if month in hours.confirmed:
            for absence in line.absences:
                yield from _absence_outside(history, hours, month, trainee, absence)


def planned(history: History) -> Iterator[Finding]:
    """Of each trainee and place, the hours of all confirmed months, attended or not, are at most those of their pathway, or else those of
    the contract (DEC-3, TRN-3).
    """
    hours = fold(history)
    sums: defaultdict[tuple[UUID, Place], Decimal] = defaultdict(Decimal)
    for lines in hours.confirmed.values():
        for line in lines:
            sums[line.trainee_id, Place.CENTRE] += _sum(line.centre)
            sums[line.trainee_id, Place.COMPANY] += _sum(line.company)
    for (trainee, place), total in sums.items():
        limit = hours.plans.hours(trainee, place)
        if limit is not None and total > limit:
            yield Finding(Promise.PLANNED, history.key, f"stagiaire {trainee} : {total} h ({place}) pour {limit} prévues")


def confirmed(history: History) -> Iterator[Finding]:
    """The hours of a month, when it was confirmed, were those of the lines as last saved, less what it added after an admissible exit; a
    line that nobody saved is zeros.
    """
    hours = Hours()
    for _, message in history.seen_by(OWNER):
        _take(hours, message)
        if isinstance(message, MonthConfirmed):
            for line in message.lines:
                saved = hours.lines.get((message.month, line.trainee_id), Line())
                if any(_typed(place, line) != _figures(place, saved) for place in Place):
                    what = f"{message.month}, stagiaire {line.trainee_id} : les heures confirmées ne sont pas celles de sa ligne"
                    yield Finding(Promise.CONFIRMED, history.key, what)


def fold(history: History) -> Hours:
    """The hours at the cut."""
    hours = Hours()
    for _, message in history.seen_by(OWNER):
        _take(hours, message)
    return hours


def _take(hours: Hours, message: object) -> None:
    hours.plans.take(message)
    match message:
        case ActionAwarded(terms=terms):
            hours.end = terms.planned_end
        case AmendmentGranted(planned_end=end, effect=effect):
            hours.end = end
            for fallen in effect.fallen:
                hours.lines.pop((fallen.month, fallen.trainee_id), None)
        case TraineeRegistered(trainee_id=trainee):
            hours.entries.setdefault(trainee, None)
        case TraineeEntered(trainee_id=trainee, entered_on=on):
            hours.entries[trainee] = on
        case EntryGranted(entries=entries):
            hours.entries |= {entry.trainee_id: entry.entered_on for entry in entries}
        case TraineeNeverCame(trainee_id=trainee):
            hours.entries[trainee] = None
        case TraineeRemoved(trainee_id=trainee) | RemovalGranted(trainee_id=trainee):
            hours.removed.add(trainee)
        case TraineeExited(trainee_id=trainee, exit=exit_) | TraineeExitChanged(trainee_id=trainee, exit=exit_):
            hours.exits.pop(trainee, None)
            if exit_:
                hours.exits[trainee] = exit_.on
        case LineSaved(month=month, trainee_id=trainee, line=line):
            hours.lines[month, trainee] = line
        case MonthFilled(month=month, lines=lines):
            hours.lines |= {(month, saved.trainee_id): saved.line for saved in lines}
        case MonthConfirmed(month=month, lines=lines):
            hours.confirmed[month] = lines
        case InvoiceRejected(months=months):
            for month in months:
                hours.confirmed.pop(month, None)


def _outside(hours: Hours, trainee: UUID, first: date, last: date) -> Iterator[str]:
    """In what the days from `first` to `last` lie wholly outside a trainee's presence."""
    entered, left = hours.entries.get(trainee), hours.exits.get(trainee)
    if trainee in hours.removed:
        yield "et il est retiré de la liste"
    elif entered is None:
        yield "et il n’est jamais entré"
    elif last < entered:
        yield f"avant son entrée du {entered}"
    if left and first > left:
        yield f"après sa sortie du {left}"
    if first > hours.end:
        yield f"après la fin prévue du {hours.end}"


def _absence_outside(history: History, hours: Hours, month: Month, trainee: UUID, absence: Absence) -> Iterator[Finding]:
    entered, left = hours.entries.get(trainee), hours.exits.get(trainee)
    early = entered and absence.start and absence.start < entered
    late = left and absence.end and absence.end > left
    if early or late:
        what = f"{month}, stagiaire {trainee} : une absence du {absence.start} au {absence.end}, hors de sa présence"
        yield Finding(Promise.PRESENCE, history.key, what)


def _figures(place: str, line: ConfirmedLine | Line) -> tuple[Decimal, ...]:
    of: Figures = getattr(line, place)
    return of.attended or Decimal(), of.excused or Decimal(), of.unexcused or Decimal()


def _typed(place: Place, line: ConfirmedLine) -> tuple[Decimal, ...]:
    attended, excused, unexcused = _figures(place, line)
    return attended, excused - (getattr(line.added, place) if line.added else 0), unexcused


def _sum(of: Figures) -> Decimal:
    return sum((figure or Decimal() for figure in (of.attended, of.excused, of.unexcused)), Decimal())
