"""Who may ask for what (ACC-6): anything else answers as if it did not exist."""

from contracts.envelope import Actor
from contracts.refusals.common import NotFound

from .action import Action


def holder(action: Action | None, actor: Actor | None) -> Action:
    """The action, for the organisation that holds it. Raises NotFound to anybody else."""
    if action and actor and actor.role == "organisation" and actor.organisation == action.siret:
        return action
    raise NotFound
