"""What only `declarations` can decide is asked of it, one thing at a time; the command is answered when it has answered."""

from dataclasses import replace

from contracts.envelope import CommandRef
from contracts.message import Event

from .action import Action, Decided, Pending


class NothingAsked(Exception):
    """An answer to something that was not asked: a bug, or a log that has run ahead of a restored database."""


def ask(action: Action, event: Event, command: CommandRef) -> Decided:
    """`event` asks, and nothing that could invalidate it is admitted until the answer."""
    return replace(action, pending=Pending(event.TYPE, command)), [event]


def settle(action: Action, asked: str) -> tuple[Action, CommandRef]:
    """The action as it was before it asked, and the command to answer. Raises NothingAsked."""
    if action.pending is None or action.pending.asked != asked:
        raise NothingAsked(f"{action.number}: {asked} answered, {action.pending and action.pending.asked} pending")
    return replace(action, pending=None), action.pending.command
