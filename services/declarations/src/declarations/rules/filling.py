"""A month filled in at once: many lines and exits, all or none (DEC-11)."""

from datetime import date

from chassis.decision import Decision
from contracts.declarations import FilledRow, FillMonth, LineSaved, MonthFilled, SaveLine, SetExit, StoredLine
from contracts.message import Event
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all

from . import exit, line
from .action import Action
from .month import must_be_fillable


def fill(action: Action, command: FillMonth, day: date) -> Decision[Action]:
    """Keeps every row, or none: an exit, then a line, each by the rule that it obeys alone (DEC-3, DEC-5).

    A month that cannot be filled in is refused by itself; otherwise all that is wrong is refused at once, each fault with its trainee.
    """
    must_be_fillable(action, command.month, day)
    wrong: list[Refusal] = []
    said: list[Event] = []
    for asked in (asked for row in command.rows for asked in _one_by_one(row, command.month)):
        try:
            decision = exit.set_exit(action, asked) if isinstance(asked, SetExit) else line.keep(action, asked)
        except Refusal as refusal:
            wrong.append(refusal)
        else:
            action = decision.state
            said += decision.events
    refuse_all(wrong)
    exits = tuple(event for event in said if not isinstance(event, LineSaved))
    lines = tuple(StoredLine.model_validate(event, from_attributes=True) for event in said if isinstance(event, LineSaved))
    return Decision(action, (*exits, MonthFilled(month=command.month, lines=lines)) if lines else exits)


def _one_by_one(row: FilledRow, month: Month) -> list[SetExit | SaveLine]:
    """What the row asks. The exit comes first: the line is that of a presence that ends with it."""
    asked: list[SetExit | SaveLine] = []
    if row.exit:
        asked.append(SetExit(trainee_id=row.trainee_id, exit=row.exit.exit, base_version=row.exit.base_version))
    if row.line:
        asked.append(SaveLine(month=month, trainee_id=row.trainee_id, line=row.line.line, base_version=row.line.base_version))
    return asked
