"""Events to what is told of them: an act in the history (ACC-8), notifications (NOT-1). What is told of which is in `table`."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid5

from chassis.db import Connection
from chassis.work import Handler, Work
from contracts.billing import InvoicesOffered
from contracts.calendar import DayStarted
from contracts.message import Event, Message
from gateway.web.session import administrators
from gateway.worker.rows import as_json

from . import days
from .fields import told_of
from .row import ADMINISTRATORS, AGENTS, USER, Figures, Notice, subject_of
from .table import OF_DAYS, TOLD


async def on_event(work: Work[None], event: Event) -> None:
    """Keep what was done, and notify whom it concerns."""
    row = TOLD[type(event)]
    for place, figures in enumerate(row.acts(event)):
        _keep(work, event, place, figures)
    notices = [notice for notice in row.notices if notice.when(event)]
    known = await row.known(work.connection, work.key, event) if notices and row.known else {}
    if known is not None:
        for notice in notices:
            await notify(work, notice, {**known, **(notice.figures or row.figures)(event)})


def _keep(work: Work[None], event: Event, place: int, figures: Figures) -> None:
    """One act, by whoever began it (a day has no name), with what its figures take the place of."""
    work.write_later(
        """
        WITH before AS (
            SELECT figures FROM last_told WHERE key = $3 AND subject = $9
        ), told AS (
            INSERT INTO last_told AS known (key, subject, figures) SELECT $3, $9, $10 WHERE $10 <> '{}'::jsonb
            ON CONFLICT (key, subject) DO UPDATE SET figures = known.figures || excluded.figures
        ), was AS (
            SELECT jsonb_object_agg(name, before.figures -> name) AS figures
            FROM before, jsonb_object_keys($10) AS name WHERE before.figures ? name
        ), invoiced AS (
            SELECT ARRAY(SELECT jsonb_array_elements_text(body -> 'months')) AS months
            FROM invoices WHERE contract_number = $3 AND invoice_id = $14
        )
        INSERT INTO history (event_id, place, key, "offset", at, type, actor, role, figures, was, trainee, months, invoice)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $11, coalesce((SELECT figures FROM was), '{}'),
            $12, coalesce($13, (SELECT months FROM invoiced), '{}'), $14
        ON CONFLICT (event_id, place) DO NOTHING
        """,
        *(work.envelope.id, place, work.key, work.position.offset, work.at, event.TYPE),
        *((work.actor.subject, work.actor.role) if work.actor else (None, None)),
        *(subject_of(figures), as_json(told_of(figures)), as_json(figures)),
        *(figures.get("trainee"), figures.get("months") or ([figures["month"]] if "month" in figures else None)),
        figures.get("invoice"),
    )


async def notify(work: Work[None], notice: Notice[Any], figures: Figures) -> None:
    """A row that stays until it is read. An event tells each audience once: the row has its id. A day may tell of each kind of window, and
    of each invoice. Its id is left for whoever tells of it elsewhere (mails). Nobody is told of what they did to themselves.
    """
    user = str(figures.get("user"))
    if notice.to == USER and work.actor and work.actor.subject == user:
        return
    told = uuid5(work.id, f"{notice.kind}{figures.get('invoice_id', '')}") if notice in OF_DAYS else work.id
    work.leaves.append(told)
    # The holder's is its action's SIRET.
    audience = {AGENTS: "agents", ADMINISTRATORS: administrators(work.key), USER: user}.get(notice.to)
    await work.connection.execute(
        """
        INSERT INTO notifications (id, audience, at, kind, contract_number, figures)
        SELECT $2, coalesce($6, siret), $3, $4, contract_number, $5
        FROM (SELECT $1::text AS key) AS about LEFT JOIN actions ON contract_number = key
        WHERE coalesce($6, siret) IS NOT NULL
        ON CONFLICT (id, audience) DO NOTHING
        """,
        work.key,
        told,
        work.at,
        notice.kind,
        as_json(figures),
        audience,
    )


HANDLERS: Mapping[type[Message], Handler] = dict.fromkeys(TOLD, on_event)


async def windows_of(connection: Connection, event: DayStarted) -> list[str]:
    """The actions of which something may be told: those with an invoice to decide whose last day is near or over; on the days of the
    windows, those with anything to declare or to invoice.
    """
    rows = await connection.fetch(
        """
        SELECT contract_number FROM invoices WHERE state = 'issued' AND pay_by = ANY($1)
        UNION
        SELECT contract_number FROM actions WHERE $2 AND to_declare <> '{}'
        UNION
        SELECT contract_number FROM offers WHERE $2 AND body -> 'offers' <> '[]'
        """,
        list(days.last_days(event.day)),
        event.day.day in days.NOTICES,
    )
    return [row["contract_number"] for row in rows]


async def on_day(work: Work[None], event: DayStarted) -> None:
    """Tell of one action: its holder, what can be confirmed; agents, what nobody has decided."""
    await _tell_undecided(work, event)
    if event.day.day in days.NOTICES:
        await _tell_windows(work, event)


async def _tell_undecided(work: Work[None], event: DayStarted) -> None:
    """Notify agents of each invoice that nobody has decided and whose last day is near, or over (BIL-15)."""
    notices = days.last_days(event.day)
    rows = await work.connection.fetch(
        """
        SELECT invoice_id, kind, number, including_tax, pay_by FROM invoices
        WHERE contract_number = $1 AND state = 'issued' AND pay_by = ANY($2) ORDER BY pay_by, invoice_id
        """,
        work.key,
        list(notices),
    )
    for row in rows:
        invoice = {"kind": row["kind"], "number": row["number"]}
        figures = {"invoice_id": row["invoice_id"], "invoice": invoice, "including_tax": row["including_tax"], "pay_by": row["pay_by"]}
        await notify(work, notices[row["pay_by"]], figures)


async def _tell_windows(work: Work[None], event: DayStarted) -> None:
    """Notify the holder which months, and which invoices, can be confirmed, and until when."""
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
