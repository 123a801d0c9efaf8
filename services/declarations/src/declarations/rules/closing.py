"""Whether the action can be closed: what `actions` asks (CLO-1)."""

from dataclasses import replace

from contracts.actions import ClosingRequested
from contracts.declarations import ClosingGranted
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.declarations import EntryMissing, MonthStillToConfirm, StillInTraining

from .action import Action, Decided
from .month import UNCONFIRMED


def grant_closing(action: Action, ask: ClosingRequested) -> Decided:
    """Every month that needs it is confirmed, a reopened one again, and everybody is out (CLO-1); from then on nobody enters (TRN-6)."""
    unconfirmed = [month for month in action.months if action.standing(month) in UNCONFIRMED]
    wrong: list[Refusal] = [MonthStillToConfirm(item=month, month=month) for month in unconfirmed]
    for trainee_id, trainee in action.trainees.items():
        item = str(trainee_id)
        if not trainee.entered_on:
            wrong.append(EntryMissing(item=item, trainee=item))
        elif not trainee.exit:
            wrong.append(StillInTraining(item=item, trainee=item))
    refuse_all(wrong)
    return replace(action, closed=True), [ClosingGranted(actual_end=ask.actual_end)]
