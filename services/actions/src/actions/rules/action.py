"""An action: what its rules need to know of it, and what may be done in each state (ACT-2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from contracts.actions import (
    ChangeTrainee,
    CloseAction,
    ConfirmEntryDates,
    ConfirmTrainers,
    DeclareNonOpening,
    OpenAction,
    PathwayRequested,
    RegisterTrainee,
    RegisterTrainees,
    RemoveTrainee,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
)
from contracts.awards import WithdrawContract
from contracts.ceilings import Places
from contracts.codes import PaidBy, Place
from contracts.message import Command
from contracts.pathways import Room, room
from contracts.refusals import Refusal
from contracts.refusals.actions import (
    ActionAlreadyClosed,
    ActionAlreadyOpened,
    ActionNeverOpened,
    ActionNotYetOpened,
    ActionWithdrawnByRegion,
)
from contracts.refusals.common import InProgress, NotFound, PeopleAreErased
from contracts.requests import (
    AmendmentRequested,
    GrantRequest,
    RefuseRequest,
    RequestChange,
    SaveTrainers,
    TakeBackUnlocking,
    UnlockTrainers,
    WithdrawRequest,
)
from contracts.sheets import EntryDays

from .asked import PlannedDates, Request
from .terms import Terms


class Stage(StrEnum):
    """Where an action is in its life (ACT-2)."""

    AWARDED = "awarded"
    OPENED = "opened"
    CLOSED = "closed"
    NOT_OPENED = "not_opened"
    WITHDRAWN = "withdrawn"


class Presence(StrEnum):
    """Where a trainee is; the first two count in the ceilings (TRN-1)."""

    REGISTERED = "registered"
    ENTERED = "entered"
    NEVER_CAME = "never_came"
    REMOVED = "removed"


@dataclass(frozen=True)
class Trainee:
    """A trainee, without anything personal: the sheet, in version `sheet`, is in the table of people."""

    sheet: int
    complete: bool
    paid_by: PaidBy | None
    presence: Presence = Presence.REGISTERED
    entry: date | None = None
    """The entry date, once it is confirmed (TRN-9)."""
    unlocked: bool = False
    """Entered, but an agent allows one change (TRN-5)."""
    planned: dict[Place, Decimal] = field(default_factory=dict)
    """The hours of their own pathway, as far as it says so, on individualised actions (TRN-3)."""

    @property
    def counts(self) -> bool:
        """Whether the ceilings count this trainee: registered, even incompletely, neither removed nor marked as never come (TRN-1)."""
        return self.presence in (Presence.REGISTERED, Presence.ENTERED)

    @property
    def entered(self) -> bool:
        """Whether this trainee is in training, or was."""
        return self.presence is Presence.ENTERED


@dataclass(frozen=True)
class Person:
    """Somebody whom the contract names; who they are is in the table of people."""

    id: str


@dataclass(frozen=True)
class Trainer:
    """Somebody on the list of trainers; their sheet, in version `sheet`, is in the table of people."""

    id: str
    sheet: int = 1


@dataclass(frozen=True)
class Asker:
    """The command that waits for the answer of another service, and when it was sent."""

    command_id: UUID
    at: datetime


@dataclass(frozen=True)
class Pending:
    """What `declarations` is asked: the type of the ask, and the command that waits for the answer."""

    asked: str
    command: Asker


@dataclass(frozen=True)
class Action:
    """A contract and what was made of it. `award` counts how often its terms were given: once, and once more per replacement.

    `terms` stay as they were awarded; `amendments` are the planned dates that took the place of theirs, in order (REQ-4).
    """

    number: str
    terms: Terms
    agent: Person
    trainers: tuple[Trainer, ...]
    award: int = 1
    stage: Stage = Stage.AWARDED
    dates_version: int = 0
    """How often the dates were validated, unlocked, locked again or amended (DAT-2 to DAT-4)."""
    dates_locked: bool = False
    trainers_version: int = 1
    """That of the list: 1 as it came with the contract, one more with each saving (TRA-1)."""
    trainers_unlocked: bool = False
    trainers_confirmed: bool = False
    trainees: dict[UUID, Trainee] = field(default_factory=dict)
    actual_start: date | None = None
    pending: Pending | None = None
    amendments: tuple[PlannedDates, ...] = ()
    requests: dict[UUID, Request] = field(default_factory=dict)
    """Those that are open, and those whose grant has not been used."""
    erased_on: date | None = None
    """The day on which the contract's people were erased (PRV-1)."""
    awarded_at: datetime | None = None
    """When its terms were given, the last time; None of those of before this field."""

    @property
    def planned(self) -> PlannedDates:
        """The planned dates, as amended (REQ-4)."""
        return self.amendments[-1] if self.amendments else PlannedDates(self.terms.planned_start, self.terms.planned_end)

    @property
    def siret(self) -> str:
        """The holder's (ACC-6)."""
        return self.terms.organisation.siret

    @property
    def dates_unlocked(self) -> bool:
        """Whether an agent allows one more validation of the dates: they were validated before (DAT-3)."""
        return not self.dates_locked and self.dates_version > len(self.amendments)

    @property
    def opened(self) -> bool:
        """Whether it runs: from the opening to the closing."""
        return self.stage is Stage.OPENED

    @property
    def untouched(self) -> bool:
        """Whether the contract is as the Region awarded it: nothing was ever entered, and nothing is asked (ACT-1)."""
        is_as_awarded = not (self.dates_version or self.trainers_confirmed or self.trainees or self.requests)
        return self.stage is Stage.AWARDED and is_as_awarded and self.trainers_version == 1 and not self.trainers_unlocked

    @property
    def counted(self) -> dict[UUID, Trainee]:
        """The trainees that the ceilings count, in the order of their ids (TRN-1)."""
        return {trainee_id: trainee for trainee_id, trainee in sorted(self.trainees.items()) if trainee.counts}

    @property
    def is_full(self) -> bool:
        """Whether the headcount is reached (TRN-1)."""
        return len(self.counted) >= self.terms.headcount

    def places_beside(self, trainee_id: UUID | None = None) -> Places:
        """The contract's places, as taken by who counts, `trainee_id` left out (TRN-1)."""
        others = [trainee for other, trainee in self.counted.items() if other != trainee_id]
        paid = sum(trainee.paid_by is PaidBy.REGION for trainee in others)
        return Places(self.terms.headcount, self.terms.paid_headcount, len(others), paid)

    def room_beside(self, trainee_id: UUID | None = None) -> Room | None:
        """What the contract leaves to a pathway beside those of who counts, `trainee_id` left out; None on collective actions (TRN-3)."""
        terms, others = self.terms, (trainee.planned for other, trainee in self.counted.items() if other != trainee_id)
        hours = {Place.CENTRE: terms.centre.hours, Place.COMPANY: terms.company.hours}
        return room(terms.kind, self.planned.start, self.planned.end, hours, terms.headcount, others)

    @property
    def entry_days(self) -> EntryDays:
        """When a trainee may enter (TRN-6, TRN-9)."""
        return EntryDays.of(self.terms.kind, self.planned.start, self.planned.end, self.actual_start)

    def on_list(self, trainee_id: UUID) -> Trainee:
        """The trainee, if the ceilings count them. Raises NotFound otherwise."""
        trainee = self.trainees.get(trainee_id)
        if trainee is None or not trainee.counts:
            raise NotFound(item=str(trainee_id))
        return trainee

    def with_trainees(self, changed: Mapping[UUID, Trainee]) -> "Action":
        """The action with these trainees in the place of what was known of them."""
        return replace(self, trainees={**self.trainees, **changed})


