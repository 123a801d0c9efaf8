"""Who may ask for what (ACC-6): anything else answers as if it did not exist."""

from contracts.envelope import Actor
from contracts.refusals.common import NotFound

from .ledger import Ledger


def holder(ledger: Ledger | None, actor: Actor | None) -> Ledger:
    """The ledger, for the organisation that holds the action. Raises NotFound to anybody else."""
    if ledger and actor and actor.role == "organisation" and actor.organisation == ledger.terms.siret:
        return ledger
    raise NotFound


def agent(ledger: Ledger | None, actor: Actor | None) -> Ledger:
    """The ledger, for an agent of the Region. Raises NotFound to anybody else."""
    if ledger and actor and actor.role == "agent":
        return ledger
    raise NotFound
