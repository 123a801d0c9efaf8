"""What `identity` is asked and what it says on Kafka. Passwords never come here: they go over its own HTTP."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from .answers import PersonalRef
from .codes import PublicText
from .message import Command, Event
from .types import Label, Siret, Text


def text_key(name: PublicText) -> str:
    """The key of what is said of one of the Region's texts: `text/welcome`. No contract, SIRET or user has a slash."""
    return f"text/{name}"


class ChangeOrganisation(Command):
    """The organisation's address, as its user changed it (ACC-2). `base_version`: of the organisation when shown."""

    TYPE: ClassVar[str] = "identity.change-organisation.v1"

    address: Label
    address_complement: Label = ""
    postcode: str = Field(pattern=r"^\d{5}$")
    town: Label
    base_version: int


class SendCredentials(Command):
    """An agent sends an organisation that has not logged in yet another temporary password (ACC-1)."""

    TYPE: ClassVar[str] = "identity.send-credentials.v1"


class DisableAccount(Command):
    """An agent disables an organisation's account: its sessions end, and nobody logs in (ACC-9)."""

    TYPE: ClassVar[str] = "identity.disable-account.v1"


class EnableAccount(Command):
    """An agent lets an organisation log in again, with the password that it had (ACC-9)."""

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
    """Somebody can log in for this organisation (key: SIRET), or as an agent (key: the user's id)."""

    TYPE: ClassVar[str] = "identity.account-created.v1"

    user_id: UUID
    siret: Siret | None
    user: PersonalRef


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
