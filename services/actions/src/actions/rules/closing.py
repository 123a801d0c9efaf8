"""Closing (CLO-1): what `actions` knows is checked here, hours and exits are asked of `declarations`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from chassis.decision import Decision
from contracts.actions import ActionClosed, CloseAction, ClosingRequested
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.actions import ClosingTooEarly, EndDiffers, TraineeNotEntered

from .action import Action, Asker, Presence, Stage, admit
from .asks import ask
from .requests import moot


def request_closing(action: Action, command: CloseAction, asker: Asker, day: date) -> Decision[Action]:
    """Asks to close on the planned end, not before it, with nobody left who has neither entered nor been taken off (CLO-1)."""
    admit(action, command)
    refuse_all(list(_wrong(action, command, day)))
    return ask(action, ClosingRequested(actual_end=command.actual_end), asker)


def close(action: Action, actual_end: date) -> Decision[Action]:
    """Closed, for `declarations` has granted it; what is asked about it can be granted no more."""
    action, withdrawn = moot(action)
    return Decision(replace(action, stage=Stage.CLOSED), (ActionClosed(actual_end=actual_end), *withdrawn))


def _wrong(action: Action, command: CloseAction, day: date) -> Iterator[Refusal]:
    end = action.planned.end
    if command.actual_end != end:
        yield EndDiffers(field="actual_end", planned=end, entered=command.actual_end)
    if day < end:
        yield ClosingTooEarly(end=end)
    for trainee_id, trainee in action.counted.items():
        if trainee.presence is Presence.REGISTERED:
            yield TraineeNotEntered(item=str(trainee_id), trainee=str(trainee_id))
