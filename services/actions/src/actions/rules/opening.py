"""Opening and non-opening (OPN-1 to OPN-4)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from chassis.decision import Decision
from contracts.actions import (
    ActionNotOpened,
    ActionOpened,
    DeclareNonOpening,
    OpenAction,
    PreparationChanged,
    TraineeEntered,
)
from contracts.codes import OpeningCondition
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.actions import (
    DatesNotValidated,
    EntryBeforeStart,
    EntryDateUnconfirmed,
    NoTrainee,
    OpeningTooEarly,
    SheetIncomplete,
    StartAfterEnd,
    StartBeforeVote,
    StartDiffers,
    TrainersNotConfirmed,
)

from .action import Action, Presence, Stage, admit
from .preparation import prepared
from .requests import moot


def open_action(action: Action, command: OpenAction, day: date) -> Decision[Action]:
    """Open since its actual start, sent on that day or later; every trainee has entered on their date (OPN-1 to OPN-3).

    Raises all that lacks at once, each with its own code, and the trainee's id as item.
    """
    admit(action, command)
    preparation = prepared(action)
    refuse_all([*_lacking(preparation), *_wrong_start(action, preparation.opens_on, command.actual_start, day)])
    entered = {trainee_id: replace(trainee, presence=Presence.ENTERED) for trainee_id, trainee in action.counted.items()}
    opened = replace(action, stage=Stage.OPENED, actual_start=command.actual_start).with_trainees(entered)
    entries = (TraineeEntered(trainee_id=trainee_id, entered_on=trainee.entry) for trainee_id, trainee in entered.items() if trainee.entry)
    return Decision(opened, (ActionOpened(actual_start=command.actual_start, frequency=command.frequency), *entries))


def decline(action: Action, command: DeclareNonOpening) -> Decision[Action]:
    """The action does not take place, which ends it, and what is asked about it (OPN-4)."""
    admit(action, command)
    action, withdrawn = moot(action)
    return Decision(replace(action, stage=Stage.NOT_OPENED), (ActionNotOpened(reason=command.reason), *withdrawn))


def _lacking(preparation: PreparationChanged) -> Iterator[Refusal]:
    """What OPN-1 lists, each trainee by name."""
    for condition in preparation.lacking:
        match condition:
            case OpeningCondition.DATES:
                yield DatesNotValidated()
            case OpeningCondition.TRAINEES:
                yield NoTrainee()
            case OpeningCondition.SHEETS:
                yield from (SheetIncomplete(item=str(trainee_id), trainee=str(trainee_id)) for trainee_id in preparation.incomplete)
            case OpeningCondition.ENTRIES:
                yield from (EntryDateUnconfirmed(item=str(trainee_id), trainee=str(trainee_id)) for trainee_id in preparation.undated)
            case OpeningCondition.TRAINERS:
                yield TrainersNotConfirmed()


def _wrong_start(action: Action, opens_on: date | None, start: date, day: date) -> Iterator[Refusal]:
    """The actual start: `opens_on` on collective actions, not before the vote on others (OPN-2), not after today, after nobody's entry
    (TRN-9).
    """
    vote, planned = action.terms.vote_date, action.planned
    if opens_on and start != opens_on:
        yield StartDiffers(field="actual_start", planned=opens_on, entered=start)
        return
    if start < min(vote, planned.start):
        yield StartBeforeVote(field="actual_start", vote=vote, entered=start)
        return
    if start > planned.end:
        yield StartAfterEnd(field="actual_start", end=planned.end, entered=start)
        return
    if day < start:
        yield OpeningTooEarly(field="actual_start", start=start)
    for trainee_id, trainee in action.counted.items():
        if trainee.entry and trainee.entry < start:
            yield EntryBeforeStart(item=str(trainee_id), trainee=str(trainee_id), entered=trainee.entry, start=start)
