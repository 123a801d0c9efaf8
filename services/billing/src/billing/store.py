"""All SQL of this service: what the database itself must forbid, and where free text is kept."""

import json
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from chassis.db import Connection
from contracts.billing import Offer
from contracts.codes import WithoutMonths
from contracts.finance import Payment
from contracts.personal import TextRecord


async def issue(
    connection: Connection, invoice_id: UUID, contract_number: str, number: int | None, offer: Offer, issuer: str, year: int
) -> int | None:
    """Enters the invoice that the offer becomes, holds its months, takes off what it does because of others (BIL-6, BIL-10), and gives its
    place in the issuer's sequence of the year (BIL-9).

    `number` is the action's own; the balance has none. None, and nothing is entered, when the id is already that of one of its invoices.
    """
    sequence: int | None = await connection.fetchval(
        """
        WITH numbered AS (
            INSERT INTO legal_numbers (issuer, year, last)
            SELECT $5, $6, 1 WHERE NOT EXISTS (SELECT FROM invoices WHERE contract_number = $2 AND invoice_id = $1)
            ON CONFLICT (issuer, year) DO UPDATE SET last = legal_numbers.last + 1
            RETURNING last
        ), entered AS (
            INSERT INTO invoices (invoice_id, contract_number, number, issuer, year, sequence, asked, is_advance)
            SELECT $1, $2, $3, $5, $6, last, $7, $8 FROM numbered
            RETURNING invoice_id, contract_number, sequence
        ), held AS (
            INSERT INTO invoiced_months (invoice_id, contract_number, month)
            SELECT invoice_id, contract_number, month FROM entered, unnest($4::text[]) AS month
        ), adjusted AS (
            INSERT INTO adjustments (contract_number, invoice_id, because_of, taken)
            SELECT contract_number, invoice_id, because_of, taken
            FROM entered, unnest($9::uuid[], $10::numeric[]) AS line (because_of, taken)
            RETURNING contract_number, because_of, taken
        ), taken_off AS (
            UPDATE invoices SET taken = invoices.taken + adjusted.taken FROM adjusted
            WHERE (invoices.contract_number, invoices.invoice_id) = (adjusted.contract_number, adjusted.because_of)
        )
        SELECT sequence FROM entered
        """,
        invoice_id,
        contract_number,
        number,
        list(offer.months),
        issuer,
        year,
        offer.excluding_tax if offer.without_months else None,
        offer.without_months is WithoutMonths.ADVANCE,
        [line.invoice_id for line in offer.adjustments],
        [-line.amount for line in offer.adjustments],
    )
    return sequence


async def void(connection: Connection, contract_number: str, invoice_id: UUID) -> None:
    """A rejected invoice holds its months no longer, and takes nothing off (BIL-7)."""
    await connection.execute(
        """
        WITH rejected AS (
            UPDATE invoices SET rejected = true WHERE contract_number = $1 AND invoice_id = $2
        ), adjusted AS (
            UPDATE adjustments SET rejected = true WHERE contract_number = $1 AND invoice_id = $2 AND NOT rejected
            RETURNING contract_number, because_of, taken
        ), to_take_off AS (
            UPDATE invoices SET taken = invoices.taken - adjusted.taken FROM adjusted
            WHERE (invoices.contract_number, invoices.invoice_id) = (adjusted.contract_number, adjusted.because_of)
        )
        UPDATE invoiced_months SET rejected = true WHERE contract_number = $1 AND invoice_id = $2
        """,
        contract_number,
        invoice_id,
    )


async def payment(connection: Connection, reference: str) -> tuple[str, Payment] | None:
    """The payment that has this reference, whatever the action, and the number of its contract (BIL-13)."""
    row = await connection.fetchrow(
        "SELECT contract_number, invoice_id, amount, paid_on, reference FROM payments WHERE reference = $1", reference
    )
    if row is None:
        return None
    known = Payment(invoice_id=row["invoice_id"], amount=row["amount"], date=row["paid_on"], reference=row["reference"])
    return row["contract_number"], known


async def record_payment(connection: Connection, contract_number: str, new: Payment) -> tuple[str, Payment]:
    """Enters a payment; gives what stands under its reference, another's when that came first at the same moment (BIL-13)."""
    await connection.execute(
        """
        INSERT INTO payments (reference, contract_number, invoice_id, amount, paid_on) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (reference) DO NOTHING
        """,
        new.reference,
        contract_number,
        new.invoice_id,
        new.amount,
        new.date,
    )
    standing = await payment(connection, new.reference)
    if standing is None:
        raise LookupError(f"payment {new.reference!r} was entered and is not there")
    return standing


async def to_look_at(connection: Connection, day: date) -> list[str]:
    """The contracts of which it is not known that on `day` nothing is to be erased."""
    rows = await connection.fetch(
        """
        SELECT key FROM aggregates LEFT JOIN erasures ON contract_number = key
        WHERE state IS NOT NULL AND (look_on IS NULL OR look_on <= $1)
        """,
        day,
    )
    return [row["key"] for row in rows]


async def look_again(connection: Connection, contract_number: str, on: date) -> None:
    """The contract is looked at again on that day."""
    await connection.execute(
        """
        INSERT INTO erasures (contract_number, look_on) VALUES ($1, $2)
        ON CONFLICT (contract_number) DO UPDATE SET look_on = excluded.look_on
        """,
        contract_number,
        on,
    )


async def erase(connection: Connection, contract_number: str) -> list[str]:
    """Takes out what anybody wrote about the contract, and looks at it no more; the ids of the records (PRV-1)."""
    rows = await connection.fetch(
        """
        WITH looked_at AS (
            INSERT INTO erasures (contract_number, look_on) VALUES ($1, 'infinity')
            ON CONFLICT (contract_number) DO UPDATE SET look_on = excluded.look_on
        )
        DELETE FROM people WHERE contract_number = $1 RETURNING id
        """,
        contract_number,
    )
    return sorted(row["id"] for row in rows)


async def keep_texts(connection: Connection, records: Sequence[TextRecord]) -> None:
    """What somebody wrote, where erasing will find it (PRV-1)."""
    await connection.executemany(
        "INSERT INTO people (id, kind, contract_number, version, body) VALUES ($1, 'text', $2, $3, $4)",
        [(record.id, record.contract_number, record.version, json.dumps({"text": record.text})) for record in records],
    )
