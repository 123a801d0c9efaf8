"""The agents' queue of invoices, to decide or decided, filtered, sorted and paged by the database; and what they put together (BIL-7)."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString
from uuid import UUID

from asyncpg import Pool

from contracts.billing import DecideInvoice
from contracts.codes import InvoiceKind, WithoutMonths
from contracts.month import Month
from gateway.areas.action.queries.invoices import NOTHING, Billed, InvoiceHead, Payment
from gateway.areas.action.queries.proofs import OF_MONTHS
from gateway.web import lots
from gateway.web.downloads import Parts, read_all
from gateway.web.listing import PER_PAGE, Asked, Page, in_order, one_after, over_all
from gateway.web.lots import Outcome
from gateway.web.session import Viewer
from gateway.web.visit import Visit

IN_WHOSE_NAME: LiteralString = "coalesce(i.body ->> 'subcontractor' || ', pour ', '') || a.organisation_name AS organisation"
"""As `InvoiceView.issuer`."""


@dataclass(frozen=True, slots=True)
class QueuedInvoice(Billed):
    """A row of the queue. `report_missing`: a balance that cannot be accepted yet (BIL-11). `proofs_missing`: how many of its proofs the
    Region noted as missing (DEC-10).
    """

    invoice: InvoiceHead
    report_missing: bool
    proofs_missing: int

    @property
    def name(self) -> str:
        """“facture n° 4”, or “solde”: what people call it."""
        return f"facture n°\u00a0{self.invoice.number}" if self.invoice.number else "solde"


@dataclass(frozen=True, slots=True)
class Queue(Page[QueuedInvoice]):
    """A page of the queue; `total` of all pages, excluding tax."""

    total: Decimal


STATES: Mapping[str, tuple[str, LiteralString]] = {
    "": ("À décider", "i.state = 'issued'"),
    "retard": ("À décider, en retard", "i.state = 'issued'"),
    "decidees": ("Décidées", "i.state <> 'issued'"),
    "acceptees": ("Acceptées, à payer", "i.state = 'accepted'"),
    "impayees": ("Acceptées, paiement en retard", "i.state = 'accepted' AND i.including_tax > i.paid"),
    "payees": ("Payées", "i.state = 'paid'"),
    "rejetees": ("Rejetées", "i.state = 'rejected'"),
}
"""What the filter of that name shows: how people call it, and its condition."""
LATE = ("retard", "impayees")
"""Those whose last day must be over besides (BIL-15)."""
FILTERS = ("etat", "organisme", "action")
"""By state, by the holder's SIRET, by the contract's number."""
KEYS: Mapping[str, LiteralString] = {
    "echeance": "i.pay_by",
    "recue": "i.issued_at",
    "decision": "i.decided_at",
    "organisme": "a.by_organisation",
    "action": "a.by_title",
    "montant": "i.excluding_tax",
}
"""By what the list can be sorted, up and down."""
TABLE: LiteralString = " FROM invoices i"
ROWS = TABLE + " JOIN actions a USING (contract_number)"
OWN: LiteralString = " WHERE $1 AND ($2::date IS NULL OR i.pay_by < $2) AND ($3::text IS NULL OR i.contract_number = $3) AND "
MATCHING = ROWS + OWN + "(a.sought || ' ' || i.legal_number) LIKE ALL ($4::text[]) AND ($5::text IS NULL OR a.siret = $5) AND "
SUMS: LiteralString = "SELECT count(*) AS found, coalesce(sum(i.excluding_tax), 0.00) AS total"


def is_decided(asked: Asked) -> bool:
    """Whether decided invoices are asked for; otherwise those to decide."""
    return asked.filters["etat"] not in ("", "retard")


def asked_of(visit: Visit) -> Asked:
    """What the visit asks of the queue: to decide, or to pay and late, what is due first on top; or decided, the latest on top."""
    state = visit.request.query_params.get("etat", "")
    first = "decision" if state in STATES and state not in ("", *LATE) else "echeance"
    columns = [first, *(column for column in KEYS if column != first)]
    asked = Asked.of(visit, columns, down=first == "decision", filters=FILTERS)
    return asked if state in STATES else replace(asked, filters={**asked.filters, "etat": ""})


def _order(asked: Asked) -> LiteralString:
    return in_order(KEYS[asked.order], "i.invoice_id", down=asked.down)


def _own(viewer: Viewer, asked: Asked, today: date) -> tuple[object, ...]:
    """What `OWN` is given."""
    return viewer.is_agent, today if asked.filters["etat"] in LATE else None, asked.filters["action"] or None


def _others(asked: Asked) -> tuple[object, ...]:
    """What `MATCHING` is given besides."""
    return asked.patterns, asked.filters["organisme"] or None


def _selected(asked: Asked, page: LiteralString) -> LiteralString:
    """The rows of a page (LIMIT and OFFSET), or all of them."""
    order = _order(asked)
    return (
        "WITH page AS (SELECT i.contract_number, i.invoice_id"
        + MATCHING
        + STATES[asked.filters["etat"]][1]
        + " ORDER BY "
        + order
        + page
        + """)
        SELECT i.invoice_id, i.kind, i.body ->> 'without_months' AS without_months, i.number, i.legal_number,
            (i.body ->> 'ordinal')::int AS ordinal, i.body ->> 'replaces' AS replaces,
            ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months, i.excluding_tax, i.including_tax, i.issued_on,
            i.contract_number, a.title, """
        + IN_WHOSE_NAME
        + """,
            i.state, i.issued_at, i.pay_by, i.decided_by, i.decided_on, i.paid,
            ARRAY(SELECT (reference, amount, paid_on) FROM payments p
                  WHERE (p.contract_number, p.invoice_id) = (i.contract_number, i.invoice_id) ORDER BY paid_on, reference)
                AS payments,
            i.kind = 'balance' AND r.acknowledged_at IS NULL AS report_missing,
            (SELECT count(*)
             FROM (SELECT i.contract_number, ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months) AS wanted
             JOIN proofs p ON """
        + OF_MONTHS
        + """ WHERE p.note = 'missing') AS proofs_missing
        FROM page JOIN invoices i USING (contract_number, invoice_id)
            JOIN actions a USING (contract_number) LEFT JOIN reports r USING (contract_number)
        ORDER BY """
        + order
    )


async def load_queue(db: Pool, viewer: Viewer, asked: Asked, today: date) -> Queue:
    """A page of the invoices that match, for an agent."""
    own, others, condition = _own(viewer, asked, today), _others(asked), STATES[asked.filters["etat"]][1]
    rows = await db.fetch(_selected(asked, " LIMIT $6 OFFSET $7"), *own, *others, PER_PAGE, asked.offset)
    sums: Any = await db.fetchrow(*over_all(SUMS, TABLE + OWN + condition, MATCHING + condition, own, others))
    return Queue(asked, [_row(row) for row in rows], sums["found"], sums["total"])


async def read_queue(db: Pool, viewer: Viewer, asked: Asked, today: date) -> Parts[QueuedInvoice]:
    """All that match, for an agent, in the order of the list."""
    async with aclosing(read_all(db, _selected(asked, ""), *_own(viewer, asked, today), *_others(asked))) as parts:
        async for rows in parts:
            yield map(_row, rows)


HEAD = ("invoice_id", "number", "legal_number", "ordinal", "replaces", "excluding_tax", "including_tax", "issued_on")
PLAIN = (
    "contract_number",
    "title",
    "organisation",
    "state",
    "issued_at",
    "pay_by",
    "decided_by",
    "decided_on",
    "paid",
    "report_missing",
    "proofs_missing",
)


def _row(row: Any) -> QueuedInvoice:
    return QueuedInvoice(
        invoice=InvoiceHead(
            nature=WithoutMonths(row["without_months"]) if row["without_months"] else InvoiceKind(row["kind"]),
            months=tuple(Month(month) for month in row["months"]),
            **{name: row[name] for name in HEAD},
        ),
        payments=tuple(Payment(*payment) for payment in row["payments"]),
        **{name: row[name] for name in PLAIN},
    )


async def find_after(db: Pool, viewer: Viewer, asked: Asked, today: date, invoice_id: UUID, *, back: bool = False) -> UUID | None:
    """The invoice after this one in the list, or before it; None when it is the last, or the first.

    This one need not be in the list any more: it has just been decided, perhaps.
    """
    matching = MATCHING + STATES[asked.filters["etat"]][1]
    query = one_after("$6", KEYS[asked.order], "i.invoice_id", matching, ROWS, down=asked.down is not back)
    found: UUID | None = await db.fetchval(query, *_own(viewer, asked, today), *_others(asked), invoice_id)
    return found


async def load_held(db: Pool, viewer: Viewer, siret: str) -> list[tuple[str, str]]:
    """Number and title of each action of an organisation."""
    rows = await db.fetch(
        "SELECT contract_number, title FROM actions WHERE $1 AND siret = $2 ORDER BY by_title, contract_number", viewer.is_agent, siret
    )
    return [(row["contract_number"], f"{row['title']} ({row['contract_number']})") for row in rows]


@dataclass(frozen=True, slots=True)
class Settled:
    """An invoice that the viewer has just decided; `state`: accepted, rejected or paid."""

    number: int | None
    months: tuple[Month, ...]
    organisation: str
    state: str
    excluding_tax: Decimal


async def find_decided(db: Pool, viewer: Viewer, command_id: UUID) -> Settled | None:
    """The invoice that a command of the viewer's decided; None when it decided none, or was not done."""
    row = await db.fetchrow(
        """
        SELECT i.number, ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months,
            """
        + IN_WHOSE_NAME
        + """, i.state, i.excluding_tax
        FROM commands c JOIN invoices i ON i.contract_number = c.key AND i.invoice_id::text = c.subject
            JOIN actions a USING (contract_number)
        WHERE $1 AND c.id = $2 AND c.user_id = $3 AND c.type = $4 AND c.faults = '[]' AND i.state <> 'issued'
        """,
        viewer.is_agent,
        command_id,
        viewer.user_id,
        DecideInvoice.TYPE,
    )
    return Settled(**{**row, "months": tuple(Month(month) for month in row["months"])}) if row else None


