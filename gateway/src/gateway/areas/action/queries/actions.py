"""One action as its pages show it: contract, state, months, and the nine steps of its life."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.actions import Period, Terms
from contracts.month import Month, months_between
from contracts.personal import AgentContact
from gateway.web.session import Viewer

from ..action import Action, MonthState, MonthView

TO_CORRECT = """
    (state = 'rejected' AND CASE WHEN body->'months' = '[]'
        THEN NOT EXISTS (SELECT FROM invoices later WHERE later.contract_number = invoices.contract_number
            AND later.issued_at > invoices.issued_at AND later.kind = 'balance')
        ELSE EXISTS (SELECT jsonb_array_elements_text(invoices.body->'months')
            EXCEPT SELECT jsonb_array_elements_text(later.body->'months') FROM invoices later
            WHERE later.contract_number = invoices.contract_number AND later.issued_at > invoices.issued_at) END)
"""
"""Whether a row of `invoices` is rejected and still to be corrected: until each of its months is in a later invoice or, when it has none,
a later balance is issued (BIL-3, BIL-7, BIL-11). When that one is rejected in its turn, it is the one to correct.
"""

SELECT = (
    """
    SELECT a.*, coalesce(o.name, a.terms->'organisation'->>'name') AS organisation,
        t.*, i.*,
        (SELECT body FROM people WHERE people.id = a.agent_id AND kind = 'agent') AS contact,
        (SELECT body FROM offers WHERE offers.contract_number = a.contract_number) AS offers,
        (SELECT to_jsonb(r) FROM reports r WHERE r.contract_number = a.contract_number) AS report
    FROM actions a
    LEFT JOIN organisations o ON o.siret = a.siret
    CROSS JOIN LATERAL (
        SELECT count(*) AS registered,
            count(*) FILTER (WHERE paid_by = 'region') AS paid,
            count(*) FILTER (WHERE NOT complete) AS incomplete,
            count(*) FILTER (WHERE state = 'entered') AS entered,
            count(*) FILTER (WHERE entered_on IS NULL) AS without_entry,
            count(*) FILTER (WHERE exit IS NOT NULL) AS exited,
            count(*) FILTER (WHERE exit IS NOT NULL AND survey IS NULL) AS to_survey,
            coalesce(jsonb_agg(jsonb_build_object('entered_on', entered_on, 'exit_on', exit->>'on')) FILTER (WHERE state = 'entered'), '[]')
                AS presences
        FROM trainees WHERE trainees.contract_number = a.contract_number AND state IN ('registered', 'entered')
    ) t
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state = 'issued') AS issued,
            count(*) FILTER (WHERE state IN ('accepted', 'paid')) AS accepted,
            count(*) FILTER (WHERE to_correct) AS rejected_open,
            (array_agg(state ORDER BY issued_at DESC) FILTER (WHERE kind = 'balance' AND (to_correct OR state <> 'rejected')))[1]
                AS balance_state
        FROM (SELECT state, kind, issued_at, """
    + TO_CORRECT
    + """ AS to_correct FROM invoices WHERE invoices.contract_number = a.contract_number) AS known
    ) i
"""
)

MONTHS = """
    SELECT m.contract_number, m.month, m.state, m.correct_by, m.rejected_invoice, r.number AS rejected_number, m.invoice_id,
        i.state AS invoice_state,
        (SELECT sum((line->>'amount')::numeric) FROM jsonb_array_elements(i.body->'lines') AS line WHERE line->>'month' = m.month)
            AS invoiced,
        (SELECT count(*) FROM lines l WHERE l.contract_number = m.contract_number AND l.month = m.month AND l.complete) AS complete
    FROM months m
    LEFT JOIN invoices i ON i.invoice_id = m.invoice_id
    LEFT JOIN invoices r ON r.invoice_id = m.rejected_invoice AND m.state = 'reopened'
    WHERE m.contract_number = ANY($1)
"""


async def load_action(db: Pool, viewer: Viewer, contract_number: str) -> Action:
    """The action, for its holder or an agent. Raises NotFoundException for anybody else, as if it did not exist (ACC-6)."""
    found = await _load(db, "WHERE a.contract_number = $1 AND ($2 OR a.siret = $3)", contract_number, viewer.is_agent, viewer.siret)
    if not found:
        raise NotFoundException
    return found[0]


async def load_actions(db: Pool, viewer: Viewer, year: int | None = None) -> list[Action]:
    """The viewer's actions, of one programme year or all, by contract number; every one for an agent."""
    where = "WHERE ($1 OR a.siret = $2) AND ($3::int IS NULL OR a.programme_year = $3) ORDER BY a.contract_number"
    return await _load(db, where, viewer.is_agent, viewer.siret, year)


