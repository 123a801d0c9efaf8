"""What a request asks beside what holds, line by line (REQ-1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import assert_never

from contracts.actions import Period
from contracts.codes import Place
from contracts.personal import TraineeSheet, TrainerSheet
from contracts.requests import DatesChange, ListedTrainer, PlannedDatesChange, RequestedSheet, RequestedTrainers
from contracts.sheets import value
from gateway.areas.action.action import Action
from gateway.areas.action.queries.requests import Held, Request
from gateway.areas.action.sheets import CALLED, PATHS, PATHWAY, as_read
from gateway.web.values import as_text
from gateway.words.french import date_long, date_short, hours

NOTHING = "—"
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Line:
    """A thing that is compared: as it is, and as it is asked for; `NOTHING` where it is not, or is to be no more."""

    what: str
    now: str
    asked: str

    @property
    def is_changed(self) -> bool:
        """Whether something else is asked for."""
        return self.now != self.asked


@dataclass(frozen=True, slots=True)
class Now:
    """What holds of that which a request is about: the sheet of its trainee, or the list of trainers."""

    sheet: TraineeSheet | None = None
    trainers: tuple[ListedTrainer, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The lines, those that change and of dates all others; `since` says that what holds was noted when it was asked."""

    lines: tuple[Line, ...]
    since: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether anything is asked for that does not hold."""
        return any(line.is_changed for line in self.lines)


def compare(request: Request, action: Action, now: Now) -> Comparison:
    """An open request beside what holds today. Once it is answered, dates stand beside what held when they were asked for; what is personal
    is kept in its latest version alone, and stands beside that.
    """
    change, is_open = request.change, request.head.is_open
    held = Held(action.planned_start, action.planned_end, action.periods) if is_open else request.before
    match change:
        case DatesChange():
            return Comparison(tuple(_periods(held.periods, change.periods)), not is_open)
        case PlannedDatesChange():
            planned = (
                Line("Début prévu", date_long(held.planned_start), date_long(change.planned_start)),
                Line("Fin prévue", date_long(held.planned_end), date_long(change.planned_end)),
            )
            return Comparison((*planned, *_periods(held.periods, change.periods)), not is_open)
        case RequestedSheet():
            lines = _sheet(now.sheet, request.sheet) if now.sheet and request.sheet else ()
            return Comparison(tuple(line for line in lines if line.is_changed))
        case RequestedTrainers():
            return Comparison(tuple(_trainers(now.trainers, request.trainers)))
        case _:
            assert_never(change)


def _periods(now: Sequence[Period], asked: Sequence[Period]) -> Iterator[Line]:
    """Of each place: those that stay, and of those that do not each beside the one that comes in its order."""
    for place, what in ((Place.CENTRE, "Période en centre"), (Place.COMPANY, "Période en entreprise")):
        before, after = (sorted((period.start, period.end) for period in of if period.place is place) for of in (now, asked))
        gone, come = [days for days in before if days not in after], [days for days in after if days not in before]
        pairs: list[tuple[Days | None, Days | None]] = [(days, days) for days in before if days in after]
        for first, second in sorted([*pairs, *zip_longest(gone, come)], key=lambda pair: pair[1] or pair[0] or ()):
            yield Line(what, _days(first), _days(second))


def _days(of: Days | None) -> str:
    return f"du {date_short(of[0])} au {date_short(of[1])}" if of else NOTHING


def _sheet(now: TraineeSheet, asked: TraineeSheet) -> Iterator[Line]:
    for name, path in (PATHS | PATHWAY).items():
        yield Line(CALLED[name], *(as_read(name, as_text(value(sheet, path))) or NOTHING for sheet in (now, asked)))
    yield from _periods(*(sheet.pathway.periods if sheet.pathway else () for sheet in (now, asked)))


def _trainers(now: Sequence[ListedTrainer], asked: Sequence[tuple[str | None, TrainerSheet]]) -> Iterator[Line]:
    """Who is on the list and stays, changed or not; who is no longer asked for; who is added."""
    wanted = {id_: sheet for id_, sheet in asked if id_}
    for trainer in now:
        then = wanted.get(trainer.id or "")
        yield Line(_name(trainer.sheet), _whole(trainer.sheet), _whole(then) if then else NOTHING)
    known = {trainer.id for trainer in now}
    yield from (Line(_name(sheet), NOTHING, _whole(sheet)) for id_, sheet in asked if id_ not in known)


def _name(sheet: TrainerSheet) -> str:
    return f"{sheet.last_name} {sheet.first_name}"


def _whole(sheet: TrainerSheet) -> str:
    parts = (_name(sheet), sheet.field, hours(sheet.hours), sheet.status, sheet.experience)
    return ", ".join(part for part in parts if part)
