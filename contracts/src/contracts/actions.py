"""What `actions` is asked and what it says of an action: dates, trainees, trainers, opening and closing."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from .answers import Fault, PersonalRef
from .awards import MOST_TRAINEES
from .codes import (
    AgeBracket,
    EntryLevel,
    Frequency,
    NonOpeningReason,
    OpeningCondition,
    PaidBy,
)
from .message import Command, Event, Part
from .periods import Period as Period
from .personal import TraineeSheet
from .types import Hours, Text

# Commands


class ValidateDates(Command):
    """Save and validate the periods, once (DAT-2)."""

    TYPE: ClassVar[str] = "actions.validate-dates.v1"

    periods: tuple[Period, ...]
    base_version: int
    """How often the dates had been validated or unlocked when the page was shown."""


class UnlockDates(Command):
    """An agent unlocks the dates for one more validation, and says why (DAT-3)."""

    TYPE: ClassVar[str] = "actions.unlock-dates.v1"

    reason: Text


class RegisterTrainee(Command):
    """A new trainee's sheet, whole or `partial` (TRN-4). The trainee's id follows from the command (`envelope.made_id`).

    `namesake`: whoever typed it says that somebody of the same name and birth date on the list is another person (TRN-8).
    """

    TYPE: ClassVar[str] = "actions.register-trainee.v2"

    sheet: TraineeSheet
    partial: bool = False
    namesake: bool = False


class NewTrainee(Part):
    """One of several who are registered together; `namesake` as in RegisterTrainee."""

    sheet: TraineeSheet
    namesake: bool = False


class RegisterTrainees(Command):
    """New trainees, all of them or none, `partial` sheets among them or not (TRN-4, TRN-8).

    Each one's id follows from the command and the place in the list (`envelope.made_id`).
    """

    TYPE: ClassVar[str] = "actions.register-trainees.v1"

    trainees: tuple[NewTrainee, ...] = Field(min_length=1, max_length=MOST_TRAINEES)
    partial: bool = False


class ChangeTrainee(Command):
    """A trainee's sheet as changed from version `base_version`."""

    TYPE: ClassVar[str] = "actions.change-trainee.v1"

    trainee_id: UUID
    sheet: TraineeSheet
    base_version: int
    partial: bool = False


class RemoveTrainee(Command):
    """Remove a trainee for whom no hours are recorded (TRN-5)."""

    TYPE: ClassVar[str] = "actions.remove-trainee.v1"

    trainee_id: UUID


class UnlockTrainee(Command):
    """An agent unlocks a sheet for one change, and says why (TRN-5)."""

    TYPE: ClassVar[str] = "actions.unlock-trainee.v1"

    trainee_id: UUID
    reason: Text


class EntryDate(Part):
    """A trainee's entry date, or that they never came (`entered_on` is None)."""

    trainee_id: UUID
    entered_on: date | None


class ConfirmEntryDates(Command):
    """One list, a date per trainee, one confirmation (TRN-9). Trainees that it leaves out keep what they have."""

    TYPE: ClassVar[str] = "actions.confirm-entry-dates.v1"

    entries: tuple[EntryDate, ...]


class ConfirmTrainers(Command):
    """The contract's list of trainers holds at the opening (TRA-1)."""

    TYPE: ClassVar[str] = "actions.confirm-trainers.v1"


class OpenAction(Command):
    """Open the action (OPN-1 to OPN-3)."""

    TYPE: ClassVar[str] = "actions.open-action.v1"

    actual_start: date
    frequency: Frequency


class DeclareNonOpening(Command):
    """The action does not take place (OPN-4)."""

    TYPE: ClassVar[str] = "actions.declare-non-opening.v1"

    reason: NonOpeningReason


class CloseAction(Command):
    """Close the action on the date on which it really ended (CLO-1)."""

    TYPE: ClassVar[str] = "actions.close-action.v1"

    actual_end: date


# Events


class DatesValidated(Event):
    """The periods are validated, and locked (DAT-2, DAT-3)."""

    TYPE: ClassVar[str] = "actions.dates-validated.v1"

    periods: tuple[Period, ...]
    version: int


class DatesUnlocked(Event):
    """The dates may be validated once more (DAT-3), by the grant of `request_id` or without a request.

    The reason is the agent's; that of the request when the agent granted it.
    """

    TYPE: ClassVar[str] = "actions.dates-unlocked.v1"

    reason: PersonalRef
    version: int
    request_id: UUID | None = None


class PathwayPlan(Part):
    """What a trainee's pathway plans (TRN-3), without what is freely written; None is what is not said yet."""

    centre: Hours | None = None
    company: Hours | None = None
    periods: tuple[Period, ...] = ()
    planned_start: date | None = None
    planned_end: date | None = None


