"""What changes after validation: requests and their answers, trainers unlocked and saved, amendments of planned dates.

An organisation asks, `actions` keeps what is asked, an agent grants or refuses. What a grant would do is said before it is granted, and
whenever that changes: by `actions` (`ChangeForeseen`), of an amendment by `declarations` and `billing` too (`AmendmentForeseen`,
`OffersForeseen`).
"""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from .answers import Fault, PersonalRef
from .codes import OpeningDocument, PaidBy, RequestObject
from .message import Command, Event, Part
from .periods import Period
from .personal import TraineeSheet, TrainerSheet
from .types import Text

MOST_TRAINERS = 100
"""On a list that is saved, so that it is one command."""


class DatesChange(Part):
    """Other periods, all of them as they shall be (DAT-3). `base_version` is that of the dates when the page was shown."""

    object: Literal[RequestObject.DATES] = RequestObject.DATES
    periods: tuple[Period, ...]
    base_version: int


class PlannedDatesChange(Part):
    """Other planned dates, with all the periods as they shall be then (DAT-4, REQ-3). `base_version` is that of the dates."""

    object: Literal[RequestObject.PLANNED_DATES] = RequestObject.PLANNED_DATES
    planned_start: date
    planned_end: date
    periods: tuple[Period, ...]
    base_version: int


class SheetChange(Part):
    """Another sheet of a trainee who has entered (TRN-5). `base_version` is the sheet's."""

    object: Literal[RequestObject.TRAINEE] = RequestObject.TRAINEE
    trainee_id: UUID
    sheet: TraineeSheet
    base_version: int


class ListedTrainer(Part):
    """A trainer on a list as it is saved: `id` is that of the trainer's record; None adds one."""

    id: str | None = None
    sheet: TrainerSheet


class TrainersChange(Part):
    """Another list of trainers, all of it as it shall be (TRA-1). `base_version` is the list's: 1 as it came with the contract."""

    object: Literal[RequestObject.TRAINERS] = RequestObject.TRAINERS
    trainers: tuple[ListedTrainer, ...] = Field(max_length=MOST_TRAINERS)
    base_version: int


class RequestedSheet(Part):
    """As SheetChange, the sheet being a trainee's record on `personal` under an id of the request's own."""

    object: Literal[RequestObject.TRAINEE] = RequestObject.TRAINEE
    trainee_id: UUID
    sheet: PersonalRef
    paid_by: PaidBy | None
    base_version: int


class RequestedTrainer(Part):
    """A trainer as asked for. `id` is that of who is on the list already, None of who is added; `sheet` is the record on the list of who
    stays as they are, and otherwise one under an id of the request's own.
    """

    id: str | None
    sheet: PersonalRef


class RequestedTrainers(Part):
    """As TrainersChange, with the trainers on `personal`."""

    object: Literal[RequestObject.TRAINERS] = RequestObject.TRAINERS
    trainers: tuple[RequestedTrainer, ...]
    base_version: int


Change = Annotated[DatesChange | SheetChange | TrainersChange | PlannedDatesChange, Field(discriminator="object")]
"""What an organisation asks, in fields (REQ-1)."""
RequestedChange = Annotated[DatesChange | RequestedSheet | RequestedTrainers | PlannedDatesChange, Field(discriminator="object")]
"""The same on the log, where nothing is personal."""


# Commands


class RequestChange(Command):
    """Ask the Region for a change of what is locked, and say why (REQ-1). The request's id follows from the command (`made_id`).

    The change is checked as if it were saved.
    """

    TYPE: ClassVar[str] = "actions.request-change.v3"

    change: Change
    reason: Text


class WithdrawRequest(Command):
    """The organisation no longer asks (REQ-1)."""

    TYPE: ClassVar[str] = "actions.withdraw-request.v1"

    request_id: UUID


class GrantRequest(Command):
    """An agent grants: what is asked is unlocked for one change, or changed at once when the agent says `apply` (REQ-2).

    Planned dates are always changed at once: the grant is an amendment (DAT-4).
    """

    TYPE: ClassVar[str] = "actions.grant-request.v1"

    request_id: UUID
    apply: bool = False


class RefuseRequest(Command):
    """An agent refuses, and says why (REQ-1)."""

    TYPE: ClassVar[str] = "actions.refuse-request.v1"

    request_id: UUID
    reason: Text


