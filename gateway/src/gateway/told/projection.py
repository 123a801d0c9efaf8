"""Events to what is told of them: an act in the history (ACC-8), notifications (NOT-1). What is told of which is in `table`."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from chassis.db import Connection
from chassis.work import Handler, Work
from contracts.billing import InvoicesOffered
from contracts.calendar import DayStarted
from contracts.message import Event, Message
from gateway.worker.rows import as_json

from . import days
from .row import HOLDER, Figures, Notice
from .table import OF_DAYS, TOLD


async def on_event(work: Work[None], event: Event) -> None:
    """Keep the act, and notify whom it concerns."""
    row = TOLD[type(event)]
    _keep(work, event, row.figures(event))
    notices = [notice for notice in row.notices if notice.when(event)]
    known = await row.known(work.connection, work.key, event) if notices and row.known else {}
    if known is not None:
        for notice in notices:
            await notify(work, notice, {**known, **(notice.figures or row.figures)(event)})


def _keep(work: Work[None], event: Event, figures: Figures) -> None:
    """One act, by whoever began it; the finance system and the days have no name."""
    work.write_later(
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
    """A row that stays until it is read. An event tells each audience once: the row has its id. A day may tell of each kind of window."""
    await work.connection.execute(
        """
        INSERT INTO notifications (id, audience, at, kind, contract_number, figures)
        SELECT $2, CASE WHEN $6 THEN siret ELSE 'agents' END, $3, $4, contract_number, $5 FROM actions WHERE contract_number = $1
        ON CONFLICT (id, audience) DO NOTHING
        """,
        work.key,
        uuid5(work.id, notice.kind) if notice in OF_DAYS else work.id,
        work.at,
        notice.kind,
        as_json(figures),
        notice.to == HOLDER,
    )


HANDLERS: Mapping[type[Message], Handler] = dict.fromkeys(TOLD, on_event)


async def windows_of(connection: Connection, event: DayStarted) -> list[str]:
    """The actions of which something may be told: on the days of the windows, those with anything to declare or to invoice."""
    if event.day.day not in days.NOTICES:
        return []
    rows = await connection.fetch(
        """
        SELECT contract_number FROM actions WHERE to_declare <> '{}'
        UNION
        SELECT contract_number FROM offers WHERE body -> 'offers' <> '[]'
        """
    )
    return [row["contract_number"] for row in rows]


async def on_day(work: Work[None], event: DayStarted) -> None:
    """Notify one action's holder which months, and which invoices, can be confirmed, and until when."""
    row = await work.connection.fetchrow(
        """
        SELECT to_declare, (SELECT body FROM offers WHERE offers.contract_number = actions.contract_number) AS offers
        FROM actions WHERE contract_number = $1
        """,
        work.key,
    )
    assert row is not None
    offered = InvoicesOffered.model_validate_json(row["offers"]) if row["offers"] else None
    windows = days.NOTICES[event.day.day]
    if months := days.months_to_confirm(row["to_declare"], event.day):
        await notify(work, windows.months, months)
    if invoices := days.invoices_to_confirm(offered, event.day):
        await notify(work, windows.invoices, invoices)
