"""The guide's action 2007QCA0266, or another, driven through the rules as the service would drive them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from actions.rules import asks, closing, contract, dates, entries, opening, trainee
from actions.rules.action import Action, Asker, Stage
from actions.rules.preparation import preparation_changed
from chassis.decision import Decision
from contracts.actions import (
    ChangeTrainee,
    CloseAction,
    ConfirmEntryDates,
    ConfirmTrainers,
    Contract,
    DeclareNonOpening,
    EntryDate,
    EntryRequested,
    ImportContracts,
    NewTrainee,
    OpenAction,
    Period,
    PreparationChanged,
    RegisterTrainee,
    RegisterTrainees,
    RemovalRequested,
    RemoveTrainee,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
    WithdrawContract,
)
from contracts.codes import Frequency, NonOpeningReason
from contracts.personal import TraineeRecord, TraineeSheet
from tests import guide
from tests.guide import DURAND, END, PERIODS, START, day

ASKER = Asker(UUID(int=77), datetime(2008, 3, 6, 9, 30, tzinfo=UTC))


def imported(*contracts: Contract, replace: bool = False, check_only: bool = False) -> ImportContracts:
    """The import of these contracts."""
    return ImportContracts(contracts=contracts, replace=replace, check_only=check_only)


def entry_dates(*listed: tuple[UUID, str | None]) -> tuple[EntryDate, ...]:
    """A list of entry dates; no date: never came."""
    return tuple(EntryDate(trainee_id=trainee_id, entered_on=day(on) if on else None) for trainee_id, on in listed)


class ActionInPreparation:
    """`said` are the events of the last step, `kept` its personal records; `sheets` is what the table of people holds.

    `told` is each preparation that the log was told of.
    """

    def __init__(self, **changed: Any) -> None:
        self.sheets: dict[UUID, TraineeSheet] = {}
        self.told: list[PreparationChanged] = []
        [awarded], _ = contract.import_contracts(imported(guide.contract(**changed)), {}, {})
        self._apply(awarded)

    def _apply(self, decision: Decision[Action]) -> "ActionInPreparation":
        before = self.state if self.told else None
        self.state, self.said, self.kept = decision.state, list(decision.events), list(decision.records)
        self.told += preparation_changed(before, self.state)
        self.sheets |= {UUID(record.id.partition("/")[2]): record.sheet for record in self.kept if isinstance(record, TraineeRecord)}
        return self

    def validates(self, *periods: Period, base: int | None = None) -> "ActionInPreparation":
        version = self.state.dates_version if base is None else base
        return self._apply(dates.validate_dates(self.state, ValidateDates(periods=periods or PERIODS, base_version=version)))

    def unlocks_dates(self, reason: str = "Report demandé par téléphone") -> "ActionInPreparation":
        return self._apply(dates.unlock_dates(self.state, UnlockDates(reason=reason), ASKER.command_id))

    def registers(self, trainee_id: UUID, on: str = START, *, partial: bool = False, **changed: Any) -> "ActionInPreparation":
        command = RegisterTrainee(sheet=guide.sheet(**changed), partial=partial, namesake=True)
        return self._apply(trainee.register(self.state, command, trainee_id, self.sheets, day(on)))

    def registers_all(self, *trainees: NewTrainee, on: str = START, partial: bool = False) -> "ActionInPreparation":
        command = RegisterTrainees(trainees=trainees, partial=partial)
        return self._apply(trainee.register_all(self.state, command, ASKER.command_id, self.sheets, day(on)))

    def changes(
        self, trainee_id: UUID, on: str = START, *, partial: bool = False, base: int | None = None, **changed: Any
    ) -> "ActionInPreparation":
        known = self.state.trainees.get(trainee_id)
        version = base if base is not None else known.sheet if known else 1
        command = ChangeTrainee(trainee_id=trainee_id, sheet=guide.sheet(**changed), base_version=version, partial=partial)
        return self._apply(trainee.change(self.state, command, day(on)))

    def removes(self, trainee_id: UUID) -> "ActionInPreparation":
        return self._apply(trainee.remove(self.state, RemoveTrainee(trainee_id=trainee_id), ASKER))

    def unlocks(self, trainee_id: UUID, reason: str = "Adresse à corriger") -> "ActionInPreparation":
        return self._apply(trainee.unlock_trainee(self.state, UnlockTrainee(trainee_id=trainee_id, reason=reason), ASKER.command_id))

    def confirms_entries(self, *listed: tuple[UUID, str | None]) -> "ActionInPreparation":
        command = ConfirmEntryDates(entries=entry_dates(*listed))
        return self._apply(entries.confirm_entries(self.state, command, self.sheets, ASKER))

    def confirms_trainers(self) -> "ActionInPreparation":
        return self._apply(opening.confirm_trainers(self.state, ConfirmTrainers()))

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
        return self._apply(closing.close(action, action.terms.planned_end))

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
