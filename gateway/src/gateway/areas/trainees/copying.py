"""Trainees of another action of the same organisation: chosen there, then registered here as those of a file are (TRN-8)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from contracts.sheets import person
from gateway.areas.action.queries.trainees import TraineeRow, load_trainees
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form

from .asking import copied
from .queries import list_earlier
from .several import ask, show_list
from .table import Row, typed


@get("/actions/{contract:str}/stagiaires/reprise")
async def copy_page(visit: NamedDependency[ActionVisit], de: FromQuery[str] = "") -> Response[str]:
    """The other actions; of the chosen one, its trainees."""
    form = await visit.restored() or Form()
    start = visit.action.actual_start or visit.action.planned_start
    form.typed.setdefault("entree", Form.showing({"entree": start if start >= visit.today else None}).values("entree"))
    return await show_copy(visit, form, de or form.value("de"))


async def show_copy(visit: ActionVisit, form: Form, number: str) -> Response[str]:
    """The page; who is on this action's list already is not offered by itself."""
    theirs = await load_trainees(visit.db, visit.viewer, number) if number else []
    listed = {person(row.sheet) for row in await load_trainees(visit.db, visit.viewer, visit.contract)} - {None}
    return visit.page(
        "trainees/copy.html",
        status=form.status,
        form=form,
        earlier=await list_earlier(visit.db, visit.viewer, visit.contract),
        chosen=number if theirs else "",
        theirs=[(row, person(row.sheet) in listed) for row in theirs],
        ticked=form.values("stagiaire"),
    )


@post("/actions/{contract:str}/stagiaires/reprise", status_code=200)
async def copy_trainees(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """The list of those who were chosen, to be registered; nothing is kept."""
    form = await Form.of(visit.request)
    number = form.value("de")
    theirs = await load_trainees(visit.db, visit.viewer, number) if number else []
    chosen = [row for row in theirs if str(row.trainee_id) in form.values("stagiaire")]
    if not chosen:
        form.wrong(None, "Cochez au moins un stagiaire à reprendre.")
        return await show_copy(visit, form, number)
    await visit.forget()  # of a session that had lapsed
    rows = [_row(form, line, row) for line, row in enumerate(chosen, start=1)]
    await ask(visit, Form(), rows)
    return show_list(visit, Form(typed(rows, partial=True)), rows)


def _row(form: Form, line: int, row: TraineeRow) -> Row:
    values = copied(row.sheet, form)
    return Row(line, {name: values.value(name) for name in values.typed}, values)


ROUTES = [copy_page, copy_trainees]
