"""What the Region's programme system asks and is answered (ACT-1): read by content, decided as an import is, refused with sentences."""

import re
from datetime import datetime

from pydantic import ValidationError
from pydantic_core import from_json

from chassis.decision import Decision
from contracts.awards import Ask, ImportContracts, ProgrammeAnswered, WithdrawContract
from contracts.envelope import Position
from contracts.outside import contract_of, sentence
from contracts.programme import ASKED, MOST_BYTES, MOST_FAULTS, MOST_LISTED, Asked, ContractAward, ProgrammeFault, ProgrammeReply, Replied
from contracts.refusals import Refusal, Refusals
from contracts.refusals.programme import FieldUnreadable, KeyDiffers, MessageTooLarge, MessageUnreadable, NothingToWithdraw

from . import contract
from .action import Action, Stage
from .contract import People

ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""PostgreSQL keeps no text with a zero byte."""


def read(key: bytes | None, body: bytes | None) -> Asked:
    """What a record asks. Raises every fault that keeps it from being read at once, each with its path in the body."""
    body = body or b""
    if len(body) > MOST_BYTES or _longest(_document(body)) > MOST_LISTED:
        raise MessageTooLarge(bytes=MOST_BYTES, listed=MOST_LISTED)
    try:
        asked = ASKED.validate_json(body)
    except ValidationError as error:
        raise _unreadable(error) from error
    if contract_of(key) != asked.number:
        raise KeyDiffers(field="number")
    return asked


def _document(body: bytes) -> object:
    try:
        document: object = from_json(body)
    except ValueError as error:
        raise MessageUnreadable from error
    if ZERO.search(body):
        raise MessageUnreadable
    return document


def _longest(document: object) -> int:
    """The length of its longest list: each element of a wrong one is some faults, which nobody would read."""
    if isinstance(document, dict):
        return max(map(_longest, document.values()), default=0)
    return max(len(document), *map(_longest, document), 0) if isinstance(document, list) else 0


def _unreadable(error: ValidationError) -> Refusal:
    """The first part of a path says which kind of message was read; without a path there was none."""
    paths = [".".join(map(str, fault["loc"][1:])) for fault in error.errors(include_url=False, include_context=False, include_input=False)]
    if not all(paths):
        return MessageUnreadable()
    return Refusals([FieldUnreadable(field=path) for path in paths])


def ask_of(key: bytes | None, body: bytes | None) -> Ask | None:
    """What a record asks, as far as it can be read."""
    try:
        return read(key, body).ask
    except Refusal:
        return None


def instant(day_began: datetime, action: Action | None) -> datetime:
    """The time of what a stranger says of a contract: the beginning of the last day that began, or later its award (T-1)."""
    return max(day_began, action.awarded_at) if action and action.awarded_at else day_began


def award(asked: ContractAward, action: Action | None, people: People, at: datetime) -> tuple[list[Decision[Action]], Replied]:
    """A contract is awarded, or takes the place of the one that is known, exactly as if a workbook of this one contract were imported.

    Raises every fault of the contract at once.
    """
    imported = ImportContracts(contracts=(asked,), replace=asked.ask == "replace")
    decisions, answer = contract.import_contracts(imported, {action.number: action} if action else {}, people, at)
    return decisions, "awarded" if answer.awarded else "replaced" if answer.replaced else "known"


def withdraw(action: Action | None) -> tuple[list[Decision[Action]], Replied]:
    """A contract is taken back, as an agent would. Raises the refusal that is its reply."""
    if action is None:
        raise NothingToWithdraw(field="number")
    if action.stage is Stage.WITHDRAWN:
        return [], "known"
    return [contract.withdraw(action, WithdrawContract())], "withdrawn"


def reply(key: bytes | None, outcome: Replied, ask: Ask | None, place: Position, refusal: Refusal | None = None) -> ProgrammeReply:
    """The answer to one record, by its place, in sentences."""
    refusals = _each(refusal)
    return ProgrammeReply(
        outcome=outcome,
        ask=ask,
        contract_number=contract_of(key),
        faults=tuple(ProgrammeFault(code=one.code(), reason=sentence(one), field=one.field) for one in refusals[:MOST_FAULTS]),
        more=max(len(refusals) - MOST_FAULTS, 0),
        partition=place.partition,
        offset=place.offset,
    )


def told(replied: ProgrammeReply, refusal: Refusal | None = None) -> ProgrammeAnswered | None:
    """The same for the log, in codes; nothing of what was done already: a system may send all of its contracts again each night."""
    if replied.outcome == "known":
        return None
    return ProgrammeAnswered(
        outcome=replied.outcome,
        ask=replied.ask,
        contract_number=replied.contract_number,
        faults=tuple(fault for one in _each(refusal)[:MOST_FAULTS] for fault in one.faults()),
        more=replied.more,
    )


def _each(refusal: Refusal | None) -> list[Refusal]:
    if refusal is None:
        return []
    return list(refusal.refusals) if isinstance(refusal, Refusals) else [refusal]
