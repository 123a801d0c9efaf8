"""“Réalisé horaire de l’action”: a month's hours by trainee, for the organisation and for the Region (DEC-2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar.exceptions import NotFoundException

from contracts.amounts import payable
from contracts.billing import InvoiceLine
from contracts.codes import ExitKind, ExitReason, Place
from contracts.declarations import ConfirmedLine, Line, PlaceHours
from contracts.lines import ZERO, is_complete
from contracts.month import Month
from gateway.areas.action.action import MonthView
from gateway.areas.action.offers import offered
from gateway.areas.action.queries.proofs import load_proofs
from gateway.areas.action.visit import ActionVisit

from .queries import Confirmed, Row, load_confirmed, load_declared


@dataclass(frozen=True, slots=True)
class TraineeHours:
    """A trainee's hours of a month, attended and excused, and since their entry (DEC-2)."""

    row: Row
    complete: bool
    centre: Decimal
    company: Decimal
    centre_so_far: Decimal
    company_so_far: Decimal

    @property
    def early(self) -> ExitReason | None:
        """Why the trainee left early, if they did."""
        left = self.row.exit
        return left.reason if left and left.kind is ExitKind.EARLY else None


def hours_by_trainee(rows: Sequence[Row], lines: Mapping[UUID, ConfirmedLine | Line], month: Month) -> list[TraineeHours]:
    """One for each trainee who has a line, in the order of `rows`."""
    trainees: list[TraineeHours] = []
    for row in rows:
        if line := lines.get(row.trainee_id):
            centre, company = payable(line.centre), payable(line.company)
            before = {place: row.hours_before(month, place) for place in Place}
            trainees.append(
                TraineeHours(row, is_complete(line), centre, company, centre + before[Place.CENTRE], company + before[Place.COMPANY])
            )
    return trainees


SUMMED = ("centre", "company", "centre_so_far", "company_so_far")


def summed(trainees: Sequence[TraineeHours]) -> dict[str, Decimal]:
    """The sums per column (DEC-2)."""
    return {name: sum((getattr(hours, name) for hours in trainees), ZERO) for name in SUMMED}


def with_zeros(lines: Mapping[UUID, ConfirmedLine], trainees: Iterable[UUID]) -> dict[UUID, ConfirmedLine]:
    """The confirmed lines, and zeros for the trainees whose presence has come to reach into the month since (DEC-2, DEC-7)."""
    none = PlaceHours(attended=ZERO, excused=ZERO, unexcused=ZERO)
    return {**lines, **{trainee: ConfirmedLine(trainee_id=trainee, centre=none, company=none) for trainee in trainees}}


def lines_of(visit: ActionVisit, view: MonthView, confirmed: Confirmed) -> Sequence[InvoiceLine]:
    """What the month is worth, as billing said it: in an invoice, or before it is invoiced; nothing until billing has read the
    confirmation.
    """
    return confirmed.invoiced or next((month.lines for month in offered(visit.action).months if month.month == view.month), ())


async def load_realised(visit: ActionVisit, view: MonthView) -> tuple[Confirmed, list[TraineeHours], list[Row]]:
    """What was last confirmed of a month, each trainee's hours of it, and whom it declares. Raises NotFoundException when it never was."""
    confirmed = await load_confirmed(visit.db, visit.viewer, visit.contract, view.month)
    if confirmed is None:
        raise NotFoundException
    rows = await load_declared(visit.db, visit.viewer, visit.contract, view.month)
    return confirmed, hours_by_trainee(rows, with_zeros(confirmed.lines, view.with_zeros), view.month), rows


async def realised_context(visit: ActionVisit, view: MonthView) -> dict[str, Any]:
    """What the page of a month that was confirmed shows. Raises NotFoundException when it never was."""
    action, viewer = visit.action, visit.viewer
    confirmed, trainees, rows = await load_realised(visit, view)
    at_index = action.months.index(view)
    before = [month for month in action.months[:at_index] if month.was_confirmed]
    after = [month for month in action.months[at_index + 1 :] if month.was_confirmed or not viewer.is_agent]
    return {
        "view": view,
        "lines": trainees,
        "sums": summed(trainees),
        "invoice_lines": lines_of(visit, view, confirmed),
        "absences": [(hours.row, absence) for hours in trainees for absence in hours.row.line.absences] if view.is_confirmed else [],
        "added": [(row, line.added) for row in rows if (line := confirmed.lines.get(row.trainee_id)) and line.added],
        "confirmed_at": confirmed.at,
        "proofs": await load_proofs(visit.db, viewer, visit.contract, [view.month]),
        "before": (before if viewer.is_agent else list(action.months[:at_index]))[-1:],
        "after": after[:1],
    }
