"""What the Region's programme system sent, and what came of each message, as agents list it: filtered and paged by the database (ACT-1)."""

import json
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import LiteralString, get_args

from asyncpg import Pool, Record

from contracts.answers import Fault
from contracts.awards import Outcome
from contracts.month import paris_day
from gateway.web.downloads import Parts, read_all
from gateway.web.listing import PER_PAGE, Asked, Page
from gateway.web.session import Viewer
from gateway.web.visit import Visit
from gateway.words.refusals import sentence

from .workbook.columns import CONTRACTS, cell_of

ASKS: Mapping[str | None, str] = {"award": "Attribuer", "replace": "Remplacer", "withdraw": "Retirer", None: "Illisible"}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "awarded": ("ok", "Attribué"),
    "replaced": ("warn", "Remplacé"),
    "withdrawn": ("mute", "Retiré"),
    "refused": ("bad", "Refusé"),
}
"""How each shows: its tone, and how people call it."""
LATEST = 5
MATCHING: LiteralString = """
    FROM programme_messages p LEFT JOIN actions a USING (contract_number) WHERE $1 AND ($2::text IS NULL OR p.outcome = $2)
"""
ROWS: LiteralString = """
    SELECT p.at, contract_number, a.title, a.organisation_name AS organisation, p.ask, p.outcome, p.faults, p.more
"""
ORDER: LiteralString = ' ORDER BY p.at DESC, p."offset" DESC, p.event_id DESC'


@dataclass(frozen=True, slots=True)
class Received:
    """A message; `title` and `organisation` of an action that the pages show. `more` faults are not listed."""

    at: datetime
    contract_number: str | None
    title: str | None
    organisation: str | None
    ask: str | None
    outcome: str
    faults: tuple[Fault, ...]
    more: int

    @property
    def on(self) -> date:
        """The day on which it was taken."""
        return paris_day(self.at)

    @property
    def asked(self) -> str:
        """What it asks."""
        return ASKS[self.ask]

    @property
    def tone(self) -> str:
        """How its answer shows."""
        return OUTCOMES[self.outcome][0]

    @property
    def word(self) -> str:
        """How people call its answer."""
        return OUTCOMES[self.outcome][1]

    @property
    def why(self) -> list[str]:
        """What is wrong, each with the place in the contract as the workbook calls it."""
        return [" : ".join(filter(None, (_place(fault.field), sentence(fault, {})))) for fault in self.faults]

    @property
    def count(self) -> int:
        """How much is wrong."""
        return len(self.faults) + self.more


def _place(field: str | None) -> str | None:
    """`terms.headcount` is “Effectif total”; what no column holds keeps the name that the programme system gives it."""
    if field is None:
        return None
    sheet, index, column = cell_of(field)
    of = "" if index is None else f"{sheet.name}, n° {index + 1}"
    path = field if index is None else field.removeprefix(f"{sheet.path}.{index}").lstrip(".")
    known = column.header if column and column.path == path else sheet.name if sheet is not CONTRACTS and index is None else path
    return ", ".join(filter(None, (of, known)))


def asked_of(visit: Visit) -> Asked:
    """What the visit asks of the list: the latest on top."""
    asked = Asked.of(visit, ["reception"], down=True, filters=("reponse",))
    return asked if asked.filters["reponse"] in get_args(Outcome) else replace(asked, filters={"reponse": ""})


async def list_latest(db: Pool, viewer: Viewer) -> list[Received]:
    """The latest, for an agent."""
    return [_row(row) for row in await db.fetch(ROWS + MATCHING + ORDER + " LIMIT $3", viewer.is_agent, None, LATEST)]


async def load_messages(db: Pool, viewer: Viewer, asked: Asked) -> Page[Received]:
    """A page of the messages that match, for an agent."""
    own = viewer.is_agent, asked.filters["reponse"] or None
    rows = await db.fetch(ROWS + MATCHING + ORDER + " LIMIT $3 OFFSET $4", *own, PER_PAGE, asked.offset)
    return Page(asked, [_row(row) for row in rows], await db.fetchval("SELECT count(*)" + MATCHING, *own))


async def read_messages(db: Pool, viewer: Viewer, asked: Asked) -> Parts[Received]:
    """All that match, for an agent, in the order of the list."""
    async with aclosing(read_all(db, ROWS + MATCHING + ORDER, viewer.is_agent, asked.filters["reponse"] or None)) as parts:
        async for rows in parts:
            yield map(_row, rows)


def _row(row: Record) -> Received:
    return Received(**{**row, "faults": tuple(Fault.model_validate(fault) for fault in json.loads(row["faults"]))})
