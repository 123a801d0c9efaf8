"""Who has an account: an organisation, since its first award (ACC-1), or an agent (ACC-6)."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from contracts import actions
from contracts.answers import PersonalRef
from contracts.envelope import NAMESPACE
from contracts.identity import AccountActivated, AccountCreated, ChangeOrganisation, OrganisationChanged, OrganisationRegistered
from contracts.message import Event
from contracts.personal import UserRecord
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.identity import AddressMissing, AlreadyActive, PostcodeWrong, TownMissing


@dataclass(frozen=True)
class Address:
    """Where an organisation receives mail."""

    address: str
    address_complement: str
    postcode: str
    town: str


@dataclass(frozen=True)
class Organisation:
    """A training organisation, as its contracts and its user say. None of it is personal: the e-mail is functional."""

    siret: str
    name: str
    email: str
    address: Address
    version: int = 1
    own_address: bool = False
    """Its user changed the address: no later contract changes it back (ACC-2)."""


@dataclass(frozen=True)
class Member:
    """One account, keyed by the organisation's SIRET or the agent's user id. An agent's name and e-mail are personal: not here."""

    user_id: UUID
    organisation: Organisation | None = None
    user_version: int = 1
    """Of the user's record on `personal`."""
    active: bool = False
    """Whether a password was ever chosen (ACC-2)."""


Decided = tuple[Member, list[Event]]


@dataclass(frozen=True)
class Enrolled:
    """What an award or the operator decided; `user` is to be kept and published, `credentials` are to be mailed."""

    member: Member
    events: list[Event]
    user: UserRecord | None = None
    credentials: bool = False


def award(member: Member | None, named: actions.Organisation) -> Enrolled:
    """A contract names its holder: the first one gives it an account (ACC-1), a later one may correct name, e-mail, address.

    Who has not logged in yet and gets another e-mail address gets other credentials there: the first mail went astray.
    """
    if member is None or member.organisation is None:
        return _register(named)
    known = member.organisation
    address = known.address if known.own_address else _address(named)
    organisation = replace(known, name=named.name, email=named.email, address=address)
    if organisation == known:
        return Enrolled(member, [])
    organisation = replace(organisation, version=known.version + 1)
    member = replace(member, organisation=organisation)
    changed: list[Event] = [_told(OrganisationChanged, organisation)]
    if (organisation.name, organisation.email) == (known.name, known.email):
        return Enrolled(member, changed)
    member = replace(member, user_version=member.user_version + 1)
    astray = organisation.email != known.email and not member.active
    return Enrolled(member, changed, _user(member, organisation.name, organisation.email), credentials=astray)


def _register(named: actions.Organisation) -> Enrolled:
    # Derived, so that a database restored from a backup makes the same account again: the others already know its id.
    user_id = uuid5(NAMESPACE, f"account/{named.siret}")
    organisation = Organisation(named.siret, named.name, named.email, _address(named))
    enrolled = _enrol(Member(user_id, organisation), named.name, named.email)
    return replace(enrolled, events=[_told(OrganisationRegistered, organisation), *enrolled.events])


def create_agent(user_id: UUID, name: str, email: str) -> Enrolled:
    """An operator makes an agent of the Region (ACC-6)."""
    return _enrol(Member(user_id), name, email)


def _enrol(member: Member, name: str, email: str) -> Enrolled:
    user = _user(member, name, email)
    siret = member.organisation.siret if member.organisation else None
    created = AccountCreated(user_id=member.user_id, siret=siret, user=PersonalRef(id=user.id, version=user.version))
    return Enrolled(member, [created], user, credentials=True)


def change_organisation(member: Member, known: Organisation, command: ChangeOrganisation) -> Decided:
    """Another address, at any time (ACC-2); everything wrong with it at once."""
    said = Address(command.address.strip(), command.address_complement.strip(), command.postcode.strip(), command.town.strip())
    if said == known.address:
        return member, []
    if command.base_version != known.version:
        raise ChangedMeanwhile
    wrong: list[Refusal] = []
    if not said.address:
        wrong.append(AddressMissing(field="address"))
    if not said.town:
        wrong.append(TownMissing(field="town"))
    if not (len(said.postcode) == 5 and said.postcode.isascii() and said.postcode.isdigit()):
        wrong.append(PostcodeWrong(field="postcode", postcode=said.postcode))
    refuse_all(wrong)
    organisation = replace(known, address=said, version=known.version + 1, own_address=True)
    return replace(member, organisation=organisation), [_told(OrganisationChanged, organisation)]


def send_credentials(member: Member) -> None:
    """An agent may have them sent again until the user has chosen a password (ACC-1); later it is for the user to ask (ACC-3)."""
    if member.active:
        raise AlreadyActive


def activate(member: Member) -> Decided:
    """The user chose a password; only the first time says anything (ACC-2)."""
    return (member, []) if member.active else (replace(member, active=True), [AccountActivated(user_id=member.user_id)])


def _address(named: actions.Organisation) -> Address:
    return Address(named.address, named.address_complement, named.postcode, named.town)


def _told(kind: type[OrganisationRegistered], organisation: Organisation) -> Event:
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
    return UserRecord(id=str(member.user_id), version=member.user_version, user_id=member.user_id, name=name, email=email)
