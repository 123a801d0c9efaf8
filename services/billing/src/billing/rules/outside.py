"""What the finance system sends and is answered (FIN-2, FIN-3): told apart by content, refused with a code and a sentence."""

from datetime import datetime
from typing import get_args

from pydantic import ValidationError

from contracts.account.ledger import Issued
from contracts.finance import InvoiceDecision, Payment, Reply, ReplyCode
from contracts.outside import sentence
from contracts.refusals import Refusal
from contracts.refusals.billing import Unreadable

_CODES: dict[str, ReplyCode] = {code: code for code in get_args(ReplyCode)}


def read(body: bytes | None) -> InvoiceDecision | Payment:
    """The decision or the payment in a record's body. Raises Unreadable with the fields in which it is nearest to one of them, or with
    those that make it both: nobody could say which is meant.
    """
    messages: list[InvoiceDecision | Payment] = []
    wrong: list[tuple[int, list[str]]] = []
    for kind in (InvoiceDecision, Payment):
        try:
            message = kind.parse(body or b"")
        except ValidationError as error:
            faults = error.errors(include_url=False)
            missing = sum(fault["type"] == "missing" for fault in faults)
            wrong.append((missing, [str(fault["loc"][0]) if fault["loc"] else "JSON" for fault in faults]))
        else:
            if b"\\u0000" in message.body():  # PostgreSQL keeps no text with a zero byte.
                wrong.append((0, ["\\u0000"]))
            else:
                messages.append(message)
    if len(messages) == 1:
        return messages[0]
    fields = ["decision", "reference"] if messages else min(wrong)[1]
    raise Unreadable(fields=", ".join(fields))


def readable(body: bytes | None) -> InvoiceDecision | Payment | None:
    """As `read`; None for what is unreadable."""
    try:
        return read(body)
    except Unreadable:
        return None


def instant(day_began: datetime | None, invoice: Issued) -> datetime:
    """The time of what a stranger says of `invoice`: the beginning of the last day that began, or later what was said of it (T-1)."""
    said = invoice.decided_at or invoice.issued_at
    return max(day_began, said) if day_began else said


def reply(asked: InvoiceDecision | Payment | None, refusal: Refusal | None, partition: int, offset: int) -> Reply:
    """The answer to one record, by its place: recorded, or refused and why."""
    return Reply(
        outcome="refused" if refusal else "recorded",
        code=_CODES[refusal.code()] if refusal else None,
        reason=sentence(refusal) if refusal else None,
        invoice_id=asked.invoice_id if asked else None,
        reference=asked.reference if isinstance(asked, Payment) else None,
        partition=partition,
        offset=offset,
    )
