"""“Réalisé horaire de l’action”: a confirmed month, for the organisation and for the Region (DEC-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.codes import Place
from contracts.declarations import ConfirmedLine, Line
from contracts.lines import ZERO, is_complete
from contracts.types import to_cent
from gateway.areas.action.action import MonthView
from gateway.areas.action.visit import ActionVisit

from .queries import Row, load_confirmed, load_rows, payable


@dataclass(frozen=True, slots=True)
class RealisedHours:
    """A trainee's hours of a month, attended and excused, and since their entry (DEC-2)."""

    row: Row
    complete: bool
    centre: Decimal
    company: Decimal
    centre_so_far: Decimal
    company_so_far: Decimal


def realised_hours(rows: list[Row], lines: Mapping[UUID, ConfirmedLine | Line], view: MonthView) -> list[RealisedHours]:
    """One for each trainee who has a line, by name."""
    found: list[RealisedHours] = []
    for row in rows:
        if line := lines.get(row.trainee_id):
            centre, company = payable(line.centre), payable(line.company)
            before = (row.hours_before(view.month, Place.CENTRE), row.hours_before(view.month, Place.COMPANY))
            found.append(RealisedHours(row, is_complete(line), centre, company, centre + before[0], company + before[1]))
    return found


SUMMED = ("centre", "company", "centre_so_far", "company_so_far")


def summed(found: list[RealisedHours]) -> dict[str, Decimal]:
    """The sums per column (DEC-2)."""
    return {name: sum((getattr(one, name) for one in found), ZERO) for name in SUMMED}


async def realised_context(visit: ActionVisit, view: MonthView) -> dict[str, Any]:
    """What the page of a confirmed month shows."""
    action, viewer = visit.action, visit.viewer
    lines, at = await load_confirmed(visit.db, viewer, visit.contract, view.month)
    found = realised_hours(await load_rows(visit.db, viewer, visit.contract, view.month), lines, view)
    sums = summed(found)
    at_index = action.months.index(view)
    before = [one for one in action.months[:at_index] if one.was_confirmed]
    after = [one for one in action.months[at_index + 1 :] if one.was_confirmed or not viewer.is_agent]
    return {
        "view": view,
        "lines": found,
        "sums": sums,
        "amounts": {place: to_cent(sums[place] * getattr(action.terms, place).rate) for place in Place},
        "absences": [(one.row, absence) for one in found for absence in one.row.line.absences] if view.is_confirmed else [],
        "confirmed_at": at if isinstance(at, datetime) else None,
        "before": (before if viewer.is_agent else list(action.months[:at_index]))[-1:],
        "after": after[:1],
    }
