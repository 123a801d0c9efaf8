"""One paragraph per message: load, decide, keep."""

from collections.abc import Iterable

from chassis.decision import Decision
from chassis.record import Record
from chassis.work import Work
from contracts.access import agent, holder
from contracts.actions import (
    AskRefused,
    ChangeTrainee,
    CloseAction,
    ClosingRequested,
    ConfirmEntryDates,
    ConfirmTrainers,
    DeclareNonOpening,
    EntryRequested,
    OpenAction,
    PathwayRequested,
    RegisterTrainee,
    RegisterTrainees,
    RemovalRequested,
    RemoveTrainee,
    UnlockDates,
    UnlockTrainee,
    ValidateDates,
)
from contracts.awards import Ask, ImportContracts, WithdrawContract
from contracts.declarations import AmendmentGranted, ClosingGranted, EntryGranted, PathwayGranted, RemovalGranted
from contracts.envelope import made_id
from contracts.erasure import ErasureDue
from contracts.month import paris_day
from contracts.personal import PersonalRecord
from contracts.programme import ContractAward, Replied
from contracts.refusals import Refusal
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

from . import store
from .rules import (
    amendments,
    asking,
    asks,
    closing,
    contract,
    dates,
    entries,
    erasure,
    grants,
    opening,
    programme,
    requests,
    trainee,
    trainers,
)
from .rules.action import Action, Asker

REPLIES = "region.contracts.replies"
UNREADABLE = "unreadable"

# The Region's commands


async def import_contracts(work: Work[Action], command: ImportContracts) -> None:
    """Every contract of a workbook is awarded, or none (ACT-1); the import's own id has the answer."""
    numbers = [awarded.number for awarded in agent(command, work.actor).contracts]
    known = {number: action for number in numbers if (action := work.state_of(number))}
    people = await _named_by(work, known.values())
    decisions, answer = contract.import_contracts(command, known, people, work.at)
    for decision in decisions:
        work.keep(decision, decision.state.number)
    work.emit(answer)


async def withdraw_contract(work: Work[Action], command: WithdrawContract) -> None:
    """A contract on which nobody has worked is taken back (ACT-1)."""
    work.keep(contract.withdraw(agent(work.state, work.actor), command))


async def unlock_dates(work: Work[Action], command: UnlockDates) -> None:
    """One more validation of dates and periods (DAT-3)."""
    work.keep(dates.unlock_dates(agent(work.state, work.actor), command, work.envelope.id))


async def unlock_trainee(work: Work[Action], command: UnlockTrainee) -> None:
    """One change of the sheet of a trainee who has entered (TRN-5)."""
    work.keep(trainee.unlock_trainee(agent(work.state, work.actor), command, work.envelope.id))


async def unlock_trainers(work: Work[Action], command: UnlockTrainers) -> None:
    """One change of the list of trainers (TRA-1)."""
    work.keep(trainers.unlock_trainers(agent(work.state, work.actor), command, work.envelope.id))


async def grant_request(work: Work[Action], command: GrantRequest) -> None:
    """What is asked is unlocked, or changed, or `declarations` is asked for an amendment (REQ-2, DAT-4)."""
    action = agent(work.state, work.actor)
    people = await store.people(work.connection, grants.named(action, command.request_id))
    work.keep(grants.grant(action, command, _asker(work), people, paris_day(work.at)))


async def refuse_request(work: Work[Action], command: RefuseRequest) -> None:
    """A request is refused, with a reason (REQ-1)."""
    work.keep(requests.refuse(agent(work.state, work.actor), command, work.envelope.id))


async def take_back_unlocking(work: Work[Action], command: TakeBackUnlocking) -> None:
    """What was unlocked and has not been changed is locked again (REQ-2)."""
    work.keep(grants.take_back(agent(work.state, work.actor), command))


# The Region's programme system


