"""What the log is told of a state that changed, whatever changed it."""

from contracts.message import Event

from . import added
from .action import Action
from .amendment import foreseen_changed
from .overview import overview_changed
from .presence import offer_changed


def said(before: Action | None, after: Action) -> tuple[Event, ...]:
    """Where the declarations stand, what they will add after admissible exits, what is offered, and what would come of an amendment, each
    when it is other than before.
    """
    return (
        *overview_changed(before, after),
        *added.foreseen_changed(before, after),
        *offer_changed(before, after),
        *foreseen_changed(before, after),
    )
