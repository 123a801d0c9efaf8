"""Requests as the Region's agents answer them: before, after, what else would follow; then granted or refused (REQ-1 to REQ-3)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.codes import RequestObject
from contracts.requests import GrantRequest, RefuseRequest, TakeBackUnlocking
from gateway.areas.action.queries.region import load_holders
from gateway.areas.action.queries.requests import Request, load_request
from gateway.areas.action.visit import ActionVisit, uuid_of
from gateway.web.forms import Form
from gateway.web.listing import Asked, Page
from gateway.web.people import names_of_trainees
from gateway.web.topics import REQUESTS
from gateway.web.visit import Visit
from gateway.words.labels import choices

from .asking import FIELDS, answer
from .comparison import compare
from .consequences import consequences
from .pages import load_now
from .queue import STATES, RequestRow, asked_of, find_after, find_answered, load_queue

QUEUE = "/region/demandes"


@get("/region/demandes")
async def queue_page(visit: NamedDependency[Visit]) -> Response[str]:
    """What waits for an answer, the oldest first; or what was answered."""
    return visit.page(
        "requests/region_requests.html",
        follows=(REQUESTS,),
        list=await load_listed(visit, asked_of(visit)),
        states=STATES,
        objects=choices(RequestObject),
        holders=await load_holders(visit.db, visit.viewer) if visit.shows() else (),
        settled=await load_settled(visit),
    )


async def load_listed(visit: Visit, asked: Asked) -> Page[RequestRow]:
    """The list, as it is asked for."""
    return await visit.listed(QUEUE + asked.query(number=asked.number), (REQUESTS,), lambda: load_queue(visit.db, visit.viewer, asked))


async def load_settled(visit: Visit) -> RequestRow | None:
    """The request of the answer that the page tells; None when it tells none, or it was not done."""
    command_id = visit.done
    return await find_answered(visit.db, visit.viewer, command_id) if command_id else None


@get("/region/demandes/{contract:str}/{demande:str}")
async def request_page(visit: NamedDependency[ActionVisit], demande: FromPath[str]) -> Response[str]:
    """One request, and the answer."""
    request = await load_request(visit.db, visit.viewer, visit.contract, uuid_of(demande))
    return await show(visit, request, await visit.restored(lambda _form: FIELDS.get) or Form())


async def show(visit: ActionVisit, request: Request, form: Form) -> Response[str]:
    """The request beside the list from which it comes: what it asks, what would follow, the answer."""
    db, viewer, asked, head = visit.db, visit.viewer, asked_of(visit), request.head
    queue = await load_listed(visit, asked)
    people = await names_of_trainees(db, viewer, visit.contract) if head.is_open else {}
    neighbours = [await find_after(db, viewer, asked, head.request_id, back=back) for back in (True, False)]
    return visit.page(
        "requests/region_request.html",
        status=form.status,
        form=form,
        asked=request,
        comparison=compare(request, visit.action, await load_now(visit, request)),
        consequences=consequences(request, people, visit.today) if head.is_open else None,
        waits=visit.waiting.since(visit.contract, GrantRequest, RefuseRequest, TakeBackUnlocking, subject=str(head.request_id)),
        follows=(visit.contract, REQUESTS),
        list=queue,
        states=STATES,
        query=queue.query(number=asked.number),
        neighbours=[found and f"{QUEUE}/{found}{queue.query(number=asked.number)}" for found in neighbours],
        settled=await load_settled(visit),
    )


@post("/region/demandes/{contract:str}/{demande:str}")
async def answer_request(visit: NamedDependency[ActionVisit], demande: FromPath[str]) -> Response[Any]:
    """Grant, grant and apply, refuse with a reason: on to the next one. Or take a grant back."""
    form, request_id = await Form.of(visit.request), uuid_of(demande)
    request = await load_request(visit.db, visit.viewer, visit.contract, request_id)
    if command := answer(form, request.head):
        here = f"{QUEUE}/{visit.contract}/{request_id}{_query(visit)}"
        to = here if isinstance(command, TakeBackUnlocking) else await next_path(visit, request_id)
        if done := await visit.ask(command, form, to=to, subject=request_id, fields=FIELDS.get):
            return done
        request = await load_request(visit.db, visit.viewer, visit.contract, request_id)
    return await show(visit, request, form)


def _query(visit: Visit) -> str:
    """What the page's address asks of the list beside the request: its forms carry it on."""
    asked = asked_of(visit)
    return asked.query(number=asked.number)


async def next_path(visit: ActionVisit, answered: UUID) -> str:
    """The next request of the list, or from its beginning those that were passed over; then the list."""
    asked = asked_of(visit)
    following = await find_after(visit.db, visit.viewer, asked, answered)
    if following is None:
        first = await load_queue(visit.db, visit.viewer, replace(asked, number=1))
        rows = (row for row in first.rows if row.head.request_id != answered)
        following = next((f"{row.contract_number}/{row.head.request_id}" for row in rows), None)
    return (f"{QUEUE}/{following}" if following else QUEUE) + asked.query(number=asked.number)


ROUTES = [queue_page, request_page, answer_request]
