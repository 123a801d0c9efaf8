"""What the log is told of an account that changed, whatever changed it."""

from contracts.account.ledger import Ledger
from contracts.message import Event

from .amendment import foreseen_changed
from .offered import changed


def said(before: Ledger | None, after: Ledger) -> tuple[Event, ...]:
    """What is offered, and what an amendment that is asked for would change of it, each when it is other than before."""
    return (*changed(before, after), *foreseen_changed(before, after))
