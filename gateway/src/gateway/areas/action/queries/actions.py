"""One action as its pages show it, or all of the viewer's: contract, state, months, and the nine steps of its life."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException
from pydantic import TypeAdapter

from contracts.actions import Period
from contracts.awards import Terms
from contracts.codes import OpeningCondition, Standing
from contracts.month import Month
from contracts.personal import AgentContact
from contracts.surveys import LATER
from gateway.web.session import Viewer

from ..action import Action, MonthView, Totals
from ..requests import Amendment, RequestHead
from .requests import HEAD

Mark = tuple[UUID | None, UUID | None]
"""That of an action's contract and that of its holder, whose name is shown with it: no other state of what `SELECT` finds has both."""
MARK: LiteralString = """
    (SELECT mark FROM marks WHERE key = a.contract_number) AS mark, (SELECT mark FROM marks WHERE key = a.siret) AS holder_mark
"""
SELECT: LiteralString = (
    "SELECT "
    + MARK
    + """
    , a.*, coalesce(o.name, a.terms->'organisation'->>'name') AS organisation, t.*, m.*, i.*,
        (SELECT body FROM people p WHERE p.contract_number = a.contract_number AND p.id = a.agent_id AND kind = 'agent') AS contact,
        (SELECT body->>'text' FROM people p WHERE p.contract_number = a.contract_number AND p.id = a.dates_reason AND kind = 'text')
            AS dates_unlocked_because,
        (SELECT body->>'text' FROM people p WHERE p.contract_number = a.contract_number AND p.id = a.trainers_reason AND kind = 'text')
            AS trainers_unlocked_because,
        (SELECT jsonb_agg(to_jsonb(m) ORDER BY number) FROM amendments m WHERE m.contract_number = a.contract_number) AS amendments,
        (SELECT jsonb_agg(to_jsonb(latest) ORDER BY asked_at, request_id) FROM (
            SELECT DISTINCT ON (r.object, r.trainee_id) """
    + HEAD
    + """
            FROM requests r WHERE r.contract_number = a.contract_number ORDER BY r.object, r.trainee_id, r.asked_at DESC
        ) AS latest) AS requests,
        (SELECT body FROM offers WHERE offers.contract_number = a.contract_number) AS offers,
        (SELECT to_jsonb(r) FROM reports r WHERE r.contract_number = a.contract_number) AS report,
        (SELECT due_on FROM erasures e WHERE e.contract_number = a.contract_number) AS erased_on
    FROM actions a
    LEFT JOIN organisations o ON o.siret = a.siret
    CROSS JOIN LATERAL (
        SELECT count(*) AS entered,
            count(*) FILTER (WHERE exit IS NOT NULL) AS exited,
            count(*) FILTER (WHERE exit IS NOT NULL AND trainees.survey IS NULL) AS to_survey,
            min((exit->>'on')::date) AS first_exit,
            array_agg((exit->>'on')::date) FILTER (WHERE exit IS NOT NULL AND six_months.version IS NULL) AS without_six_months,
            array_agg((exit->>'on')::date) FILTER (WHERE exit IS NOT NULL AND one_year.version IS NULL) AS without_one_year
        FROM trainees
        LEFT JOIN later_surveys six_months ON six_months.survey = 'six_months'
            AND (six_months.contract_number, six_months.trainee_id) = (trainees.contract_number, trainees.trainee_id)
        LEFT JOIN later_surveys one_year ON one_year.survey = 'one_year'
            AND (one_year.contract_number, one_year.trainee_id) = (trainees.contract_number, trainees.trainee_id)
        WHERE trainees.contract_number = a.contract_number AND state = 'entered'
    ) t
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(m.hours) FILTER (WHERE m.standing = 'confirmed'), 0) AS hours,
            coalesce(jsonb_agg(to_jsonb(m) - 'confirmed' || jsonb_build_object(
                'invoice_state', i.state, 'rejected_number', r.number, 'rejection_code', r.rejection_code,
                'rejection_text', (SELECT body->>'text' FROM people p
                                   WHERE p.contract_number = r.contract_number AND p.id = r.rejection_text),
                'invoiced', (SELECT sum((line->>'amount')::numeric)::text FROM jsonb_array_elements(i.body->'lines') AS line
                             WHERE line->>'month' = m.month),
                'complete', (SELECT count(*) FROM lines l
                             WHERE l.contract_number = m.contract_number AND l.month = m.month AND l.complete)
            ) ORDER BY m.month), '[]') AS months
        FROM months m
        LEFT JOIN invoices i ON i.contract_number = m.contract_number AND i.invoice_id = m.invoice_id
        LEFT JOIN invoices r ON r.contract_number = m.contract_number AND r.invoice_id = m.rejected_invoice AND m.standing = 'reopened'
        WHERE m.contract_number = a.contract_number
    ) m
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state = 'issued') AS issued,
            count(*) FILTER (WHERE state IN ('accepted', 'paid')) AS accepted,
            count(*) FILTER (WHERE to_correct) AS rejected_open,
            (array_agg(state ORDER BY issued_at DESC) FILTER (WHERE kind = 'balance' AND (to_correct OR state <> 'rejected')))[1]
                AS balance_state,
            coalesce(sum(excluding_tax) FILTER (WHERE state <> 'rejected'), 0) AS invoiced_amount,
            coalesce(sum(excluding_tax) FILTER (WHERE state IN ('accepted', 'paid')), 0) AS accepted_amount,
            coalesce(sum(paid), 0) AS paid_amount
        FROM (SELECT *, invoice_id = ANY(a.to_correct) AS to_correct FROM invoices) AS known
        WHERE known.contract_number = a.contract_number
    ) i
"""
)


