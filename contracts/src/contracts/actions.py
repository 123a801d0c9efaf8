"""What `actions` is asked and what it says: contracts, dates, trainees, trainers, opening and closing."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from .answers import Fault, PersonalRef
from .codes import (
    ActionKind,
    AgeBracket,
    EntryLevel,
    Frequency,
    NonOpeningReason,
    OpeningCondition,
    PaidBy,
    TaxRegime,
)
from .message import Command, Event, Part
from .periods import Period as Period
from .personal import AgentContact, TraineeSheet, TrainerSheet
from .types import ContractNumber, Hours, Label, Money, Percent, Rate, Siret, Text

THRESHOLDS = (Decimal(30), Decimal(60), Decimal(80))
"""Those of a contract that names none (OPN-3)."""
MOST_TRAINEES, MOST_MONTHS, MOST_SUBCONTRACTORS = 300, 36, 20
"""The headcount of a contract, so that a list of all of them is one command; the calendar months from its planned start to its planned
end; its subcontractors. What is said of the largest contract fits a message, and a month's grid fits a form
(`tests/rules/test_largest_contract.py`).
"""


class Organisation(Part):
    """The training organisation that holds the contract, as the contract names it."""

    siret: Siret
    name: Label
    email: Label
    address: Label
    address_complement: Label = ""
    postcode: str = Field(pattern=r"^\d{5}$")
    town: Label
    tax_regime: TaxRegime


class PlaceTerms(Part):
    """What the contract plans and pays in one place: hours per trainee, total price, rate per trainee-hour."""

    hours: Hours
    price: Money
    rate: Rate


class Subcontractor(Part):
    """Named in the contract, with the ceiling of what it may invoice, excluding tax (BIL-6).

    Without a tax regime, as contracts were awarded once, it can invoice nothing.
    """

    siret: Siret
    name: Label
    ceiling: Money
    tax_regime: TaxRegime | None = None


class Advance(Part):
    """What is paid before any hours, in percent of the price less the subcontractors' ceilings; it is recovered while the share of the
    price that is invoiced goes from the one rate to the other, in percent (BIL-10).
    """

    rate: Percent
    recovered_from: Percent
    recovered_to: Percent


class Terms(Part):
    """A contract (ACT-4) without what is personal."""

    kind: ActionKind
    title: Label
    call_for_projects: Label
    programme_year: int = Field(ge=1990, le=2100)
    safir_operation: Label
    safir_market: Label
    deciding_body: Label
    vote_date: date
    location: Label
    sector_code: Label
    sector_label: Label
    esf: bool
    organisation: Organisation
    planned_start: date
    planned_end: date
    centre: PlaceTerms
    company: PlaceTerms
    headcount: int = Field(ge=1, le=10_000)
    paid_headcount: int = Field(ge=0, le=10_000)
    thresholds: tuple[Percent, Percent, Percent]
    """Of the three instalments, in percent of the planned hours; the third is the one that stays below (BIL-3)."""
    periods: tuple[Period, ...]
    subcontractors: tuple[Subcontractor, ...] = ()
    advance: Advance | None = None


class Contract(Part):
    """A contract as the Region awards it: its terms, the agent in charge, the trainers."""

    number: ContractNumber
    terms: Terms
    agent: AgentContact
    trainers: tuple[TrainerSheet, ...]


# Commands


class ImportContracts(Command):
    """Award every contract of a workbook, or none (ACT-1). Keyed by the import's own id; `check_only` answers and changes nothing."""

    TYPE: ClassVar[str] = "actions.import-contracts.v1"

    contracts: tuple[Contract, ...]
    replace: bool = False
    check_only: bool = False


class WithdrawContract(Command):
    """Take back a contract on which nothing was entered (ACT-1)."""

    TYPE: ClassVar[str] = "actions.withdraw-contract.v1"


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


class ActionAwarded(Event):
    """The Region awarded a contract (ACT-1)."""

    TYPE: ClassVar[str] = "actions.action-awarded.v1"

    terms: Terms
    agent: PersonalRef
    trainers: tuple[PersonalRef, ...]


class ContractReplaced(ActionAwarded):
    """Other terms took the place of an awarded contract's (ACT-1)."""

    TYPE: ClassVar[str] = "actions.contract-replaced.v1"


class ActionWithdrawn(Event):
    """The Region took the contract back (ACT-1)."""

    TYPE: ClassVar[str] = "actions.action-withdrawn.v1"


class ContractsImported(Event):
    """What an import did, or would do (`check_only`), under the import's id: how many contracts were new, known, replaced."""

    TYPE: ClassVar[str] = "actions.contracts-imported.v1"

    awarded: tuple[ContractNumber, ...]
    known: tuple[ContractNumber, ...]
    replaced: tuple[ContractNumber, ...]
    check_only: bool


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
