"""What an action was known to be on a day: contract, trainees, hours, account (ACC-8), read as the pages of today read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from asyncpg import Pool
from litestar.exceptions import NotFoundException

from contracts.declarations import Line
from contracts.month import Month
from gateway.areas.action.life import Life, life_of
from gateway.areas.action.queries.account import Account, load_account
from gateway.areas.action.queries.actions import load_action
from gateway.areas.action.queries.trainees import TraineeRow, load_trainees
from gateway.web.known_on import Known, reading
from gateway.web.session import Viewer
from gateway.words.french import sortable


@dataclass(frozen=True, slots=True)
class HoursOf:
    """A trainee's line of a month, as it had been saved last."""

    name: str
    line: Line
    complete: bool


@dataclass(frozen=True, slots=True)
class Past:
    """An action as it was known; its life is that of the day."""

    life: Life
    trainees: Sequence[TraineeRow]
    hours: Sequence[tuple[Month, Sequence[HoursOf]]]
    """By month, in order."""
    account: Account


async def load_past(db: Pool, viewer: Viewer, known: Known, contract_number: str, day: date) -> Past | None:
    """An action of the viewer's as it was known on `day`; None when it was not yet theirs, or not awarded. Raises Gone."""
    async with reading(db, known) as then:
        try:
            action = await load_action(then, viewer, contract_number)
        except NotFoundException:
            return None
        return Past(
            life_of(action, day),
            await load_trainees(then, viewer, contract_number),
            await load_hours(then, viewer, contract_number),
            await load_account(then, viewer, action),
        )


async def load_hours(db: Pool, viewer: Viewer, contract_number: str) -> list[tuple[Month, list[HoursOf]]]:
    """Every line of hours of an action of the viewer's, by month, then by name."""
    rows = await db.fetch(
        """
        SELECT l.month, l.line, l.complete, concat_ws(' ', p.body ->> 'last_name', p.body ->> 'first_name') AS name
        FROM lines l JOIN actions a USING (contract_number)
            LEFT JOIN people p ON p.id = l.contract_number || '/' || l.trainee_id AND p.kind = 'trainee'
        WHERE l.contract_number = $1 AND ($2 OR a.siret = $3)
        ORDER BY l.month, l.trainee_id
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    lines = [
        (Month(row["month"]), HoursOf(row["name"] or "Stagiaire", Line.model_validate_json(row["line"]), row["complete"])) for row in rows
    ]
    by_month = groupby(lines, key=lambda line: line[0])
    return [(month, sorted((hours for _, hours in of), key=lambda hours: sortable(hours.name))) for month, of in by_month]
