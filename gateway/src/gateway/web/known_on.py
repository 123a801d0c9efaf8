"""An action as it was known at the end of a day: asked for here, folded by the worker (`worker.known_on`), and read here with the queries
that read it as it is now.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from asyncpg import Pool, UndefinedTableError

from .session import Viewer

ASKED = "known_on"
"""The channel on which the worker hears that something is asked for."""
MOST_ATTEMPTS = 3
"""How often the worker tries to fold it."""
MOST_OF_ONE, MOST = 10, 60
"""How many are kept at once, asked for by one user, and by all: each is a schema of the database, for an hour."""


class Gone(Exception):
    """It has been thrown away meanwhile."""


@dataclass(frozen=True, slots=True)
class Known:
    """An action on a day, as somebody asked for it: ready, given up, or still being folded, so far of so many records of the log."""

    number: int
    asked_at: datetime
    done: int
    total: int
    is_ready: bool
    is_given_up: bool


def schema_of(number: int) -> str:
    """The schema into which it is folded."""
    return f"known_{number:d}"


async def ask_for(db: Pool, viewer: Viewer, contract_number: str, day: date) -> bool:
    """Asks the worker for an action of the viewer's as it was known on `day`, unless somebody has already. False: too many are kept."""
    asked: bool = await db.fetchval(
        """
        WITH asked AS (
            INSERT INTO known_on (contract_number, day, asked_by)
            SELECT contract_number, $2, $3 FROM actions
            WHERE contract_number = $1 AND ($4 OR siret = $5)
              AND (SELECT count(*) FROM known_on WHERE asked_by = $3) < $6 AND (SELECT count(*) FROM known_on) < $7
            ON CONFLICT DO NOTHING RETURNING pg_notify($8, '')
        )
        SELECT EXISTS (SELECT FROM asked) OR EXISTS (SELECT FROM known_on WHERE contract_number = $1 AND day = $2)
        """,
        contract_number,
        day,
        viewer.user_id,
        viewer.is_agent,
        viewer.siret,
        MOST_OF_ONE,
        MOST,
        ASKED,
    )
    return asked


async def find_known(db: Pool, viewer: Viewer, contract_number: str, day: date) -> Known | None:
    """An action of the viewer's on that day, as far as it is folded; None when nobody has asked, or it was thrown away."""
    row = await db.fetchrow(
        """
        SELECT number, asked_at, done, total, ready_at IS NOT NULL AS is_ready, ready_at IS NULL AND attempts >= $5 AS is_given_up
        FROM known_on JOIN actions USING (contract_number) WHERE contract_number = $1 AND day = $2 AND ($3 OR siret = $4)
        """,
        contract_number,
        day,
        viewer.is_agent,
        viewer.siret,
        MOST_ATTEMPTS,
    )
    return Known(**row) if row else None


@asynccontextmanager
async def reading(db: Pool, known: Known) -> AsyncIterator[Pool]:
    """The database as it was known then, for whatever reads it as it is: every table is that of its schema, and no other can be named.

    Raises Gone.
    """
    async with db.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SELECT set_config('search_path', $1, true)", schema_of(known.number))
        try:
            await connection.execute("SELECT FROM actions")  # from here on nobody can throw it away
        except UndefinedTableError:
            raise Gone from None
        yield cast(Pool, connection)
