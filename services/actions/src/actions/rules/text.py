"""What somebody writes freely goes to the people's table and topic, never into an event (PRV-1)."""

from uuid import UUID

from contracts.personal import TextRecord, record_id
from contracts.refusals.actions import ReasonMissing

from .action import Action


def written(action: Action, reason: str, id_: UUID) -> TextRecord:
    """The record of why an agent unlocked or refused something, by the id of the command, or why something is asked, by the request's.

    Raises ReasonMissing for an empty text (DAT-3, REQ-1).
    """
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return TextRecord(id=record_id(action.number, id_), version=1, contract_number=action.number, text=reason.strip())
