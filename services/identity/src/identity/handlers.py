"""One paragraph per message: load, decide, keep."""

from chassis.work import Work
from contracts.access import agent, holder
from contracts.awards import ActionAwarded
from contracts.identity import ChangeOrganisation, DisableAccount, EnableAccount, SendCredentials

from . import store
from .rules import member
from .rules.member import Member


async def on_action_awarded(work: Work[Member], event: ActionAwarded) -> None:
    """The holder of a contract has an account since its first one; the SIRET is its first login (ACC-1)."""
    named = event.terms.organisation
    known = work.state_of(named.siret)
    decision = member.award(known, named)
    if known is None:
        await store.add_account(work.connection, decision.state.user_id, named.siret, "organisation", named.siret)
    if member.awaits_credentials(known, decision.state):
        await store.ask_mail(work.connection, decision.state.user_id, "first")
    work.keep(decision, named.siret)


async def change_organisation(work: Work[Member], command: ChangeOrganisation) -> None:
    """The organisation changes its address (ACC-2)."""
    work.keep(member.change_organisation(holder(work.state, work.actor), command))


async def send_credentials(work: Work[Member], _command: SendCredentials) -> None:
    """An agent has another temporary password sent (ACC-1)."""
    decision = member.send_credentials(agent(work.state, work.actor))
    await store.ask_mail(work.connection, decision.state.user_id, "first")


async def disable_account(work: Work[Member], _command: DisableAccount) -> None:
    """An agent disables an organisation's account (ACC-9)."""
    account = member.of_an_organisation(agent(work.state, work.actor))
    work.keep(member.disable(account, await store.disable(work.connection, account.user_id)))


async def enable_account(work: Work[Member], _command: EnableAccount) -> None:
    """An agent lets an organisation log in again (ACC-9)."""
    account = member.of_an_organisation(agent(work.state, work.actor))
    await store.enable(work.connection, account.user_id)
    work.keep(member.enable(account))