async def load_action(db: Pool, viewer: Viewer, contract_number: str) -> Action:
    """The action, for its holder or an agent. Raises NotFoundException for anybody else, as if it did not exist (ACC-6)."""
    row = await db.fetchrow(
        SELECT + "WHERE a.contract_number = $1 AND ($2 OR a.siret = $3)", contract_number, viewer.is_agent, viewer.siret
    )
    if row is None:
        raise NotFoundException
    return _action(row)


async def load_actions(db: Pool, viewer: Viewer) -> list[Action]:
    """The viewer's actions, by contract number; every one for an agent."""
    rows = await db.fetch(SELECT + "WHERE $1 OR a.siret = $2 ORDER BY a.contract_number", viewer.is_agent, viewer.siret)
    return [_action(row) for row in rows]


async def load_marked(db: Pool, viewer: Viewer, contract_numbers: Sequence[str]) -> list[tuple[Mark, Action]]:
    """Those of these actions that are the viewer's, each with the mark that its rows have now."""
    rows = await db.fetch(
        SELECT + "WHERE a.contract_number = ANY ($1) AND ($2 OR a.siret = $3)", list(contract_numbers), viewer.is_agent, viewer.siret
    )
    return [(mark_of(row), _action(row)) for row in rows]


def mark_of(row: Record) -> Mark:
    """What the columns of MARK say."""
    return row["mark"], row["holder_mark"]


PLAIN = (
    *("contract_number", "siret", "organisation", "title", "state", "planned_start", "planned_end", "dates_version"),
    *("awarded_at", "dates_validated", "dates_unlocked_because", "dates_request"),
    *("trainers_version", "trainers_unlocked", "trainers_unlocked_because"),
    *("trainers_request", "trainers_confirmed_at", "frequency", "actual_start", "opened_at", "actual_end"),
    *("closed_at", "non_opening_reason", "pending", "pending_since", "registered", "paid", "opens_on", "closes_on"),
    *("entered", "exited", "to_survey", "first_exit", "issued", "rejected_open", "accepted", "balance_state", "presence", "erased_on"),
)


AMENDMENTS, REQUESTS = TypeAdapter(tuple[Amendment, ...]), TypeAdapter(tuple[RequestHead, ...])


def _action(row: Record) -> Action:
    offers = json.loads(row["offers"]) if row["offers"] else None
    return Action(
        **{name: row[name] for name in PLAIN},
        terms=Terms.model_validate_json(row["terms"]),
        contact=AgentContact.model_validate_json(row["contact"]) if row["contact"] else None,
        trainers=tuple(row["trainers"]),
        amendments=AMENDMENTS.validate_json(row["amendments"] or "[]"),
        requests=REQUESTS.validate_json(row["requests"] or "[]"),
        periods=tuple(Period.model_validate(period) for period in json.loads(row["periods"])),
        incomplete=len(row["incomplete"]),
        without_entry=len(row["undated"]),
        lacking=tuple(OpeningCondition(condition) for condition in row["lacking"]),
        can_register=row["can_register"] and (row["can_enter"] or row["actual_start"] is None) and row["erased_on"] is None,
        unanswered={survey: tuple(sorted(row[f"without_{survey}"] or ())) for survey in LATER},
        months=_months(row, offers),
        inside=len(row["without_exit"]) + len(row["without_entry"]),
        totals=Totals(row["hours"], row["invoiced_amount"], row["accepted_amount"], row["paid_amount"]),
        offers=offers,
        report=json.loads(row["report"]) if row["report"] else None,
    )


def _months(row: Record, offers: dict[str, Any] | None) -> tuple[MonthView, ...]:
    offered = {month["month"]: month["amount"] for month in (offers or {}).get("months", [])}
    return tuple(_month(month, month["month"] in row["to_declare"], offered.get(month["month"])) for month in json.loads(row["months"]))


def _month(stored: dict[str, Any], to_declare: bool, offered: str | None) -> MonthView:
    amount = offered or stored["invoiced"]
    return MonthView(
        month=Month(stored["month"]),
        standing=Standing(stored["standing"]),
        present=stored["present"],
        owed=stored["owed"],
        waits_for=Month(stored["waits_for"]) if stored["waits_for"] else None,
        to_declare=to_declare,
        with_zeros=tuple(UUID(trainee) for trainee in stored["with_zeros"]),
        complete=stored["complete"],
        correct_by=date.fromisoformat(stored["correct_by"]) if stored["correct_by"] else None,
        confirmed_at=datetime.fromisoformat(stored["confirmed_at"]) if stored["confirmed_at"] else None,
        rejected_invoice=UUID(stored["rejected_invoice"]) if stored["rejected_invoice"] else None,
        rejected_number=stored["rejected_number"],
        rejection=(stored["rejection_code"], stored["rejection_text"]) if stored["rejection_code"] else None,
        invoice_id=UUID(stored["invoice_id"]) if stored["invoice_id"] else None,
        invoice_state=stored["invoice_state"],
        amount=Decimal(amount) if amount else None,
    )