class TakeBackUnlocking(Command):
    """An agent locks again what was unlocked and not yet changed, by a grant or without a request (REQ-2). Never planned dates."""

    TYPE: ClassVar[str] = "actions.take-back-unlocking.v1"

    object: RequestObject
    trainee_id: UUID | None = None
    """Whose sheet, when the object is one."""


class UnlockTrainers(Command):
    """An agent unlocks the list of trainers for one change, and says why (TRA-1)."""

    TYPE: ClassVar[str] = "actions.unlock-trainers.v1"

    reason: Text


class SaveTrainers(Command):
    """Save the unlocked list of trainers, all of it as it shall be; it is locked again (TRA-1). `base_version` is the list's."""

    TYPE: ClassVar[str] = "actions.save-trainers.v1"

    trainers: tuple[ListedTrainer, ...] = Field(max_length=MOST_TRAINERS)
    base_version: int


# Events


class ChangeRequested(Event):
    """The organisation asks for a change (REQ-1)."""

    TYPE: ClassVar[str] = "actions.change-requested.v1"

    request_id: UUID
    change: RequestedChange
    reason: PersonalRef


class ChangeForeseen(Event):
    """What `actions` knows of an open request, once it is made and whenever that changes.

    `against` is what would refuse a grant that changes at once; a plain grant only unlocks, and is refused where the state of the action
    is among it. `documents` go to the Region again once the change is made.
    """

    TYPE: ClassVar[str] = "actions.change-foreseen.v1"

    request_id: UUID
    against: tuple[Fault, ...]
    documents: tuple[OpeningDocument, ...]


class RequestWithdrawn(Event):
    """The organisation asks no more (REQ-1): it said so, or what it asked about is no more."""

    TYPE: ClassVar[str] = "actions.request-withdrawn.v1"

    request_id: UUID
    object: RequestObject
    trainee_id: UUID | None = None


class RequestRefused(Event):
    """The Region refused, and why (REQ-1)."""

    TYPE: ClassVar[str] = "actions.request-refused.v1"

    request_id: UUID
    object: RequestObject
    trainee_id: UUID | None = None
    reason: PersonalRef


class RequestGranted(Event):
    """The Region granted (REQ-1, REQ-2): `applied`, the change follows; otherwise the unlocking does, for one change.

    It is also what an agent's unlocking without a request says of an open one.
    """

    TYPE: ClassVar[str] = "actions.request-granted.v1"

    request_id: UUID
    object: RequestObject
    trainee_id: UUID | None = None
    applied: bool


class UnlockingTakenBack(Event):
    """What was unlocked is locked again as it stands (REQ-2). `version` is that of the dates, the sheet or the list from now on;
    `request_id` the request whose grant had unlocked it.
    """

    TYPE: ClassVar[str] = "actions.unlocking-taken-back.v1"

    object: RequestObject
    trainee_id: UUID | None = None
    version: int
    request_id: UUID | None = None


class TrainersUnlocked(Event):
    """The list of trainers may be changed once (TRA-1); reason and request as in `DatesUnlocked`."""

    TYPE: ClassVar[str] = "actions.trainers-unlocked.v1"

    reason: PersonalRef
    request_id: UUID | None = None


class TrainersChanged(Event):
    """The list of trainers has a new version, and is locked (TRA-1); before the opening it is to be confirmed again."""

    TYPE: ClassVar[str] = "actions.trainers-changed.v1"

    trainers: tuple[PersonalRef, ...]
    version: int


class AmendmentRequested(Event):
    """Ask of `declarations`: may the planned dates be these (REQ-3)?"""

    TYPE: ClassVar[str] = "actions.amendment-requested.v1"

    planned_start: date
    planned_end: date
    periods: tuple[Period, ...]


class ContractAmended(Event):
    """Amendment `number`: the planned dates and the periods are these from here on, for every rule (REQ-3, REQ-4).

    `start_before` and `end_before` were the planned dates until now; `dates_version` is that of the dates from now on, which stay validated
    or not as they were.
    """

    TYPE: ClassVar[str] = "actions.contract-amended.v1"

    number: int = Field(ge=1)
    request_id: UUID
    granted_on: date
    planned_start: date
    planned_end: date
    start_before: date
    end_before: date
    periods: tuple[Period, ...]
    dates_version: int
