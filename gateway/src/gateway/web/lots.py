"""A lot: what an agent has looked at, one by one, to settle all of it together, and what became of those that were."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asyncpg import Pool
from litestar.response import Redirect

from contracts.answers import Fault
from gateway.words.refusals import sentence, summary

from .commands import Asked
from .forms import Form
from .rendering import see
from .session import Viewer
from .visit import Visit

Kind = Literal["invoice", "report"]
MOST = 50
"""Of one kind: as many as a page of a list. They go out as commands of their own, within what a minute may hold (`budget.MOST`)."""


NO_ANSWER = "Aucune réponse n’est venue, et l’exploitant en est averti."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of a lot: `refused` says why it was not done; `done` is None while nobody has answered."""

    done: bool | None
    refused: str = ""


async def put(db: Pool, viewer: Viewer, kind: Kind, contract_number: str, subject: str = "") -> bool:
    """Put one more into the viewer's lot; False when it is full."""
    await db.execute(
        """
        INSERT INTO lots (user_id, kind, contract_number, subject)
        SELECT $1, $2, $3, $4 WHERE $5 AND (SELECT count(*) FROM lots WHERE user_id = $1 AND kind = $2) < $6
        ON CONFLICT DO NOTHING
        """,
        viewer.user_id,
        kind,
        contract_number,
        subject,
        viewer.is_agent,
        MOST,
    )
    return await holds(db, viewer, kind, contract_number, subject)


async def holds(db: Pool, viewer: Viewer, kind: Kind, contract_number: str, subject: str = "") -> bool:
    """Whether the viewer's lot has it."""
    found: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM lots WHERE user_id = $1 AND kind = $2 AND contract_number = $3 AND subject = $4)",
        viewer.user_id,
        kind,
        contract_number,
        subject,
    )
    return found


async def take_out(db: Pool, viewer: Viewer, kind: Kind, contract_number: str, subject: str = "") -> None:
    """It is settled, or looked at once more."""
    await db.execute(
        "DELETE FROM lots WHERE user_id = $1 AND kind = $2 AND contract_number = $3 AND subject = $4",
        viewer.user_id,
        kind,
        contract_number,
        subject,
    )


async def outcomes(db: Pool, viewer: Viewer, path: str) -> Mapping[tuple[str, str], Outcome]:
    """By contract and subject, what became of the commands that a lot sent from `path`; being shown, they are no notifications (NOT-1)."""
    rows = await db.fetch(
        """
        WITH shown AS (UPDATE commands SET told = true WHERE user_id = $1 AND path = $2 AND faults IS NOT NULL AND NOT told)
        SELECT key, coalesce(subject, '') AS subject, faults, given_up_at FROM commands WHERE user_id = $1 AND path = $2
        """,
        viewer.user_id,
        path,
    )
    return {(row["key"], row["subject"]): _outcome(row["faults"], row["given_up_at"]) for row in rows}


async def settle(visit: Visit, form: Form, asked: Sequence[Asked], path: str, *, nothing: str) -> Redirect | None:
    """Send what a lot asks, each by a command of its own, so that one that is refused holds up none; `path` tells what became of them.

    None when nothing was sent: the form says why, `nothing` when nothing of the page is in the lot any more.
    """
    if not asked and await outcomes(visit.db, visit.viewer, path):
        return see(path)  # a double click
    if not asked:
        form.wrong(None, nothing)
    for answer in await visit.portal.commands.send_together(visit.viewer, "", asked, path=path):
        if not answer.was_sent:
            for fault in answer.faults or ():
                form.wrong(None, sentence(fault, {}))
    return see(path) if form.ok else None


def _outcome(faults: str | None, given_up_at: datetime | None) -> Outcome:
    if faults is None:
        return Outcome(False, NO_ANSWER) if given_up_at else Outcome(None)
    found = [Fault.model_validate(fault) for fault in json.loads(faults)]
    return Outcome(not found, summary(found, {}) if found else "")
