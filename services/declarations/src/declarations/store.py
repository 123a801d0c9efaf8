"""The table of confirmations: what the database itself forbids about months (DEC-7). Nothing here is personal."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from chassis.db import Connection
from contracts.month import Month


async def confirmed(connection: Connection, contract_number: str, month: Month, on: date) -> None:
    """Notes that the month is confirmed. Raises UniqueViolationError when it is already and no rejected invoice reopened it."""
    await connection.execute(
        """
        INSERT INTO confirmations (contract_number, month, nth, confirmed_on)
        SELECT $1, $2, count(*) + 1, $3 FROM confirmations WHERE contract_number = $1 AND month = $2
        """,
        contract_number,
        month,
        on,
    )


async def reopened(connection: Connection, contract_number: str, months: Iterable[Month], invoice_id: UUID) -> None:
    """Notes which rejected invoice reopened the months: each may be confirmed once more (BIL-7)."""
    await connection.execute(
        """
        UPDATE confirmations SET reopened_by = $3
        WHERE contract_number = $1 AND month = ANY ($2::text[]) AND reopened_by IS NULL
        """,
        contract_number,
        list(months),
        invoice_id,
    )