class TraineeRegistered(Event):
    """A trainee is on the action's list; the sheet is on `personal`."""

    TYPE: ClassVar[str] = "actions.trainee-registered.v1"

    trainee_id: UUID
    sheet: PersonalRef
    complete: bool
    paid_by: PaidBy | None
    entry_level: EntryLevel | None
    age_bracket: AgeBracket | None
    planned_entry: date | None
    """The entry date on the sheet, until entry dates are confirmed (TRN-9)."""
    pathway: PathwayPlan | None = None
    """On individualised actions, once it is begun."""


class TraineeChanged(TraineeRegistered):
    """The sheet has a new version."""

    TYPE: ClassVar[str] = "actions.trainee-changed.v1"


class TraineeUnlocked(Event):
    """The sheet may be changed once (TRN-5); reason and request as in DatesUnlocked."""

    TYPE: ClassVar[str] = "actions.trainee-unlocked.v1"

    trainee_id: UUID
    reason: PersonalRef
    request_id: UUID | None = None


class RemovalRequested(Event):
    """Ask of `declarations`: may this trainee, who has entered, be removed (TRN-5)?"""

    TYPE: ClassVar[str] = "actions.removal-requested.v1"

    trainee_id: UUID


class PathwayRequested(Event):
    """Ask of `declarations`: may a trainee who has entered be planned for fewer hours (TRN-3)?

    `sheet` is the changed one, a trainee's record under an id of the asking's own; `request_id` is that of the request whose grant is to
    apply it, None when the organisation saved it.
    """

    TYPE: ClassVar[str] = "actions.pathway-requested.v1"

    trainee_id: UUID
    pathway: PathwayPlan
    sheet: PersonalRef
    request_id: UUID | None = None


class TraineeRemoved(Event):
    """The trainee is no longer on the list (TRN-5)."""

    TYPE: ClassVar[str] = "actions.trainee-removed.v1"

    trainee_id: UUID


class TraineeNeverCame(Event):
    """The trainee never came and leaves the count (TRN-9)."""

    TYPE: ClassVar[str] = "actions.trainee-never-came.v1"

    trainee_id: UUID


class EntryDatesConfirmed(Event):
    """Entry dates confirmed before the opening (TRN-9)."""

    TYPE: ClassVar[str] = "actions.entry-dates-confirmed.v1"

    entries: tuple[EntryDate, ...]


class EntryRequested(Event):
    """Ask of `declarations`: may these trainees enter, or change their entry date, after the opening (TRN-6)? None: never came (TRN-9)."""

    TYPE: ClassVar[str] = "actions.entry-requested.v1"

    entries: tuple[EntryDate, ...]


class TraineeEntered(Event):
    """A trainee is in training since `entered_on`; again, with another date, when that was corrected."""

    TYPE: ClassVar[str] = "actions.trainee-entered.v1"

    trainee_id: UUID
    entered_on: date


class TrainersConfirmed(Event):
    """The list of trainers holds (TRA-1); it is confirmed again when it changes before the opening."""

    TYPE: ClassVar[str] = "actions.trainers-confirmed.v1"


class PreparationChanged(Event):
    """Where the preparation of an action stands, said whenever it changes, from the award on (OPN-1, TRN-1).

    An action that was awarded before this event existed says it when its preparation next changes.
    """

    TYPE: ClassVar[str] = "actions.preparation-changed.v1"

    dates_validated: bool
    trainers_confirmed: bool
    registered: int
    """How many trainees count in the headcount: neither removed nor marked as never come."""
    paid: int
    """How many of them the Region pays: they count in the paid headcount."""
    incomplete: tuple[UUID, ...]
    """Whose sheet is not whole (TRN-4)."""
    undated: tuple[UUID, ...]
    """Whose entry date is not confirmed (TRN-9)."""
    lacking: tuple[OpeningCondition, ...]
    """What the opening still lacks; nothing when it can be sent, nor once the action is open, or never will be."""
    opens_on: date | None
    """The first day on which the opening can be sent: the planned start of a collective action (OPN-2); None: any day."""
    can_register: bool
    """Whether another trainee can be registered, as far as the action's state and headcount say (TRN-1, TRN-6)."""


class ActionOpened(Event):
    """The action runs since `actual_start`; a `TraineeEntered` follows for each trainee (OPN-1)."""

    TYPE: ClassVar[str] = "actions.action-opened.v1"

    actual_start: date
    frequency: Frequency


class ActionNotOpened(Event):
    """The action ended before it began (OPN-4)."""

    TYPE: ClassVar[str] = "actions.action-not-opened.v1"

    reason: NonOpeningReason


class ClosingRequested(Event):
    """Ask of `declarations`: is every month confirmed and everybody out (CLO-1)?"""

    TYPE: ClassVar[str] = "actions.closing-requested.v1"

    actual_end: date


class ActionClosed(Event):
    """The action is closed (CLO-1)."""

    TYPE: ClassVar[str] = "actions.action-closed.v1"

    actual_end: date


class AskRefused(Event):
    """`declarations` refused what was asked, and why; `asked` is the asking message's type."""

    TYPE: ClassVar[str] = "declarations.ask-refused.v1"

    asked: str
    faults: tuple[Fault, ...]
