"""Who may act (ACC-6): an organisation on what it holds, an agent on the Region's part; to anybody else it is as if it did not exist."""

from typing import Protocol, TypeVar

from .envelope import Actor
from .refusals.common import NotFound


class Held(Protocol):
    """What one organisation holds."""

    @property
    def siret(self) -> str | None:
        """The holder's; None when no organisation holds it."""


H = TypeVar("H", bound=Held)
S = TypeVar("S")


def holder(state: H | None, actor: Actor | None) -> H:
    """`state`, when `actor` acts for the organisation that holds it. Raises NotFound to anybody else (ACC-6)."""
    if state is None or actor is None or actor.role != "organisation" or not actor.organisation or actor.organisation != state.siret:
        raise NotFound
    return state


def holder_or_for_them(state: H | None, actor: Actor | None) -> H:
    """The same, also when the system does by itself what that organisation has asked it to do whenever it is due (SURV-1)."""
    if actor and actor.role == "system":
        actor = Actor(actor.subject, "organisation", actor.organisation)
    return holder(state, actor)


def through_link(state: S | None, actor: Actor | None) -> S:
    """`state`, when `actor` comes through a personal link: whether it is one that holds is for the rule to say (SURV-1). Raises NotFound to
    anybody else, and when there is no such thing.
    """
    if state is None or actor is None or actor.role != "link":
        raise NotFound
    return state


def agent(state: S | None, actor: Actor | None) -> S:
    """`state`, when `actor` is an agent of the Region. Raises NotFound to anybody else, and when there is no such thing (ACC-6).

    Where a command is about nothing that exists yet (an import), the command itself is given and given back.
    """
    if state is None or actor is None or actor.role != "agent":
        raise NotFound
    return state
