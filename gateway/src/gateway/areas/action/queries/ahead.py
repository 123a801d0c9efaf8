"""What the outlook of an action starts from: its account, who is present until when, what admissible exits will add (BIL-3 to BIL-11)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from asyncpg import Pool

from contracts.actions import PathwayPlan
from contracts.billing import Invoice
from contracts.codes import Place
from contracts.month import Month
from gateway.web.session import Viewer

Hours = Mapping[Place, Decimal]


@dataclass(frozen=True, slots=True)
class ConfirmedMonth:
    """A confirmed or reopened month: its paid hours, and how many of them admissible exits added, in both places."""

    month: Month
    paid: Hours
    added: Decimal


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    """An invoice, and what became of it."""

    invoice: Invoice
    state: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Trainee:
    """Who has entered, until when they stay, the hours that confirmed months hold of theirs, attended or not, and those that the others are
    foreseen to add after an admissible exit (DEC-5).
    """

    trainee_id: UUID
    entered_on: date
    left_on: date | None
    pathway: PathwayPlan | None
    held: Hours
    added: Mapping[Month, Hours]


@dataclass(frozen=True, slots=True)
class Basis:
    """All of it, as it stood at one moment."""

    months: tuple[ConfirmedMonth, ...]
    invoices: tuple[IssuedInvoice, ...]
    trainees: tuple[Trainee, ...]


async def load_basis(db: Pool, viewer: Viewer, contract_number: str) -> Basis:
    """What is known of an action of the viewer's; nothing of anybody else's (ACC-6)."""
    row = await db.fetchrow(
        """
        WITH line AS (
            SELECT m.month, (said->>'trainee_id')::uuid AS trainee_id,
                (said->'centre'->>'attended')::numeric + (said->'centre'->>'excused')::numeric AS centre,
                (said->'company'->>'attended')::numeric + (said->'company'->>'excused')::numeric AS company,
                coalesce((said->'centre'->>'unexcused')::numeric, 0) AS centre_unpaid,
                coalesce((said->'company'->>'unexcused')::numeric, 0) AS company_unpaid,
                coalesce((said->'added'->>'centre')::numeric + (said->'added'->>'company')::numeric, 0) AS added
            FROM months m JOIN actions a USING (contract_number) CROSS JOIN jsonb_array_elements(m.confirmed) AS said
            WHERE contract_number = $1 AND ($2 OR a.siret = $3)
        )
        SELECT
            (SELECT jsonb_agg(of_month ORDER BY month) FROM (
                SELECT m.month, coalesce(sum(line.centre), 0)::text AS centre, coalesce(sum(line.company), 0)::text AS company,
                    coalesce(sum(line.added), 0)::text AS added
                FROM months m LEFT JOIN line USING (month) WHERE m.contract_number = a.contract_number AND m.confirmed IS NOT NULL
                GROUP BY m.month) AS of_month) AS months,
            (SELECT jsonb_agg(jsonb_build_object('body', i.body, 'state', i.state, 'issued_at', i.issued_at) ORDER BY i.issued_at, i.number)
             FROM invoices i WHERE i.contract_number = a.contract_number) AS invoices,
            (SELECT jsonb_agg(jsonb_build_object('trainee_id', t.trainee_id, 'entered_on', t.entered_on, 'left_on', t.exit->>'on',
                'pathway', t.pathway, 'centre', coalesce(held.centre, 0)::text, 'company', coalesce(held.company, 0)::text,
                'added', (SELECT jsonb_object_agg(h.month, jsonb_build_object('centre', h.centre::text, 'company', h.company::text))
                          FROM added_hours h
                          WHERE (h.contract_number, h.trainee_id) = (t.contract_number, t.trainee_id) AND NOT h.confirmed)))
             FROM trainees t LEFT JOIN (
                SELECT trainee_id, sum(centre + centre_unpaid) AS centre, sum(company + company_unpaid) AS company
                FROM line GROUP BY trainee_id) AS held USING (trainee_id)
             WHERE t.contract_number = a.contract_number AND t.state = 'entered' AND t.entered_on IS NOT NULL) AS trainees
        FROM actions a WHERE a.contract_number = $1 AND ($2 OR a.siret = $3)
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    found = {name: json.loads(row[name] or "[]") if row else [] for name in ("months", "invoices", "trainees")}
    return Basis(
        months=tuple(ConfirmedMonth(Month(said["month"]), _hours(said), Decimal(said["added"])) for said in found["months"]),
        invoices=tuple(
            IssuedInvoice(Invoice.model_validate(said["body"]), said["state"], datetime.fromisoformat(said["issued_at"]))
            for said in found["invoices"]
        ),
        trainees=tuple(_trainee(said) for said in found["trainees"]),
    )


def _hours(said: Mapping[str, str]) -> Hours:
    return {place: Decimal(said[place]) for place in Place}


def _trainee(said: Mapping[str, Any]) -> Trainee:
    return Trainee(
        trainee_id=UUID(said["trainee_id"]),
        entered_on=date.fromisoformat(said["entered_on"]),
        left_on=date.fromisoformat(said["left_on"]) if said["left_on"] else None,
        pathway=PathwayPlan.model_validate(said["pathway"]) if said["pathway"] else None,
        held=_hours(said),
        added={Month(month): _hours(hours) for month, hours in (said["added"] or {}).items()},
    )
