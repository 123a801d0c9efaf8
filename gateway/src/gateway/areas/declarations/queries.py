"""A month's declaration: who is present, their hours, what was typed and not saved yet (DEC-2 to DEC-5)."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from asyncpg import Pool, Record

from contracts import amounts
from contracts.actions import PathwayPlan
from contracts.awards import Terms
from contracts.billing import InvoiceLine
from contracts.codes import Place
from contracts.declarations import AddedHours, ConfirmedLine, Exit, Line
from contracts.lines import ZERO, total
from contracts.month import Month
from contracts.pathways import planned
from contracts.personal import TraineeSheet
from gateway.web.form_ids import FormId
from gateway.web.session import Viewer
from gateway.words.french import sortable


@dataclass(frozen=True, slots=True)
class Row:
    """A trainee who is present from `first` to `last` of the month, and their line as it is stored; version 0: none is.

    `others` are their lines of the other months that were confirmed, reopened ones too, with what those added. `adds` are the hours that
    this month adds, or will, after an admissible exit: who left before it has no days here and nothing else (DEC-5).
    """

    trainee_id: UUID
    name: str
    sheet: TraineeSheet | None
    entered_on: date
    exit: Exit | None
    exit_version: int
    planned_end: date
    first: date
    last: date
    line: Line
    version: int
    complete: bool
    saved_at: datetime | None
    saved_by: str | None
    others: dict[Month, Line]
    exit_told_at: datetime | None = None
    adds: AddedHours | None = None
    pathway: PathwayPlan | None = None

    @property
    def is_present(self) -> bool:
        """Whether the trainee is in training at least one day of the month."""
        return self.first <= self.last

    @property
    def key(self) -> str:
        """What the names of its fields begin with."""
        return f"s{self.trainee_id.hex}"

    def planned(self, place: Place, terms: Terms) -> Decimal:
        """The hours in `place` that the trainee may reach: those of their pathway, or else the contract's (DEC-3)."""
        hours: Decimal = getattr(terms, place).hours
        return planned(self.pathway).get(place, hours)

    def used(self, place: Place) -> Decimal:
        """Hours of the other declared months in `place`: with this month's they do not exceed the planned ones (DEC-3)."""
        return sum((total(getattr(line, place)) for line in self.others.values()), ZERO)

    def hours_before(self, month: Month, place: Place) -> Decimal:
        """Attended and excused hours of the months before (DEC-2)."""
        return sum((amounts.payable(getattr(line, place)) for other, line in self.others.items() if other < month), ZERO)


PLAIN = (
    *("trainee_id", "entered_on", "exit_version", "exit_told_at", "planned_end"),
    *("first", "last", "version", "complete", "saved_at", "saved_by"),
)
"""Read as they are."""
ROWS = """
    SELECT t.trainee_id, t.entered_on, t.exit, t.exit_version, t.exit_told_at, t.pathway, a.planned_end, p.body AS sheet,
        greatest(t.entered_on, $3::date) AS first, least(coalesce((t.exit->>'on')::date, a.planned_end), $4::date) AS last,
        l.line, coalesce(l.version, 0) AS version, coalesce(l.complete, false) AS complete, l.saved_at,
        (SELECT u.body->>'name' FROM accounts JOIN people u ON u.id = accounts.person WHERE accounts.user_id::text = l.saved_by)
            AS saved_by,
        (SELECT jsonb_object_agg(o.month, o.line) FROM lines o JOIN months m USING (contract_number, month)
         WHERE o.contract_number = t.contract_number AND o.trainee_id = t.trainee_id AND o.month <> $2
           AND m.standing IN ('confirmed', 'reopened')) AS others,
        (SELECT jsonb_object_agg(o.month, jsonb_build_object('centre', o.centre::text, 'company', o.company::text)) FROM added_hours o
         WHERE o.contract_number = t.contract_number AND o.trainee_id = t.trainee_id AND o.month <> $2 AND o.confirmed) AS added,
        h.centre AS adds_centre, h.company AS adds_company
    FROM trainees t
    JOIN actions a USING (contract_number)
    LEFT JOIN people p ON p.id = t.contract_number || '/' || t.trainee_id
    LEFT JOIN lines l ON l.contract_number = t.contract_number AND l.trainee_id = t.trainee_id AND l.month = $2
    LEFT JOIN added_hours h ON h.contract_number = t.contract_number AND h.trainee_id = t.trainee_id AND h.month = $2
    WHERE t.contract_number = $1 AND ($5 OR a.siret = $6) AND t.state = 'entered'
      AND t.entered_on <= $4 AND (coalesce((t.exit->>'on')::date, a.planned_end) >= $3 OR h.trainee_id IS NOT NULL)
"""


async def load_rows(db: Pool, viewer: Viewer, contract_number: str, month: Month) -> list[Row]:
    """Every trainee of the viewer's action who is present at least one day of `month` (DEC-2), by name."""
    return [row for row in await load_declared(db, viewer, contract_number, month) if row.is_present]


async def load_declared(db: Pool, viewer: Viewer, contract_number: str, month: Month) -> list[Row]:
    """The same, and who left before `month` by an admissible exit: it declares hours of theirs too (DEC-5)."""
    rows = await db.fetch(ROWS, contract_number, month, month.first, month.last, viewer.is_agent, viewer.siret)
    return sorted((_row(row) for row in rows), key=lambda row: sortable(row.name))


