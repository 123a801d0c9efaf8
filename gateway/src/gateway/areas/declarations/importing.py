"""A month's hours from a file: read, laid over the grid as a proposal, saved only when the user says so (DEC-9, DEC-11)."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from gateway.areas.action.action import MonthView
from gateway.areas.action.visit import ActionVisit
from gateway.tables.cells import NotReadable, read_table
from gateway.tables.problem import LARGEST_FILE, ROOM, Problem, told
from gateway.tables.writing import download
from gateway.web.forms import Form
from gateway.web.rendering import see

from . import asking, grid, saving, table
from .month import month_of
from .queries import load_rows


def _to_fill(visit: ActionVisit, text: str) -> MonthView:
    """The month, if it can be filled in now. Raises NotFoundException otherwise."""
    view = month_of(visit.action, text)
    if not view.can_be_filled(visit.today):
        raise NotFoundException
    return view


@get("/actions/{contract:str}/declarations/{mois:str}/import")
async def import_page(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[str]:
    """The form that sends a month's table, and its template."""
    lapsed = await visit.restored()
    await visit.forget()  # a file is not kept: it is said once that it must be chosen again
    return show(visit, _to_fill(visit, mois), Form(restored=lapsed.restored if lapsed else None), [])


def show(visit: ActionVisit, view: MonthView, form: Form, wrong: Sequence[Problem]) -> Response[str]:
    """The page, with what is wrong in the file that was sent."""
    return visit.page(
        "declarations/import.html",
        status=422 if wrong else form.status,
        view=view,
        form=form,
        columns=[table.NAME, *table.HEADINGS],
        **told(wrong),
    )


@get("/actions/{contract:str}/declarations/{mois:str}/import/modele.xlsx")
async def template_file(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[bytes]:
    """The workbook of the month, its trainees filled in."""
    view = _to_fill(visit, mois)
    rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
    await visit.portal.security.downloaded(visit.request, visit.viewer.user_id)
    return download(table.template(rows), f"heures-{view.month}.xlsx")


@post("/actions/{contract:str}/declarations/{mois:str}/import", request_max_body_size=LARGEST_FILE + ROOM, status_code=200)
async def send_file(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[Any]:
    """Lay a file's hours over the lines, as drafts; when anything is wrong in it, nothing is kept."""
    view, form = _to_fill(visit, mois), await Form.of(visit.request, with_file=True)
    sent = form.files.get("fichier")
    file = await sent.read() if sent else b""
    if not file or len(file) > LARGEST_FILE:
        form.wrong("fichier", "Choisissez un fichier .xlsx, .ods ou .csv, 2 Mo au plus, qui n’est pas vide.")
        return show(visit, view, form, [])
    loaded = await saving.load(visit, view.month)
    typed = Form()
    grid.lay(typed, loaded.rows, loaded.drafts, visit.action)
    try:
        wrong = table.lay(typed, await read_table(file, table.SHEET), loaded.rows, view.month, visit.action.terms)
    except NotReadable as error:
        form.wrong("fichier", str(error))
        return show(visit, view, form, [])
    if wrong:
        return show(visit, view, form, wrong)
    await saving.keep(visit, view.month, asking.changed(typed, loaded.rows, view.month), typed)
    return see(f"{visit.action.path}/declarations/{view.month}", anchor="#enregistre")


ROUTES = [import_page, template_file, send_file]
