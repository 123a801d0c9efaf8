"""What people and operators did by HTTP and by commands, done again for a database that was restored: by the events that came of it.

The log holds no secret, and neither name nor address of an agent. Whose password was changed after the backup gets another one by mail,
and the old one opens nothing; an agent's account that was made after it stays closed, and the operator makes another.
"""

from collections.abc import Mapping

import structlog

from chassis.work import Handler, Work
from contracts.identity import AccessChanged, AccountCreated, AccountDisabled, AccountEnabled, CredentialsSent
from contracts.message import Event

from . import store
from .factor_retold import FACTORS_RETOLD
from .rules import member
from .rules.member import Member

log = structlog.get_logger()


async def access_changed(work: Work[Member], event: AccessChanged) -> None:
    """A password or login was changed (ACC-2, ACC-3, ACC-7): to what, nobody knows any more."""
    work.emit(event)
    if event.chosen:
        work.keep(member.activate(work.known))
    if await store.lose_password(work.connection, event.user_id, event.access):
        await store.ask_mail(work.connection, event.user_id, "forgotten" if work.known.active else "first")


async def credentials_sent(work: Work[Member], event: CredentialsSent) -> None:
    """A first password was mailed (ACC-1); since it is lost, another is due already."""
    work.emit(event)


async def agent_created(work: Work[Member], event: AccountCreated) -> None:
    """An operator made an agent (ACC-6), whose name, address and login are lost here: nobody logs in with this account."""
    log.error("an agent's account is lost: make another with `identity agent create`", user=str(event.user_id))
    work.save(Member(event.user_id), event)


async def account_disabled(work: Work[Member], event: AccountDisabled) -> None:
    """An operator disabled an account (ACC-9)."""
    await store.disable(work.connection, event.user_id)
    work.keep(member.disable(work.known, event.access))


async def account_enabled(work: Work[Member], event: AccountEnabled) -> None:
    """An operator let somebody log in again (ACC-9)."""
    await store.enable(work.connection, event.user_id)
    work.keep(member.enable(work.known))


RETOLD: Mapping[type[Event], Handler] = {
    AccessChanged: access_changed,
    CredentialsSent: credentials_sent,
    AccountCreated: agent_created,
    AccountDisabled: account_disabled,
    AccountEnabled: account_enabled,
    **FACTORS_RETOLD,
}
