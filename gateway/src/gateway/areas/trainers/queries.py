"""The trainers of a contract (TRA-1)."""

from dataclasses import dataclass
from decimal import Decimal

from asyncpg import Pool

from contracts.personal import TrainerSheet
from gateway.areas.action.action import Action


@dataclass(frozen=True, slots=True)
class Trainers:
    """The contract's trainers, in its order (TRA-1)."""

    sheets: tuple[TrainerSheet, ...]

    @property
    def hours(self) -> Decimal:
        """The hours that they give, all together."""
        return sum((sheet.hours for sheet in self.sheets), Decimal(0))


async def load_trainers(db: Pool, action: Action) -> Trainers:
    """Who teaches (TRA-1)."""
    rows = await db.fetch("SELECT id, body FROM people WHERE id = ANY($1) AND kind = 'trainer'", list(action.trainers))
    found = {row["id"]: TrainerSheet.model_validate_json(row["body"]) for row in rows}
    return Trainers(tuple(found[trainer] for trainer in action.trainers if trainer in found))
