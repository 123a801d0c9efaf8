"""A newcomer asks for an account, and an agent answers (ACC-4). Who asks stands in no state: it is in the service's own table."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from stdnum.fr import siret

from chassis.decision import Decision
from contracts.codes import AccountRight
from contracts.identity import (
    AcceptAccountRequest,
    AccountRequestAccepted,
    AccountRequested,
    AccountRequestExpired,
    AccountRequestRefused,
    RefuseAccountRequest,
)
from contracts.identity_http import Newcomer
from contracts.personal import stripped
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.awards import SiretWrong
from contracts.refusals.common import EmailWrong, NotFound
from contracts.refusals.identity import (
    AccountIsDisabled,
    AccountRequestAnswered,
    AnswerUnexplained,
    ColleagueKnown,
    OrganisationMissing,
    TooManyColleagues,
    UserNameMissing,
)

from . import member
from .colleagues import MOST, is_login
from .member import Accounts, Address, Member, Organisation

LIFE = timedelta(days=30)
"""Of a request without an answer: nobody keeps the particulars of strangers for longer."""


@dataclass(frozen=True)
class Request:
    """What is known of a request for ever: for which organisation, on which day, and its answer."""

    request_id: UUID
    requested_for: str
    """The SIRET."""
    requested_on: date
    answer: Literal["accepted", "refused", "expired"] | None = None


def check(asked: Newcomer) -> None:
    """Raises everything that is wrong with what somebody says of themselves. Whether anybody is known is not looked at."""
    wrong: list[Refusal] = []
    if not siret.is_valid(asked.siret):
        wrong.append(SiretWrong(field="siret"))
    if not asked.organisation:
        wrong.append(OrganisationMissing(field="organisation"))
    if not asked.name:
        wrong.append(UserNameMissing(field="name"))
    if not is_login(asked.email):
        wrong.append(EmailWrong(field="email"))
    refuse_all(wrong + member.wrong_with(_address(asked)))


def ask(request_id: UUID, for_siret: str, on: date) -> Decision[Request]:
    """Somebody asks."""
    return Decision(Request(request_id, for_siret, on), (AccountRequested(request_id=request_id, siret=for_siret),))


def accept(request: Request, command: AcceptAccountRequest, user_id: UUID) -> Decision[Request]:
    """An agent gives them the account `user_id`, with which `admit` begins."""
    if _open(request).requested_for != command.siret:
        raise NotFound
    accepted = AccountRequestAccepted(request_id=request.request_id, siret=command.siret, user_id=user_id)
    return Decision(replace(request, answer="accepted"), (accepted,))


def admit(known: Accounts | None, command: AcceptAccountRequest, user_id: UUID, *, is_known: bool) -> Decision[Accounts]:
    """Who asked can log in, and administers the accounts: of an organisation that has none yet, or beside who is there.

    `is_known`: a user of the organisation has the e-mail address already.
    """
    joined = Member(user_id, "request", AccountRight.ADMINISTERS)
    if known is None or known.organisation is None:
        # Their e-mail address is a person's, and the log names none: the organisation's own comes with its first contract.
        accounts = Accounts((joined,), Organisation(command.siret, command.organisation, "", _address(command)))
        created = member.create(accounts, joined, command.name, command.email, command.request_id)
        return replace(created, events=(member.registered(accounts), *created.events))
    if all(who.disabled for who in known.members):
        raise AccountIsDisabled
    if is_known:
        raise ColleagueKnown
    if len(known.members) >= MOST:
        raise TooManyColleagues(most=MOST)
    return member.create(replace(known, members=(*known.members, joined)), joined, command.name, command.email, command.request_id)


def refuse(request: Request, command: RefuseAccountRequest) -> Decision[Request]:
    """An agent says no, and why."""
    if not stripped(command.reason):
        raise AnswerUnexplained(field="reason")
    refused = AccountRequestRefused(request_id=_open(request).request_id, siret=request.requested_for)
    return Decision(replace(request, answer="refused"), (refused,))


def expire(request: Request) -> Decision[Request]:
    """Its time is over; nothing happens to one that has its answer."""
    if request.answer:
        return Decision(request)
    expired = AccountRequestExpired(request_id=request.request_id, siret=request.requested_for)
    return Decision(replace(request, answer="expired"), (expired,))


def _open(request: Request) -> Request:
    if request.answer:
        raise AccountRequestAnswered
    return request


def _address(said: Newcomer | AcceptAccountRequest) -> Address:
    return Address(said.address, said.address_complement, said.postcode, said.town)
