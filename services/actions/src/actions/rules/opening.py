"""Opening and non-opening (OPN-1 to OPN-4), and the confirmation of trainers that opening needs (TRA-1)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from contracts.actions import (
    ActionNotOpened,
    ActionOpened,
    ConfirmTrainers,
    DeclareNonOpening,
    OpenAction,
    TraineeEntered,
    TrainersConfirmed,
)
from contracts.codes import ActionKind
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
    TrainersAlreadyConfirmed,
    TrainersNotConfirmed,
)

from .action import Action, Decided, Presence, Stage, admit


def confirm_trainers(action: Action, command: ConfirmTrainers) -> Decided:
    """The contract's list of trainers holds (TRA-1)."""
    admit(action, command)
    if action.trainers_confirmed:
        raise TrainersAlreadyConfirmed
    return replace(action, trainers_confirmed=True), [TrainersConfirmed()]


def open_action(action: Action, command: OpenAction, day: date) -> Decided:
    """Open since its actual start, sent on that day or later; every trainee has entered on their date (OPN-1 to OPN-3).

    Raises all that lacks at once, each with its own code, and the trainee's id as item.
    """
    admit(action, command)
    refuse_all([*_lacking(action), *_wrong_start(action, command, day)])
    present = {one: replace(trainee, presence=Presence.ENTERED) for one, trainee in action.trainees.items() if trainee.counts}
    opened = replace(action, stage=Stage.OPENED, actual_start=command.actual_start).with_trainees(present)
    entries = [TraineeEntered(trainee_id=one, entered_on=trainee.entry) for one, trainee in present.items() if trainee.entry]
    return opened, [ActionOpened(actual_start=command.actual_start, frequency=command.frequency), *entries]


def decline(action: Action, command: DeclareNonOpening) -> Decided:
    """The action does not take place, which ends it (OPN-4)."""
    admit(action, command)
    return replace(action, stage=Stage.NOT_OPENED), [ActionNotOpened(reason=command.reason)]


def _lacking(action: Action) -> Iterator[Refusal]:
    """What OPN-1 lists: dates, trainers, at least one trainee, whole sheets, confirmed entry dates."""
    if not action.dates_locked:
        yield DatesNotValidated()
    if not action.trainers_confirmed:
        yield TrainersNotConfirmed()
    present = {str(one): trainee for one, trainee in action.trainees.items() if trainee.counts}
    if not present:
        yield NoTrainee()
    for one, trainee in present.items():
        if not trainee.complete:
            yield SheetIncomplete(item=one, trainee=one)
    for one, trainee in present.items():
        if trainee.entry is None:
            yield EntryDateUnconfirmed(item=one, trainee=one)


def _wrong_start(action: Action, command: OpenAction, day: date) -> Iterator[Refusal]:
    """The actual start: the planned one on collective actions, not before the vote on others (OPN-2), not after today, after nobody's
    entry (TRN-9).
    """
    terms, start = action.terms, command.actual_start
    if terms.kind is ActionKind.COLLECTIVE and start != terms.planned_start:
        yield StartDiffers(field="actual_start", planned=terms.planned_start, entered=start)
        return
    if start < min(terms.vote_date, terms.planned_start):
        yield StartBeforeVote(field="actual_start", vote=terms.vote_date, entered=start)
        return
    if start > terms.planned_end:
        yield StartAfterEnd(field="actual_start", end=terms.planned_end, entered=start)
        return
    if day < start:
        yield OpeningTooEarly(field="actual_start", start=start)
    for one, trainee in action.trainees.items():
        if trainee.counts and trainee.entry and trainee.entry < start:
            yield EntryBeforeStart(item=str(one), trainee=str(one), entered=trainee.entry, start=start)
