"""The guide's action 2007QCA0266, or another, driven through the rules as the service would drive them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from actions.rules import (
    amendments,
    asking,
    asks,
    closing,
    contract,
    dates,
    entries,
    grants,
    opening,
    requests,
    trainee,
    trainers,
)
from actions.rules.action import Action, Asker, Stage
from actions.rules.said import said
from chassis.decision import Decision
from contracts.actions import (
    ChangeTrainee,
    CloseAction,
    ConfirmEntryDates,
    ConfirmTrainers,
    DeclareNonOpening,
    EntryDate,
    EntryRequested,
    NewTrainee,
    OpenAction,
    PathwayRequested,
    Period,
    PreparationChanged,
    RegisterTrainee,
    RegisterTrainees,
    RemovalRequested,
    RemoveTrainee,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
)
from contracts.awards import Contract, ImportContracts, WithdrawContract
from contracts.codes import ActionKind, Frequency, NonOpeningReason, RequestObject
from contracts.declarations import AmendmentEffect, AmendmentGranted, PathwayGranted
from contracts.personal import PersonalRecord, TraineeRecord, TraineeSheet, TrainerRecord, record_id
from contracts.requests import (
    AmendmentRequested,
    Change,
    ChangeForeseen,
    DatesChange,
    GrantRequest,
    ListedTrainer,
    PlannedDatesChange,
    RefuseRequest,
    RequestChange,
    SaveTrainers,
    SheetChange,
    TakeBackUnlocking,
    TrainersChange,
    UnlockTrainers,
    WithdrawRequest,
)
from tests import guide
from tests.guide import DURAND, END, PERIODS, START, day

ASKER = Asker(UUID(int=77), datetime(2008, 3, 6, 9, 30, tzinfo=UTC))
REQUEST, OTHER_REQUEST = UUID(int=500), UUID(int=501)
AWARDED_AT = datetime(2007, 6, 1, 8, tzinfo=UTC)
AMENDED_ON = day("2008-03-06")


def imported(*contracts: Contract, replace: bool = False, check_only: bool = False) -> ImportContracts:
    """The import of these contracts."""
    return ImportContracts(contracts=contracts, replace=replace, check_only=check_only)


def agreed(asked: AmendmentRequested) -> AmendmentGranted:
    """`declarations` agrees, and nothing comes of it there."""
    nothing = AmendmentEffect(appear=(), vanish=(), exits=(), fallen=(), to_declare=())
    return AmendmentGranted(planned_start=asked.planned_start, planned_end=asked.planned_end, periods=asked.periods, effect=nothing)


def entry_dates(*listed: tuple[UUID, str | None]) -> tuple[EntryDate, ...]:
    """A list of entry dates; no date: never came."""
    return tuple(EntryDate(trainee_id=trainee_id, entered_on=day(on) if on else None) for trainee_id, on in listed)


class ActionInPreparation:
    """`said` are the events of the last step, `kept` its personal records; `sheets` is what the table of people holds.

    `told` is each preparation that the log was told of, `foreseen` what it was told last of each request.
    """

    def __init__(self, **changed: Any) -> None:
        self.people: dict[str, PersonalRecord] = {}
        self.told: list[PreparationChanged] = []
        self.foreseen: dict[UUID, ChangeForeseen] = {}
        [awarded], _ = contract.import_contracts(imported(guide.contract(**changed)), {}, {}, AWARDED_AT)
        self._apply(awarded)

    def _apply(self, decision: Decision[Action]) -> "ActionInPreparation":
        before = self.state if self.told else None
        self.state, self.said, self.kept = decision.state, list(decision.events), list(decision.records)
        for event in said(before, self.state):
            match event:
                case PreparationChanged():
                    self.told.append(event)
                case ChangeForeseen():
                    self.foreseen[event.request_id] = event
        self.people |= {record.id: record for record in self.kept}
        return self

    @property
    def sheets(self) -> dict[UUID, TraineeSheet]:
        """The latest of everybody who was ever on the list."""
        known = {trainee_id: self.people.get(record_id(self.state.number, trainee_id)) for trainee_id in self.state.trainees}
        return {trainee_id: record.sheet for trainee_id, record in known.items() if isinstance(record, TraineeRecord)}

    def validates(self, *periods: Period, base: int | None = None) -> "ActionInPreparation":
        version = self.state.dates_version if base is None else base
        return self._apply(dates.validate_dates(self.state, ValidateDates(periods=periods or PERIODS, base_version=version)))

    def unlocks_dates(self, reason: str = "Report demandé par téléphone") -> "ActionInPreparation":
        return self._apply(dates.unlock_dates(self.state, UnlockDates(reason=reason), ASKER.command_id))

    def sheet(self, **changed: Any) -> TraineeSheet:
        """A whole sheet: on an individualised action with a pathway that plans all the contract's hours, to its end."""
        if self.state.terms.kind is ActionKind.INDIVIDUALISED and "pathway" not in changed:
            planned = self.state.planned
            changed["pathway"] = guide.pathway(str(planned.start), str(planned.end))
        return guide.sheet(**changed)

    def registers(self, trainee_id: UUID, on: str = START, *, partial: bool = False, **changed: Any) -> "ActionInPreparation":
        command = RegisterTrainee(sheet=self.sheet(**changed), partial=partial, namesake=True)
        return self._apply(trainee.register(self.state, command, trainee_id, self.sheets, day(on)))

    def registers_all(self, *trainees: NewTrainee, on: str = START, partial: bool = False) -> "ActionInPreparation":
        command = RegisterTrainees(trainees=trainees, partial=partial)
        return self._apply(trainee.register_all(self.state, command, ASKER.command_id, self.sheets, day(on)))

    def changes(
        self, trainee_id: UUID, on: str = START, *, partial: bool = False, base: int | None = None, **changed: Any
    ) -> "ActionInPreparation":
        known = self.state.trainees.get(trainee_id)
        version = base if base is not None else known.sheet if known else 1
        command = ChangeTrainee(trainee_id=trainee_id, sheet=self.sheet(**changed), base_version=version, partial=partial)
        return self._apply(trainee.change(self.state, command, ASKER, day(on)))

    def removes(self, trainee_id: UUID) -> "ActionInPreparation":
        return self._apply(trainee.remove(self.state, RemoveTrainee(trainee_id=trainee_id), ASKER))

    def unlocks(self, trainee_id: UUID, reason: str = "Adresse à corriger") -> "ActionInPreparation":
        return self._apply(trainee.unlock_trainee(self.state, UnlockTrainee(trainee_id=trainee_id, reason=reason), ASKER.command_id))

    def confirms_entries(self, *listed: tuple[UUID, str | None]) -> "ActionInPreparation":
        command = ConfirmEntryDates(entries=entry_dates(*listed))
        return self._apply(entries.confirm_entries(self.state, command, self.sheets, ASKER))

    def confirms_trainers(self) -> "ActionInPreparation":
        return self._apply(trainers.confirm_trainers(self.state, ConfirmTrainers()))

    def unlocks_trainers(self, reason: str = "Appel du 6 mars") -> "ActionInPreparation":
        return self._apply(trainers.unlock_trainers(self.state, UnlockTrainers(reason=reason), ASKER.command_id))

    @property
    def trainers(self) -> tuple[ListedTrainer, ...]:
        """The list as it stands."""
        records = [self.people[trainer.id] for trainer in self.state.trainers]
        return tuple(ListedTrainer(id=record.id, sheet=record.sheet) for record in records if isinstance(record, TrainerRecord))

    def saves_trainers(self, *listed: ListedTrainer, base: int | None = None, by: Asker = ASKER) -> "ActionInPreparation":
        command = SaveTrainers(trainers=listed, base_version=self.state.trainers_version if base is None else base)
        sheets = {trainer.id: trainer.sheet for trainer in self.trainers if trainer.id}
        return self._apply(trainers.save_trainers(self.state, command, by.command_id, sheets))

    def requests(
        self, change: Change, request_id: UUID = REQUEST, *, why: str = "Le centre ferme en mai", on: str = START
    ) -> "ActionInPreparation":
        command = RequestChange(change=change, reason=why)
        return self._apply(asking.request_change(self.state, command, request_id, self.people, day(on)))

    def takes_request_back(self, request_id: UUID = REQUEST) -> "ActionInPreparation":
        return self._apply(requests.withdraw(self.state, WithdrawRequest(request_id=request_id)))

    def grants(self, request_id: UUID = REQUEST, *, apply: bool = False, on: str = START) -> "ActionInPreparation":
        command = GrantRequest(request_id=request_id, apply=apply)
        return self._apply(grants.grant(self.state, command, ASKER, self.people, day(on)))

    def refuses(self, request_id: UUID = REQUEST, reason: str = "Le comité n’a pas voté ce report.") -> "ActionInPreparation":
        return self._apply(requests.refuse(self.state, RefuseRequest(request_id=request_id, reason=reason), ASKER.command_id))

    def takes_unlocking_back(self, of: RequestObject, trainee_id: UUID | None = None) -> "ActionInPreparation":
        return self._apply(grants.take_back(self.state, TakeBackUnlocking(object=of, trainee_id=trainee_id)))

    def other_dates(self, *periods: Period, base: int | None = None) -> DatesChange:
        """Other periods, to be asked for as the page shows them now."""
        return DatesChange(periods=periods, base_version=self.state.dates_version if base is None else base)

    def other_planned(self, start: str = START, end: str = END, *periods: Period, base: int | None = None) -> PlannedDatesChange:
        """Other planned dates, with one period that fills them unless it is said otherwise."""
        version = self.state.dates_version if base is None else base
        periods = periods or (guide.period(start, end),)
        return PlannedDatesChange(planned_start=day(start), planned_end=day(end), periods=periods, base_version=version)

    def other_sheet(self, trainee_id: UUID = DURAND, *, base: int | None = None, **changed: Any) -> SheetChange:
        """Another sheet of a trainee."""
        version = self.state.trainees[trainee_id].sheet if base is None else base
        return SheetChange(trainee_id=trainee_id, sheet=self.sheet(**changed), base_version=version)

    def other_trainers(self, *listed: ListedTrainer) -> TrainersChange:
        """Another list of trainers."""
        return TrainersChange(trainers=listed, base_version=self.state.trainers_version)

    def opens(self, on: str = START, *, sent: str | None = None) -> "ActionInPreparation":
        command = OpenAction(actual_start=day(on), frequency=Frequency.MONTHLY)
        return self._apply(opening.open_action(self.state, command, day(sent or on)))

    def declines(self) -> "ActionInPreparation":
        return self._apply(opening.decline(self.state, DeclareNonOpening(reason=NonOpeningReason.TOO_FEW_TRAINEES)))

    def withdraws(self) -> "ActionInPreparation":
        return self._apply(contract.withdraw(self.state, WithdrawContract()))

    def asks_closing(self, on: str = END, *, sent: str = END) -> "ActionInPreparation":
        return self._apply(closing.request_closing(self.state, CloseAction(actual_end=day(on)), ASKER, day(sent)))

    def prepared(self, *trainees: UUID, on: str = START) -> "ActionInPreparation":
        """All that the opening needs (OPN-1)."""
        trainees = trainees or (DURAND,)
        for trainee_id in trainees:
            self.registers(trainee_id, entry_date=day(on))
        return self.validates().confirms_trainers().confirms_entries(*((trainee_id, on) for trainee_id in trainees))

    def running(self, *trainees: UUID) -> "ActionInPreparation":
        """Open, with these trainees in training."""
        return self.prepared(*trainees).opens()

    def granted(self) -> "ActionInPreparation":
        """What was asked of `declarations` is granted."""
        assert self.state.pending
        (asked,) = self.said
        action, command_id = asks.settle(self.state, self.state.pending.asked)
        assert command_id == ASKER.command_id
        if isinstance(asked, EntryRequested):
            return self._apply(entries.entered(action, asked.entries, self.sheets))
        if isinstance(asked, RemovalRequested):
            return self._apply(trainee.take_off(action, asked.trainee_id))
        if isinstance(asked, PathwayRequested):
            granted = PathwayGranted(trainee_id=asked.trainee_id, pathway=asked.pathway, sheet=asked.sheet, request_id=asked.request_id)
            return self._apply(trainee.agreed(action, granted, grants.sheet_of(self.people, asked.sheet.id)))
        if isinstance(asked, AmendmentRequested):
            return self._apply(amendments.amend(action, agreed(asked), AMENDED_ON))
        return self._apply(closing.close(action, action.planned.end))

    def refused(self) -> "ActionInPreparation":
        """What was asked of `declarations` is refused."""
        assert self.state.pending
        action, _ = asks.settle(self.state, self.state.pending.asked)
        return self._apply(Decision(action))

    def closed(self) -> "ActionInPreparation":
        self.state = replace(self.state, stage=Stage.CLOSED)
        return self

    def said_types(self) -> list[str]:
        return [type(event).__name__ for event in self.said]
