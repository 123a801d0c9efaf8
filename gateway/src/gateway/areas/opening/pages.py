"""Opening an action, or saying that it does not take place (OPN-1 to OPN-4)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import DeclareNonOpening, OpenAction
from gateway.areas.action.conditions import conditions
from gateway.areas.action.queries.trainees import load_trainees
from gateway.areas.action.sheets import unfinished
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form

from .asking import FIELDS, decline, open_action


async def show(visit: ActionVisit, form: Form | None, *, status: int = 200) -> Response[str]:
    """The conditions; when all are met and the day has come, date and frequency."""
    action, life = visit.action, visit.life
    trainees = await load_trainees(visit.db, visit.viewer, visit.contract) if action.incomplete else []
    return visit.page(
        "opening/opening.html",
        status=status,
        form=form or Form.showing({"debut": action.opens_on or visit.today}),
        conditions=conditions(life, unfinished(trainees, life.action.terms.kind)),
        can_open=life.opening == "ready",
        waits=visit.waiting.since(visit.contract, OpenAction),
    )


@get("/actions/{contract:str}/ouverture")
async def opening_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """What the opening needs, and the opening (OPN-1)."""
    return await show(visit, await visit.restored(lambda _form: FIELDS.get))


@post("/actions/{contract:str}/ouverture")
async def send_opening(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Open the action on its actual start, with the payment frequency chosen (OPN-2, OPN-3)."""
    form = await Form.of(visit.request)
    done = await visit.ask(open_action(form), form, to=visit.action.path, fields=FIELDS.get)
    return done or await show(visit, form, status=422)


def show_non_opening(visit: ActionVisit, form: Form, *, confirming: bool = False, status: int = 200) -> Response[str]:
    """The reason; then what declaring it does."""
    waits = visit.waiting.since(visit.contract, DeclareNonOpening)
    return visit.page("opening/non_opening.html", status=status, form=form, confirming=confirming, waits=waits)


@get("/actions/{contract:str}/non-ouverture")
async def non_opening_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Why the action does not take place."""
    return show_non_opening(visit, await visit.restored() or Form())


@post("/actions/{contract:str}/non-ouverture")
async def declare_non_opening(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """First the confirm step, then the declaration, which ends the action (OPN-4)."""
    form = await Form.of(visit.request)
    command = decline(form)
    if command and form.value("faire") != "confirmer":
        return show_non_opening(visit, form, confirming=True)
    done = await visit.ask(command, form, to=visit.action.path)
    return done or show_non_opening(visit, form, status=422)


ROUTES = [opening_page, send_opening, non_opening_page, declare_non_opening]
