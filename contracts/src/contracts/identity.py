"""What `identity` is asked and what it says on Kafka. Passwords never come here: they go over its own HTTP."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from .answers import PersonalRef
from .codes import AccountRight, PublicText
from .message import Command, Event
from .types import Label, Passage, Siret, Text


def text_key(name: PublicText) -> str:
    """The key of what is said of one of the Region's texts: `text/welcome`. No contract, SIRET or user has a slash."""
    return f"text/{name}"


def request_key(request_id: UUID) -> str:
    """The key of what is said of somebody's request for an account (ACC-4). No contract, SIRET, user or text has this one."""
    return f"account-request/{request_id}"


class ChangeOrganisation(Command):
    """The organisation's address, as its user changed it (ACC-2). `base_version`: of the organisation when shown."""

    TYPE: ClassVar[str] = "identity.change-organisation.v1"

    address: Label
    address_complement: Label = ""
    postcode: str = Field(pattern=r"^\d{5}$")
    town: Label
    base_version: int


class SendCredentials(Command):
    """Another temporary password for who has not logged in yet (ACC-1): asked by an agent, or by who administers the accounts (ACC-8).

    Without `user_id`, for the organisation's first account.
    """

    TYPE: ClassVar[str] = "identity.send-credentials.v1"

    user_id: UUID | None = None


class InviteColleague(Command):
    """Who administers an organisation's accounts gives one to somebody else, who gets a temporary password by mail (ACC-8); key: SIRET.

    The new user's id follows from the command's (`envelope.made_id`).
    """

    TYPE: ClassVar[str] = "identity.invite-colleague.v1"

    name: Label
    email: Label
    right: AccountRight


class ChangeRight(Command):
    """Who administers an organisation's accounts gives one of its users the other right (ACC-8); key: SIRET."""

    TYPE: ClassVar[str] = "identity.change-right.v1"

    user_id: UUID
    right: AccountRight


class RemoveColleague(Command):
    """Who administers an organisation's accounts takes one away, or leaves (ACC-8): its sessions end. Key: SIRET."""

    TYPE: ClassVar[str] = "identity.remove-colleague.v1"

    user_id: UUID


class AcceptAccountRequest(Command):
    """An agent gives an account to who asked for one, with these particulars (ACC-4); key: `request_key`, and it touches the SIRET's.

    They come with the command, since the log never had them: a database that was restored has to make the same account again.
    """

    TYPE: ClassVar[str] = "identity.accept-account-request.v1"

    request_id: UUID
    siret: Siret
    organisation: Label
    name: Label
    email: Label
    address: Label
    address_complement: Label = ""
    postcode: str
    town: Label


class RefuseAccountRequest(Command):
    """An agent refuses it, and who asked reads why in a mail to `email` (ACC-4); key: `request_key`."""

    TYPE: ClassVar[str] = "identity.refuse-account-request.v1"

    request_id: UUID
    email: Label
    reason: Passage


class DisableAccount(Command):
    """An agent disables all accounts of an organisation: their sessions end, and nobody logs in (ACC-9)."""

    TYPE: ClassVar[str] = "identity.disable-account.v1"


class EnableAccount(Command):
    """An agent lets an organisation's users log in again, with the passwords that they had (ACC-9)."""

    TYPE: ClassVar[str] = "identity.enable-account.v1"


class PublishText(Command):
    """An agent publishes a text of the portal for everybody (ACC-8); key: `text_key`. `base_version`: of the text when shown, 0 when no
    agent had published one.
    """

    TYPE: ClassVar[str] = "identity.publish-text.v1"

    name: PublicText
    markdown: Text
    base_version: int


class OrganisationRegistered(Event):
    """An organisation is known since its first award (ACC-1); key: its SIRET."""

    TYPE: ClassVar[str] = "identity.organisation-registered.v1"

    siret: Siret
    name: Label
    email: Label
    address: Label
    address_complement: Label = ""
    postcode: str
    town: Label
    version: int


