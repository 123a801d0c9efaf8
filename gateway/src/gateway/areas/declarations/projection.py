"""Lines and months of hours."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.declarations import DeclarationsChanged, LineSaved, MonthConfirmed, MonthReopened
from contracts.message import Message
from gateway.worker.rows import as_json, change


async def on_declarations(work: Work[None], event: DeclarationsChanged) -> None:
    """The latest of where the months stand (DEC-1)."""
    await work.connection.execute(
        """
        INSERT INTO declarations (contract_number, body) VALUES ($1, $2) ON CONFLICT (contract_number) DO UPDATE SET body = excluded.body
        """,
        work.key,
        as_json(event),
    )


async def on_line_saved(work: Work[None], event: LineSaved) -> None:
    """A trainee's line as it now stands; its month is begun, unless it was reopened (DEC-3)."""
    await work.connection.execute(
        """
        WITH begun AS (
            INSERT INTO months (contract_number, month, state) VALUES ($1, $2, 'open') ON CONFLICT DO NOTHING
        )
        INSERT INTO lines (contract_number, month, trainee_id, line, complete, version, saved_at, saved_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (contract_number, month, trainee_id) DO UPDATE
        SET line = excluded.line, complete = excluded.complete, version = excluded.version,
            saved_at = excluded.saved_at, saved_by = excluded.saved_by
        """,
        work.key,
        event.month,
        event.trainee_id,
        as_json(event.line),
        event.complete,
        event.version,
        work.at,
        work.actor.subject if work.actor else None,
    )


async def on_month_confirmed(work: Work[None], event: MonthConfirmed) -> None:
    """The month can be invoiced; those before it in which nobody was present are passed over for good (DEC-1, DEC-6, DEC-7)."""
    await work.connection.execute(
        """
        WITH passed AS (
            INSERT INTO months (contract_number, month, state, confirmed_at)
            SELECT $1, month, 'passed_over', $3::timestamptz FROM unnest($5::text[]) AS passed_over (month)
            ON CONFLICT (contract_number, month) DO UPDATE SET state = 'passed_over', confirmed_at = excluded.confirmed_at
            WHERE months.state = 'open'
        )
        INSERT INTO months (contract_number, month, state, confirmed_at, confirmed) VALUES ($1, $2, 'confirmed', $3, $4)
        ON CONFLICT (contract_number, month) DO UPDATE
        SET state = 'confirmed', confirmed_at = excluded.confirmed_at, confirmed = excluded.confirmed, correct_by = NULL
        """,
        work.key,
        event.month,
        work.at,
        as_json(event.lines),
        event.passed_over,
    )


async def on_month_reopened(work: Work[None], event: MonthReopened) -> None:
    """A rejection gives the month back to be corrected (BIL-7)."""
    await change(
        work,
        """
        UPDATE months SET state = 'reopened', correct_by = $3, rejected_invoice = $4
        WHERE contract_number = $1 AND month = $2
        """,
        work.key,
        event.month,
        event.correct_by,
        event.invoice_id,
    )


HANDLERS: Mapping[type[Message], Handler] = {
    DeclarationsChanged: on_declarations,
    LineSaved: on_line_saved,
    MonthConfirmed: on_month_confirmed,
    MonthReopened: on_month_reopened,
}
