"""The topic `personal`: people and what they wrote, the latest per id. Only the gateway reads it (PRV-1).

An id says whose the record is: `<contract>/<id>` for what belongs to a contract, the user's id for a user. No contract number holds a
slash, and neither does a user's id: nobody's record can have the id of another's.
"""

from datetime import date
from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from .codes import EntryLevel, Nationality, PaidBy, Referrer, Sex, SocioProfessional, Title, Unemployment
from .message import Message, Part
from .periods import Period
from .types import Figure, Hours, Label, Passage, Text

PERSONAL = "personal"
MOST_PERIODS = 200
"""In one trainee's pathway, so that a sheet is one message."""


class MailAddress(Part):
    """Where somebody receives mail; `insee_code` is the commune's."""

    address: Label | None = None
    address_complement: Label | None = None
    postcode: str | None = Field(default=None, max_length=5)
    town: Label | None = None
    insee_code: str | None = Field(default=None, max_length=5)


class Pathway(Part):
    """The pathway tab, on individualised actions: one trainee's own plan (TRN-3). Anything of it may still be missing (TRN-4)."""

    project: Passage | None = None
    centre_hours: Figure | None = None
    company_hours: Figure | None = None
    company_periods: int | None = Field(default=None, ge=0, le=MOST_PERIODS)
    """How many periods in a company there are; as many stand in `periods`."""
    periods: tuple[Period, ...] = Field(default=(), max_length=MOST_PERIODS)
    general_modules: Passage | None = None
    vocational_modules: Passage | None = None
    company_goals: Passage | None = None
    goals: Passage | None = None
    vae: bool | None = None
    """Whether the validation of prior learning is considered."""
    planned_start: date | None = None
    planned_end: date | None = None


class TraineeSheet(Part):
    """The identity tab (TRN-2), and the pathway tab on individualised actions (TRN-3). Everything but the name may still be missing
    (TRN-4). The age bracket follows from the dates.
    """

    last_name: Label
    first_name: Label
    title: Title | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    nationality: Nationality | None = None
    socio_professional: SocioProfessional | None = None
    mail: MailAddress = MailAddress()
    during_training: MailAddress = MailAddress()
    entry_date: date | None = None
    paid_by: PaidBy | None = None
    entry_level: EntryLevel | None = None
    unemployment: Unemployment | None = None
    referrer: Referrer | None = None
    rmi: bool | None = None
    disabled: bool | None = None
    pathway: Pathway | None = None
    email: Label | None = None
    """Where a personal link to a survey can be sent (SURV-1); nobody needs one."""


class TrainerSheet(Part):
    """A trainer, as the contract lists them (TRA-1): field, hours given, status, training and experience."""

    last_name: Label
    first_name: Label
    field: Label
    hours: Hours
    status: Label
    experience: Text


class AgentContact(Part):
    """The Region's agent whom an organisation can call."""

    name: Label
    telephone: Label


def record_id(contract_number: str, of: object) -> str:
    """The id of what belongs to a contract: `2007QCA0266/agent`; a trainee's sheet is under the trainee's id."""
    return f"{contract_number}/{of}"


class PersonalRecord(Message):
    """A record of `personal`; the topic's key is `id`. A reader keeps the highest version.

    Raises ValidationError when the id is not one of its owner's: of the contract, as `record_id` makes them, or of a UserRecord's user.
    """

    id: str
    version: int
    contract_number: str | None = None

    @classmethod
    def sources(cls) -> frozenset[str]:
        """Who keeps the people of a contract, unless a record says otherwise."""
        return frozenset({"actions"})

    @classmethod
    def topic(cls) -> str:
        """What is personal."""
        return PERSONAL

    @model_validator(mode="after")
    def _names_its_owner(self) -> Self:
        if not self._is_its_owners():
            raise ValueError(f"the id {self.id!r} is not one of its owner's")
        return self

    def _is_its_owners(self) -> bool:
        owner, _, of = self.id.partition("/")
        return bool(owner and of) and owner == self.contract_number


class TraineeRecord(PersonalRecord):
    """A trainee's sheet."""

    TYPE: ClassVar[str] = "personal.trainee.v1"

    sheet: TraineeSheet


class TrainerRecord(PersonalRecord):
    """A trainer of a contract."""

    TYPE: ClassVar[str] = "personal.trainer.v1"

    sheet: TrainerSheet


class AgentRecord(PersonalRecord):
    """The agent in charge of a contract."""

    TYPE: ClassVar[str] = "personal.agent.v1"

    contact: AgentContact


class TextRecord(PersonalRecord):
    """What somebody wrote freely: a reason, a report."""

    TYPE: ClassVar[str] = "personal.text.v1"

    text: Text

    @classmethod
    def sources(cls) -> frozenset[str]:
        """Wherever somebody gives a reason or reports."""
        return frozenset({"actions", "billing", "surveys"})


def stripped(text: str | None) -> str:
    """What somebody wrote as it is kept, empty when it is nothing: without blanks around it, nor NUL, which PostgreSQL does not store."""
    return (text or "").replace("\0", "").strip()


class UserRecord(PersonalRecord):
    """Somebody who can log in: the name shown, and the address to which mails go."""

    TYPE: ClassVar[str] = "personal.user.v1"

    user_id: UUID
    name: Label
    email: Label

    @classmethod
    def sources(cls) -> frozenset[str]:
        """Who keeps accounts."""
        return frozenset({"identity"})

    def _is_its_owners(self) -> bool:
        return self.contract_number is None and self.id == str(self.user_id)
