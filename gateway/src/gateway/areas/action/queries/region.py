"""What waits for the Region's agents, and the actions as they see them (BIL-7, SUR-2, ACT-1)."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, LiteralString

from asyncpg import Pool

from contracts.month import LAST_DAY_OF_WINDOW, Month
from contracts.payment_clock import Rates
from gateway.web.downloads import Parts, read_all
from gateway.web.listing import PER_PAGE, Asked, Page, over_all
from gateway.web.session import Viewer

from .invoices import NOTHING
from .owed import load_owed


@dataclass(frozen=True, slots=True)
class Late:
    """What of an action is late on a day, and with whom: its opening and its declarations with the organisation, decisions with the Region.

    `months` have seen a window pass without a confirmation (DEC-6), a reopened one the day until which it can be corrected (BIL-7).
    """

    opening: bool
    months: tuple[Month, ...]
    invoices: int

    def __bool__(self) -> bool:
        return bool(self.opening or self.months or self.invoices)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action in the agents' list."""

    contract_number: str
    title: str
    organisation: str
    state: str
    programme_year: int
    planned_start: date
    planned_end: date
    amended: int
    """The number of the last amendment; 0: the dates are the contract's."""
    registered: int
    late: Late


ORDERS: Mapping[str, tuple[LiteralString, LiteralString]] = {
    "debut": ("a.planned_start, a.contract_number", "a.planned_start DESC, a.contract_number DESC"),
    "contrat": ("a.contract_number", "a.contract_number DESC"),
    "intitule": ("a.by_title, a.contract_number", "a.by_title DESC, a.contract_number DESC"),
    "organisme": (
        "a.by_organisation, a.contract_number",
        "a.by_organisation DESC, a.contract_number DESC",
    ),
    "annee": ("a.programme_year, a.contract_number", "a.programme_year DESC, a.contract_number DESC"),
    "etat": ("a.state, a.contract_number", "a.state DESC, a.contract_number DESC"),
}
"""By what the list can be sorted, up and down; the first by default."""

NOT_OPENED: LiteralString = "(a.state = 'awarded' AND a.planned_start < today.day)"
LATE_MONTHS: LiteralString = """
    SELECT m.month FROM months m
    WHERE m.contract_number = a.contract_number AND m.month = ANY (a.to_declare)
        AND CASE m.standing WHEN 'reopened' THEN m.correct_by < today.day ELSE m.month <= today.last_month END
"""
UNDECLARED: LiteralString = "(a.to_declare[1] <= today.last_month AND EXISTS (" + LATE_MONTHS + "))"
LATE_INVOICES: LiteralString = """
    SELECT i.invoice_id FROM invoices i
    WHERE i.contract_number = a.contract_number AND i.state = 'issued' AND i.pay_by < today.day
"""
UNDECIDED: LiteralString = "EXISTS (" + LATE_INVOICES + ")"
LATE: Mapping[str, tuple[str, LiteralString]] = {
    "": ("En retard ou non", ""),
    "tout": ("En retard", " AND (" + NOT_OPENED + " OR " + UNDECLARED + " OR " + UNDECIDED + ")"),
    "ouverture": ("Ouverture en retard", " AND " + NOT_OPENED),
    "declaration": ("Déclaration en retard", " AND " + UNDECLARED),
    "decision": ("Décision de la Région en retard", " AND " + UNDECIDED),
}
"""What the filter of that name shows: how people call it, and its condition."""

