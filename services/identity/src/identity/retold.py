"""What people and operators did by HTTP and by commands, done again for a database that was restored: by the events that came of it.

The log holds no secret, and neither name nor address of an agent. Whose password was changed after the backup gets another one by mail,
and the old one opens nothing; an agent's account that was made after it stays closed, and the operator makes another. Who asked for an
account after it is not known.
"""

from collections.abc import Mapping

import structlog

from chassis.work import Handler, Work
from contracts.identity import (
    AccessChanged,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    AccountRequested,
    AccountRequestExpired,
    CredentialsSent,
)
from contracts.message import Event
from contracts.month import paris_day

from . import store, store_people
from .factor_retold import FACTORS_RETOLD
from .rules import member, request
from .rules.member import Accounts, Member
from .rules.request import Request

log = structlog.get_logger()


async def access_changed(work: Work[Accounts], event: AccessChanged) -> None:
    """A password or login was changed (ACC-2, ACC-3, ACC-7): to what, nobody knows any more."""
    work.emit(event)
    if event.chosen:
        work.keep(member.activate(work.known, event.user_id))
    if await store.lose_password(work.connection, event.user_id, event.access):
        who = work.known.member(event.user_id)
        await store.ask_mail(work.connection, event.user_id, "forgotten" if who.active else who.first_mail)


async def credentials_sent(work: Work[Accounts], event: CredentialsSent) -> None:
    """A first password was mailed (ACC-1); since it is lost, another is due already."""
    work.emit(event)


async def agent_created(work: Work[Accounts], event: AccountCreated) -> None:
    """An operator made an agent (ACC-6), whose name, address and login are lost here: nobody logs in with this account."""
    log.error("an agent's account is lost: make another with `identity agent create`", user=str(event.user_id))
    work.save(Accounts((Member(event.user_id, "operator"),)), event)


async def account_disabled(work: Work[Accounts], event: AccountDisabled) -> None:
    """An operator disabled an account (ACC-9)."""
    await store.disable(work.connection, event.user_id)
    work.keep(member.disable(work.known, {event.user_id: event.access}))


async def account_enabled(work: Work[Accounts], event: AccountEnabled) -> None:
    """An operator let somebody log in again (ACC-9)."""
    await store.enable(work.connection, event.user_id)
    work.keep(member.enable(work.known, [event.user_id]))


async def account_requested(work: Work[Request], event: AccountRequested) -> None:
    """Somebody asked for an account (ACC-4): who, is lost here, so an agent can only let it expire; they may ask again."""
    work.keep(request.ask(event.request_id, event.siret, paris_day(work.at)))
    await store_people.keep_lost_request(work.connection, event.request_id, event.siret, work.at)


async def account_request_expired(work: Work[Request], event: AccountRequestExpired) -> None:
    """Nobody had answered a request (ACC-4)."""
    work.keep(request.expire(work.known))
    await store_people.forget_request(work.connection, event.request_id)


RETOLD: Mapping[type[Event], Handler] = {
    AccessChanged: access_changed,
    CredentialsSent: credentials_sent,
    AccountCreated: agent_created,
    AccountDisabled: account_disabled,
    AccountEnabled: account_enabled,
    AccountRequested: account_requested,
    AccountRequestExpired: account_request_expired,
    **FACTORS_RETOLD,
}
