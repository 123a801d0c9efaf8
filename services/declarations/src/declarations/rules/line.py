"""A trainee's line of a month: six figures, saved half done, checked whole when the month is confirmed (DEC-3)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from contracts.codes import Place
from contracts.declarations import Line, LineSaved, PlaceFigures, PlaceHours, SaveLine
from contracts.lines import ZERO, is_complete, total, wrong_figures
from contracts.lines import wrong_line as wrong_by_itself
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.declarations import (
    LineMissing,
    NotPresent,
    PlannedCentreExceeded,
    PlannedCentreExceededLater,
    PlannedCompanyExceeded,
    PlannedCompanyExceededLater,
)

from .action import Action, Decided, SavedLine, Standing
from .month import must_be_fillable

EXCEEDED: dict[Place, tuple[type[Refusal], type[Refusal]]] = {
    Place.CENTRE: (PlannedCentreExceeded, PlannedCentreExceededLater),
    Place.COMPANY: (PlannedCompanyExceeded, PlannedCompanyExceededLater),
}


def has_hours(line: Line) -> bool:
    """Whether any figure is above zero."""
    return total(line.centre) + total(line.company) > 0


def hours(typed: PlaceFigures) -> PlaceHours:
    """The figures of a complete line."""
    return PlaceHours.model_validate(typed, from_attributes=True)


def save(action: Action, command: SaveLine, day: date) -> Decided:
    """Keeps a line, half done or whole. Refuses a wrong month, a trainee who is not present in it, a line that changed meanwhile,
    negative figures and those that are no quarter hours (DEC-1, DEC-3); all else is for the confirmation.
    """
    item = str(command.trainee_id)
    must_be_fillable(action, command.month, day)
    if command.trainee_id not in action.trainees:
        raise NotFound(item=item)
    if not action.presence(command.trainee_id, command.month):
        raise NotPresent(item=item, trainee=item, month=command.month)
    declaration = action.declaration(command.month)
    known = declaration.lines.get(command.trainee_id)
    if known and known.line == command.line:
        return action, []
    if command.base_version != (known.version if known else 0):
        raise ChangedMeanwhile(item=item)
    refuse_all(wrong_figures(command.line, item))
    saved = SavedLine(command.line, command.base_version + 1)
    event = LineSaved(
        month=command.month,
        trainee_id=command.trainee_id,
        line=saved.line,
        complete=is_complete(saved.line),
        version=saved.version,
    )
    lines = {**declaration.lines, command.trainee_id: saved}
    return action.with_declaration(command.month, replace(declaration, lines=lines)), [event]


def wrong_line(action: Action, month: Month, trainee_id: UUID) -> list[Refusal]:
    """Everything for which the line of a trainee who is present in `month` cannot be confirmed (DEC-3, DEC-4, DEC-6)."""
    item = str(trainee_id)
    presence = action.presence(trainee_id, month)
    saved = action.declaration(month).lines.get(trainee_id)
    if presence is None or saved is None:
        return [LineMissing(item=item, trainee=item)]
    wrong = wrong_by_itself(saved.line, presence, item)
    for place in Place:
        wrong += beyond_plan(action, month, trainee_id, place)
    return wrong


def beyond_plan(action: Action, month: Month, trainee_id: UUID, place: Place) -> list[Refusal]:
    """What is wrong when the hours of all declared months with those of `month` exceed the planned ones of `place` (DEC-3).

    In a correction a later month may be the one in the way, that is, with which the sum goes beyond: it is named (BIL-7).
    """
    item, planned = str(trainee_id), action.planned[place]
    so_far, in_the_way = ZERO, month
    for other, line in action.lines(trainee_id):
        if other == month or action.standing(other) in (Standing.CONFIRMED, Standing.REOPENED):
            if so_far <= planned:
                in_the_way = other
            so_far += total(getattr(line, place))
    if so_far <= planned:
        return []
    alone, with_later = EXCEEDED[place]
    field, excess = f"{place}.attended", so_far - planned
    if in_the_way > month:
        return [with_later(item=item, field=field, excess=excess, planned=planned, later=in_the_way)]
    return [alone(item=item, field=field, excess=excess, planned=planned)]