FROM: LiteralString = """
    FROM actions a
    CROSS JOIN (SELECT $4::text AS last_month, $5::date AS day) AS today
"""
OWN: LiteralString = " WHERE $1 AND ($2::text IS NULL OR a.state = $2) AND ($3::int IS NULL OR a.programme_year = $3)"
MATCHING = OWN + " AND a.sought LIKE ALL ($6::text[])"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the actions: what of them is late (a key of `LATE`), in this state, of this programme year; any when None."""

    late: str = ""
    state: str | None = None
    year: int | None = None


def _own(viewer: Viewer, wanted: Wanted, today: date) -> tuple[object, ...]:
    """What `FROM` and `OWN` are given; `MATCHING` is given the words that are sought besides."""
    return viewer.is_agent, wanted.state, wanted.year, last_month(today), today


def last_month(today: date) -> Month:
    """The last month whose first window has passed (DEC-6): on 16 March February, on 15 March January."""
    return Month.of(today).previous() if today.day > LAST_DAY_OF_WINDOW else Month.of(today).previous().previous()


async def list_actions(db: Pool, viewer: Viewer, asked: Asked, wanted: Wanted, today: date) -> Page[ActionRow]:
    """A page of the actions that match, for an agent, with what of each is late on `today`."""
    own, late = _own(viewer, wanted, today), LATE[wanted.late][1]
    rows: Any = await db.fetch(
        """
        SELECT a.contract_number, a.title, a.organisation_name AS organisation, a.state, a.programme_year, a.planned_start, a.planned_end,
            (SELECT count(*) FROM trainees t WHERE t.contract_number = a.contract_number AND t.state IN ('registered', 'entered'))
                AS registered,
            (SELECT count(*) FROM amendments m WHERE m.contract_number = a.contract_number) AS amended,
        """
        + LATE_COLUMNS
        + FROM
        + MATCHING
        + late
        + " ORDER BY "
        + ORDERS[asked.order][asked.down]
        + " LIMIT $7 OFFSET $8",
        *own,
        asked.patterns,
        PER_PAGE,
        asked.offset,
    )
    count = await db.fetchval(*over_all("SELECT count(*)", FROM + OWN + late, FROM + MATCHING + late, own, (asked.patterns,)))
    return Page(asked, [ActionRow(late=late_of(row), **{name: row[name] for name in PLAIN}) for row in rows], count)


PLAIN = ("contract_number", "title", "organisation", "state", "programme_year", "planned_start", "planned_end", "amended", "registered")
LATE_COLUMNS: LiteralString = (
    NOT_OPENED
    + " AS late_opening, ARRAY("
    + LATE_MONTHS
    + " ORDER BY m.month) AS late_months, (SELECT count(*) FROM ("
    + LATE_INVOICES
    + ") AS late) AS late_invoices"
)


def late_of(row: Any) -> Late:
    """What `LATE_COLUMNS` found."""
    return Late(row["late_opening"], tuple(Month(month) for month in row["late_months"]), row["late_invoices"])


@dataclass(frozen=True, slots=True)
class LateCounts:
    """How many actions are late with their opening, and with a declaration."""

    opening: int
    declaration: int


async def count_late(db: Pool, viewer: Viewer, today: date) -> LateCounts:
    """What is late of all actions on `today`, for an agent."""
    row: Any = await db.fetchrow(
        "WITH today AS (SELECT $2::text AS last_month, $3::date AS day) SELECT (SELECT count(*) FROM actions a, today WHERE $1 AND "
        + NOT_OPENED
        + ") AS opening, (SELECT count(*) FROM actions a, today WHERE $1 AND "
        + UNDECLARED
        + ") AS declaration",
        viewer.is_agent,
        last_month(today),
        today,
    )
    return LateCounts(**row)


@dataclass(frozen=True, slots=True)
class Exported:
    """An action as it is exported: contract, dates, counts, money; nobody's name but the organisation's."""

    contract_number: str
    title: str
    organisation: str
    siret: str
    programme_year: int
    sector: str
    state: str
    planned_start: date
    planned_end: date
    original_start: date
    original_end: date
    amended: int
    actual_start: date | None
    actual_end: date | None
    headcount: int
    registered: int
    price: Decimal
    invoiced: Decimal
    accepted: Decimal
    paid: Decimal
    pay_by: date | None
    """The earliest last day of what is still to be decided or paid (BIL-15)."""
    overdue: int
    """How many accepted invoices are not paid though that day is over."""
    owed: Decimal
    """Interest and fixed charges of its late payments, on the day of the export."""
    late: Late


EXPORTED = tuple(field.name for field in fields(Exported) if field.name not in ("owed", "late"))


async def read_exported(db: Pool, viewer: Viewer, asked: Asked, wanted: Wanted, today: date, rates: Rates) -> Parts[Exported]:
    """Every action that matches, for an agent, in the order of the list. Amounts exclude tax, but for what is paid."""
    query = (
        """
        SELECT a.contract_number, a.title, a.organisation_name AS organisation, a.siret, a.programme_year,
            a.sector, a.state, a.planned_start, a.planned_end, (a.terms ->> 'planned_start')::date AS original_start,
            (a.terms ->> 'planned_end')::date AS original_end,
            (SELECT count(*) FROM amendments m WHERE m.contract_number = a.contract_number) AS amended, a.actual_start, a.actual_end,
            (a.terms ->> 'headcount')::int AS headcount, a.registered,
            (a.terms #>> '{centre,price}')::numeric + (a.terms #>> '{company,price}')::numeric AS price,
            coalesce(money.invoiced, 0.00) AS invoiced, coalesce(money.accepted, 0.00) AS accepted, coalesce(money.paid, 0.00) AS paid,
            money.pay_by, coalesce(money.overdue, 0) AS overdue,
        """
        + LATE_COLUMNS
        + FROM
        + """
        LEFT JOIN (
            SELECT contract_number, sum(excluding_tax) FILTER (WHERE state <> 'rejected') AS invoiced,
                sum(excluding_tax) FILTER (WHERE state IN ('accepted', 'paid')) AS accepted, sum(paid) AS paid,
                min(pay_by) FILTER (WHERE state = 'issued' OR state = 'accepted' AND including_tax > paid) AS pay_by,
                count(*) FILTER (WHERE state = 'accepted' AND including_tax > paid AND pay_by < $5) AS overdue
            FROM invoices GROUP BY contract_number
        ) AS money USING (contract_number)
        """
        + MATCHING
        + LATE[wanted.late][1]
        + " ORDER BY "
        + ORDERS[asked.order][asked.down]
    )
    async with aclosing(read_all(db, query, *_own(viewer, wanted, today), asked.patterns)) as parts:
        async for rows in parts:
            owed = await load_owed(db, viewer, [row["contract_number"] for row in rows], today, rates)
            yield [
                Exported(late=late_of(row), owed=owed.get(row["contract_number"], NOTHING), **{name: row[name] for name in EXPORTED})
                for row in rows
            ]


async def load_holders(db: Pool, viewer: Viewer) -> list[tuple[str, str]]:
    """SIRET and name of every organisation that holds an action, by name: what a list can be filtered by."""
    rows = await db.fetch(
        """
        SELECT siret, min(organisation_name) AS name FROM actions WHERE $1 AND state <> 'withdrawn'
        GROUP BY siret ORDER BY min(by_organisation), siret
        """,
        viewer.is_agent,
    )
    return [(row["siret"], row["name"]) for row in rows]


async def load_years(db: Pool, viewer: Viewer) -> list[int]:
    """The programme years that have actions of the viewer's, latest first."""
    rows = await db.fetch(
        "SELECT DISTINCT programme_year FROM actions WHERE $1 OR siret = $2 ORDER BY 1 DESC", viewer.is_agent, viewer.siret
    )
    return [row["programme_year"] for row in rows]


async def account_state(db: Pool, viewer: Viewer, siret: str) -> Any:
    """Whether the organisation's first account has been used: credentials can be sent again until then (ACC-1)."""
    return await db.fetchrow(
        """
        SELECT credentials_sent_at, activated_at FROM accounts WHERE siret = $1 AND ($2 OR siret = $3) AND removed_at IS NULL
        ORDER BY activated_at NULLS LAST LIMIT 1
        """,
        siret,
        viewer.is_agent,
        viewer.siret,
    )