@dataclass(frozen=True, slots=True)
class Chosen:
    """An invoice of a lot, or one that was."""

    invoice_id: UUID
    contract_number: str
    title: str
    organisation: str
    number: int | None
    months: tuple[Month, ...]
    excluding_tax: Decimal
    including_tax: Decimal


@dataclass(frozen=True, slots=True)
class Lot:
    """What an agent has looked at and not decided yet, in the order in which it was put there."""

    invoices: tuple[Chosen, ...]

    @property
    def excluding_tax(self) -> Decimal:
        """Of all of them."""
        return sum((chosen.excluding_tax for chosen in self.invoices), NOTHING)

    @property
    def including_tax(self) -> Decimal:
        """What is paid when all are accepted."""
        return sum((chosen.including_tax for chosen in self.invoices), NOTHING)


CHOSEN: LiteralString = (
    "SELECT i.invoice_id, i.contract_number, a.title, i.number, "
    + IN_WHOSE_NAME
    + """,
        ARRAY(SELECT jsonb_array_elements_text(i.body -> 'months')) AS months, i.excluding_tax, i.including_tax
"""
)


async def load_lot(db: Pool, viewer: Viewer) -> Lot:
    """The viewer's lot; what somebody has decided meanwhile is no longer in it."""
    rows = await db.fetch(
        CHOSEN
        + """
        FROM lots l JOIN invoices i ON i.contract_number = l.contract_number AND i.invoice_id::text = l.subject
            JOIN actions a ON a.contract_number = i.contract_number
        WHERE l.user_id = $1 AND l.kind = 'invoice' AND $2 AND i.state = 'issued' ORDER BY l.put_at, i.invoice_id
        """,
        viewer.user_id,
        viewer.is_agent,
    )
    return Lot(tuple(_chosen(row) for row in rows))


async def load_sent(db: Pool, viewer: Viewer, path: str) -> list[tuple[Chosen, Outcome]]:
    """The invoices that a lot sent from `path`, and what became of each."""
    outcomes = await lots.outcomes(db, viewer, path)
    rows = await db.fetch(
        CHOSEN
        + """
        FROM unnest($2::text[], $3::text[]) AS sent (contract_number, subject)
            JOIN invoices i ON i.contract_number = sent.contract_number AND i.invoice_id::text = sent.subject
            JOIN actions a ON a.contract_number = i.contract_number
        WHERE $1 ORDER BY a.by_organisation, i.number
        """,
        viewer.is_agent,
        [contract for contract, _ in outcomes],
        [subject for _, subject in outcomes],
    )
    return [(chosen, outcomes[chosen.contract_number, str(chosen.invoice_id)]) for chosen in map(_chosen, rows)]


def _chosen(row: Any) -> Chosen:
    return Chosen(**{**row, "months": tuple(Month(month) for month in row["months"])})
