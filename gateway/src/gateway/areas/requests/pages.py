"""What an organisation asked of the Region about an action, and what became of it (REQ-1, REQ-2)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.codes import RequestObject
from contracts.requests import WithdrawRequest
from gateway.areas.action.queries.requests import Request, load_request, load_requests
from gateway.areas.action.queries.trainees import load_trainees
from gateway.areas.action.queries.trainers import load_trainers
from gateway.areas.action.visit import ActionVisit, uuid_of
from gateway.web.forms import Form

from .asking import withdraw
from .comparison import Now, compare


@get("/actions/{contract:str}/demandes")
async def requests_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Everything that was asked, the latest first."""
    return visit.page("requests/requests.html", requests=await load_requests(visit.db, visit.viewer, visit.contract))


@get("/actions/{contract:str}/demandes/{demande:str}")
async def request_page(visit: NamedDependency[ActionVisit], demande: FromPath[str]) -> Response[str]:
    """One request: what was asked, why, and the Region's answer."""
    return await show(visit, await load_request(visit.db, visit.viewer, visit.contract, uuid_of(demande)), Form())


async def show(visit: ActionVisit, request: Request, form: Form) -> Response[str]:
    """The request's page."""
    return visit.page(
        "requests/request.html",
        status=form.status,
        form=form,
        asked=request,
        comparison=compare(request, visit.action, await load_now(visit, request)),
        waits=visit.waiting.since(visit.contract, WithdrawRequest, subject=str(request.head.request_id)),
    )


async def load_now(visit: ActionVisit, request: Request) -> Now:
    """What holds of that which the request is about, beside dates, which the action has."""
    match request.head.object:
        case RequestObject.TRAINEE:
            rows = await load_trainees(visit.db, visit.viewer, visit.contract)
            row = next((row for row in rows if row.trainee_id == request.head.trainee_id), None)
            return Now(sheet=row.as_confirmed if row else None)
        case RequestObject.TRAINERS:
            return Now(trainers=(await load_trainers(visit.db, visit.viewer, visit.contract)).listed)
    return Now()


@post("/actions/{contract:str}/demandes/{demande:str}")
async def withdraw_request(visit: NamedDependency[ActionVisit], demande: FromPath[str]) -> Response[Any]:
    """“Retirer la demande”, as long as the Region has not answered (REQ-1)."""
    form, request_id = await Form.of(visit.request), uuid_of(demande)
    request = await load_request(visit.db, visit.viewer, visit.contract, request_id)
    to = f"{visit.action.path}/demandes/{request_id}"
    if done := await visit.ask(withdraw(request.head), form, to=to, subject=request_id):
        return done
    return await show(visit, await load_request(visit.db, visit.viewer, visit.contract, request_id), form)


ROUTES = [requests_page, request_page, withdraw_request]
