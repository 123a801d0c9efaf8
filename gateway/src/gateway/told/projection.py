"""Events to what is told of them: an act in the history (ACC-8), notifications (NOT-1). What is told of which is in `table`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chassis.db import Connection
from chassis.work import Handler, Work
from contracts.calendar import DayStarted
from contracts.message import Event, Message
from contracts.month import LAST_DAY_OF_WINDOW
from gateway.worker.rows import as_json

from . import days
from .row import HOLDER, Figures, Notice
from .table import TOLD


async def on_event(work: Work[None], event: Event) -> None:
    """Keep the act, and notify whom it concerns."""
    row = TOLD[type(event)]
    await _keep(work, event, row.figures(event))
    notices = [notice for notice in row.notices if notice.when(event)]
    known = await row.known(work.connection, event) if notices and row.known else {}
    if known is not None:
        for notice in notices:
            await notify(work, notice, {**known, **(notice.figures or row.figures)(event)})


async def _keep(work: Work[None], event: Event, figures: Figures) -> None:
    """One act, by whoever began it; the finance system and the days have no name."""
    await work.connection.execute(
        """
        INSERT INTO history (event_id, key, at, type, actor, role, figures) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (event_id) DO NOTHING
        """,
        work.envelope.id,
        work.key,
        work.at,
        event.TYPE,
        work.actor.subject if work.actor else None,
        work.actor.role if work.actor else None,
        as_json(figures),
    )


async def notify(work: Work[None], notice: Notice[Any], figures: Figures) -> None:
    """A row that stays until it is read. A message tells each audience once: the row has its id."""
    await work.connection.execute(
        """
        INSERT INTO notifications (id, audience, at, kind, contract_number, figures)
        SELECT $2, CASE WHEN $6 THEN siret ELSE 'agents' END, $3, $4, contract_number, $5 FROM actions WHERE contract_number = $1
        ON CONFLICT (id, audience) DO NOTHING
        """,
        work.key,
        work.id,
        work.at,
        notice.kind,
        as_json(figures),
        notice.to == HOLDER,
    )


HANDLERS: Mapping[type[Message], Handler] = dict.fromkeys(TOLD, on_event)

# A month waits for its confirmation from the first of the next one (DEC-6).
WAITING = """
    SELECT contract_number, array_agg(month ORDER BY month) AS months
    FROM actions, unnest(to_declare) AS month
    WHERE month < to_char($1::date, 'YYYY-MM') AND coalesce(contract_number = $2, true)
    GROUP BY contract_number
"""


async def to_confirm(connection: Connection, event: DayStarted) -> list[str]:
    """The actions with a month to confirm, on the days on which that is told."""
    if event.day.day not in days.NOTICES:
        return []
    return [row["contract_number"] for row in await connection.fetch(WAITING, event.day.replace(day=1), None)]


async def on_day(work: Work[None], event: DayStarted) -> None:
    """Notify one action's holder which months wait, and until when."""
    first = event.day.replace(day=1)
    for row in await work.connection.fetch(WAITING, first, work.key):
        until = first + timedelta(days=LAST_DAY_OF_WINDOW - 1)
        await notify(work, days.NOTICES[event.day.day], {"months": row["months"], "until": until})
