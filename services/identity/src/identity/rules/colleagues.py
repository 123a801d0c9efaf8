"""The people of one organisation: who administers its accounts, who joins, who leaves (ACC-8)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from chassis.decision import Decision
from contracts.access import holder
from contracts.codes import AccountRight
from contracts.envelope import Actor
from contracts.identity import AccountRemoved, ChangeRight, ColleagueErased, InviteColleague, RightChanged
from contracts.personal import stripped
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import EmailWrong, NotFound
from contracts.refusals.identity import (
    AccountIsDisabled,
    ColleagueKnown,
    LastAdministrator,
    RightMissing,
    TooManyColleagues,
    TooManyInvitations,
    UserNameMissing,
)
from contracts.sheets import is_email

from . import member
from .member import Accounts, Departed, Mailed, Member

MOST = 50
"""Accounts of one organisation: its state is one document, and each costs a mail."""
MOST_MAILED = 60
"""Invitations, and first passwords sent again, in a day: whoever has stolen an account writes to no crowd in the Region's name."""
NAMED_FOR = timedelta(days=365)
"""So long after somebody left the history still says who it was: what they did may be asked about. Then their name serves nothing."""
EMAIL_MOST = 76
"""Characters: it is the user's first login too, perhaps with a number behind it (`secret.LOGIN_MOST`)."""


def administrator(accounts: Accounts | None, actor: Actor | None) -> Accounts:
    """`accounts`, when `actor` administers them.

    Raises NotFound to strangers and who has been taken away, RightMissing to who only works there, AccountIsDisabled.
    """
    held = holder(accounts, actor)
    who = next((known for known in held.members if actor and str(known.user_id) == actor.subject), None)
    if who is None:
        raise NotFound
    if who.disabled:
        raise AccountIsDisabled
    if who.right is not AccountRight.ADMINISTERS:
        raise RightMissing
    return held


def mail(accounts: Accounts, on: date) -> Accounts:
    """Who administers the accounts has one more first password mailed. Raises TooManyInvitations."""
    before = accounts.mailed
    count = before.count + 1 if before and before.on == on else 1
    if count > MOST_MAILED:
        raise TooManyInvitations(most=MOST_MAILED)
    return replace(accounts, mailed=Mailed(on, count))


def invite(accounts: Accounts, command: InviteColleague, user_id: UUID, *, is_known: bool) -> Decision[Accounts]:
    """Somebody else can log in, with a right; everything wrong with what is said of them at once. `is_known`: a user of the organisation
    has this e-mail address already.
    """
    name, email = stripped(command.name), stripped(command.email)
    wrong: list[Refusal] = []
    if not name:
        wrong.append(UserNameMissing(field="name"))
    if not is_login(email):
        wrong.append(EmailWrong(field="email"))
    if is_known:
        wrong.append(ColleagueKnown(field="email"))
    if len(accounts.members) >= MOST:
        wrong.append(TooManyColleagues(most=MOST))
    refuse_all(wrong)
    joined = Member(user_id, "invitation", command.right)
    return member.create(replace(accounts, members=(*accounts.members, joined)), joined, name, email)


def is_login(email: str) -> bool:
    """Whether mails can go there, and somebody can log in with it."""
    return is_email(email, EMAIL_MOST)


def change_right(accounts: Accounts, command: ChangeRight) -> Decision[Accounts]:
    """One of the users has the other right. Raises LastAdministrator when nobody would administer the accounts."""
    if accounts.member(command.user_id).right is command.right:
        return Decision(accounts)
    after = accounts.with_member(command.user_id, right=command.right)
    if command.right is not AccountRight.ADMINISTERS:
        _somebody_administers(after)
    return Decision(after, (RightChanged(user_id=command.user_id, right=command.right),))


def remove(accounts: Accounts, user_id: UUID, access: int, on: date) -> Decision[Accounts]:
    """One of the users is so no longer since that day; sessions of an access before this one are over. Raises LastAdministrator as
    `change_right`.
    """
    gone = accounts.member(user_id)
    after = replace(accounts, members=tuple(known for known in accounts.members if known != gone))
    if gone.right is AccountRight.ADMINISTERS:
        _somebody_administers(after)
    return Decision(_departed(after, (*after.departed, Departed(user_id, on))), (AccountRemoved(user_id=user_id, access=access),))


def forget(accounts: Accounts, day: date) -> Decision[Accounts]:
    """Who left a year before `day`, or longer ago, is erased (PRV-1)."""
    over = {gone for gone in accounts.departed if gone.on + NAMED_FOR <= day}
    after = _departed(accounts, tuple(gone for gone in accounts.departed if gone not in over))
    return Decision(after, tuple(ColleagueErased(user_id=gone.user_id) for gone in accounts.departed if gone in over))


def _departed(accounts: Accounts, departed: tuple[Departed, ...]) -> Accounts:
    return replace(accounts, departed=departed, forgets_on=min((gone.on + NAMED_FOR for gone in departed), default=None))


def _somebody_administers(accounts: Accounts) -> None:
    """Somebody who can: an invitation may have gone astray, and who is disabled administers nothing."""
    if not any(known.right is AccountRight.ADMINISTERS and known.active and not known.disabled for known in accounts.members):
        raise LastAdministrator
