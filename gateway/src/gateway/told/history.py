"""Who did what on an action, latest first (ACC-8): what explains a figure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from asyncpg import Pool

from contracts.message import Event
from contracts.month import paris_day
from gateway.web.session import Viewer
from gateway.words.sentences import French

from .row import Figures, Told
from .table import TOLD

MOST = 2_000
"""How many acts are read: an action has some hundreds."""
ROWS: Mapping[str, Told[Any]] = {kind.TYPE: row for kind, row in TOLD.items() if row.line}
"""By type, what has a line."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What happened, when, and who did it; `who` is empty when the log names nobody."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class _Kept:
    """A row of the table `history`."""

    at: datetime
    who: str
    type: str
    figures: Figures


async def load_history(db: Pool, viewer: Viewer, key: str, *, only: tuple[type[Event], ...] = ()) -> list[HistoryEntry]:
    """The acts on an action of the viewer's, or on an organisation (`key`: its SIRET), latest first; of some kinds only, when named."""
    rows = await db.fetch(
        """
        SELECT h.at, h.type, h.role, h.figures, p.body->>'name' AS name,
               h.figures->>'trainee' AS trainee, concat_ws(' ', t.body->>'last_name', t.body->>'first_name') AS trainee_name
        FROM history h
        LEFT JOIN accounts a ON a.user_id::text = h.actor
        LEFT JOIN people p ON p.id = a.person
        LEFT JOIN people t ON t.id = h.key || '/' || (h.figures->>'trainee') AND t.kind = 'trainee'
        WHERE h.key = (
            SELECT contract_number FROM actions WHERE contract_number = $1 AND ($4 OR siret = $5)
            UNION ALL
            SELECT siret FROM organisations WHERE siret = $1 AND ($4 OR siret = $5)
        ) AND h.type = ANY($2)
        ORDER BY h.at DESC, h.type, h.event_id LIMIT $3
        """,
        key,
        [kind.TYPE for kind in only] or list(ROWS),
        MOST,
        viewer.is_agent,
        viewer.siret,
    )
    people = {row["trainee"]: row["trainee_name"] for row in rows if row["trainee_name"]}
    kept = [_Kept(row["at"], _who(row["role"], row["name"]), row["type"], json.loads(row["figures"])) for row in rows]
    return [_entry(list(group), people) for _, group in groupby(kept, key=_as_one)]


def _as_one(act: _Kept) -> object:
    """Acts for which this is the same read as one."""
    together = ROWS[act.type].together
    if together is None:
        return act.at, act.type, json.dumps(act.figures)
    return act.type, act.who, paris_day(act.at), act.figures[together.by]


def _entry(group: list[_Kept], people: Mapping[str, str]) -> HistoryEntry:
    first, trainees = group[0], {act.figures.get("trainee") for act in group}
    row, figures = ROWS[first.type], {**first.figures, "trainees": first.figures.get("trainees", len(trainees))}
    line = row.together.line if row.together and len(trainees) > 1 else row.line
    what = French(people, "un stagiaire").format(line(figures) if callable(line) else line, **figures)
    return HistoryEntry(first.at, first.who, what[0].upper() + what[1:])


def _who(role: str | None, name: str | None) -> str:
    if role == "agent":
        return f"{name}, pour la Région" if name else "Un agent de la Région"
    return name or {"finance": "Le système financier de la Région", "organisation": "L’organisme", "operator": "L’exploitant"}.get(
        role or "", ""
    )
