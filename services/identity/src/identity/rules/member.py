"""Who has an account: the people of an organisation, since its first award (ACC-1), or an agent (ACC-6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid5

from chassis.decision import Decision
from contracts import awards
from contracts.answers import PersonalRef
from contracts.codes import AccountRight
from contracts.envelope import NAMESPACE
from contracts.identity import (
    AccountActivated,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    ChangeOrganisation,
    OrganisationChanged,
    OrganisationRegistered,
)
from contracts.personal import UserRecord
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.identity import AccountIsDisabled, AccountIsNotDisabled, AddressMissing, AlreadyActive, PostcodeWrong, TownMissing

Came = Literal["award", "invitation", "request", "operator"]
"""How somebody came to their account: a contract that names the organisation, a colleague, a request of theirs, the operator of agents."""
FirstMail = Literal["first", "invited", "accepted"]
FIRST_MAILS: Mapping[Came, FirstMail] = {"award": "first", "operator": "first", "invitation": "invited", "request": "accepted"}


@dataclass(frozen=True)
class Address:
    """Where an organisation receives mail."""

    address: str
    address_complement: str
    postcode: str
    town: str


@dataclass(frozen=True)
class Organisation:
    """A training organisation, as its contracts and its users say. None of it is personal: the e-mail is functional."""

    siret: str
    name: str
    email: str
    address: Address
    version: int = 1
    own_address: bool = False
    """A user changed the address: no later contract changes it back (ACC-2)."""


@dataclass(frozen=True)
class Member:
    """Somebody who can log in. Their name and e-mail are personal: not here."""

    user_id: UUID
    came: Came
    right: AccountRight = AccountRight.ADMINISTERS
    """What they may do for their organisation (ACC-8); of an agent it says nothing."""
    record_version: int = 1
    """Of their record on `personal`."""
    active: bool = False
    """Whether they ever chose a password (ACC-2)."""
    disabled: bool = False
    """Whether they may not log in (ACC-9)."""

    @property
    def first_mail(self) -> FirstMail:
        """Which mail carries their first password."""
        return FIRST_MAILS[self.came]


@dataclass(frozen=True)
class Departed:
    """Whose account was taken away on that day: their name is kept for a while, since the history names them (PRV-1)."""

    user_id: UUID
    on: date


@dataclass(frozen=True)
class Mailed:
    """How many mails with a first password who administers the accounts had sent on the last day on which they did."""

    on: date
    count: int


@dataclass(frozen=True)
class Accounts:
    """Who can log in under one key: the people of an organisation (its SIRET), in the order in which they came, or an agent (their id)."""

    members: tuple[Member, ...]
    organisation: Organisation | None = None
    mailed: Mailed | None = None
    departed: tuple[Departed, ...] = ()
    """In the order in which they left."""
    forgets_on: date | None = None
    """The first day on which one of them is erased."""

    @property
    def siret(self) -> str | None:
        """The organisation's; None for an agent (ACC-6)."""
        return self.organisation.siret if self.organisation else None

    @property
    def of_contracts(self) -> Member | None:
        """Whose name and e-mail are those that contracts give; None once they have left."""
        return next((member for member in self.members if member.came == "award"), None)

    def member(self, user_id: UUID | None = None) -> Member:
        """Who has this id; without one, who came first. Raises NotFound."""
        found = next((member for member in self.members if user_id in {None, member.user_id}), None)
        if found is None:
            raise NotFound
        return found

    def with_member(self, user_id: UUID, **changed: Any) -> "Accounts":
        """The same with something changed of one of them."""
        members = (replace(member, **changed) if member.user_id == user_id else member for member in self.members)
        return replace(self, members=tuple(members))


def award(known: Accounts | None, named: awards.Organisation) -> Decision[Accounts]:
    """A contract names its holder: the first one gives it an account (ACC-1), a later one may correct name, e-mail, address."""
    if known is None or known.organisation is None:
        # Derived, so that a database restored from a backup makes the same account again: the others already know its id.
        first = Member(uuid5(NAMESPACE, f"account/{named.siret}"), "award")
        accounts = Accounts((first,), Organisation(named.siret, named.name, named.email, _address(named)))
        created = create(accounts, first, named.name, named.email)
        return replace(created, events=(registered(accounts), *created.events))
    before = known.organisation
    address = before.address if before.own_address else _address(named)
    organisation = replace(before, name=named.name, email=named.email, address=address)
    if organisation == before:
        return Decision(known)
    accounts = replace(known, organisation=replace(organisation, version=before.version + 1))
    told = (_told(OrganisationChanged, accounts),)
    theirs = accounts.of_contracts
    if theirs is None or (named.name, named.email) == (before.name, before.email):
        return Decision(accounts, told)
    renamed = replace(theirs, record_version=theirs.record_version + 1)
    accounts = accounts.with_member(theirs.user_id, record_version=renamed.record_version)
    return Decision(accounts, told, (_user(renamed, named.name, named.email),))


def create_agent(user_id: UUID, name: str, email: str) -> Decision[Accounts]:
    """An operator makes an agent of the Region (ACC-6)."""
    agent = Member(user_id, "operator")
    return create(Accounts((agent,)), agent, name, email)


