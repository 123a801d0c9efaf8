"""The trainers of a contract (TRA-1)."""

from dataclasses import dataclass
from decimal import Decimal

from asyncpg import Pool

from contracts.personal import TrainerSheet
from contracts.requests import ListedTrainer
from gateway.web.session import Viewer


@dataclass(frozen=True, slots=True)
class Trainers:
    """The trainers of an action as they are listed, each with the id of their record (TRA-1)."""

    listed: tuple[ListedTrainer, ...]

    @property
    def sheets(self) -> tuple[TrainerSheet, ...]:
        """Who they are, in order."""
        return tuple(trainer.sheet for trainer in self.listed)

    @property
    def hours(self) -> Decimal:
        """The hours that they give, all together."""
        return sum((sheet.hours for sheet in self.sheets), Decimal(0))


async def load_trainers(db: Pool, viewer: Viewer, contract_number: str) -> Trainers:
    """Who teaches in an action of the viewer's (TRA-1)."""
    rows = await db.fetch(
        """
        SELECT people.id, body FROM actions CROSS JOIN unnest(trainers) WITH ORDINALITY AS listed (id, place)
        JOIN people ON people.contract_number = actions.contract_number AND people.id = listed.id AND kind = 'trainer'
        WHERE actions.contract_number = $1 AND ($2 OR siret = $3) ORDER BY place
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    return Trainers(tuple(ListedTrainer(id=row["id"], sheet=TrainerSheet.model_validate_json(row["body"])) for row in rows))