async def from_programme(work: Work[Action], record: Record) -> None:
    """The programme system awards, replaces or withdraws, and is answered; whatever is wrong with it, it is refused (ACT-1)."""
    asked, action = programme.read(record.key, record.body), work.state_of(work.keys[0])
    work.at = programme.instant(work.at, action)
    if isinstance(asked, ContractAward):
        people = await _named_by(work, [action] if action else [])
        decisions, outcome = programme.award(asked, action, people, work.at)
    else:
        decisions, outcome = programme.withdraw(action)
    for decision in decisions:
        work.keep(decision)
    _tell_programme(work, record, outcome, asked.ask)


async def refuse_programme(work: Work[Action], record: Record, refusal: Refusal) -> None:
    """A refusal is told with what could be read of the record (ACT-1)."""
    work.at = programme.instant(work.at, work.state_of(work.keys[0]))
    _tell_programme(work, record, "refused", programme.ask_of(record.key, record.body), refusal)


def _tell_programme(work: Work[Action], record: Record, outcome: Replied, ask: Ask | None, refusal: Refusal | None = None) -> None:
    """The log, after what was decided, and the programme system itself."""
    reply = programme.reply(record.key, outcome, ask, work.position, refusal)
    if said := programme.told(reply, refusal):
        work.emit(said, key=work.keys[0])
    work.publish(REPLIES, reply.contract_number or UNREADABLE, reply)


# The organisation's commands


async def validate_dates(work: Work[Action], command: ValidateDates) -> None:
    """Dates and periods are validated, and locked (DAT-2, DAT-3)."""
    work.keep(dates.validate_dates(holder(work.state, work.actor), command))


async def register_trainee(work: Work[Action], command: RegisterTrainee) -> None:
    """A new trainee, within the contract's ceilings (TRN-1, TRN-2, TRN-4)."""
    action = holder(work.state, work.actor)
    sheets = await store.sheets(work.connection, action.number, action.counted)
    work.keep(trainee.register(action, command, made_id(action.number, work.envelope.id), sheets, paris_day(work.at)))


async def register_trainees(work: Work[Action], command: RegisterTrainees) -> None:
    """Several new trainees, all or none (TRN-8)."""
    action = holder(work.state, work.actor)
    sheets = await store.sheets(work.connection, action.number, action.counted)
    work.keep(trainee.register_all(action, command, work.envelope.id, sheets, paris_day(work.at)))


async def change_trainee(work: Work[Action], command: ChangeTrainee) -> None:
    """Another version of a sheet, or `declarations` is asked about its pathway (TRN-2 to TRN-5)."""
    work.keep(trainee.change(holder(work.state, work.actor), command, _asker(work), paris_day(work.at)))


async def remove_trainee(work: Work[Action], command: RemoveTrainee) -> None:
    """A trainee is taken off the list, or `declarations` is asked (TRN-5)."""
    work.keep(trainee.remove(holder(work.state, work.actor), command, _asker(work)))


async def confirm_entry_dates(work: Work[Action], command: ConfirmEntryDates) -> None:
    """Entry dates are confirmed, or `declarations` is asked (TRN-6, TRN-9)."""
    action = holder(work.state, work.actor)
    sheets = await store.sheets(work.connection, action.number, [entry.trainee_id for entry in command.entries])
    work.keep(entries.confirm_entries(action, command, sheets, _asker(work)))


async def confirm_trainers(work: Work[Action], command: ConfirmTrainers) -> None:
    """The list of trainers holds (TRA-1)."""
    work.keep(trainers.confirm_trainers(holder(work.state, work.actor), command))


async def save_trainers(work: Work[Action], command: SaveTrainers) -> None:
    """Another list of trainers, once per unlocking (TRA-1)."""
    action = holder(work.state, work.actor)
    sheets = await store.trainers(work.connection, [trainer.id for trainer in action.trainers])
    work.keep(trainers.save_trainers(action, command, work.envelope.id, sheets))


