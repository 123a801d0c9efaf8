"""A month's declaration: confirmed once, immutable then, until a rejected invoice reopens it (DEC-6 to DEC-8, BIL-7)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from chassis.decision import Decision
from contracts.billing import InvoiceRejected
from contracts.codes import Standing
from contracts.declarations import ConfirmedLine, ConfirmMonth, MonthConfirmed, MonthReopened, PlaceHours, SeenLine
from contracts.lines import ZERO
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.declarations import EntryMissing, ExitMissing

from . import proofs
from .action import Action
from .added import added_by
from .hours import Added, Figures, Line
from .line import with_added, wrong_line
from .month import must_be_next, outside_window, remaining

MOVES: dict[Standing, frozenset[Standing]] = {
    Standing.CONFIRMED: frozenset({Standing.DRAFT, Standing.REOPENED}),
    Standing.PASSED_OVER: frozenset({Standing.EMPTY}),
    Standing.REOPENED: frozenset({Standing.CONFIRMED}),
}
"""From where a declaration comes to each standing (DEC-7)."""
NOTHING = Figures(ZERO, ZERO, ZERO)


def moved(action: Action, month: Month, to: Standing, correct_by: date | None = None) -> Action:
    """The action with `month` standing so. Raises ValueError for a move that there is not: a bug, never a user's fault."""
    if (standing := action.standing(month)) not in MOVES[to]:
        raise ValueError(f"{month} is {standing} and cannot become {to}")
    return action.with_declaration(month, replace(action.declaration(month), standing=to, correct_by=correct_by, added={}))


def confirm(action: Action, command: ConfirmMonth, day: date) -> Decision[Action]:
    """Confirms a month on `day`: in its turn (DEC-1), in its window (DEC-6), every line of who is present whole and right (DEC-3, DEC-4),
    and everybody out when it is the last (DEC-8). All that is wrong is refused at once. The months before it in which there is nothing to
    declare are passed over. After admissible exits, it adds its part of the hours that remain (DEC-5). It says which proofs it calls for
    and of which of them what was noted counts no more (DEC-10).

    Raises ChangedMeanwhile, for each trainee about whom the user saw something else than is stored.
    """
    month = command.month
    must_be_next(action, month)
    if command.seen is not None:
        refuse_all(seen_otherwise(action, month, command.seen))
    present = action.present(month)
    wrong = outside_window(action, month, day)
    wrong += still_in(action, month)
    for trainee_id in present:
        wrong += wrong_line(action, month, trainee_id)
    refuse_all(wrong)
    again, added = action.standing(month) is Standing.REOPENED, added_by(action, month)
    lines = tuple(_confirmed(action, month, trainee_id, added.get(trainee_id)) for trainee_id in (*present, *action.owed(month)))
    passed_over = tuple(before for before in action.months if before < month and action.standing(before) is Standing.EMPTY)
    for before in passed_over:
        action = moved(action, before, Standing.PASSED_OVER)
    action = moved(action, month, Standing.CONFIRMED)
    action = action.with_declaration(month, replace(action.declaration(month), added=added))
    was, called = action, ((line.trainee_id, kind) for line in lines for kind in line.proofs or ())
    action = proofs.confirmed(action, month, called)
    event = MonthConfirmed(
        month=month,
        lines=lines,
        passed_over=passed_over,
        again=again,
        remaining=remaining(action, month),
        lapsed=proofs.lapsed(was, action, month),
    )
    return Decision(action, (event,))


def _confirmed(action: Action, month: Month, trainee_id: UUID, added: Added | None) -> ConfirmedLine:
    """The trainee's line, which is whole, with what the month adds; of who is not present, that alone."""
    typed = action.declaration(month).lines[trainee_id].line if action.presence(trainee_id, month) else Line(NOTHING, NOTHING)
    line = with_added(typed, added or Added())
    centre, company = (PlaceHours.model_validate(figures, from_attributes=True) for figures in (line.centre, line.company))
    called = proofs.called_for(action, month, trainee_id, typed)
    return ConfirmedLine(trainee_id=trainee_id, centre=centre, company=company, added=added.sent if added else None, proofs=called)


def seen_otherwise(action: Action, month: Month, seen: tuple[SeenLine, ...]) -> list[Refusal]:
    """A ChangedMeanwhile for each trainee whose line, exit or added hours are not those that were seen, or who came into the month or left
    it since.
    """
    added, shown = added_by(action, month), {line.trainee_id: line for line in seen}
    stored = {
        trainee_id: _as_seen(action, month, trainee_id, added.get(trainee_id))
        for trainee_id in (*action.present(month), *action.owed(month))
    }
    for trainee_id in stored.keys() & shown.keys():
        if shown[trainee_id].added is None:
            stored[trainee_id] = stored[trainee_id].model_copy(update={"added": None})
    everybody = {**stored, **shown}
    return [ChangedMeanwhile(item=str(trainee_id)) for trainee_id in everybody if stored.get(trainee_id) != shown.get(trainee_id)]


def _as_seen(action: Action, month: Month, trainee_id: UUID, added: Added | None) -> SeenLine:
    """What is stored of a trainee, as it is shown when the month is confirmed."""
    line = action.declaration(month).lines.get(trainee_id)
    version, exit_version = line.version if line else 0, action.trainees[trainee_id].exit_version
    return SeenLine(trainee_id=trainee_id, version=version, exit_version=exit_version, added=added.sent if added else None)


def still_in(action: Action, month: Month) -> list[Refusal]:
    """Who has no exit date, or no entry date, when `month` is that of the planned end (DEC-8).

    Likewise when `month` is the last of those reopened after it: nobody could leave any more, and the action never close.
    """
    last = action.last_month
    if month != last and not (action.standing(last) is Standing.CONFIRMED and not remaining(action, month)):
        return []
    wrong: list[Refusal] = [ExitMissing(item=str(trainee_id), trainee=str(trainee_id)) for trainee_id in action.without_exit]
    return wrong + [EntryMissing(item=str(trainee_id), trainee=str(trainee_id)) for trainee_id in action.without_entry]


def reopen(action: Action, rejected: InvoiceRejected) -> Decision[Action]:
    """Reopens every month of a rejected invoice: each can be corrected and confirmed again until `correct_by`, and in every window
    (BIL-7).
    """
    months = sorted(rejected.months)
    for month in months:
        action = moved(action, month, Standing.REOPENED, rejected.correct_by)
    reopened = (MonthReopened(month=month, invoice_id=rejected.invoice_id, correct_by=rejected.correct_by) for month in months)
    return Decision(action, tuple(reopened))
