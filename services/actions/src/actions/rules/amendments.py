"""Amendments: other planned dates, once `declarations` has agreed to what follows of them (DAT-4, REQ-3, REQ-4)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from chassis.decision import Decision
from contracts.awards import MOST_MONTHS
from contracts.codes import RequestObject
from contracts.declarations import AmendmentGranted
from contracts.month import Month, months_between
from contracts.periods import wrong_periods
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.awards import ContractTooLong, PlannedDatesReversed
from contracts.refusals.common import ChangedMeanwhile, InProgress
from contracts.refusals.requests import EndBeforeEntry, NoChangeAsked, StartAfterOpening
from contracts.requests import AmendmentRequested, ContractAmended

from .action import Action, Asker
from .asked import AskedPlannedDates, PlannedDates
from .asks import ask
from .period import sent
from .requests import applied


def request_amendment(action: Action, asked: AskedPlannedDates, asker: Asker) -> Decision[Action]:
    """Asks `declarations` for it, when nothing that is known here stands against it (REQ-3). Raises InProgress while it is asked."""
    if action.pending:
        raise InProgress(since=action.pending.command.at)
    refuse_all(list(against(action, asked)))
    return ask(
        action, AmendmentRequested(planned_start=asked.planned.start, planned_end=asked.planned.end, periods=sent(asked.periods)), asker
    )


def amend(action: Action, agreed: AmendmentGranted, day: date) -> Decision[Action]:
    """The next amendment, dated `day`, for `declarations` has agreed: the planned dates are these from now on (REQ-4)."""
    request_id = next(id_ for id_, request in action.requests.items() if request.asked.object is RequestObject.PLANNED_DATES)
    granted = applied(action, request_id)
    planned = PlannedDates(agreed.planned_start, agreed.planned_end)
    after = replace(granted.state, amendments=(*action.amendments, planned), dates_version=action.dates_version + 1)
    amended = ContractAmended(
        number=len(after.amendments),
        request_id=request_id,
        granted_on=day,
        planned_start=planned.start,
        planned_end=planned.end,
        start_before=action.planned.start,
        end_before=action.planned.end,
        periods=agreed.periods,
        dates_version=after.dates_version,
    )
    return Decision(after, (*granted.events, amended))


def against(action: Action, asked: AskedPlannedDates) -> Iterator[Refusal]:
    """What stands against other planned dates, as far as that is decided here (REQ-3): entry dates until the opening. After it, all that
    happened in the action is for `declarations` to say.
    """
    start, end, now = asked.planned.start, asked.planned.end, action.planned
    if asked.planned == now:
        yield NoChangeAsked()
    elif asked.base_version != action.dates_version:
        yield ChangedMeanwhile()
    if action.actual_start and start != now.start:
        yield StartAfterOpening(field="planned_start", start=action.actual_start)
    if end < start:
        yield PlannedDatesReversed(field="planned_end", start=start, end=end)
        return
    if (count := len(months_between(Month.of(start), Month.of(end)))) > MOST_MONTHS:
        yield ContractTooLong(field="planned_end", count=count, most=MOST_MONTHS)
    for trainee_id, trainee in action.counted.items():
        if trainee.entry and trainee.entry > end and not action.opened:
            item = str(trainee_id)
            yield EndBeforeEntry(field="planned_end", item=item, trainee=item, entered=trainee.entry, end=end)
    yield from wrong_periods(sent(asked.periods), start, end, "periods")
