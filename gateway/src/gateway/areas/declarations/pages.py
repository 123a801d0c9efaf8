"""Declarations: the strip of months, the month's grid, and the confirmed month (DEC-1 to DEC-8)."""

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from contracts.codes import Place
from contracts.declarations import ConfirmMonth, SaveLine, SetExit
from contracts.lines import FIGURES, explained, figure
from gateway.areas.action.action import Action, MonthView
from gateway.areas.action.life import Life
from gateway.areas.action.months import strip
from gateway.areas.action.visit import ActionVisit
from gateway.web.form_ids import FormId
from gateway.web.forms import Form, Restored
from gateway.web.rendering import fragment, see

from . import grid, sums
from .grid import Entry, Point
from .queries import Draft, Row, load_rejection, load_rows, load_without_exit
from .realised import realised_context


@get("/actions/{contract:str}/declarations")
async def months_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Every month, what it is, what it is worth, and when it can be confirmed (DEC-1)."""
    return visit.page("declarations/declarations.html", strip=strip(visit.life), months=_months(visit.life))


def _months(life: Life) -> list[MonthView]:
    """Those in which something is to be done now: reopened ones, then the oldest that waits."""
    return [*life.reopened, *([life.next_month] if life.next_month and life.next_month.can_be_filled(life.today) else [])]


def month_of(action: Action, text: str) -> MonthView:
    """The action's month written in an address. Raises NotFoundException when it has none such."""
    found = next((view for view in action.months if view.month == text), None)
    if found is None:
        raise NotFoundException
    return found


def neighbours(action: Action, view: MonthView) -> tuple[MonthView | None, MonthView | None]:
    """The months before and after (DEC-2)."""
    at = action.months.index(view)
    return (action.months[at - 1] if at else None, action.months[at + 1] if at + 1 < len(action.months) else None)


@get("/actions/{contract:str}/declarations/{mois:str}")
async def month_page(visit: NamedDependency[ActionVisit], mois: FromPath[str], ouvert: FromQuery[str] = "") -> Response[str]:
    """The month as it can be used now: to fill in, to wait for, or to read."""
    view = month_of(visit.action, mois)
    if not view.can_be_filled(visit.today) and (lapsed := await visit.restored()):
        await visit.forget()
        return await overtaken(visit, view, lapsed)
    if view.is_confirmed:
        return visit.page("declarations/realised.html", **await realised_context(visit, view))
    if not view.can_be_filled(visit.today):
        before, after = neighbours(visit.action, view)
        return visit.page("declarations/month_locked.html", view=view, before=before, after=after)
    restored = await recover(visit, view)
    return await show(visit, view, Form(restored=restored), opened={ouvert})


async def overtaken(visit: ActionVisit, view: MonthView, form: Form) -> Response[Any]:
    """What was typed into a month that can no longer be filled in, a colleague having confirmed it meanwhile (DEC-7): shown, not saved."""
    rows = grid.changed(form, view.month, await load_rows(visit.db, visit.viewer, visit.contract, view.month))
    if not rows:
        return see(visit.request.url.path)
    context = {"view": view, "rows": rows, "form": form, "figures": FIGURES, "figure": figure}
    return visit.page("declarations/month_overtaken.html", status=409, periods_of=grid.periods, **context)


async def recover(visit: ActionVisit, view: MonthView) -> Restored | None:
    """What was posted after a session had lapsed becomes the rows' drafts; None when there was nothing (ACC-7)."""
    which = FormId("month", visit.contract, view.month)
    lapsed = await visit.restored(which=which)
    if lapsed is None:
        return None
    rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
    await grid.unpack(visit, view.month, rows, lapsed)
    await visit.forget(which)
    return lapsed.restored


async def context_of(
    visit: ActionVisit,
    view: MonthView,
    form: Form,
    rows: list[Row],
    typed: dict[UUID, Draft],
    posted: Set[str] = frozenset(),
) -> tuple[list[Entry], dict[str, Any]]:
    """The grid's rows, with what was typed and not saved, and what is shown around them."""
    action = visit.action
    entries = grid.lay(form, rows, typed, action, posted)
    summed = sums.totals(entries, action)
    return entries, {
        "view": view,
        "form": form,
        "entries": entries,
        "points": points_of(entries, await last_exits(visit, view, rows)),
        "missing": [Point(entry.row.name, "", f"#{entry.key}-centre-attended") for entry in entries if entry.missing],
        "totals": summed,
        "amount": sum(summed.worth(action, place) for place in Place),
        "remaining": sums.remaining,
        "figure": figure,
        "figures": FIGURES,
        "explained": explained,
        "places": Place,
        "periods_of": grid.periods,
        "saves": (SaveLine, SetExit),
        "waits": visit.waiting.since(action.contract_number, ConfirmMonth, subject=view.month),
        "saved_at": _saved_at(rows, typed),
    }


def _saved_at(rows: list[Row], found: dict[UUID, Draft]) -> datetime | None:
    times = [row.saved_at for row in rows if row.saved_at] + [draft.saved_at for draft in found.values() if draft.saved_at]
    return max(times, default=None)


