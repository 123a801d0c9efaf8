"""Asking the Region for another sheet of a trainee who has entered (TRN-5)."""

from dataclasses import replace
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.codes import RequestObject
from contracts.requests import RequestChange
from gateway.areas.action.queries.trainees import TraineeRow, load_trainee, load_trainees
from gateway.areas.action.sheets import as_read
from gateway.areas.action.visit import ActionVisit, uuid_of
from gateway.web.forms import Form

from .asking import basis_of, fields_of, request
from .sheet import changes_page, computed, stored


def show(visit: ActionVisit, form: Form, row: TraineeRow, *, status: int = 200) -> Response[str]:
    """The sheet as it is stored in a form, and why; or the request that is open already, or why there is nothing to ask."""
    if form.conflict:
        form.compare(confirmed(row, visit.today), as_read)
    return visit.page(
        "trainees/request.html",
        status=status,
        form=form,
        row=row,
        latest=visit.action.request_about(RequestObject.TRAINEE, row.trainee_id),
        waits=visit.waiting.since(visit.contract, RequestChange, subject=str(row.trainee_id)),
        **computed(form, visit.today),
    )


def confirmed(row: TraineeRow, day: date) -> Form:
    """The form of the stored sheet; another entry date can be asked for too."""
    return stored(replace(row, sheet=row.as_confirmed), day)


@get("/actions/{contract:str}/stagiaires/{trainee:str}/demande")
async def request_page(visit: NamedDependency[ActionVisit], trainee: FromPath[str]) -> Response[str]:
    """“Demander une modification” of a locked sheet."""
    row = await load_trainee(visit.db, visit.viewer, visit.contract, uuid_of(trainee))
    return show(visit, await visit.restored(fields_of) or confirmed(row, visit.today), row)


@post("/actions/{contract:str}/stagiaires/{trainee:str}/demande", status_code=200)
async def send_request(visit: NamedDependency[ActionVisit], trainee: FromPath[str]) -> Response[Any]:
    """Send the request (REQ-1); the sheet's page then shows that it is open."""
    row, form = await load_trainee(visit.db, visit.viewer, visit.contract, uuid_of(trainee)), await Form.of(visit.request)
    if changes_page(form):
        return show(visit, form, row)
    rows = await load_trainees(visit.db, visit.viewer, visit.contract)
    command = request(form, row.trainee_id, basis_of(visit.action, rows, visit.today, row))
    to = f"{visit.action.path}/stagiaires/{row.trainee_id}"
    if done := await visit.ask(command, form, to=to, subject=row.trainee_id, fields=fields_of(form)):
        return done
    return show(visit, form, await load_trainee(visit.db, visit.viewer, visit.contract, row.trainee_id), status=422)


ROUTES = [request_page, send_request]
