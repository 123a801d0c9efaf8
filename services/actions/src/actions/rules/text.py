"""What an agent writes freely goes to the people's table and topic, never into an event (PRV-1)."""

from contracts.personal import TextRecord
from contracts.refusals.actions import ReasonMissing

from .action import Action


def written(action: Action, reason: str, text_id: str) -> TextRecord:
    """The record of why an agent unlocked something. Raises ReasonMissing for an empty text (DAT-3)."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    return TextRecord(id=text_id, version=1, contract_number=action.number, text=reason.strip())
