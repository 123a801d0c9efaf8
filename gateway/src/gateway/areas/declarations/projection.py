"""Lines and months of hours."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.work import Handler, Work
from contracts.amounts import ZERO, payable
from contracts.declarations import (
    AddedHours,
    AddedHoursForeseen,
    AmendmentGranted,
    DeclarationsChanged,
    LineSaved,
    MonthConfirmed,
    MonthFilled,
    MonthReopened,
    PresenceOffered,
    StoredLine,
)
from contracts.message import Message
from contracts.month import Month
from gateway.worker.rows import as_json, change


async def on_line_saved(work: Work[None], event: LineSaved) -> None:
    """A trainee's line as it now stands (DEC-3)."""
    _keep(work, event.month, [event])


async def on_month_filled(work: Work[None], event: MonthFilled) -> None:
    """Lines that were saved together, as they now stand (DEC-11)."""
    _keep(work, event.month, event.lines)


def _keep(work: Work[None], month: Month, lines: Sequence[LineSaved | StoredLine]) -> None:
    work.write_later(
        """
        INSERT INTO lines (contract_number, month, trainee_id, line, complete, version, saved_at, saved_by, "offset")
        SELECT $1, $2, said.*, $7, $8, $9
        FROM unnest($3::uuid[], $4::jsonb[], $5::boolean[], $6::int[]) AS said (trainee_id, line, complete, version)
        ON CONFLICT (contract_number, month, trainee_id) DO UPDATE
        SET line = excluded.line, complete = excluded.complete, version = excluded.version,
            saved_at = excluded.saved_at, saved_by = excluded.saved_by, "offset" = excluded."offset"
        """,
        work.key,
        month,
        [line.trainee_id for line in lines],
        [as_json(line.line) for line in lines],
        [line.complete for line in lines],
        [line.version for line in lines],
        work.at,
        work.actor.subject if work.actor else None,
        work.position.offset,
    )


async def on_amendment_granted(work: Work[None], event: AmendmentGranted) -> None:
    """The zeros saved beyond the new planned end are no more (REQ-3); what is saved after it is, though all of it is written at once."""
    work.write_later(
        """
        DELETE FROM lines USING jsonb_to_recordset($2) AS fallen (month text, trainee_id uuid)
        WHERE lines.contract_number = $1 AND lines.month = fallen.month AND lines.trainee_id = fallen.trainee_id AND lines."offset" < $3
        """,
        work.key,
        as_json(event.effect.fallen),
        work.position.offset,
    )


async def on_month_confirmed(work: Work[None], event: MonthConfirmed) -> None:
    """What was confirmed, and when (DEC-6)."""
    await work.connection.execute(
        """
        INSERT INTO months (contract_number, month, confirmed_at, confirmed, hours) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (contract_number, month) DO UPDATE
        SET confirmed_at = excluded.confirmed_at, confirmed = excluded.confirmed, hours = excluded.hours
        """,
        work.key,
        event.month,
        work.at,
        as_json(event.lines),
        sum((payable(line.centre) + payable(line.company) for line in event.lines), ZERO),
    )
    await _forget_added(work, event.month)
    added = [_added(event.month, line.trainee_id, line.added) for line in event.lines if line.added]
    await work.connection.execute(ADD, work.key, as_json(added), True)


async def on_month_reopened(work: Work[None], event: MonthReopened) -> None:
    """A rejection gives the month back to be corrected (BIL-7)."""
    await change(
        work,
        "UPDATE months SET rejected_invoice = $3 WHERE contract_number = $1 AND month = $2",
        event.month,
        event.invoice_id,
    )
    await _forget_added(work, event.month)


async def on_added_hours_foreseen(work: Work[None], event: AddedHoursForeseen) -> None:
    """What the months that are not confirmed will add after admissible exits (DEC-5)."""
    added = [_added(month.month, owed.trainee_id, month) for owed in event.trainees for month in owed.months]
    await work.connection.execute("DELETE FROM added_hours WHERE contract_number = $1 AND NOT confirmed", work.key)
    await work.connection.execute(ADD, work.key, as_json(added), False)


ADD = """
    INSERT INTO added_hours (contract_number, month, trainee_id, centre, company, confirmed)
    SELECT $1, said.*, $3 FROM jsonb_to_recordset($2) AS said (month text, trainee_id uuid, centre numeric, company numeric)
"""


def _added(month: Month, trainee_id: UUID, hours: AddedHours) -> dict[str, str]:
    return {"month": month, "trainee_id": str(trainee_id), "centre": str(hours.centre), "company": str(hours.company)}


async def _forget_added(work: Work[None], month: Month) -> None:
    await work.connection.execute("DELETE FROM added_hours WHERE contract_number = $1 AND month = $2", work.key, month)


async def on_declarations_changed(work: Work[None], event: DeclarationsChanged) -> None:
    """Where every month stands, and what the closing waits for (DEC-1, DEC-7, DEC-8, CLO-1); an amendment may have taken some away."""
    await change(
        work,
        """
        WITH gone AS (
            DELETE FROM months
            WHERE contract_number = $1 AND month NOT IN (SELECT said.month FROM jsonb_to_recordset($2) AS said (month text))
        ), said AS (
            INSERT INTO months (contract_number, month, standing, present, waits_for, correct_by, with_zeros, owed)
            SELECT $1, said.* FROM jsonb_to_recordset($2)
                AS said (month text, standing text, present int, waits_for text, correct_by date, with_zeros uuid[], owed int)
            ON CONFLICT (contract_number, month) DO UPDATE
            SET standing = excluded.standing, present = excluded.present, waits_for = excluded.waits_for, correct_by = excluded.correct_by,
                with_zeros = excluded.with_zeros, owed = excluded.owed
            WHERE (months.standing, months.present, months.waits_for, months.correct_by, months.with_zeros, months.owed) IS DISTINCT FROM
                (excluded.standing, excluded.present, excluded.waits_for, excluded.correct_by, excluded.with_zeros, excluded.owed)
        )
        UPDATE actions SET to_declare = $3, without_exit = $4, without_entry = $5, closes_on = $6, can_enter = $7
        WHERE contract_number = $1
        """,
        as_json(event.months),
        event.to_declare,
        event.without_exit,
        event.without_entry,
        event.closes_on,
        event.can_enter,
    )


async def on_presence_offered(work: Work[None], event: PresenceOffered) -> None:
    """What a present trainee's hours are offered to be (DEC-11)."""
    await change(work, "UPDATE actions SET presence = $2 WHERE contract_number = $1", as_json(event))


HANDLERS: Mapping[type[Message], Handler] = {
    LineSaved: on_line_saved,
    MonthFilled: on_month_filled,
    AmendmentGranted: on_amendment_granted,
    MonthConfirmed: on_month_confirmed,
    MonthReopened: on_month_reopened,
    DeclarationsChanged: on_declarations_changed,
    AddedHoursForeseen: on_added_hours_foreseen,
    PresenceOffered: on_presence_offered,
}
