"""An ask of `actions` ends in one answer: granted, which changes what is known here, or refused with every reason."""

from chassis.decision import Decision
from contracts.actions import ClosingRequested, EntryRequested, PathwayRequested, RemovalRequested
from contracts.declarations import AskRefused
from contracts.refusals import Refusal
from contracts.requests import AmendmentRequested

from .action import Action
from .amendment import grant_amendment
from .closing import grant_closing
from .entry import grant_entries, grant_removal
from .pathway import grant_pathway

Ask = EntryRequested | RemovalRequested | PathwayRequested | ClosingRequested | AmendmentRequested


def answer(action: Action, ask: Ask) -> Decision[Action]:
    """What is granted stays true, because it is done here at once; what is refused changes nothing."""
    try:
        match ask:
            case EntryRequested():
                return grant_entries(action, ask)
            case RemovalRequested():
                return grant_removal(action, ask)
            case PathwayRequested():
                return grant_pathway(action, ask)
            case ClosingRequested():
                return grant_closing(action, ask)
            case AmendmentRequested():
                return grant_amendment(action, ask)
    except Refusal as refusal:
        return Decision(action, (refused(ask, refusal),))


def refused(ask: Ask, refusal: Refusal) -> AskRefused:
    """The answer "no" to `ask`."""
    return AskRefused(asked=ask.TYPE, faults=refusal.faults())