class OrganisationChanged(OrganisationRegistered):
    """Its address, or what a later contract says of it, has changed (ACC-2)."""

    TYPE: ClassVar[str] = "identity.organisation-changed.v1"


class AccountCreated(Event):
    """Somebody can log in for this organisation (key: SIRET), or as an agent (key: the user's id).

    Before there were several users of an organisation, its only one administered its accounts; of an agent, `right` says nothing.
    """

    TYPE: ClassVar[str] = "identity.account-created.v1"

    user_id: UUID
    siret: Siret | None
    user: PersonalRef
    right: AccountRight = AccountRight.ADMINISTERS
    request_id: UUID | None = None
    """Which request for an account this is the answer to (ACC-4); None when nobody had asked for it."""


class CredentialsSent(Event):
    """A temporary password was mailed; it lives until it is used, or 14 days (ACC-1)."""

    TYPE: ClassVar[str] = "identity.credentials-sent.v1"

    user_id: UUID


class AccountActivated(Event):
    """The user has chosen a password (ACC-2)."""

    TYPE: ClassVar[str] = "identity.account-activated.v1"

    user_id: UUID


class AccessChanged(Event):
    """What opened the account opens it no more (ACC-7): another password, or login, neither of which is said here.

    A database that was restored from a backup learns so that the password which it holds is not the one in force.
    """

    TYPE: ClassVar[str] = "identity.access-changed.v1"

    user_id: UUID
    access: int
    chosen: bool
    """Whether the user chose a password of their own (ACC-2)."""


class RightChanged(Event):
    """One of an organisation's users has the other right (ACC-8)."""

    TYPE: ClassVar[str] = "identity.right-changed.v1"

    user_id: UUID
    right: AccountRight


class AccountRemoved(Event):
    """One of an organisation's users is so no longer (ACC-8): sessions of an earlier `access` are over, and no other comes.

    What they did stays named: their record on `personal` is another matter (PRV-1).
    """

    TYPE: ClassVar[str] = "identity.account-removed.v1"

    user_id: UUID
    access: int


class ColleagueErased(Event):
    """Who left their organisation a year ago is nobody any more: their name and address are erased, and what they did is a former
    colleague's (PRV-1). Said with a day that begins.
    """

    TYPE: ClassVar[str] = "identity.colleague-erased.v1"

    user_id: UUID


class AccountRequested(Event):
    """Somebody asks for an account for this organisation (ACC-4). Who, the log does not know; key, of the others too: `request_key`."""

    TYPE: ClassVar[str] = "identity.account-requested.v1"

    request_id: UUID
    siret: Siret


class AccountRequestAccepted(Event):
    """An agent accepted a request for an account: `user_id` can log in (ACC-4)."""

    TYPE: ClassVar[str] = "identity.account-request-accepted.v1"

    request_id: UUID
    siret: Siret
    user_id: UUID


class AccountRequestRefused(Event):
    """An agent refused a request for an account (ACC-4)."""

    TYPE: ClassVar[str] = "identity.account-request-refused.v1"

    request_id: UUID
    siret: Siret


class AccountRequestExpired(Event):
    """Nobody answered a request for an account in its time: what it said is forgotten (ACC-4)."""

    TYPE: ClassVar[str] = "identity.account-request-expired.v1"

    request_id: UUID
    siret: Siret


class AccountDisabled(Event):
    """Nobody logs in with it (ACC-9). Its sessions of an earlier `access` (`identity_http.Account`) are over."""

    TYPE: ClassVar[str] = "identity.account-disabled.v1"

    user_id: UUID
    access: int


class AccountEnabled(Event):
    """The user can log in again (ACC-9)."""

    TYPE: ClassVar[str] = "identity.account-enabled.v1"

    user_id: UUID


class TextPublished(Event):
    """From now on anybody reads this version of a text (ACC-8); key: `text_key`.

    It stands here whole, unlike what somebody writes freely to somebody: it is published, and what was published stays known.
    """

    TYPE: ClassVar[str] = "identity.text-published.v1"

    name: PublicText
    version: int
    markdown: Text
