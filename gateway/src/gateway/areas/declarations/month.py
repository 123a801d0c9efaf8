"""What the pages of a month share: the month itself, its rows as they are shown, and what is still to be settled (DEC-1 to DEC-8)."""

from collections.abc import Set
from datetime import datetime
from typing import Any

from litestar.exceptions import NotFoundException

from contracts.codes import Place
from contracts.declarations import ConfirmMonth, FillMonth, SaveLine, SetExit
from contracts.lines import FIGURES, explained, figure
from gateway.areas.action.action import Action, MonthView
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form

from .added import added_in, hours_of, leaves_on, leaving_on, would_add
from .asking import periods
from .correction import corrections_of
from .grid import Entry, Point, lay, left_empty
from .pasted import COLUMNS
from .queries import Row, load_who_holds_up
from .saving import Loaded
from .sums import remaining, totals


def month_of(action: Action, text: str) -> MonthView:
    """The action's month written in an address. Raises NotFoundException when it has none such."""
    view = next((view for view in action.months if view.month == text), None)
    if view is None:
        raise NotFoundException
    return view


def neighbours(action: Action, view: MonthView) -> tuple[MonthView | None, MonthView | None]:
    """The months before and after (DEC-2)."""
    at = action.months.index(view)
    return (action.months[at - 1] if at else None, action.months[at + 1] if at + 1 < len(action.months) else None)


async def context_of(
    visit: ActionVisit, view: MonthView, form: Form, loaded: Loaded, posted: Set[str] = frozenset()
) -> tuple[list[Entry], dict[str, Any]]:
    """The grid's rows, with what was typed and not saved, and what is shown around them."""
    action = visit.action
    entries = lay(form, loaded.rows, loaded.drafts, action, posted)
    summed = totals(entries, action)
    filling = visit.waiting.since(action.contract_number, FillMonth, subject=view.month)
    drafted = [entry for entry in entries if entry.drafted and not entry.conflict]
    return entries, {
        "view": view,
        "focus": "",
        "filling": filling,
        "unsaved": drafted if len(drafted) > 1 and not filling else [],
        "form": form,
        "entries": entries,
        "points": points_of(entries, await last_exits(visit, view, loaded.rows)),
        "missing": left_empty(entries),
        "totals": summed,
        "amount": summed.amount,
        "remaining": remaining,
        "figure": figure,
        "figures": FIGURES,
        "columns": COLUMNS,
        "explained": explained,
        "places": Place,
        "periods_of": periods,
        "saves": (SaveLine, SetExit),
        "corrections": await corrections_of(visit, view, loaded.rows),
        "added": (added := added_in(loaded.adds, action, view.month)),
        "added_hours": hours_of(added),
        "leaves_on": {entry.key: leaves_on(entry, action, leaving_on(form, entry)) for entry in entries},
        "would_add": would_add,
        "waits": visit.waiting.since(action.contract_number, ConfirmMonth, subject=view.month),
        "saved_at": _saved_at(loaded),
    }


def _saved_at(loaded: Loaded) -> datetime | None:
    times = [row.saved_at for row in loaded.rows if row.saved_at] + [draft.saved_at for draft in loaded.drafts.values() if draft.saved_at]
    return max(times, default=None)


async def last_exits(visit: ActionVisit, view: MonthView, rows: list[Row]) -> list[Point]:
    """Who has no exit date when the month is the last to be confirmed, and who never entered (DEC-8)."""
    action = visit.action
    if action.months[-1].is_void or view.month != max((month.month for month in action.months if month.to_declare), default=None):
        return []
    keys = {row.trainee_id: row.key for row in rows}
    points: list[Point] = []
    for trainee in await load_who_holds_up(visit.db, visit.viewer, visit.contract):
        sheet = f"{action.path}/stagiaires/{trainee.trainee_id}"
        if trainee.entered:
            text, key = "n’a pas de date de sortie : le dernier mois attend toutes les sorties.", keys.get(trainee.trainee_id)
            points.append(Point(trainee.name, text, f"#{key}-exit-on" if key else sheet))
        else:
            text = "n’a pas de date d’entrée. Supprimez sa fiche, ou indiquez que ce stagiaire n’est jamais venu."
            points.append(Point(trainee.name, text, sheet))
    return points


def points_of(entries: list[Entry], last: list[Point]) -> list[Point]:
    """Everything to settle before the month can be confirmed, row by row; lines with empty cells are listed apart."""
    return [point for entry in entries for point in entry.points] + last
