"""Closing an action (CLO-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from chassis.instant import now
from contracts.actions import CloseAction
from contracts.month import paris_day
from gateway.areas.action.around import around, send
from gateway.areas.action.life import life_of
from gateway.areas.action.queries.trainees import load_trainees
from gateway.web import drafts
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer

FIELDS = {"actual_end": "fin"}


async def show(
    request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form | None, *, status: int = 200
) -> Response[str]:
    """What the closing still lacks; when nothing does, the actual end."""
    action, context = await around(portal, viewer, contract)
    life = life_of(action, paris_day(now()))
    rows = [row for row in await load_trainees(portal.db, action) if row.state != "never_came"]
    return await page(
        request,
        "closing/closing.html",
        status=status,
        form=form or Form.showing({"fin": action.planned_end}),
        undeclared=life.undeclared,
        without_entry=[row for row in rows if row.state == "registered"],
        inside=[row for row in rows if row.state == "entered" and row.exit_on is None],
        exits_in=life.next_month.month if life.next_month and life.next_month.can_be_filled(life.today) else None,
        can_close=life.closing == "ready",
        waits=context["waiting"].since(contract, CloseAction),
        **context,
    )


@get("/actions/{contract:str}/cloture")
async def closing_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """Months confirmed, trainees out, and the actual end (CLO-1)."""
    form = await drafts.restored(portal, organisation, request.url.path, contract, lambda _form: FIELDS.get)
    return await show(request, portal, organisation, contract, form)


@post("/actions/{contract:str}/cloture")
async def close(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """Close the action; `declarations` says whether everything is declared and everybody out."""
    action, _ = await around(portal, organisation, contract)
    form = await Form.of(request)
    end = form.date("fin", "Saisissez la date de fin réelle de l’action.")
    if form.ok and end:
        command = CloseAction(actual_end=end)
        if done := await send(request, portal, organisation, action, command, form, to=action.path, fields=FIELDS.get):
            return done
    return await show(request, portal, organisation, contract, form, status=422)


ROUTES = [closing_page, close]
