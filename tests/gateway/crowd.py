"""20,000 of everything that the Region's agents list, and the lists."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest_asyncio

from contracts.codes import Frequency
from gateway.areas.action.queries import region as actions
from gateway.areas.billing import queue
from gateway.areas.surveys import received
from gateway.web.listing import Asked
from gateway.web.searches import Sought
from tests.gateway.pieces import terms
from tests.gateway.running_portal import RunningPortal

MANY = 20_000
TERMS = terms("ACTION", date(2007, 9, 3), date(2008, 6, 27))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def many(portal: RunningPortal) -> AsyncIterator[RunningPortal]:
    """20,000 of everything."""
    await fill(portal, MANY)
    yield portal


async def fill(portal: RunningPortal, number: int) -> None:
    """So many actions of 500 organisations, each with a confirmed month, its invoice, one in two decided, and a report, nine in ten
    acknowledged.
    """
    await portal.db.execute(
        """
        INSERT INTO actions (contract_number, siret, programme_year, title, state, terms, agent_id, trainers, planned_start, planned_end,
            periods, frequency, actual_start, awarded_at)
        SELECT '2007M' || lpad(n::text, 6, '0'), lpad((n % 500)::text, 14, '1'), 2000 + n % 8, 'ÉLECTRICIEN ' || n, 'opened',
            jsonb_set($1::jsonb, '{organisation,name}', to_jsonb('ORGANISME ' || lpad((n % 500)::text, 3, '0'))),
            'agent', '{}', date '2007-01-01' + n % 365, date '2008-06-27', '[]', $2, date '2007-09-03', now()
        FROM generate_series(1, $3) AS n
        """,
        TERMS.model_dump_json(),
        Frequency.MONTHLY,
        number,
    )
    await portal.db.execute(
        """
        INSERT INTO invoices (invoice_id, contract_number, siret, body, kind, number, legal_number, excluding_tax, including_tax, state,
            issued_at, issued_on, pay_by, decided_by, decided_at, decided_on)
        SELECT gen_random_uuid(), contract_number, siret,
            jsonb_build_object('months', '["2008-01"]'::jsonb, 'ordinal', null, 'replaces', null, 'shares', repeat('x', 4000)),
            'monthly', 1, '2008-' || lpad(n::text, 6, '0'), n, n, CASE WHEN n % 2 = 0 THEN 'issued' ELSE 'accepted' END,
            timestamptz '2008-02-01 08:00+01' + n * interval '1 minute', date '2008-02-01',
            date '2008-03-02' + (n / 1440)::int,
            CASE WHEN n % 2 = 1 THEN 'agent' END, CASE WHEN n % 2 = 1 THEN timestamptz '2008-02-20 08:00+01' + n * interval '1 minute' END,
            CASE WHEN n % 2 = 1 THEN date '2008-02-20' END
        FROM (SELECT contract_number, siret, row_number() OVER (ORDER BY contract_number) AS n FROM actions) AS of_actions
        """
    )
    await portal.db.execute(
        """
        INSERT INTO reports (contract_number, figures, missing, can_be_submitted, submitted_at, acknowledged_at)
        SELECT contract_number, '{}', '{}', false, timestamptz '2008-02-01 08:00+01' + n * interval '1 minute',
            CASE WHEN n % 10 > 0 THEN timestamptz '2008-03-01 08:00+01' END
        FROM (SELECT contract_number, row_number() OVER (ORDER BY contract_number) AS n FROM actions) AS of_actions
        """
    )
    await portal.db.execute(
        """
        INSERT INTO months (contract_number, month, standing, invoice_id, amount)
        SELECT contract_number, '2008-01', 'confirmed', invoice_id, excluding_tax FROM invoices
        """
    )
    await portal.db.execute("VACUUM ANALYZE actions, invoices, reports, months")  # as PostgreSQL would by itself, within a minute


TODAY = date(2008, 3, 6)


def asked(order: str, *, down: bool = False, number: int = 1, search: str = "", **filters: str) -> Asked:
    return Asked(order=order, down=down, number=number, sought=Sought(search), filters={**dict.fromkeys(queue.FILTERS, ""), **filters})


def decided(what: Asked) -> Asked:
    return replace(what, filters={**what.filters, "etat": "decidees"})


LISTS: dict[str, tuple[Any, Any]] = {
    "actions": (actions.ORDERS, lambda portal, what: actions.list_actions(portal.db, portal.agent.viewer, what, actions.Wanted(), TODAY)),
    "to decide": (
        [order for order in queue.KEYS if order != "decision"],
        lambda portal, what: queue.load_queue(portal.db, portal.agent.viewer, what, TODAY),
    ),
    "decided": (
        ["decision", *(order for order in queue.KEYS if order != "decision")],
        lambda portal, what: queue.load_queue(portal.db, portal.agent.viewer, decided(what), TODAY),
    ),
    "reports": (received.KEYS, lambda portal, what: received.load_reports(portal.db, portal.agent.viewer, what)),
}
