"""Whom to call, who teaches, what somebody wrote: the people and texts beside an action."""

import json
from dataclasses import dataclass
from decimal import Decimal

from asyncpg import Pool

from contracts.personal import AgentContact, TrainerSheet

from .action import Action


@dataclass(frozen=True, slots=True)
class Trainers:
    """The contract's trainers, in its order (TRA-1)."""

    sheets: tuple[TrainerSheet, ...]

    @property
    def hours(self) -> Decimal:
        """The hours that they give, all together."""
        return sum((sheet.hours for sheet in self.sheets), Decimal(0))


async def load_contact(db: Pool, action: Action) -> AgentContact | None:
    """The agent in charge of the action; None until their record has come."""
    found = await db.fetchval("SELECT body FROM people WHERE id = $1 AND kind = 'agent'", action.agent_id)
    return AgentContact.model_validate_json(found) if found else None


async def load_text(db: Pool, action: Action, text_id: str | None) -> str:
    """What an agent wrote about the action; nothing when there is no such text."""
    found = await db.fetchval(
        "SELECT body FROM people WHERE id = $1 AND kind = 'text' AND contract_number = $2", text_id, action.contract_number
    )
    return str(json.loads(found)["text"]) if found else ""


async def load_trainers(db: Pool, action: Action) -> Trainers:
    """Who teaches (TRA-1)."""
    rows = await db.fetch("SELECT id, body FROM people WHERE id = ANY($1) AND kind = 'trainer'", list(action.trainers))
    found = {row["id"]: TrainerSheet.model_validate_json(row["body"]) for row in rows}
    return Trainers(tuple(found[trainer] for trainer in action.trainers if trainer in found))
