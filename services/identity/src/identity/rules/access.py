"""Who may ask for what (ACC-6): anything else answers as if it did not exist."""

from contracts.envelope import Actor
from contracts.refusals.common import NotFound

from .member import Member, Organisation


def holder(member: Member | None, actor: Actor | None) -> tuple[Member, Organisation]:
    """The organisation, for itself. Raises NotFound to anybody else."""
    if member and member.organisation and actor and actor.role == "organisation" and actor.organisation == member.organisation.siret:
        return member, member.organisation
    raise NotFound


def agent(member: Member | None, actor: Actor | None) -> Member:
    """The organisation's account, for an agent of the Region. Raises NotFound to anybody else."""
    if member and member.organisation and actor and actor.role == "agent":
        return member
    raise NotFound
