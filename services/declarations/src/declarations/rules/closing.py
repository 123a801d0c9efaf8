"""Whether the action can be closed: what `actions` asks (CLO-1)."""

from dataclasses import replace

from chassis.decision import Decision
from contracts.actions import ClosingRequested
from contracts.declarations import ClosingGranted
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.declarations import EntryMissing, MonthStillToConfirm, StillInTraining

from .action import Action
from .month import to_declare


def grant_closing(action: Action, ask: ClosingRequested) -> Decision[Action]:
    """Every month that needs it is confirmed, a reopened one again, and everybody is out (CLO-1); from then on nobody enters (TRN-6)."""
    wrong: list[Refusal] = [MonthStillToConfirm(item=month, month=month) for month in to_declare(action)]
    wrong += [StillInTraining(item=str(trainee_id), trainee=str(trainee_id)) for trainee_id in action.without_exit]
    wrong += [EntryMissing(item=str(trainee_id), trainee=str(trainee_id)) for trainee_id in action.without_entry]
    refuse_all(wrong)
    return Decision(replace(action, closed=True), (ClosingGranted(actual_end=ask.actual_end),))
