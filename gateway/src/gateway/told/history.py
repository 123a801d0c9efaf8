"""Who did what, when, from what to what (ACC-8): what explains a figure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from asyncpg import Pool, Record

from contracts.message import Event
from contracts.month import Month
from gateway.web.session import Viewer
from gateway.words.sentences import FORMATS, French

from .fields import Change, changes
from .row import Told
from .table import TOLD

MOST = 500
"""How many acts are read where they are not paged: an account, or a list of trainers, has some dozens."""
ROWS: Mapping[str, Told[Any]] = {kind.TYPE: row for kind, row in TOLD.items()}
"""By type."""
TYPES = list(ROWS)
ROLES = {
    "finance": "Le système financier de la Région",
    "programme": "Le système des programmes de la Région",
    "organisation": "L’organisme",
    "operator": "L’exploitant",
    "link": "Le stagiaire, par son lien",
}
"""Who did it, when nobody's name is known."""


@dataclass(frozen=True, slots=True)
class Act:
    """What happened, when, and who did it (empty: the log names nobody), on which contract or organisation (`key`), and what it changed.

    `unnamed` is `what` without a trainee's name. `text` is what they wrote about it, as long as it is kept. `trainee`, `months` and
    `invoice` are what it is about.
    """

    at: datetime
    key: str
    title: str
    organisation: str
    who: str
    what: str
    unnamed: str
    changes: tuple[Change, ...]
    text: str | None
    trainee: UUID | None
    trainee_name: str | None
    months: tuple[Month, ...]
    invoice: UUID | None
    invoice_name: str | None


WHAT: LiteralString = """
    SELECT h.at, h."offset", h.event_id, h.place, h.key, h.type, h.role, h.figures, h.was, h.trainee, h.months, h.invoice,
        coalesce(p.body->>'name', CASE WHEN a.erased_at IS NOT NULL THEN 'Un ancien collègue' END) AS name,
        concat_ws(' ', t.body->>'last_name', t.body->>'first_name') AS trainee_name, w.body->>'text' AS text,
        u.body->>'name' AS user_name, m.title, m.organisation_name AS organisation,
        CASE WHEN i.invoice_id IS NOT NULL THEN jsonb_build_object('kind', i.kind, 'number', i.number,
            'subcontractor', i.body -> 'subcontractor', 'without_months', i.body -> 'without_months') END AS invoice_name
"""
WITH_WORDS: LiteralString = """
    LEFT JOIN actions m ON m.contract_number = h.key
    LEFT JOIN accounts a ON a.user_id = CASE WHEN h.actor ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN h.actor::uuid END
    LEFT JOIN people p ON p.id = a.person
    LEFT JOIN accounts c ON c.user_id = (h.figures->>'user')::uuid AND c.siret = h.key
    LEFT JOIN people u ON u.id = c.person
    LEFT JOIN people t ON t.id = h.key || '/' || h.trainee AND t.kind = 'trainee'
    LEFT JOIN people w ON w.id = h.figures->>'text' AND w.contract_number = h.key AND w.kind = 'text'
    LEFT JOIN invoices i ON i.contract_number = h.key AND i.invoice_id = h.invoice
"""
"""Names and texts of the rows `h` of the history: those of their own contract alone, as they are now."""
LATEST: LiteralString = ' ORDER BY h.at DESC, h."offset" DESC, h.event_id DESC, h.place DESC'


async def load_history(db: Pool, viewer: Viewer, key: str, *, only: tuple[type[Event], ...] = ()) -> list[Act]:
    """The acts on an action of the viewer's, or on an organisation (`key`: its SIRET), latest first; of some kinds only, when named."""
    rows = await db.fetch(
        WHAT
        + "FROM history h"
        + WITH_WORDS
        + """
        WHERE h.key = (
            SELECT contract_number FROM actions WHERE contract_number = $1 AND ($4 OR siret = $5)
            UNION ALL
            SELECT siret FROM organisations WHERE siret = $1 AND ($4 OR siret = $5)
        ) AND h.type = ANY($2)
        """
        + LATEST
        + " LIMIT $3",
        key,
        [kind.TYPE for kind in only] or TYPES,
        MOST,
        viewer.is_agent,
        viewer.siret,
    )
    return [act_of(row) for row in rows]


def act_of(row: Record) -> Act:
    """What a row of `WHAT` reads as."""
    figures: dict[str, Any] = json.loads(row["figures"])
    if row["invoice_name"]:
        figures["invoice"] = json.loads(row["invoice_name"])
    sentence = ROWS[row["type"]].sentence(figures)
    named = {str(row["trainee"]): row["trainee_name"], str(figures.get("user")): row["user_name"]}
    people = {known: name for known, name in named.items() if name}
    nobody = "un utilisateur" if "user" in figures else "un stagiaire"
    what, unnamed = (_capital(French(known, nobody).format(sentence, **figures)) for known in (people, {}))
    return Act(
        at=row["at"],
        key=row["key"],
        title=row["title"] or "",
        organisation=row["organisation"] or "",
        who=_who(row["role"], row["name"]),
        what=what,
        unnamed=unnamed,
        changes=tuple(changes(figures, json.loads(row["was"]), sentence)),
        text=row["text"],
        trainee=row["trainee"],
        trainee_name=row["trainee_name"] or None,
        months=tuple(Month(month) for month in row["months"]),
        invoice=row["invoice"],
        invoice_name=FORMATS["invoice"](figures["invoice"]) if row["invoice"] else None,
    )


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def _who(role: str | None, name: str | None) -> str:
    if role == "agent":
        return f"{name}, pour la Région" if name else "Un agent de la Région"
    return name or ROLES.get(role or "", "")
