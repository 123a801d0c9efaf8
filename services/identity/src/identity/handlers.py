"""One paragraph per message: load, decide, keep."""

from chassis.work import Work
from contracts.access import agent, holder
from contracts.awards import ActionAwarded
from contracts.identity import ChangeOrganisation, DisableAccount, EnableAccount, PublishText, SendCredentials, text_key
from contracts.refusals.common import NotFound

from . import store
from .rules import member, text
from .rules.member import Member
from .rules.text import Text

Kept = Member | Text


async def on_action_awarded(work: Work[Kept], event: ActionAwarded) -> None:
    """The holder of a contract has an account since its first one; the SIRET is its first login (ACC-1)."""
    named = event.terms.organisation
    known = _member(work, named.siret)
    decision = member.award(known, named)
    if known is None:
        await store.add_account(work.connection, decision.state.user_id, named.siret, "organisation", named.siret)
    if member.awaits_credentials(known, decision.state):
        await store.ask_mail(work.connection, decision.state.user_id, "first")
    work.keep(decision, named.siret)


async def change_organisation(work: Work[Kept], command: ChangeOrganisation) -> None:
    """The organisation changes its address (ACC-2)."""
    work.keep(member.change_organisation(holder(_member(work, work.key), work.actor), command))


async def send_credentials(work: Work[Kept], _command: SendCredentials) -> None:
    """An agent has another temporary password sent (ACC-1)."""
    decision = member.send_credentials(agent(_member(work, work.key), work.actor))
    await store.ask_mail(work.connection, decision.state.user_id, "first")


async def disable_account(work: Work[Kept], _command: DisableAccount) -> None:
    """An agent disables an organisation's account (ACC-9)."""
    account = account_for_agents(work)
    work.keep(member.disable(account, await store.disable(work.connection, account.user_id)))


async def enable_account(work: Work[Kept], _command: EnableAccount) -> None:
    """An agent lets an organisation log in again (ACC-9)."""
    account = account_for_agents(work)
    await store.enable(work.connection, account.user_id)
    work.keep(member.enable(account))


async def publish_text(work: Work[Kept], command: PublishText) -> None:
    """An agent publishes a text of the portal (ACC-8)."""
    agent(command, work.actor)
    if work.key != text_key(command.name):
        raise NotFound
    work.keep(text.publish(work.state if isinstance(work.state, Text) else None, command))


def account_for_agents(work: Work[Kept]) -> Member:
    """The account under the message's key, when an agent asks and it is an organisation's. Raises NotFound."""
    return member.of_an_organisation(agent(_member(work, work.key), work.actor))


def _member(work: Work[Kept], key: str) -> Member | None:
    """The account under the key; a text is none."""
    known = work.state_of(key)
    return known if isinstance(known, Member) else None