async def last_exits(visit: ActionVisit, view: MonthView, rows: list[Row]) -> list[Point]:
    """Who has no exit date when the month is the last one, and who never entered (DEC-8)."""
    action = visit.action
    if view.month != action.months[-1].month:
        return []
    keys = {row.trainee_id: row.key for row in rows}
    points: list[Point] = []
    for trainee_id, name, entered in await load_without_exit(visit.db, visit.viewer, visit.contract):
        if not entered:
            text = "n’a pas de date d’entrée. Supprimez sa fiche, ou indiquez que ce stagiaire n’est jamais venu."
            points.append(Point(name, text, f"{action.path}/stagiaires/{trainee_id}"))
        elif trainee_id in keys:
            text = "n’a pas de date de sortie : le dernier mois attend toutes les sorties."
            points.append(Point(name, text, f"#{keys[trainee_id]}-exit-on"))
    return points


def points_of(entries: list[Entry], last: list[Point]) -> list[Point]:
    """Everything to settle before the month can be confirmed, row by row; lines without any figure are listed apart."""
    return [point for entry in entries for point in entry.points] + last


async def show(
    visit: ActionVisit,
    view: MonthView,
    form: Form,
    *,
    opened: Set[str] = frozenset(),
    posted: Set[str] = frozenset(),
    status: int = 200,
) -> Response[str]:
    """The grid; `opened` are the keys of the rows whose panel is open."""
    loaded = await grid.loaded(visit, view.month)
    entries, context = await context_of(visit, view, form, *loaded, posted)
    before, after = neighbours(visit.action, view)
    rejected = view.rejected_invoice if view.is_reopened else None
    return visit.page(
        "declarations/month.html",
        status=status,
        opened={entry.key for entry in entries if entry.key in opened or _in_panel(entry)},
        asked=status == 422,
        before=before,
        after=after,
        rejection=await load_rejection(visit.db, visit.viewer, rejected) if rejected else None,
        **context,
    )


def _in_panel(entry: Entry) -> bool:
    """Whether something typed in the row's panel is wrong."""
    return any(".absences." in name or ".exit." in name for name in entry.errors)


@post("/actions/{contract:str}/declarations/{mois:str}", status_code=200)
async def save_month(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[Any]:
    """Save every row that was changed, then do what the pressed button says: open a panel, add or take away a period, settle a
    conflict, verify (DEC-3).
    """
    view = month_of(visit.action, mois)
    form, path = await Form.of(visit.request), visit.request.url.path
    if not view.can_be_filled(visit.today):
        return await overtaken(visit, view, form)
    verb, _, where = form.value("faire").partition(" ")
    key = where.split(".")[0]
    rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
    if verb == "supprimer":
        grid.number_periods(form, key, without=where)
    row = next((row for row in rows if row.key == key), None)
    if row and verb in {"garder", "reprendre"}:
        await grid.settle(visit, view.month, row, form, mine=verb == "garder")
    if row and verb == "zeros":
        grid.fill(form, row)
    saved = await grid.save(visit, view.month, form, rows)
    opened = {key} if verb in {"ouvrir", "ajouter", "supprimer"} else set()
    await visit.reload()
    view = month_of(visit.action, mois)
    rows, found = await grid.loaded(visit, view.month)
    entries = grid.lay(form, rows, found, visit.action, saved.kept)
    wrong = not form.ok or any(entry.conflict for entry in entries)
    if verb == "verifier":
        lacks = wrong or any(entry.points or entry.missing for entry in entries) or await last_exits(visit, view, rows)
        if not lacks:
            return Redirect(f"{path}/confirmation", status_code=303)
        wrong = True
    if wrong:
        return await show(visit, view, form, opened=opened, posted=saved.kept, status=422)
    query = f"?ouvert={key}" if opened else ""
    command = saved.answers[-1].command_id if saved.answers and not opened else None
    return see(f"{path}{query}", command=command, anchor=f"#{key}" if key else "")


@post("/actions/{contract:str}/declarations/{mois:str}/lignes/{trainee_id:uuid}", status_code=200)
async def save_row(visit: NamedDependency[ActionVisit], mois: FromPath[str], trainee_id: FromPath[UUID]) -> Response[Any]:
    """One row, while the page stays open: its draft is kept, and when it was left, the line is sent (DEC-3)."""
    view = month_of(visit.action, mois)
    rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
    row = next((row for row in rows if row.trainee_id == trainee_id), None)
    if row is None:
        raise NotFoundException
    if not view.can_be_filled(visit.today):
        return fragment("declarations/_line_overtaken.html", status=422, action=visit.action, view=view)
    form = await Form.of(visit.request)
    form.renew()  # the page's own id is for its buttons: each time that a row is left is a command of its own
    grid.number_periods(form, row.key)
    posted = {row.key}
    if form.value("faire") == "garder":
        await grid.keep(visit, view.month, row, form)
    else:
        posted = (await grid.save(visit, view.month, form, [row])).kept
    await visit.reload()
    view = month_of(visit.action, mois)
    loaded = await grid.loaded(visit, view.month)
    entries, context = await context_of(visit, view, form, *loaded, posted)
    found = next((entry for entry in entries if entry.row.trainee_id == trainee_id), None)
    if found is None:  # the exit was moved before this month
        return Response("", headers={"HX-Refresh": "true"}, media_type="text/html")
    status = 422 if found.errors or found.conflict else 200
    kept = form.value("faire") == "garder"
    around = {"action": visit.action, "waiting": visit.waiting}
    return fragment("declarations/_line_saved.html", status=status, entry=found, asked=False, kept=kept, **around, **context)


ROUTES = [months_page, month_page, save_month, save_row]
