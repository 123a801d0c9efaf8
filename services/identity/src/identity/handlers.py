"""One paragraph per message: load, decide, keep."""

from chassis.work import Work
from contracts.access import agent, holder
from contracts.awards import ActionAwarded
from contracts.calendar import DayStarted
from contracts.envelope import made_id
from contracts.identity import (
    AcceptAccountRequest,
    ChangeOrganisation,
    ChangeRight,
    ColleagueErased,
    DisableAccount,
    EnableAccount,
    InviteColleague,
    PublishText,
    RefuseAccountRequest,
    RemoveColleague,
    SendCredentials,
    text_key,
)
from contracts.month import paris_day
from contracts.personal import stripped
from contracts.refusals.common import NotFound

from . import store, store_people
from .rules import colleagues, member, request, text
from .rules.member import Accounts, Member
from .rules.request import Request
from .rules.text import Text

Kept = Accounts | Request | Text


async def on_action_awarded(work: Work[Kept], event: ActionAwarded) -> None:
    """The holder of a contract has an account since its first one; the SIRET is its first login (ACC-1)."""
    named = event.terms.organisation
    known = _accounts(work, named.siret)
    decision = member.award(known, named)
    if known is None:
        await store.add_account(work.connection, decision.state.member().user_id, named.siret, "organisation", named.siret)
    if who := member.awaits_credentials(known, decision.state):
        await _ask_mail(work, who)
    work.keep(decision, named.siret)


async def change_organisation(work: Work[Kept], command: ChangeOrganisation) -> None:
    """The organisation changes its address (ACC-2)."""
    work.keep(member.change_organisation(holder(_accounts(work, work.key), work.actor), command))


async def send_credentials(work: Work[Kept], command: SendCredentials) -> None:
    """An agent, or who administers the accounts, has another temporary password sent (ACC-1, ACC-8)."""
    accounts = _accounts(work, work.key)
    if work.actor and work.actor.role == "agent":
        allowed = agent(accounts, work.actor)
    else:
        allowed = colleagues.mail(colleagues.administrator(accounts, work.actor), paris_day(work.at))
        work.save(allowed)
    await _ask_mail(work, member.send_credentials(allowed, command.user_id))


async def invite_colleague(work: Work[Kept], command: InviteColleague) -> None:
    """Who administers an organisation's accounts gives one to somebody else, whose first login is their e-mail address (ACC-8)."""
    accounts = colleagues.mail(colleagues.administrator(_accounts(work, work.key), work.actor), paris_day(work.at))
    user_id, email = made_id(work.key, work.envelope.id), stripped(command.email)
    is_known = await store_people.is_known(work.connection, work.key, email)
    decision = colleagues.invite(accounts, command, user_id, is_known=is_known)
    login = await store_people.free_login(work.connection, email)
    await store.add_account(work.connection, user_id, work.key, "organisation", login)
    await _ask_mail(work, decision.state.member(user_id))
    work.keep(decision)


async def accept_account_request(work: Work[Kept], command: AcceptAccountRequest) -> None:
    """An agent gives an account to who asked for one; the first of an organisation logs in with its SIRET, as after an award (ACC-4)."""
    asked, known = agent(_request(work), work.actor), _accounts(work, command.siret)
    user_id = made_id(command.siret, work.envelope.id)
    accepted = request.accept(asked, command, user_id)
    is_known = await store_people.is_known(work.connection, command.siret, command.email)
    admitted = request.admit(known, command, user_id, is_known=is_known)
    login = await store_people.free_login(work.connection, command.email if known else command.siret)
    await store.add_account(work.connection, user_id, command.siret, "organisation", login)
    await store_people.forget_request(work.connection, command.request_id)
    await _ask_mail(work, admitted.state.member(user_id))
    work.keep(admitted, command.siret)
    work.keep(accepted)


async def refuse_account_request(work: Work[Kept], command: RefuseAccountRequest) -> None:
    """An agent refuses an account, and who asked for it is told why (ACC-4)."""
    decision = request.refuse(agent(_request(work), work.actor), command)
    request_id, reason = decision.state.request_id, stripped(command.reason)
    await store_people.refuse_request(work.connection, request_id, command.email, reason, work.envelope.trace)
    work.keep(decision)


async def change_right(work: Work[Kept], command: ChangeRight) -> None:
    """Who administers the accounts gives a user the other right (ACC-8)."""
    work.keep(colleagues.change_right(colleagues.administrator(_accounts(work, work.key), work.actor), command))


async def remove_colleague(work: Work[Kept], command: RemoveColleague) -> None:
    """Who administers the accounts takes one away, or leaves (ACC-8)."""
    accounts = colleagues.administrator(_accounts(work, work.key), work.actor)
    accounts.member(command.user_id)
    access = await store_people.remove(work.connection, command.user_id)
    work.keep(colleagues.remove(accounts, command.user_id, access, paris_day(work.at)))


async def on_day(work: Work[Kept], event: DayStarted) -> None:
    """Who left long enough ago is erased: here, on `personal`, and by whoever hears of it (PRV-1)."""
    accounts = _accounts(work, work.key)
    assert accounts is not None, "no request and no text waits for a day"
    decision = colleagues.forget(accounts, event.day)
    gone = [str(said.user_id) for said in decision.events if isinstance(said, ColleagueErased)]
    await store_people.erase(work.connection, gone)
    work.keep(decision)
    work.erase(gone)


async def disable_account(work: Work[Kept], _command: DisableAccount) -> None:
    """An agent disables all accounts of an organisation (ACC-9)."""
    accounts = accounts_for_agents(work)
    accesses = {known.user_id: await store.disable(work.connection, known.user_id) for known in accounts.members if not known.disabled}
    work.keep(member.disable(accounts, accesses))


async def enable_account(work: Work[Kept], _command: EnableAccount) -> None:
    """An agent lets an organisation's users log in again (ACC-9)."""
    accounts = accounts_for_agents(work)
    everybody = [known.user_id for known in accounts.members]
    for user_id in everybody:
        await store.enable(work.connection, user_id)
    work.keep(member.enable(accounts, everybody))


async def publish_text(work: Work[Kept], command: PublishText) -> None:
    """An agent publishes a text of the portal (ACC-8)."""
    agent(command, work.actor)
    if work.key != text_key(command.name):
        raise NotFound
    work.keep(text.publish(work.state if isinstance(work.state, Text) else None, command))


async def _ask_mail(work: Work[Kept], who: Member) -> None:
    await store.ask_mail(work.connection, who.user_id, who.first_mail, trace=work.envelope.trace)


def _request(work: Work[Kept]) -> Request | None:
    return work.state if isinstance(work.state, Request) else None


def accounts_for_agents(work: Work[Kept]) -> Accounts:
    """The accounts under the message's key, when an agent asks and they are an organisation's. Raises NotFound."""
    return member.of_an_organisation(agent(_accounts(work, work.key), work.actor))


def _accounts(work: Work[Kept], key: str) -> Accounts | None:
    """The accounts under the key; a text is none."""
    known = work.state_of(key)
    return known if isinstance(known, Accounts) else None
