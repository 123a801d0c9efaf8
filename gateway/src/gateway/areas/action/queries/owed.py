"""What late payments owe, over several actions (BIL-15)."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from asyncpg import Pool

from contracts.payment_clock import Rates, clock_of
from gateway.web.session import Viewer

from .invoices import NOTHING, Payment


async def load_owed(db: Pool, viewer: Viewer, numbers: Collection[str], today: date, rates: Rates) -> dict[str, Decimal]:
    """Interest, as far as its rate is known, and fixed charges of each of these actions of which anything is late, for an agent."""
    rows = await db.fetch(
        """
        SELECT i.contract_number, i.including_tax, i.pay_by,
            ARRAY(SELECT (p.reference, p.amount, p.paid_on) FROM payments p
                  WHERE (p.contract_number, p.invoice_id) = (i.contract_number, i.invoice_id)) AS payments
        FROM invoices i WHERE $1 AND i.state <> 'rejected' AND i.including_tax > 0 AND i.pay_by < $2
            AND i.contract_number = ANY($3)
        """,
        viewer.is_agent,
        today,
        numbers,
    )
    owed: defaultdict[str, Decimal] = defaultdict(lambda: NOTHING)
    for row in rows:
        payments = [Payment(*payment) for payment in row["payments"]]
        owed[row["contract_number"]] += clock_of(row["including_tax"], row["pay_by"], payments, rates, today).owed
    return dict(owed)
