"""The list of an action's trainees, and taking one off it (TRN-1, TRN-5, TRN-7)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.actions import ChangeTrainee, RegisterTrainee, RegisterTrainees, RemoveTrainee
from gateway.areas.action.queries.trainees import load_trainee, load_trainees
from gateway.areas.action.sheets import missing
from gateway.areas.action.visit import ActionVisit, uuid_of
from gateway.web.drafts import list_refused
from gateway.web.forms import Form
from gateway.web.listing import page_of

from .asking import remove
from .listing import SIZES, asked_of, matching


@get("/actions/{contract:str}/stagiaires")
async def trainees_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Counts against both ceilings, and the list: searched, sorted, by 10, 25 or 50 (TRN-7)."""
    contract, waiting = visit.contract, visit.waiting
    rows = await load_trainees(visit.db, visit.viewer, contract)
    asked = asked_of(visit)
    page = page_of(asked, matching(rows, asked))
    kept = await list_refused(visit.db, visit.viewer, ("new_trainee", "new_trainees"), contract)
    return visit.page(
        "trainees/trainees.html",
        rows=rows,
        list=page,
        sizes=SIZES,
        missing={row.trainee_id: missing(row.sheet, visit.action.terms.kind) for row in page.rows if not row.complete},
        can_register=visit.action.can_register,
        removable=any(row.can_remove(visit.action) for row in rows),
        refused=[(which.page, Form(body["typed"])) for which, body in kept],
        registering=waiting.since(contract, RegisterTrainee, RegisterTrainees),
        waits={row.trainee_id: waiting.since(contract, ChangeTrainee, RemoveTrainee, subject=str(row.trainee_id)) for row in page.rows},
    )


async def show_removal(visit: ActionVisit, trainee_id: UUID, form: Form, *, status: int = 200) -> Response[str]:
    """The confirm step of a removal."""
    row = await load_trainee(visit.db, visit.viewer, visit.contract, trainee_id)
    if not row.can_remove(visit.action) and form.ok:
        raise NotFoundException
    waits = visit.waiting.since(visit.contract, RemoveTrainee, subject=str(trainee_id))
    return visit.page("trainees/trainee_removal.html", status=status, row=row, form=form, waits=waits)


@get("/actions/{contract:str}/stagiaires/{trainee:str}/suppression")
async def removal_page(visit: NamedDependency[ActionVisit], trainee: FromPath[str]) -> Response[str]:
    """What removing a trainee does; only while no hours are recorded for them (TRN-5)."""
    return await show_removal(visit, uuid_of(trainee), Form())


@post("/actions/{contract:str}/stagiaires/{trainee:str}/suppression")
async def remove_trainee(visit: NamedDependency[ActionVisit], trainee: FromPath[str]) -> Response[Any]:
    """Take a trainee off the list (TRN-5)."""
    form, trainee_id = await Form.of(visit.request), uuid_of(trainee)
    done = await visit.ask(remove(trainee_id), form, to=f"{visit.action.path}/stagiaires", subject=trainee_id)
    return done or await show_removal(visit, trainee_id, form, status=422)


ROUTES = [trainees_page, removal_page, remove_trainee]
