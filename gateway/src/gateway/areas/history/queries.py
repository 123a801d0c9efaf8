"""What was done on the viewer's actions: a page of it, all of it for a file, and by whom (ACC-8)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import LiteralString, cast
from uuid import UUID

from asyncpg import Pool

from chassis.db import Connection
from contracts import identity
from gateway.told.history import LATEST, TYPES, WHAT, WITH_WORDS, Act, act_of
from gateway.web.downloads import CHUNK, Parts
from gateway.web.listing import PER_PAGE, Asked, Page
from gateway.web.session import Viewer

from .asking import Wanted

MOST_LISTED = 10_000
"""Acts that a list is paged through."""
MOST_EXPORTED = {"csv": 100_000, "xlsx": 25_000}
"""Acts of a file, which is written in less than half a minute: who wants more asks for less at a time."""
OF_ACTIONS = [kind for kind in TYPES if not kind.startswith(f"{identity.__name__.rpartition('.')[2]}.")]
"""The types of what is done on actions; what is done of accounts stands on their own pages."""
KINDS: Mapping[str, LiteralString] = {
    "": "",
    "action": " AND h.trainee IS NULL AND h.invoice IS NULL AND h.months = '{}'",
    "stagiaires": " AND h.trainee IS NOT NULL",
    "mois": " AND h.months <> '{}' AND h.invoice IS NULL",
    "factures": " AND h.invoice IS NOT NULL",
}
"""The condition of each kind of `asking.KINDS`."""
MATCHING: LiteralString = """
    FROM history h
    WHERE h.at >= $2 AND h.at < $3 AND h.type = ANY($4) AND ($5::text IS NULL OR h.role = $5) AND ($6::text IS NULL OR h.actor = $6)
      AND ($7::uuid IS NULL OR h.trainee = $7) AND ($8::text IS NULL OR h.months @> ARRAY[$8]) AND ($9::uuid IS NULL OR h.invoice = $9)
      AND """
THEIRS: LiteralString = "h.key = ANY($1::text[])"
EVERYBODYS: LiteralString = "$1::text[] IS NULL AND ($6::text IS NULL OR h.role <> 'organisation')"
"""Among all actions at once, only the Region's people are sought by name: an index knows them."""
EARLIEST: LiteralString = LATEST.replace(" DESC", "")


@dataclass(frozen=True, slots=True)
class Search:
    """What is sought: in the actions with these contract numbers (None: in all, of which only an agent asks), and what it must be like."""

    keys: Sequence[str] | None
    wanted: Wanted

    @property
    def values(self) -> tuple[object, ...]:
        """What `matching` is given."""
        of = self.wanted
        actor = str(of.actor) if of.actor else None
        return self.keys, of.since, of.until, OF_ACTIONS, of.role, actor, of.trainee, of.month, of.invoice

    @property
    def matching(self) -> LiteralString:
        """FROM and WHERE."""
        return MATCHING + (EVERYBODYS if self.keys is None else THEIRS) + KINDS[self.wanted.kind]


async def find_search(db: Pool, viewer: Viewer, wanted: Wanted, asked: Asked, contract_number: str | None) -> Search:
    """The search of this viewer: in one action of theirs, or in all that match the words; another's is in none (ACC-6)."""
    if viewer.is_agent and contract_number is None and not asked.patterns:
        return Search(None, wanted)
    rows = await db.fetch(
        """
        SELECT contract_number FROM actions
        WHERE ($1 OR siret = $2) AND ($3::text IS NULL OR contract_number = $3) AND sought LIKE ALL ($4::text[])
        """,
        viewer.is_agent,
        viewer.siret,
        contract_number,
        asked.patterns,
    )
    return Search([row["contract_number"] for row in rows], wanted)


@asynccontextmanager
async def _planning(db: Pool) -> AsyncIterator[Connection]:
    """A connection that plans each statement for its own values: by which index the history is read depends on how many actions match."""
    async with db.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
        yield cast(Connection, connection)


async def _count(connection: Connection, search: Search, most: int) -> int:
    """How many acts match; not beyond one more than `most`."""
    counting = "SELECT count(*) FROM (SELECT" + search.matching + " LIMIT $10) AS found"
    count: int = await connection.fetchval(counting, *search.values, most + 1)
    return count


async def list_acts(db: Pool, viewer: Viewer, asked: Asked, wanted: Wanted, contract_number: str | None) -> Page[Act]:
    """A page of what was done on one action of the viewer's, or on all of them, latest first; its count ends at `MOST_LISTED` and one."""
    search = await find_search(db, viewer, wanted, asked, contract_number)
    async with _planning(db) as connection:
        count = await _count(connection, search, MOST_LISTED)
        rows = await connection.fetch(
            WHAT + "FROM (SELECT h.*" + search.matching + LATEST + " LIMIT $10 OFFSET $11) AS h" + WITH_WORDS + LATEST,
            *search.values,
            PER_PAGE if asked.offset < MOST_LISTED else 0,
            asked.offset,
        )
    return Page(asked, [act_of(row) for row in rows], count)


async def is_too_much(db: Pool, viewer: Viewer, asked: Asked, wanted: Wanted, contract_number: str | None, most: int) -> bool:
    """Whether more than `most` acts match, of the viewer's."""
    search = await find_search(db, viewer, wanted, asked, contract_number)
    async with _planning(db) as connection:
        return await _count(connection, search, most) > most


async def read_acts(db: Pool, viewer: Viewer, asked: Asked, wanted: Wanted, contract_number: str | None) -> Parts[Act]:
    """All that match, of the viewer's, in the order in which they happened, some at a time."""
    search = await find_search(db, viewer, wanted, asked, contract_number)
    following = search.matching + ' AND (h.at, h."offset", h.event_id, h.place) > ($10, $11, $12, $13)' + EARLIEST + " LIMIT $14"
    last: tuple[object, ...] = (wanted.since, -1, UUID(int=0), 0)
    while True:
        async with _planning(db) as connection:
            rows = await connection.fetch(
                WHAT + "FROM (SELECT h.*" + following + ") AS h" + WITH_WORDS + EARLIEST, *search.values, *last, CHUNK
            )
        yield map(act_of, rows)
        if len(rows) < CHUNK:
            return
        last = tuple(rows[-1][name] for name in ("at", "offset", "event_id", "place"))


async def load_people(db: Pool, viewer: Viewer, contract_number: str | None) -> list[tuple[str, str]]:
    """Ids and names of those by whom the history can be filtered: who did something on this action of the viewer's; otherwise the viewer's
    own colleagues.
    """
    rows = await db.fetch(
        """
        SELECT c.user_id::text AS id, p.body ->> 'name' AS name
        FROM accounts c JOIN people p ON p.id = c.person
        WHERE CASE WHEN $1::text IS NULL THEN c.siret IS NOT DISTINCT FROM $3 ELSE c.user_id::text IN (
            SELECT h.actor FROM history h JOIN actions a ON a.contract_number = h.key WHERE h.key = $1 AND ($2 OR a.siret = $3)
        ) END
        ORDER BY sortable(p.body ->> 'name'), id
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    return [(row["id"], row["name"]) for row in rows]
