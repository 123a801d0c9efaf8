"""Declarations: the strip of months, the month's grid, and the confirmed month (DEC-1 to DEC-8)."""

from collections.abc import Set
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from contracts.lines import FIGURES, figure
from gateway.areas.action.action import MonthView
from gateway.areas.action.life import Life
from gateway.areas.action.months import strip
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.rendering import fragment, see

from . import asking, proposal, saving
from .grid import Entry, lay
from .month import context_of, last_exits, month_of, neighbours
from .pasted import COLUMNS, propose
from .proposal import Plan
from .queries import Row, load_rows
from .realised import realised_context


@get("/actions/{contract:str}/declarations")
async def months_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Every month, what it is, what it is worth, and when it can be confirmed (DEC-1)."""
    return visit.page("declarations/declarations.html", strip=strip(visit.life), months=_months(visit.life))


def _months(life: Life) -> list[MonthView]:
    """Those in which something is to be done now: reopened ones, then the oldest that waits."""
    return [*life.reopened, *([life.next_month] if life.next_month and life.next_month.can_be_filled(life.today) else [])]


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
    loaded = await saving.load(visit, view.month)
    return await show(visit, view, Form(restored=loaded.restored), loaded, opened={ouvert})


async def overtaken(visit: ActionVisit, view: MonthView, form: Form) -> Response[Any]:
    """What was typed into a month that can no longer be filled in, a colleague having confirmed it meanwhile (DEC-7): shown, not saved."""
    rows = asking.changed(form, await load_rows(visit.db, visit.viewer, visit.contract, view.month), view.month)
    if not rows:
        return see(visit.request.url.path)
    context = {"view": view, "rows": rows, "form": form, "figures": FIGURES, "figure": figure}
    return visit.page("declarations/month_overtaken.html", status=409, periods_of=asking.periods, **context)


async def show(
    visit: ActionVisit,
    view: MonthView,
    form: Form,
    loaded: saving.Loaded,
    *,
    opened: Set[str] = frozenset(),
    posted: Set[str] = frozenset(),
    status: int = 200,
    focus: str = "",
    laid: str = "",
) -> Response[str]:
    """The grid; `opened` are the keys of the rows whose panel is open, `focus` the field or button that comes next, `laid` the way in which
    hours were just laid over the lines.
    """
    entries, context = await context_of(visit, view, form, loaded, posted)
    before, after = neighbours(visit.action, view)
    plan = Plan.of(visit.action, view.month)
    proposal.begin(form, plan, loaded.rows)
    return visit.page(
        "declarations/month.html",
        status=status,
        opened={entry.key for entry in entries if entry.key in opened or _in_panel(entry)},
        asked=status == 422 and not focus,
        before=before,
        after=after,
        plan=plan,
        laid=laid,
        has_before=any(month < view.month for row in loaded.rows for month in row.others),
        **context | {"focus": focus},
    )


def _in_panel(entry: Entry) -> bool:
    """Whether something typed in the row's panel is wrong."""
    return any(".absences." in name or ".exit." in name for name in entry.errors)


