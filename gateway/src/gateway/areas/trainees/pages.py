"""The list of an action's trainees, and taking one off it (TRN-1, TRN-5, TRN-7)."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery, QueryParameter

from contracts.actions import ChangeTrainee, RegisterTrainee, RemoveTrainee
from gateway.areas.action.around import around, send, uuid_of
from gateway.areas.action.queries.trainees import load_trainee, load_trainees
from gateway.areas.action.sheets import missing
from gateway.web.drafts import list_refused
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer

from .listing import SIZES, page_of


@get("/actions/{contract:str}/stagiaires")
async def trainees_page(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    q: FromQuery[str] = "",
    tri: FromQuery[str] = "nom",
    sens: FromQuery[str] = "asc",
    par: FromQuery[str] = "",
    number: Annotated[str, QueryParameter(name="page")] = "1",
) -> Response[str]:
    """Counts against both ceilings, and the list: searched, sorted, by 10, 25 or 50 (TRN-7)."""
    action, context = await around(portal, organisation, contract)
    rows = await load_trainees(portal.db, action)
    found = page_of(rows, search=q, order=tri, down=sens == "desc", size=par, number=number)
    waiting, kept = context["waiting"], await list_refused(portal.db, organisation, f"{action.path}/stagiaires/nouveau?")
    return await page(
        request,
        "trainees/trainees.html",
        rows=rows,
        list=found,
        sizes=SIZES,
        missing={row.trainee_id: missing(row.sheet) for row in found.rows if not row.complete},
        can_register=action.can_register,
        refused=[(address, Form(body["typed"])) for address, body in kept],
        registering=waiting.since(contract, RegisterTrainee),
        waits={row.trainee_id: waiting.since(contract, ChangeTrainee, RemoveTrainee, subject=str(row.trainee_id)) for row in found.rows},
        **context,
    )


async def show_removal(
    request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, trainee: str, form: Form, *, status: int = 200
) -> Response[str]:
    """The confirm step of a removal."""
    action, context = await around(portal, viewer, contract)
    row = await load_trainee(portal.db, action, uuid_of(trainee))
    if not row.can_remove(action) and form.ok:
        raise NotFoundException
    waits = context["waiting"].since(contract, RemoveTrainee, subject=str(row.trainee_id))
    return await page(request, "trainees/trainee_removal.html", status=status, row=row, form=form, waits=waits, **context)


@get("/actions/{contract:str}/stagiaires/{trainee:str}/suppression")
async def removal_page(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    trainee: FromPath[str],
) -> Response[str]:
    """What removing a trainee does; only while no hours are recorded for them (TRN-5)."""
    return await show_removal(request, portal, organisation, contract, trainee, Form())


@post("/actions/{contract:str}/stagiaires/{trainee:str}/suppression")
async def remove(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    trainee: FromPath[str],
) -> Response[Any]:
    """Take a trainee off the list (TRN-5)."""
    action, _ = await around(portal, organisation, contract)
    form, trainee_id = await Form.of(request), uuid_of(trainee)
    command = RemoveTrainee(trainee_id=trainee_id)
    done = await send(request, portal, organisation, action, command, form, to=f"{action.path}/stagiaires", subject=trainee_id)
    return done or await show_removal(request, portal, organisation, contract, trainee, form, status=422)


ROUTES = [trainees_page, removal_page, remove]
