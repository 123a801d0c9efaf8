"""The realised hours of an action, by trainee and month: the guide's recapitulation over its whole length (DOC-1, DEC-2)."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from asyncpg import Pool

from contracts.amounts import payable
from contracts.declarations import ConfirmedLine
from contracts.lines import ZERO
from contracts.month import Month
from gateway.areas.action.action import Action
from gateway.areas.action.paper import paper_of
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Align, Block, Column, Heading, Note, Paper, Table
from gateway.web.people import names_of_trainees
from gateway.web.session import Viewer
from gateway.words.french import month_short, number, sortable

A_ROW = 12
"""Months that stand side by side on a page; a longer action has further tables."""


@dataclass(frozen=True, slots=True)
class DeclaredMonth:
    """A month that was confirmed, with its lines by trainee; `is_reopened`: they are those that were confirmed last (BIL-7)."""

    month: Month
    is_reopened: bool
    lines: dict[str, ConfirmedLine]


async def load_declared_months(db: Pool, viewer: Viewer, contract_number: str) -> list[DeclaredMonth]:
    """Every month of an action of the viewer's that was confirmed, in order."""
    rows = await db.fetch(
        """
        SELECT m.month, m.standing = 'reopened' AS is_reopened, m.confirmed FROM months m JOIN actions a USING (contract_number)
        WHERE m.contract_number = $1 AND m.confirmed IS NOT NULL AND ($2 OR a.siret = $3) ORDER BY m.month
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    months = []
    for row in rows:
        lines = [ConfirmedLine.model_validate(line) for line in json.loads(row["confirmed"])]
        months.append(DeclaredMonth(Month(row["month"]), row["is_reopened"], {str(line.trainee_id): line for line in lines}))
    return months


async def load_recap(visit: ActionVisit, day: date) -> Paper:
    """The document, of the visit's action."""
    months = await load_declared_months(visit.db, visit.viewer, visit.contract)
    known = await names_of_trainees(visit.db, visit.viewer, visit.contract)
    trainees = {trainee for month in months for trainee in month.lines}
    names = sorted(((trainee, known.get(trainee) or "Stagiaire") for trainee in trainees), key=lambda one: (sortable(one[1]), one[0]))
    return recap(visit.action, visit.portal.settings.region, day, months, names)


PLACES: tuple[tuple[str, Callable[[ConfirmedLine], Decimal]], ...] = (
    ("Heures en centre", lambda line: payable(line.centre)),
    ("Heures en entreprise", lambda line: payable(line.company)),
    ("Total des heures", lambda line: payable(line.centre) + payable(line.company)),
)


def recap(action: Action, region: str, day: date, months: Sequence[DeclaredMonth], names: Sequence[tuple[str, str]]) -> Paper:
    """What each of the trainees (id and name) attended, or was excused from, in each month, place by place, with all sums."""
    blocks: list[Block] = []
    for title, hours in PLACES:
        blocks.append(Heading(title))
        for first in range(0, len(months), A_ROW):
            blocks.append(_table(title, months[first : first + A_ROW], names, hours))
    if any(month.is_reopened for month in months):
        blocks.append(Note("* Mois à corriger après un rejet : les heures sont celles de la dernière confirmation."))
    return paper_of(action, region, "Réalisé horaire par stagiaire et par mois", day, *blocks, landscape=True)


def _table(
    title: str, months: Sequence[DeclaredMonth], names: Sequence[tuple[str, str]], hours: Callable[[ConfirmedLine], Decimal]
) -> Table:
    heads = [month_short(month.month) + ("\u00a0*" if month.is_reopened else "") for month in months]
    columns = (Column("Stagiaire", share=1), *(Column(head, Align.END) for head in (*heads, "Total")))
    figures = {trainee: [hours(month.lines[trainee]) if trainee in month.lines else None for month in months] for trainee, _ in names}
    rows = tuple(
        (name, *("" if value is None else number(value) for value in figures[trainee]), number(_sum(figures[trainee])))
        for trainee, name in names
    )
    sums = [_sum([of[index] for of in figures.values()]) for index in range(len(months))]
    return Table(f"{title}, réalisées et justifiées", columns, rows, (("Total", *map(number, sums), number(_sum(sums))),))


def _sum(values: Sequence[Decimal | None]) -> Decimal:
    return sum((value for value in values if value is not None), ZERO)
