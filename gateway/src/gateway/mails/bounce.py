"""A mail that says that one of ours did not arrive (RFC 3464): which one, to whom, and with which code. Pure.

Strangers can send anything to a mailbox: a report counts when it names the Message-ID of a mail of ours, which nobody knows who was not
sent it.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from uuid import UUID

MOST = 1_000_000
"""Bytes that are looked at: what comes back holds at most our mail, which is small."""
UNDELIVERED = 550
"""The code of a report that names none."""
STATUS = re.compile(r"\s*5\.\d{1,3}\.\d{1,3}\b")
CODE = re.compile(r"\b(5\d\d)\b")
OURS = re.compile(r"\s*<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")


@dataclass(frozen=True, slots=True)
class Bounce:
    """The id of our mail, the address to which it went, and the server's code, 5xx."""

    mail_id: UUID
    address: str
    code: int


def read(raw: bytes) -> Bounce | None:
    """What a report says; None when it is none, is about no mail of ours, or about one that is only late."""
    try:
        report = message_from_bytes(raw[:MOST])
    except RecursionError:  # parts in parts in parts
        return None
    if report.get_content_type() != "multipart/report" or not report.is_multipart():
        return None
    parts = {part.get_content_type(): part for part in report.get_payload() if isinstance(part, Message)}
    said, returned = parts.get("message/delivery-status"), _headers(parts)
    if said is None or returned is None:
        return None
    code = _code(said)
    ours = OURS.match(_text(returned, "Message-ID"))
    address = parseaddr(_text(returned, "To"))[1]
    return Bounce(UUID(ours[1]), address, code) if code and ours and address else None


def _headers(parts: dict[str, Message]) -> Message | None:
    """Those of our mail, which a report gives back, with or without its text."""
    if whole := parts.get("message/rfc822"):
        inner = whole.get_payload()
        return inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None
    alone = parts.get("text/rfc822-headers")
    raw = alone.get_payload(decode=True) if alone else None
    return message_from_bytes(raw) if isinstance(raw, bytes) else None


def _code(said: Message) -> int | None:
    """Of the first recipient to whom it is not delivered for good."""
    blocks = said.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and _text(block, "Action").strip().lower() == "failed" and STATUS.match(_text(block, "Status")):
            found = CODE.search(_text(block, "Diagnostic-Code"))
            return int(found[1]) if found else UNDELIVERED
    return None


def _text(part: Message, name: str) -> str:
    """A header as text, whatever stands in it."""
    return str(part.get(name, ""))
