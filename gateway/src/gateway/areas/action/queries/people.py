"""Whom to call, who teaches, what somebody wrote: the people and texts beside an action."""

import json

from asyncpg import Pool

from contracts.personal import AgentContact

from ..action import Action


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
