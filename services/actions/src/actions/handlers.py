"""One paragraph per message: load, decide, keep."""

from collections.abc import Sequence

from chassis.work import Work
from contracts.actions import (
    AskRefused,
    ChangeTrainee,
    CloseAction,
    ClosingRequested,
    ConfirmEntryDates,
    ConfirmTrainers,
    DeclareNonOpening,
    EntryRequested,
    ImportContracts,
    OpenAction,
    RegisterTrainee,
    RemovalRequested,
    RemoveTrainee,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
    WithdrawContract,
)
from contracts.declarations import ClosingGranted, EntryGranted, RemovalGranted
from contracts.envelope import CommandRef
from contracts.message import Event
from contracts.month import paris_day
from contracts.personal import PERSONAL, PersonalRecord

from . import store
from .rules import asks, closing, contract, dates, entries, opening, trainee
from .rules.access import agent, for_agent, holder
from .rules.action import Action

# The Region's commands


async def import_contracts(work: Work[Action], command: ImportContracts) -> None:
    """Every contract of a workbook is awarded, or none (ACT-1); the import's own id has the answer."""
    agent(work.actor)
    known = {one.number: action for one in command.contracts if (action := work.state_of(one.number))}
    people = await store.people(work.connection, [ref.id for action in known.values() for ref in (action.agent, *action.trainers)])
    awarded, answer = contract.import_contracts(command, known, people)
    for action, events, _ in awarded:
        work.save(action, events, key=action.number)
    await _keep_people(work, [record for _, _, records in awarded for record in records])
    work.emit(answer)


async def withdraw_contract(work: Work[Action], command: WithdrawContract) -> None:
    """A contract on which nobody has worked is taken back (ACT-1)."""
    await _keep(work, *contract.withdraw(for_agent(work.state, work.actor), command))


async def unlock_dates(work: Work[Action], command: UnlockDates) -> None:
    """One more validation of dates and periods (DAT-3)."""
    await _keep(work, *dates.unlock_dates(for_agent(work.state, work.actor), command, str(work.envelope.id)))


async def unlock_trainee(work: Work[Action], command: UnlockTrainee) -> None:
    """One change of the sheet of a trainee who has entered (TRN-5)."""
    await _keep(work, *trainee.unlock_trainee(for_agent(work.state, work.actor), command, str(work.envelope.id)))


# The organisation's commands


async def validate_dates(work: Work[Action], command: ValidateDates) -> None:
    """Dates and periods are validated, and locked (DAT-2, DAT-3)."""
    await _keep(work, *dates.validate_dates(holder(work.state, work.actor), command))


async def register_trainee(work: Work[Action], command: RegisterTrainee) -> None:
    """A new trainee, within the contract's ceilings (TRN-1, TRN-2, TRN-4)."""
    await _keep(work, *trainee.register(holder(work.state, work.actor), command, paris_day(work.at)))


async def change_trainee(work: Work[Action], command: ChangeTrainee) -> None:
    """Another version of a sheet (TRN-2, TRN-4, TRN-5)."""
    await _keep(work, *trainee.change(holder(work.state, work.actor), command, paris_day(work.at)))


async def remove_trainee(work: Work[Action], command: RemoveTrainee) -> None:
    """A trainee is taken off the list, or `declarations` is asked (TRN-5)."""
    await _keep(work, *trainee.remove(holder(work.state, work.actor), command, _asker(work)))


async def confirm_entry_dates(work: Work[Action], command: ConfirmEntryDates) -> None:
    """Entry dates are confirmed, or `declarations` is asked (TRN-6, TRN-9)."""
    action = holder(work.state, work.actor)
    sheets = await store.sheets(work.connection, [entry.trainee_id for entry in command.entries])
    await _keep(work, *entries.confirm_entries(action, command, sheets, _asker(work)))


async def confirm_trainers(work: Work[Action], command: ConfirmTrainers) -> None:
    """The contract's list of trainers holds (TRA-1)."""
    await _keep(work, *opening.confirm_trainers(holder(work.state, work.actor), command))


async def open_action(work: Work[Action], command: OpenAction) -> None:
    """The action is open, and its trainees have entered (OPN-1 to OPN-3)."""
    await _keep(work, *opening.open_action(holder(work.state, work.actor), command, paris_day(work.at)))


async def declare_non_opening(work: Work[Action], command: DeclareNonOpening) -> None:
    """The action does not take place (OPN-4)."""
    await _keep(work, *opening.decline(holder(work.state, work.actor), command))


async def close_action(work: Work[Action], command: CloseAction) -> None:
    """`declarations` is asked whether the action can be closed (CLO-1)."""
    await _keep(work, *closing.request_closing(holder(work.state, work.actor), command, _asker(work), paris_day(work.at)))


# What `declarations` answers


async def on_entry_granted(work: Work[Action], event: EntryGranted) -> None:
    """The trainees have entered, or never came (TRN-6, TRN-9)."""
    action, command = asks.settle(_known(work), EntryRequested.TYPE)
    sheets = await store.sheets(work.connection, [entry.trainee_id for entry in event.entries])
    await _keep(work, *entries.entered(action, event.entries, sheets))
    work.answer(command)


async def on_removal_granted(work: Work[Action], event: RemovalGranted) -> None:
    """A trainee without hours is off the list (TRN-5)."""
    action, command = asks.settle(_known(work), RemovalRequested.TYPE)
    await _keep(work, *trainee.take_off(action, event.trainee_id))
    work.answer(command)


async def on_closing_granted(work: Work[Action], event: ClosingGranted) -> None:
    """The action is closed (CLO-1)."""
    action, command = asks.settle(_known(work), ClosingRequested.TYPE)
    await _keep(work, *closing.close(action, event.actual_end))
    work.answer(command)


async def on_ask_refused(work: Work[Action], event: AskRefused) -> None:
    """Nothing changes, and the command's answer says why."""
    action, command = asks.settle(_known(work), event.asked)
    await _keep(work, action, [])
    work.answer(command, *event.faults)


def _known(work: Work[Action]) -> Action:
    """The action that an event is about. Raises LookupError when it was never awarded: a bug, whose message is parked."""
    if work.state is None:
        raise LookupError(f"{work.envelope.type} about {work.key}, which was never awarded")
    return work.state


def _asker(work: Work[Action]) -> CommandRef:
    """The command that is being handled, should it have to wait for `declarations`."""
    return CommandRef(work.envelope.id, work.key, work.envelope.correlation, work.actor, work.at)


async def _keep(work: Work[Action], action: Action, events: Sequence[Event], records: Sequence[PersonalRecord] = ()) -> None:
    """Keeps what a rule decided. A command that asks is answered later."""
    if action.pending and action.pending.command.command_id == work.envelope.id:
        work.answer_later()
    work.save(action, events)
    await _keep_people(work, records)


async def _keep_people(work: Work[Action], records: Sequence[PersonalRecord]) -> None:
    if records:
        await store.keep(work.connection, records)
    for record in records:
        work.publish(PERSONAL, record.id, record)
