"""Asking the Region for other periods once they are validated, or for other planned dates (DAT-3, DAT-4)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from contracts.codes import RequestObject
from contracts.requests import RequestChange
from gateway.areas.action.periods import PARTS, rows
from gateway.areas.action.requests import subject_of
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.numbered import change_rows
from gateway.web.values import Values

from .asking import fields_of, move, planned, postpone, request, shown


def show(visit: ActionVisit, form: Form, about: RequestObject, *, status: int = 200) -> Response[str]:
    """What holds now in a form, and why; or the request that is open already, or why there is nothing to ask."""
    action, postponing = visit.action, about is RequestObject.PLANNED_DATES
    if form.conflict:
        form.typed["version"] = [str(action.dates_version)]
    return visit.page(
        "dates/request.html",
        status=status,
        form=form,
        rows=rows(form),
        postponing=postponing,
        locked=postponing or action.dates_validated,
        latest=action.request_about(about),
        waits=visit.waiting.since(visit.contract, RequestChange, subject=subject_of(about)),
    )


@get("/actions/{contract:str}/dates/demande")
async def request_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """“Demander une modification” of the periods."""
    kept = await visit.restored(fields_of)
    action = visit.action
    return show(visit, kept or Form.showing(shown(action.periods, action.dates_version)), RequestObject.DATES)


@post("/actions/{contract:str}/dates/demande", status_code=200)
async def send_request(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Add or take away a row, or send the request (REQ-1)."""
    form = await Form.of(visit.request)
    if change_rows(form, form.value("faire"), PARTS) or form.value("faire") != "demander":
        return show(visit, form, RequestObject.DATES)
    return await send(visit, request(form), form, RequestObject.DATES)


@get("/actions/{contract:str}/dates/report")
async def postponing_page(visit: NamedDependency[ActionVisit], debut: FromQuery[str] = "", fin: FromQuery[str] = "") -> Response[str]:
    """“Demander un report” of the planned dates; the page that it comes from may name the new ones (OPN-2, CLO-1)."""
    kept = await visit.restored(fields_of)
    if kept is None:
        named = Values({"debut": [debut], "fin": [fin]})
        kept = Form.showing(planned(visit.action, named.date("debut"), named.date("fin")))
    return show(visit, kept, RequestObject.PLANNED_DATES)


@post("/actions/{contract:str}/dates/report", status_code=200)
async def send_postponing(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Add or take away a row, adapt the periods to what is typed, or send the request (DAT-4)."""
    form = await Form.of(visit.request)
    button = form.value("faire")
    if button == "adapter":
        move(form, visit.action)
        return show(visit, form, RequestObject.PLANNED_DATES, status=form.status)
    if change_rows(form, button, PARTS) or button != "demander":
        return show(visit, form, RequestObject.PLANNED_DATES)
    return await send(visit, postpone(form, visit.action), form, RequestObject.PLANNED_DATES)


async def send(visit: ActionVisit, command: RequestChange | None, form: Form, about: RequestObject) -> Response[Any]:
    """Send the request; the dates' page then shows that it is open."""
    done = await visit.ask(command, form, to=f"{visit.action.path}/dates", subject=subject_of(about), fields=fields_of(form))
    return done or show(visit, form, about, status=422)


ROUTES = [request_page, send_request, postponing_page, send_postponing]
