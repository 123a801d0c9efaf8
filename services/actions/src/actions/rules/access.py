"""Who may act (ACC-6): an organisation on its own actions, an agent on the Region's part; anything else is as if it did not exist."""

from contracts.envelope import Actor
from contracts.refusals.common import NotFound

from .action import Action


def holder(action: Action | None, actor: Actor | None) -> Action:
    """The action, if `actor` acts for the organisation that holds it. Raises NotFound otherwise (ACC-6)."""
    if action is None or actor is None or actor.role != "organisation" or actor.organisation != action.terms.organisation.siret:
        raise NotFound
    return action


def agent(actor: Actor | None) -> None:
    """Raises NotFound when `actor` is no agent of the Region (ACC-6)."""
    if actor is None or actor.role != "agent":
        raise NotFound


def for_agent(action: Action | None, actor: Actor | None) -> Action:
    """The action, if `actor` is an agent. Raises NotFound otherwise, or when there is no such action (ACC-6)."""
    agent(actor)
    if action is None:
        raise NotFound
    return action
