"""What an agent writes freely goes to the people's table and topic, never into an event (PRV-1)."""

from uuid import UUID

from contracts.personal import TextRecord, record_id
from contracts.refusals.actions import ReasonMissing

from .action import Action


def written(action: Action, reason: str, command_id: UUID) -> TextRecord:
    """The record of why an agent unlocked something by this command. Raises ReasonMissing for an empty text (DAT-3)."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return TextRecord(id=record_id(action.number, command_id), version=1, contract_number=action.number, text=reason.strip())
