"""Who may ask for what (ACC-6): anything else answers as if it did not exist."""

from contracts.envelope import Actor
from contracts.refusals.common import NotFound

from .outcomes import Outcomes


def holder(outcomes: Outcomes | None, actor: Actor | None) -> Outcomes:
    """The action, for the organisation that holds it. Raises NotFound to anybody else."""
    if outcomes and actor and actor.role == "organisation" and actor.organisation == outcomes.siret:
        return outcomes
    raise NotFound


def agent(outcomes: Outcomes | None, actor: Actor | None) -> Outcomes:
    """The action, for an agent of the Region. Raises NotFound to anybody else."""
    if outcomes and actor and actor.role == "agent":
        return outcomes
    raise NotFound