AWARDED: Final = frozenset({Stage.AWARDED})
OPENED: Final = frozenset({Stage.OPENED})
ALLOWED: Final[Mapping[type[Command], frozenset[Stage]]] = {
    WithdrawContract: AWARDED,
    ValidateDates: AWARDED | OPENED,
    UnlockDates: AWARDED | OPENED,
    RegisterTrainee: AWARDED | OPENED,
    RegisterTrainees: AWARDED | OPENED,
    ChangeTrainee: AWARDED | OPENED,
    RemoveTrainee: AWARDED | OPENED,
    UnlockTrainee: AWARDED | OPENED,
    ConfirmEntryDates: AWARDED | OPENED,
    ConfirmTrainers: AWARDED,
    DeclareNonOpening: AWARDED,
    OpenAction: AWARDED,
    CloseAction: OPENED,
    RequestChange: AWARDED | OPENED,
    WithdrawRequest: AWARDED | OPENED,
    GrantRequest: AWARDED | OPENED,
    RefuseRequest: AWARDED | OPENED,
    TakeBackUnlocking: AWARDED | OPENED,
    UnlockTrainers: AWARDED | OPENED,
    SaveTrainers: AWARDED | OPENED,
}
"""In which states each command is possible (ACT-2)."""
HELD_WHILE_ASKING: Final[frozenset[type[Command]]] = frozenset(
    {RegisterTrainee, RegisterTrainees, ChangeTrainee, RemoveTrainee, ConfirmEntryDates, CloseAction}
)
"""What could invalidate an ask of `declarations` while it is pending."""
HELD_WHILE_PLANNING: Final[frozenset[type[Command]]] = HELD_WHILE_ASKING | {TakeBackUnlocking}
"""What could invalidate a pathway: the unlocking that it uses up as well."""
HELD_WHILE_AMENDING: Final[frozenset[type[Command]]] = HELD_WHILE_ASKING | {ValidateDates, OpenAction, DeclareNonOpening}
"""What could invalidate an amendment: whatever rests on planned dates."""

HELD_WHILE: Final[Mapping[str, frozenset[type[Command]]]] = {
    AmendmentRequested.TYPE: HELD_WHILE_AMENDING,
    PathwayRequested.TYPE: HELD_WHILE_PLANNING,
}
"""What is held by the type of the ask, where that is more."""


def admit(action: Action, command: Command) -> None:
    """Raises what says why `command` is not possible in the action's state, or InProgress while an answer is awaited (ACT-2); and
    PeopleAreErased: nobody would erase what came later (PRV-1).
    """
    if action.erased_on:
        raise PeopleAreErased(day=action.erased_on)
    if action.stage not in ALLOWED[type(command)]:
        raise _out_of_stage(action)
    if action.pending is None:
        return
    if type(command) in HELD_WHILE.get(action.pending.asked, HELD_WHILE_ASKING):
        raise InProgress(since=action.pending.command.at)


def _out_of_stage(action: Action) -> Refusal:
    match action.stage:
        case Stage.AWARDED:
            return ActionNotYetOpened()
        case Stage.OPENED:
            return ActionAlreadyOpened(start=action.actual_start or action.planned.start)
        case Stage.CLOSED:
            return ActionAlreadyClosed()
        case Stage.NOT_OPENED:
            return ActionNeverOpened()
        case Stage.WITHDRAWN:
            return ActionWithdrawnByRegion()
