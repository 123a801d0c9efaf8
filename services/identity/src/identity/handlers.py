"""One paragraph per message: load, decide, save."""

from chassis.work import Work
from contracts.actions import ActionAwarded
from contracts.identity import ChangeOrganisation, SendCredentials
from contracts.personal import PERSONAL

from . import store
from .rules import access, member
from .rules.member import Enrolled, Member


async def on_action_awarded(work: Work[Member], event: ActionAwarded) -> None:
    """The holder of a contract has an account since its first one; the SIRET is its first login (ACC-1)."""
    named = event.terms.organisation
    known = work.state_of(named.siret)
    enrolled = member.award(known, named)
    if known is None and enrolled.user:
        await store.add_account(work.connection, enrolled.user, named.siret, "organisation", named.siret)
    await keep(work, enrolled, named.siret)


async def change_organisation(work: Work[Member], command: ChangeOrganisation) -> None:
    """The organisation changes its address (ACC-2)."""
    work.save(*member.change_organisation(*access.holder(work.state, work.actor), command))


async def send_credentials(work: Work[Member], _command: SendCredentials) -> None:
    """An agent has another temporary password sent (ACC-1)."""
    account = access.agent(work.state, work.actor)
    member.send_credentials(account)
    await store.ask_mail(work.connection, account.user_id, "first")


async def keep(work: Work[Member], enrolled: Enrolled, key: str) -> None:
    """Writes what was decided of an account: state and events, the person, the mail that is due."""
    if enrolled.user:
        await store.keep_user(work.connection, enrolled.user)
        work.publish(PERSONAL, enrolled.user.id, enrolled.user)
    if enrolled.credentials:
        await store.ask_mail(work.connection, enrolled.member.user_id, "first")
    work.save(enrolled.member, *enrolled.events, key=key)
