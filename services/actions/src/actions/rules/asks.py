"""What only `declarations` can decide is asked of it, one thing at a time; the command is answered when it has answered."""

from dataclasses import replace
from uuid import UUID

from chassis.decision import Decision
from contracts.message import Event

from .action import Action, Asker, Pending


class NothingAsked(Exception):
    """An answer to something that was not asked: a bug, or a log that has run ahead of a restored database."""


def ask(action: Action, event: Event, asker: Asker) -> Decision[Action]:
    """`event` asks, and nothing that could invalidate it is admitted until the answer."""
    return Decision(replace(action, pending=Pending(event.TYPE, asker)), (event,), waits=True)


def settle(action: Action, asked: str) -> tuple[Action, UUID]:
    """The action as it was before it asked, and the command to answer. Raises NothingAsked."""
    if action.pending is None or action.pending.asked != asked:
        raise NothingAsked(f"{action.number}: {asked} answered, {action.pending and action.pending.asked} pending")
    return replace(action, pending=None), action.pending.command.command_id
