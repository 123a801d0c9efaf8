"""What the programme system is answered, and by what it is seen that its sandbox was played."""

from collections.abc import Iterable, Iterator

from chassis.record import Record
from contracts.awards import ActionWithdrawn
from contracts.programme import ProgrammeReply

from ..exchanges import Answer


def facts(records: Iterable[Record]) -> Iterator[ActionWithdrawn]:
    """That an agent withdrew the contract of the sandbox's that is withdrawn."""
    for record in records:
        if (record.key, dict(record.headers).get("ce_type")) == (WITHDRAWN.encode(), ActionWithdrawn.TYPE.encode()):
            yield ActionWithdrawn.parse(record.body or b"")


def answer(record: Record) -> Answer:
    """A reply."""
    reply = ProgrammeReply.parse(record.body or b"")
    reasons = tuple((fault.code, f"{fault.reason} ({fault.field})" if fault.field else fault.reason) for fault in reply.faults)
    return Answer(reply.partition, reply.offset, reply.outcome, reasons, record.timestamp)


WITHDRAWN = "2026SBP06"
"""Taken back by an agent before the programme system comes."""
