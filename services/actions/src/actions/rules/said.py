"""What the log is told of an action that changed, whatever changed it."""

from contracts.message import Event

from .action import Action
from .foreseen import foreseen_changed
from .preparation import preparation_changed


def said(before: Action | None, after: Action) -> tuple[Event, ...]:
    """Where the preparation stands, and what would come of each open request, each when it is other than before."""
    return (*preparation_changed(before, after), *foreseen_changed(before, after))