def create(accounts: Accounts, member: Member, name: str, email: str, request_id: UUID | None = None) -> Decision[Accounts]:
    """`member` is new among these accounts, perhaps at their own request: that they can log in, and who they are."""
    user = _user(member, name, email)
    ref = PersonalRef(id=user.id, version=user.version)
    created = AccountCreated(user_id=member.user_id, siret=accounts.siret, user=ref, right=member.right, request_id=request_id)
    return Decision(accounts, (created,), (user,))


def awaits_credentials(before: Accounts | None, after: Accounts) -> Member | None:
    """To whom a temporary password is to be mailed after an award: to a new account; and to who has not logged in yet with one whose
    e-mail address a contract has corrected, for the first mail went astray (ACC-1).
    """
    theirs = after.of_contracts
    if before is None:
        return theirs
    known, now = before.organisation, after.organisation
    went_astray = known and now and known.email != now.email and theirs and not (theirs.active or theirs.disabled)
    return theirs if went_astray else None


def change_organisation(accounts: Accounts, command: ChangeOrganisation) -> Decision[Accounts]:
    """Another address, at any time (ACC-2); everything wrong with it at once."""
    known = _organisation(accounts)
    said = Address(command.address.strip(), command.address_complement.strip(), command.postcode.strip(), command.town.strip())
    if said == known.address:
        return Decision(accounts)
    if command.base_version != known.version:
        raise ChangedMeanwhile
    refuse_all(wrong_with(said))
    accounts = replace(accounts, organisation=replace(known, address=said, version=known.version + 1, own_address=True))
    return Decision(accounts, (_told(OrganisationChanged, accounts),))


def wrong_with(said: Address) -> list[Refusal]:
    """Everything that is wrong with an address."""
    wrong: list[Refusal] = []
    if not said.address:
        wrong.append(AddressMissing(field="address"))
    if not said.town:
        wrong.append(TownMissing(field="town"))
    if not (len(said.postcode) == 5 and said.postcode.isascii() and said.postcode.isdigit()):
        wrong.append(PostcodeWrong(field="postcode", postcode=said.postcode))
    return wrong


def registered(accounts: Accounts) -> OrganisationRegistered:
    """The organisation is known from now on."""
    return _told(OrganisationRegistered, accounts)


def send_credentials(accounts: Accounts, user_id: UUID | None = None) -> Member:
    """Who gets another temporary password: whoever has not chosen one yet (ACC-1); later it is for them to ask (ACC-3)."""
    member = of_an_organisation(accounts).member(user_id)
    if member.disabled:
        raise AccountIsDisabled
    if member.active:
        raise AlreadyActive
    return member


def of_an_organisation(accounts: Accounts) -> Accounts:
    """The accounts, if an agent may disable them. Raises NotFound for an agent's, which is the operator's (ACC-9)."""
    _organisation(accounts)
    return accounts


def disable(accounts: Accounts, accesses: Mapping[UUID, int]) -> Decision[Accounts]:
    """These log in no more; their sessions of an access before this one are over (ACC-9). Raises AccountIsDisabled when all are."""
    disabled = [member.user_id for member in accounts.members if member.user_id in accesses and not member.disabled]
    if not disabled:
        raise AccountIsDisabled
    for user_id in disabled:
        accounts = accounts.with_member(user_id, disabled=True)
    return Decision(accounts, tuple(AccountDisabled(user_id=user_id, access=accesses[user_id]) for user_id in disabled))


def enable(accounts: Accounts, user_ids: Collection[UUID]) -> Decision[Accounts]:
    """These can log in again (ACC-9). Raises AccountIsNotDisabled when all can."""
    enabled = [member.user_id for member in accounts.members if member.user_id in user_ids and member.disabled]
    if not enabled:
        raise AccountIsNotDisabled
    for user_id in enabled:
        accounts = accounts.with_member(user_id, disabled=False)
    return Decision(accounts, tuple(AccountEnabled(user_id=user_id) for user_id in enabled))


def activate(accounts: Accounts, user_id: UUID) -> Decision[Accounts]:
    """A user chose a password; only the first time says anything (ACC-2)."""
    if accounts.member(user_id).active:
        return Decision(accounts)
    return Decision(accounts.with_member(user_id, active=True), (AccountActivated(user_id=user_id),))


def _organisation(accounts: Accounts) -> Organisation:
    """Raises NotFound for an agent's account: to whoever asks for an organisation it does not exist (ACC-6)."""
    if accounts.organisation is None:
        raise NotFound
    return accounts.organisation


def _address(named: awards.Organisation) -> Address:
    return Address(named.address, named.address_complement, named.postcode, named.town)


def _told(kind: type[OrganisationRegistered], accounts: Accounts) -> OrganisationRegistered:
    organisation = _organisation(accounts)
    return kind(
        siret=organisation.siret,
        name=organisation.name,
        email=organisation.email,
        address=organisation.address.address,
        address_complement=organisation.address.address_complement,
        postcode=organisation.address.postcode,
        town=organisation.address.town,
        version=organisation.version,
    )


def _user(member: Member, name: str, email: str) -> UserRecord:
    return UserRecord(id=str(member.user_id), version=member.record_version, user_id=member.user_id, name=name, email=email)
