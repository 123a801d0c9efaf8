"""A trainee's line of a month: six figures, saved half done, checked whole when the month is confirmed (DEC-3)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.codes import Standing
from contracts.declarations import LineSaved, SaveLine
from contracts.lines import ZERO, beyond_plan, is_complete, total, wrong_figures
from contracts.lines import wrong_line as wrong_by_itself
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.declarations import LineMissing, NotPresent

from .action import Action, SavedLine
from .hours import Added, Line
from .month import must_be_fillable

DECLARED = frozenset({Standing.CONFIRMED, Standing.REOPENED})
"""Months whose lines count in what is declared over the whole action (DEC-3)."""


def has_hours(line: Line) -> bool:
    """Whether any figure is above zero."""
    return total(line.centre) + total(line.company) > 0


def with_added(line: Line, added: Added) -> Line:
    """The line with what its month added to the excused hours (DEC-5)."""
    centre, company = (
        replace(typed, excused=(typed.excused or ZERO) + more)
        for typed, more in ((line.centre, added.centre), (line.company, added.company))
    )
    return replace(line, centre=centre, company=company)


def save(action: Action, command: SaveLine, day: date) -> Decision[Action]:
    """Keeps a line, half done or whole. Refuses a wrong month, a trainee who is not present in it, a line that changed meanwhile,
    negative figures and those that are no quarter hours (DEC-1, DEC-3); all else is for the confirmation.
    """
    must_be_fillable(action, command.month, day)
    return keep(action, command)


def keep(action: Action, command: SaveLine) -> Decision[Action]:
    """`save`, once the month is known to be one that can be filled in."""
    item = str(command.trainee_id)
    if command.trainee_id not in action.trainees:
        raise NotFound(item=item)
    if not action.presence(command.trainee_id, command.month):
        raise NotPresent(item=item, trainee=item, month=command.month)
    declaration = action.declaration(command.month)
    known, typed = declaration.lines.get(command.trainee_id), Line.of(command.line)
    if known and known.line == typed:
        return Decision(action)
    if command.base_version != (known.version if known else 0):
        raise ChangedMeanwhile(item=item)
    refuse_all(wrong_figures(typed, item))
    saved = SavedLine(typed, command.base_version + 1)
    event = LineSaved(
        month=command.month,
        trainee_id=command.trainee_id,
        line=command.line,
        complete=is_complete(typed),
        version=saved.version,
    )
    lines = {**declaration.lines, command.trainee_id: saved}
    return Decision(action.with_declaration(command.month, replace(declaration, lines=lines)), (event,))


def wrong_line(action: Action, month: Month, trainee_id: UUID) -> list[Refusal]:
    """Everything for which the line of a trainee who is present in `month` cannot be confirmed (DEC-3, DEC-4, DEC-6)."""
    item = str(trainee_id)
    presence = action.presence(trainee_id, month)
    saved = action.declaration(month).lines.get(trainee_id)
    if presence is None or saved is None:
        return [LineMissing(item=item, trainee=item)]
    wrong = wrong_by_itself(saved.line, presence, item)
    others = dict(declared(action, trainee_id, month))
    for place, planned in action.planned_for(trainee_id).items():
        wrong += beyond_plan(month, saved.line, others, place, planned, item)
    return wrong


def declared(action: Action, trainee_id: UUID, apart_from: Month) -> Iterator[tuple[Month, Line]]:
    """The trainee's hours of the other months that were confirmed, with what these added, oldest first."""
    for month, declaration in sorted(action.declarations.items()):
        saved, added = declaration.lines.get(trainee_id), declaration.added.get(trainee_id)
        if month != apart_from and declaration.standing in DECLARED and (saved or added):
            yield month, with_added(saved.line if saved else Line(), added or Added())