async def _load(db: Pool, where: str, *arguments: Any) -> list[Action]:
    rows = await db.fetch(SELECT + where, *arguments)
    touched: dict[str, dict[str, Record]] = {row["contract_number"]: {} for row in rows}
    for row in await db.fetch(MONTHS, list(touched)):
        touched[row["contract_number"]][row["month"]] = row
    return [_action(row, touched[row["contract_number"]]) for row in rows]


PLAIN = (
    *("contract_number", "siret", "organisation", "title", "state", "planned_start", "planned_end", "dates_version"),
    *("dates_validated", "dates_reason", "trainers_confirmed_at", "frequency", "actual_start", "opened_at", "actual_end"),
    *("closed_at", "non_opening_reason", "pending", "pending_since", "registered", "paid", "incomplete", "entered"),
    *("without_entry", "exited", "to_survey", "issued", "rejected_open", "accepted", "balance_state"),
)


def _action(row: Record, touched: dict[str, Record]) -> Action:
    offers = json.loads(row["offers"]) if row["offers"] else None
    return Action(
        **{name: row[name] for name in PLAIN},
        terms=Terms.model_validate_json(row["terms"]),
        contact=AgentContact.model_validate_json(row["contact"]) if row["contact"] else None,
        trainers=tuple(row["trainers"]),
        periods=tuple(Period.model_validate(period) for period in json.loads(row["periods"])),
        months=_months(row, touched, offers),
        offers=offers,
        report=json.loads(row["report"]) if row["report"] else None,
    )


def _months(row: Record, touched: dict[str, Record], offers: dict[str, Any] | None) -> tuple[MonthView, ...]:
    if row["actual_start"] is None:
        return ()
    presences = json.loads(row["presences"])
    amounts = {found["month"]: Decimal(found["amount"]) for found in (offers or {}).get("months", [])}
    views: list[MonthView] = []
    waiting = False
    for name in months_between(Month.of(row["actual_start"]), Month.of(row["planned_end"])):
        known = touched.get(name)
        expected = sum(
            entry["entered_on"] <= name.last.isoformat() and (entry["exit_on"] or row["planned_end"].isoformat()) >= name.first.isoformat()
            for entry in presences
        )
        state: MonthState = known["state"] if known else "open"
        if state == "open" and waiting:
            state = "after"
        if state == "open" and expected == 0:
            state = "passed_over"
        waiting = waiting or state == "open"
        views.append(
            MonthView(
                month=name,
                state=state,
                expected=expected,
                complete=known["complete"] if known else 0,
                correct_by=known["correct_by"] if known else None,
                rejected_invoice=known["rejected_invoice"] if known else None,
                rejected_number=known["rejected_number"] if known else None,
                invoice_id=known["invoice_id"] if known else None,
                invoice_state=known["invoice_state"] if known else None,
                amount=amounts.get(name, known["invoiced"] if known else None),
            )
        )
    return tuple(views)


@dataclass(frozen=True, slots=True)
class Totals:
    """What an action came to: confirmed hours that are paid (ACT-3), and money including tax."""

    hours: Decimal
    invoiced: Decimal
    accepted: Decimal
    paid: Decimal

    def realised_rate(self, action: Action) -> Decimal:
        """What of the planned hours is realised: as billing said it, or until then as these hours say (ACT-3)."""
        planned = action.planned_hours * action.terms.headcount
        return action.realised_rate if action.realised_rate is not None else self.hours / planned if planned else Decimal(0)


async def load_totals(db: Pool, viewer: Viewer, contract_number: str) -> Totals:
    """Hours of the confirmed months of an action of the viewer's, and its invoices that stand."""
    row = await db.fetchrow(
        """
        WITH own AS (SELECT contract_number FROM actions WHERE contract_number = $1 AND ($2 OR siret = $3))
        SELECT (SELECT coalesce(sum((figures->>'attended')::numeric + (figures->>'excused')::numeric), 0)
                FROM own JOIN months USING (contract_number), jsonb_array_elements(confirmed) AS line,
                    jsonb_each(line) AS place (name, figures)
                WHERE months.state = 'confirmed' AND name IN ('centre', 'company')) AS hours,
            coalesce(sum(including_tax) FILTER (WHERE state <> 'rejected'), 0) AS invoiced,
            coalesce(sum(including_tax) FILTER (WHERE state IN ('accepted', 'paid')), 0) AS accepted,
            coalesce(sum(paid), 0) AS paid
        FROM own JOIN invoices USING (contract_number)
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    assert row is not None
    return Totals(row["hours"], row["invoiced"], row["accepted"], row["paid"])