def _row(row: Record) -> Row:
    sheet = TraineeSheet.model_validate_json(row["sheet"]) if row["sheet"] else None
    return Row(
        **{name: row[name] for name in PLAIN},
        name=f"{sheet.last_name} {sheet.first_name}" if sheet else "Stagiaire",
        sheet=sheet,
        exit=Exit.model_validate_json(row["exit"]) if row["exit"] else None,
        pathway=PathwayPlan.model_validate_json(row["pathway"]) if row["pathway"] else None,
        line=Line.model_validate_json(row["line"]) if row["line"] else Line(),
        others=_others(row),
        adds=None if row["adds_centre"] is None else AddedHours(centre=row["adds_centre"], company=row["adds_company"]),
    )


def _others(row: Record) -> dict[Month, Line]:
    lines = {Month(month): Line.model_validate(line) for month, line in json.loads(row["others"] or "{}").items()}
    added = {Month(month): AddedHours.model_validate(hours) for month, hours in json.loads(row["added"] or "{}").items()}
    return lines | {month: with_added(lines.get(month, Line()), hours) for month, hours in added.items()}


def with_added(line: Line, hours: AddedHours) -> Line:
    """The line with what its month adds to the excused hours (DEC-5)."""
    places = ((place, getattr(line, place)) for place in Place)
    return line.model_copy(
        update={place: typed.model_copy(update={"excused": (typed.excused or ZERO) + getattr(hours, place)}) for place, typed in places}
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed into a trainee's row and no service has accepted yet."""

    typed: dict[str, list[str]]
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Drafts:
    """What was typed into a month and no service has accepted yet: row by row, and a whole page that was posted after its session had
    lapsed, until that becomes its rows' (ACC-7).
    """

    of_rows: dict[UUID, Draft]
    lapsed: dict[str, list[str]] | None = None


def draft_of(contract_number: str, month: Month, trainee_id: UUID | None = None) -> FormId:
    """As which form a row's draft is kept; without a trainee, that of the whole page."""
    return FormId("line", contract_number, f"{month}/{trainee_id}") if trainee_id else FormId("month", contract_number, month)


async def load_drafts(db: Pool, viewer: Viewer, contract_number: str, month: Month) -> Drafts:
    """What the viewer typed into the month: nobody else sees it."""
    rows = await db.fetch(
        """
        SELECT split_part(subject, '/', 2) AS trainee_id, body FROM drafts
        WHERE owner = $1 AND kind IN ('line', 'month') AND contract = $2 AND split_part(subject, '/', 1) = $3
        """,
        draft_of(contract_number, month).owned_by(viewer),
        contract_number,
        month,
    )
    bodies: dict[str, dict[str, Any]] = {row["trainee_id"]: json.loads(row["body"]) for row in rows}
    whole = bodies.pop("", None)
    return Drafts({UUID(trainee): _draft(body) for trainee, body in bodies.items()}, whole["typed"] if whole else None)


def _draft(body: dict[str, Any]) -> Draft:
    return Draft(body["typed"], datetime.fromisoformat(body["at"]) if "at" in body else None)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was last confirmed for a month, by trainee, and when; `invoiced` are its lines in the invoice that holds it, or, while it is
    reopened, in the rejected one: what billing made of its hours (BIL-1).
    """

    lines: dict[UUID, ConfirmedLine]
    at: datetime
    invoiced: tuple[InvoiceLine, ...]


async def load_confirmed(db: Pool, viewer: Viewer, contract_number: str, month: Month) -> Confirmed | None:
    """What was last confirmed for `month`; None when it never was (DEC-6)."""
    row = await db.fetchrow(
        """
        SELECT m.confirmed, m.confirmed_at,
            (SELECT jsonb_agg(line) FROM invoices i, jsonb_array_elements(i.body->'lines') AS line
             WHERE line->>'month' = m.month AND i.contract_number = m.contract_number
                AND i.invoice_id = CASE WHEN m.standing = 'reopened' THEN m.rejected_invoice ELSE m.invoice_id END) AS invoiced
        FROM months m JOIN actions a USING (contract_number)
        WHERE m.contract_number = $1 AND m.month = $2 AND m.confirmed IS NOT NULL AND ($3 OR a.siret = $4)
        """,
        contract_number,
        month,
        viewer.is_agent,
        viewer.siret,
    )
    if row is None:
        return None
    lines = [ConfirmedLine.model_validate(line) for line in json.loads(row["confirmed"])]
    invoiced = tuple(InvoiceLine.model_validate(line) for line in json.loads(row["invoiced"] or "[]"))
    return Confirmed({line.trainee_id: line for line in lines}, row["confirmed_at"], invoiced)


@dataclass(frozen=True, slots=True)
class HoldsUp:
    """A trainee for whom the last month and the closing wait: without an exit, or, not `entered`, without an entry date (DEC-8, CLO-1)."""

    trainee_id: UUID
    name: str
    entered: bool


async def load_who_holds_up(db: Pool, viewer: Viewer, contract_number: str) -> list[HoldsUp]:
    """Whom declarations named, by name."""
    rows = await db.fetch(
        """
        SELECT t.id AS trainee_id, t.id = ANY(a.without_exit) AS entered, p.body->>'last_name' AS last, p.body->>'first_name' AS first
        FROM actions a CROSS JOIN unnest(a.without_exit || a.without_entry) AS t (id)
        LEFT JOIN people p ON p.id = a.contract_number || '/' || t.id
        WHERE a.contract_number = $1 AND ($2 OR a.siret = $3)
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    trainees = [HoldsUp(row["trainee_id"], f"{row['last'] or 'Stagiaire'} {row['first'] or ''}".strip(), row["entered"]) for row in rows]
    return sorted(trainees, key=lambda trainee: sortable(trainee.name))
