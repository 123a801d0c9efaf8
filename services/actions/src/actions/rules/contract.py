"""Awarding contracts: a workbook's, whole or not at all, or the programme system's; replacing and withdrawing one that nobody has worked on
(ACT-1).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from chassis.decision import Decision
from contracts.answers import PersonalRef
from contracts.awards import (
    ActionAwarded,
    ActionWithdrawn,
    Contract,
    ContractReplaced,
    ContractsImported,
    ImportContracts,
    WithdrawContract,
)
from contracts.personal import AgentContact, AgentRecord, PersonalRecord, TrainerRecord, TrainerSheet, record_id
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.awards import ContractDiffers, ContractInUse, ContractTwice, ContractWithdrawn, MoreFaults, NoContract
from contracts.refusals.common import PeopleAreErased

from .action import Action, Person, Stage, Trainer, admit
from .contract_faults import wrong_contract
from .terms import Terms, terms_of

People = Mapping[str, PersonalRecord]
MOST_FAULTS = 5_000
"""Of one answer: a workbook that is wrong on every line must still fit into a Kafka record."""
MOST_NAMED = 3
"""Of the paths at which one contract differs: more than these is another contract."""
Content = Mapping[str, Any]
"""Every value of a contract under its path, `terms.centre.price`; a list's length under its own."""


def import_contracts(
    command: ImportContracts, known: Mapping[str, Action], people: People, at: datetime
) -> tuple[list[Decision[Action]], ContractsImported]:
    """What an import awards and replaces, and what it answers (ACT-1): a workbook's, or one contract of the programme system's.
    Idempotent by contract number: what is known is left alone.

    `known`: the actions of the numbers that have one; `people`: the records to which those refer. Raises every fault of every
    contract at once, `item` being the contract's number and `field` a path in the contract.
    """
    fresh: list[Contract] = []
    same: list[Contract] = []
    changed: list[Contract] = []
    for contract in command.contracts:
        action = known.get(contract.number)
        (fresh if action is None else same if _kept_content(action, people) == _content(contract) else changed).append(contract)
    refuse_all(_first([*_wrong_numbers(command, known), *_wrong_contents(command, fresh, changed, known, people)]))
    answer = ContractsImported(
        awarded=tuple(contract.number for contract in fresh),
        known=tuple(contract.number for contract in same),
        replaced=tuple(contract.number for contract in changed),
        check_only=command.check_only,
    )
    awarded = [] if command.check_only else [*fresh, *changed]
    return [_award(contract, known.get(contract.number), at) for contract in awarded], answer


def withdraw(action: Action, command: WithdrawContract) -> Decision[Action]:
    """Takes back a contract on which nothing was entered (ACT-1)."""
    if action.stage is not Stage.WITHDRAWN and not action.untouched:
        raise ContractInUse
    admit(action, command)
    return Decision(replace(action, stage=Stage.WITHDRAWN), (ActionWithdrawn(),))


def _award(contract: Contract, before: Action | None, at: datetime) -> Decision[Action]:
    """Ids follow from the number and the place in the list, so that they are the same again when the command is handled again."""
    number, award = contract.number, before.award + 1 if before else 1
    agent = AgentRecord(id=record_id(number, "agent"), version=award, contract_number=number, contact=contract.agent)
    trainers = [
        TrainerRecord(id=record_id(number, f"trainer-{index}"), version=award, contract_number=number, sheet=sheet)
        for index, sheet in enumerate(contract.trainers)
    ]
    refs = tuple(PersonalRef(id=trainer.id, version=award) for trainer in trainers)
    awarded = (ContractReplaced if before else ActionAwarded)(
        terms=contract.terms, agent=PersonalRef(id=agent.id, version=award), trainers=refs
    )
    listed = tuple(Trainer(trainer.id, trainer.version) for trainer in trainers)
    action = Action(number, terms_of(contract.terms), Person(agent.id), listed, award, awarded_at=at)
    return Decision(action, (awarded,), (agent, *trainers))


def _wrong_numbers(command: ImportContracts, known: Mapping[str, Action]) -> Iterator[Refusal]:
    if not command.contracts:
        yield NoContract()
    seen: set[str] = set()
    for contract in command.contracts:
        if contract.number in seen:
            yield ContractTwice(field="number", item=contract.number)
        elif contract.number in known and known[contract.number].stage is Stage.WITHDRAWN:
            yield ContractWithdrawn(field="number", item=contract.number)
        seen.add(contract.number)


def _wrong_contents(
    command: ImportContracts, fresh: list[Contract], changed: list[Contract], known: Mapping[str, Action], people: People
) -> Iterator[Refusal]:
    for contract in [*fresh, *changed] if command.replace else fresh:
        yield from wrong_contract(contract)
    for contract in changed:
        action = known[contract.number]
        if action.stage is Stage.WITHDRAWN:
            continue
        if action.erased_on:
            yield PeopleAreErased(day=action.erased_on, field="number", item=contract.number)
        elif not action.untouched:
            yield ContractInUse(field="number", item=contract.number)
        elif not command.replace:
            paths = _differences(_kept_content(action, people), _content(contract))
            yield ContractDiffers(field="number", item=contract.number, paths=tuple(paths[:MOST_NAMED]), count=len(paths))


def _first(faults: list[Refusal]) -> list[Refusal]:
    more = len(faults) - MOST_FAULTS
    return [*faults[:MOST_FAULTS], MoreFaults(count=more)] if more > 0 else faults


def _content(contract: Contract) -> Content:
    return _values(terms_of(contract.terms), contract.agent, contract.trainers)


def _kept_content(action: Action, people: People) -> Content | None:
    """The contract as it was awarded; None once its people are erased (PRV-1)."""
    agent = people.get(action.agent.id)
    trainers = [record.sheet for person in action.trainers if isinstance(record := people.get(person.id), TrainerRecord)]
    if not isinstance(agent, AgentRecord) or len(trainers) != len(action.trainers):
        return None
    return _values(action.terms, agent.contact, trainers)


def _values(terms: Terms, agent: AgentContact, trainers: Sequence[TrainerSheet]) -> Content:
    named = {"agent": agent.model_dump(), "trainers": tuple(sheet.model_dump() for sheet in trainers)}
    return dict(_leaves({"terms": asdict(terms), **named}))


def _differences(before: Content | None, after: Content) -> list[str]:
    """The paths at which a contract differs from what was awarded; a list's own where their lengths do, those of a part that only one of
    them has; none when nobody can tell.
    """
    if before is None:
        return []
    both = [path for path, value in after.items() if path in before and before[path] != value]
    return [*both, *_only_in(after, before), *_only_in(before, after)]


def _only_in(one: Content, other: Content) -> Iterator[str]:
    return (path for path in one if path not in other and other.get(path.rpartition(".")[0], "") is None)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        yield path, len(value)
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{index}")
    else:
        yield path, value
