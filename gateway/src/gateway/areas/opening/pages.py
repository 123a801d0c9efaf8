"""Opening an action, or saying that it does not take place (OPN-1 to OPN-4)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from chassis.instant import now
from contracts.actions import DeclareNonOpening, OpenAction
from contracts.codes import Frequency, NonOpeningReason
from contracts.month import paris_day
from gateway.areas.action.around import around, send
from gateway.areas.action.conditions import conditions
from gateway.areas.action.life import life_of
from gateway.areas.action.queries.trainees import load_trainees
from gateway.areas.action.sheets import unfinished
from gateway.web import drafts
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer

FIELDS = {"actual_start": "debut"}


async def show(
    request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form | None, *, status: int = 200
) -> Response[str]:
    """The conditions; when all are met and the day has come, date and frequency."""
    action, context = await around(portal, viewer, contract)
    today = paris_day(now())
    life = life_of(action, today)
    proposed = action.planned_start if action.is_collective else min(max(action.planned_start, today), today)
    return await page(
        request,
        "opening/opening.html",
        status=status,
        form=form or Form.showing({"debut": proposed}),
        conditions=conditions(life, unfinished(action, await load_trainees(portal.db, action))),
        can_open=life.opening == "ready",
        waits=context["waiting"].since(contract, OpenAction),
        **context,
    )


@get("/actions/{contract:str}/ouverture")
async def opening_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """What the opening needs, and the opening (OPN-1)."""
    form = await drafts.restored(portal, organisation, request.url.path, contract, lambda _form: FIELDS.get)
    return await show(request, portal, organisation, contract, form)


@post("/actions/{contract:str}/ouverture")
async def open_action(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """Open the action on its actual start, with the payment frequency chosen (OPN-2, OPN-3)."""
    action, _ = await around(portal, organisation, contract)
    form = await Form.of(request)
    start = form.date("debut", "Saisissez la date d’ouverture de l’action.")
    frequency = form.code("frequence", Frequency, "Choisissez la fréquence de paiement.")
    if form.ok and start and frequency:
        command = OpenAction(actual_start=start, frequency=frequency)
        if done := await send(request, portal, organisation, action, command, form, to=action.path, fields=FIELDS.get):
            return done
    return await show(request, portal, organisation, contract, form, status=422)


async def show_non_opening(
    request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form, *, confirming: bool = False, status: int = 200
) -> Response[str]:
    """The reason; then what declaring it does."""
    _, context = await around(portal, viewer, contract)
    waits = context["waiting"].since(contract, DeclareNonOpening)
    return await page(request, "opening/non_opening.html", status=status, form=form, confirming=confirming, waits=waits, **context)


@get("/actions/{contract:str}/non-ouverture")
async def non_opening_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """Why the action does not take place."""
    form = await drafts.restored(portal, organisation, request.url.path, contract)
    return await show_non_opening(request, portal, organisation, contract, form or Form())


@post("/actions/{contract:str}/non-ouverture")
async def declare_non_opening(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """First the confirm step, then the declaration, which ends the action (OPN-4)."""
    action, _ = await around(portal, organisation, contract)
    form = await Form.of(request)
    reason = form.code("motif", NonOpeningReason, "Choisissez le motif de la non-ouverture.")
    if form.ok and form.value("faire") != "confirmer":
        return await show_non_opening(request, portal, organisation, contract, form, confirming=True)
    if form.ok and reason:
        command = DeclareNonOpening(reason=reason)
        if done := await send(request, portal, organisation, action, command, form, to=action.path):
            return done
    return await show_non_opening(request, portal, organisation, contract, form, status=422)


ROUTES = [opening_page, open_action, non_opening_page, declare_non_opening]