@post("/actions/{contract:str}/declarations/{mois:str}", status_code=200)
async def save_month(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[Any]:
    """Save every row that was changed, all or none, then do what the pressed button says: open a panel, add or take away a period, settle a
    conflict, verify (DEC-3). A pasted block is shown as a proposal (DEC-9); what is laid over the
    lines, or given up, saves nothing (DEC-11).
    """
    view = month_of(visit.action, mois)
    form, path = await Form.of(visit.request), visit.request.url.path
    if not view.can_be_filled(visit.today):
        return await overtaken(visit, view, form)
    verb, _, where = form.value("faire").partition(" ")
    key = where.split(".")[0]
    rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
    if verb == "coller":
        return show_pasted(visit, view, form, rows)
    if verb in proposal.WAYS:
        return await lay_over(visit, view, form, rows, verb)
    if verb == "maintien":
        return await show_pay(visit, view, form, rows, key)
    if verb == "abandonner":
        await saving.forget(visit, view.month, rows)
        return see(path)
    await _prepare(visit, view, form, rows, verb, where)
    saved = await saving.fill(visit, view.month, form, rows)
    opened = {key} if verb in {"ouvrir", "ajouter", "supprimer"} else set()
    await visit.reload()
    view = month_of(visit.action, mois)
    loaded = await saving.load(visit, view.month)
    entries = lay(form, loaded.rows, loaded.drafts, visit.action, saved.kept)
    wrong = not form.ok or any(entry.conflict for entry in entries)
    if verb == "verifier":
        lacks = wrong or any(entry.points or entry.gaps for entry in entries) or await last_exits(visit, view, loaded.rows)
        if not lacks:
            return Redirect(f"{path}/confirmation", status_code=303)
        wrong = True
    if wrong:
        return await show(visit, view, form, loaded, opened=opened, posted=saved.kept, status=422)
    query = f"?ouvert={key}" if opened else ""
    command = saved.answers[-1].command_id if saved.answers and not opened else None
    return see(f"{path}{query}", command=command, anchor=f"#{key}" if key else "")


async def _prepare(visit: ActionVisit, view: MonthView, form: Form, rows: list[Row], verb: str, where: str) -> None:
    """What the pressed button changes in what is typed, before it is saved."""
    row = next((row for row in rows if row.key == where.split(".")[0]), None)
    if verb == "supprimer" and row:
        asking.number_periods(form, row.key, without=where)
    elif verb in {"garder", "reprendre"} and row:
        await saving.settle(visit, view.month, row, form, mine=verb == "garder")
    elif verb == "zeros":
        for each in rows:
            asking.fill(form, each)
    elif verb == "poser":
        asking.take_pasted(form, rows)


def show_pasted(visit: ActionVisit, view: MonthView, form: Form, rows: list[Row]) -> Response[str]:
    """Where the lines of a pasted block would go; the form carries what else is typed. A page of its own, or what stands over the grid."""
    row, column = asking.start_of(form, rows)
    proposed = propose(asking.block(form), rows, row=row, column=column)
    context: dict[str, Any] = {"view": view, "form": form, "proposal": proposed, "columns": COLUMNS, "figures": FIGURES}
    if visit.request.headers.get("HX-Request") == "true":
        return fragment("declarations/_pasted.html", action=visit.action, carried=(), **context)
    carried = [(name, text) for row in rows for name, texts in asking.of_row(form, row.key).items() for text in texts]
    return visit.page("declarations/month_pasted.html", carried=carried, **context)


async def lay_over(visit: ActionVisit, view: MonthView, form: Form, rows: list[Row], way: str) -> Response[Any]:
    """Lay hours or an exception over the lines, as drafts: nothing is saved until the user says so (DEC-11)."""
    proposal.WAYS[way](form, rows, Plan.of(visit.action, view.month))
    wrong = next(iter(form.errors), "")
    await saving.keep(visit, view.month, asking.changed(form, rows, view.month), form)
    next_to_do = {"absence": "absence.trainee", "sortie": "leaving.trainee"}.get(way, "enregistrer")
    posted = {row.key for row in rows if f"{row.key}.version" in form.typed}
    loaded = await saving.load(visit, view.month)
    return await show(visit, view, form, loaded, posted=posted, status=422 if wrong else 200, focus=wrong or next_to_do, laid=way)


async def show_pay(visit: ActionVisit, view: MonthView, form: Form, rows: list[Row], key: str) -> Response[Any]:
    """What an admissible reason would do to pay, for the exit that is typed: nothing is saved (DEC-5)."""
    await saving.keep(visit, view.month, asking.changed(form, rows, view.month), form)
    posted = {row.key for row in rows if f"{row.key}.version" in form.typed}
    loaded = await saving.load(visit, view.month)
    return await show(visit, view, form, loaded, opened={key}, posted=posted, focus=f"{key}.maintien")


@post("/actions/{contract:str}/declarations/{mois:str}/lignes", status_code=200)
async def save_rows(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[Any]:
    """Rows, while the page stays open: those that are posted are saved (DEC-3), and the answer brings back what became of them, and the
    rows that others saved since those that the page shows (`vu`).
    """
    view = month_of(visit.action, mois)
    if not view.can_be_filled(visit.today):
        return fragment("declarations/_rows_overtaken.html", status=422, action=visit.action, view=view)
    form = await Form.of(visit.request)
    form.renew()  # the page's own id is for its buttons: each time that rows are left is commands of its own
    rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
    posted = {row.key for row in rows if f"{row.key}.version" in form.typed}
    saved = await saving.save(visit, view.month, form, rows)
    if posted:
        await visit.reload()
        view = month_of(visit.action, mois)
    loaded = await saving.load(visit, view.month)
    if posted - {row.key for row in loaded.rows}:  # an exit was moved before this month
        return Response("", headers={"HX-Refresh": "true"}, media_type="text/html")
    shown = {word.partition(".")[0]: word for word in form.value("vu").split()}
    behind = {row.key for row in loaded.rows if row.key not in posted and shown.get(row.trainee_id.hex) not in {asking.seen([row]), None}}
    others_present = bool(shown) and shown.keys() != {row.trainee_id.hex for row in loaded.rows}
    if not posted and not behind and not others_present:
        return Response("", status_code=204)
    entries, context = await context_of(visit, view, form, loaded, saved.kept)
    sent = [entry for entry in entries if entry.key in posted]
    status = 422 if any(entry.errors or entry.conflict for entry in sent) else 200
    around = {"action": visit.action, "waiting": visit.waiting, "opened": set(), "sent": sent}
    around |= {"others": [entry for entry in entries if entry.key in behind], "others_present": others_present}
    return fragment("declarations/_rows.html", status=status, **around, **context)


ROUTES = [months_page, month_page, save_month, save_rows]
