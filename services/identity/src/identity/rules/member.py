"""Who has an account: an organisation, since its first award (ACC-1), or an agent (ACC-6)."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from chassis.decision import Decision
from contracts import awards
from contracts.answers import PersonalRef
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
    disabled: bool = False
    """Whether nobody may log in (ACC-9)."""

    @property
    def siret(self) -> str | None:
        """The organisation's; None for an agent (ACC-6)."""
        return self.organisation.siret if self.organisation else None


def award(member: Member | None, named: awards.Organisation) -> Decision[Member]:
    """A contract names its holder: the first one gives it an account (ACC-1), a later one may correct name, e-mail, address."""
    if member is None or member.organisation is None:
        # Derived, so that a database restored from a backup makes the same account again: the others already know its id.
        member = Member(uuid5(NAMESPACE, f"account/{named.siret}"), Organisation(named.siret, named.name, named.email, _address(named)))
        created = _created(member, named.name, named.email)
        return replace(created, events=(_told(OrganisationRegistered, member), *created.events))
    known = member.organisation
    address = known.address if known.own_address else _address(named)
    organisation = replace(known, name=named.name, email=named.email, address=address)
    if organisation == known:
        return Decision(member)
    member = replace(member, organisation=replace(organisation, version=known.version + 1))
    if (named.name, named.email) == (known.name, known.email):
        return Decision(member, (_told(OrganisationChanged, member),))
    member = replace(member, user_version=member.user_version + 1)
    return Decision(member, (_told(OrganisationChanged, member),), (_user(member, named.name, named.email),))


def create_agent(user_id: UUID, name: str, email: str) -> Decision[Member]:
    """An operator makes an agent of the Region (ACC-6)."""
    return _created(Member(user_id), name, email)


def awaits_credentials(before: Member | None, after: Member) -> bool:
    """Whether a temporary password is to be mailed: to a new account; and to an organisation that has not logged in yet and gets another
    e-mail address, for the first mail went astray (ACC-1).
    """
    if before is None:
        return True
    if after.disabled:
        return False
    known, now = before.organisation, after.organisation
    return bool(known and now and known.email != now.email and not after.active)


def change_organisation(member: Member, command: ChangeOrganisation) -> Decision[Member]:
    """Another address, at any time (ACC-2); everything wrong with it at once."""
    known = _organisation(member)
    said = Address(command.address.strip(), command.address_complement.strip(), command.postcode.strip(), command.town.strip())
    if said == known.address:
        return Decision(member)
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
    member = replace(member, organisation=replace(known, address=said, version=known.version + 1, own_address=True))
    return Decision(member, (_told(OrganisationChanged, member),))


def send_credentials(member: Member) -> Decision[Member]:
    """An agent may have them sent again until the user has chosen a password (ACC-1); later it is for the user to ask (ACC-3)."""
    _organisation(member)
    if member.disabled:
        raise AccountIsDisabled
    if member.active:
        raise AlreadyActive
    return Decision(member)


def of_an_organisation(member: Member) -> Member:
    """The account, if an agent may disable it. Raises NotFound for an agent's, which is the operator's (ACC-9)."""
    _organisation(member)
    return member


def disable(member: Member, access: int) -> Decision[Member]:
    """Nobody logs in any more; sessions of an access before this one are over (ACC-9)."""
    if member.disabled:
        raise AccountIsDisabled
    return Decision(replace(member, disabled=True), (AccountDisabled(user_id=member.user_id, access=access),))


def enable(member: Member) -> Decision[Member]:
    """The user can log in again (ACC-9)."""
    if not member.disabled:
        raise AccountIsNotDisabled
    return Decision(replace(member, disabled=False), (AccountEnabled(user_id=member.user_id),))


def activate(member: Member) -> Decision[Member]:
    """The user chose a password; only the first time says anything (ACC-2)."""
    return Decision(member) if member.active else Decision(replace(member, active=True), (AccountActivated(user_id=member.user_id),))


def _organisation(member: Member) -> Organisation:
    """Raises NotFound for an agent's account: to whoever asks for an organisation it does not exist (ACC-6)."""
    if member.organisation is None:
        raise NotFound
    return member.organisation


def _created(member: Member, name: str, email: str) -> Decision[Member]:
    user = _user(member, name, email)
    created = AccountCreated(user_id=member.user_id, siret=member.siret, user=PersonalRef(id=user.id, version=user.version))
    return Decision(member, (created,), (user,))


def _address(named: awards.Organisation) -> Address:
    return Address(named.address, named.address_complement, named.postcode, named.town)


def _told(kind: type[OrganisationRegistered], member: Member) -> OrganisationRegistered:
    organisation = _organisation(member)
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
