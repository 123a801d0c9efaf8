"""Entry dates: one list, a date per trainee, one confirmation; who never came (TRN-6, TRN-9)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.actions import ConfirmEntryDates
from gateway.areas.action.around import around, send
from gateway.areas.action.queries.trainees import load_trainees
from gateway.web import drafts
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer

from .asking import can_be_absent, can_enter, fields_of, read, shown


async def show(
    request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form | None, *, status: int = 200
) -> Response[str]:
    """The list, in a form as long as something of it can be confirmed."""
    action, context = await around(portal, viewer, contract)
    rows = await load_trainees(portal.db, action)
    form = form or shown(action, rows)
    form.names = {f"entree.{row.trainee_id}": row.name for row in rows}
    can_change = action.state in {"awarded", "opened"} and any(can_enter(action, row) or can_be_absent(row) for row in rows)
    return await page(
        request,
        "entries/entries.html",
        status=status,
        form=form,
        rows=[(row, can_change and can_enter(action, row), can_change and can_be_absent(row)) for row in rows],
        can_change=can_change,
        earliest=action.actual_start or (action.planned_start if action.is_collective else None),
        waits=context["waiting"].since(contract, ConfirmEntryDates),
        **context,
    )


@get("/actions/{contract:str}/entrees")
async def entries_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """“Saisir les dates d’entrée en formation”."""
    form = await drafts.restored(portal, organisation, request.url.path, contract, fields_of)
    return await show(request, portal, organisation, contract, form)


@post("/actions/{contract:str}/entrees")
async def confirm(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """Confirm the whole list at once; after the opening `declarations` has its word (TRN-6)."""
    action, _ = await around(portal, organisation, contract)
    rows, form = await load_trainees(portal.db, action), await Form.of(request)
    entries = read(form, action, rows)
    if form.ok:
        command = ConfirmEntryDates(entries=tuple(entries))
        if done := await send(request, portal, organisation, action, command, form, to=f"{action.path}/entrees", fields=fields_of(form)):
            return done
    return await show(request, portal, organisation, contract, form, status=422)


ROUTES = [entries_page, confirm]