async def request_change(work: Work[Action], command: RequestChange) -> None:
    """The Region is asked to have something changed that is locked (REQ-1)."""
    action = holder(work.state, work.actor)
    people = await store.people(work.connection, asking.about(action, command.change))
    work.keep(asking.request_change(action, command, made_id(action.number, work.envelope.id), people, paris_day(work.at)))


async def withdraw_request(work: Work[Action], command: WithdrawRequest) -> None:
    """It asks no more (REQ-1)."""
    work.keep(requests.withdraw(holder(work.state, work.actor), command))


async def open_action(work: Work[Action], command: OpenAction) -> None:
    """The action is open, and its trainees have entered (OPN-1 to OPN-3)."""
    work.keep(opening.open_action(holder(work.state, work.actor), command, paris_day(work.at)))


async def declare_non_opening(work: Work[Action], command: DeclareNonOpening) -> None:
    """The action does not take place (OPN-4)."""
    work.keep(opening.decline(holder(work.state, work.actor), command))


async def close_action(work: Work[Action], command: CloseAction) -> None:
    """`declarations` is asked whether the action can be closed (CLO-1)."""
    work.keep(closing.request_closing(holder(work.state, work.actor), command, _asker(work), paris_day(work.at)))


# What `declarations` answers, and `billing` says


async def on_entry_granted(work: Work[Action], event: EntryGranted) -> None:
    """The trainees have entered, or never came (TRN-6, TRN-9)."""
    action, command_id = asks.settle(work.known, EntryRequested.TYPE)
    sheets = await store.sheets(work.connection, action.number, [entry.trainee_id for entry in event.entries])
    work.keep(entries.entered(action, event.entries, sheets))
    work.answer(command_id)


async def on_removal_granted(work: Work[Action], event: RemovalGranted) -> None:
    """A trainee without hours is off the list (TRN-5)."""
    action, command_id = asks.settle(work.known, RemovalRequested.TYPE)
    work.keep(trainee.take_off(action, event.trainee_id))
    work.answer(command_id)


async def on_pathway_granted(work: Work[Action], event: PathwayGranted) -> None:
    """The sheet has its pathway (TRN-3)."""
    action, command_id = asks.settle(work.known, PathwayRequested.TYPE)
    people = await store.people(work.connection, [event.sheet.id])
    work.keep(trainee.agreed(action, event, grants.sheet_of(people, event.sheet.id)))
    work.answer(command_id)


async def on_closing_granted(work: Work[Action], event: ClosingGranted) -> None:
    """The action is closed (CLO-1)."""
    action, command_id = asks.settle(work.known, ClosingRequested.TYPE)
    work.keep(closing.close(action, event.actual_end))
    work.answer(command_id)


async def on_amendment_granted(work: Work[Action], event: AmendmentGranted) -> None:
    """The planned dates are others from now on (REQ-3, REQ-4)."""
    action, command_id = asks.settle(work.known, AmendmentRequested.TYPE)
    work.keep(amendments.amend(action, event, paris_day(work.at)))
    work.answer(command_id)


async def on_erasure_due(work: Work[Action], event: ErasureDue) -> None:
    """The years of keeping are over, `billing` says: everybody is erased (PRV-1)."""
    erased = await store.erase(work.connection, work.key)
    work.keep(erasure.erase(work.known, event, erased.values()))
    work.erase(erased)


async def on_ask_refused(work: Work[Action], event: AskRefused) -> None:
    """Nothing changes, and the command's answer says why."""
    action, command_id = asks.settle(work.known, event.asked)
    work.keep(Decision(action))
    work.answer(command_id, *event.faults)


async def _named_by(work: Work[Action], actions: Iterable[Action]) -> dict[str, PersonalRecord]:
    """The records of whom these contracts name."""
    ids = [id_ for action in actions for id_ in (action.agent.id, *(trainer.id for trainer in action.trainers))]
    return await store.people(work.connection, ids)


def _asker(work: Work[Action]) -> Asker:
    """The command that is being handled, should it have to wait for `declarations`."""
    return Asker(work.envelope.id, work.at)
