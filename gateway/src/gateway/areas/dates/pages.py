"""Dates and periods: consulted, changed and validated once (DAT-1 to DAT-3)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.actions import ValidateDates
from gateway.areas.action.around import around, send
from gateway.areas.action.queries.actions import load_totals
from gateway.areas.action.queries.people import load_text
from gateway.web import drafts
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer

from .asking import change_rows, fields_of, read_periods, rows, shown


async def show(
    request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form | None = None, *, status: int = 200
) -> Response[str]:
    """The page: a form as long as the dates are not validated, a table afterwards."""
    action, context = await around(portal, viewer, contract)
    form = form or shown(action)
    if form.conflict:
        form.typed["version"] = [str(action.dates_version)]
    can_change = action.state in {"awarded", "opened"} and not action.dates_validated
    return await page(
        request,
        "dates/dates.html",
        status=status,
        form=form,
        rows=rows(form),
        can_change=can_change,
        waits=context["waiting"].since(contract, ValidateDates),
        reason=await load_text(portal.db, action, action.dates_reason),
        totals=await load_totals(portal.db, action),
        **context,
    )


@get("/actions/{contract:str}/dates")
async def dates_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """Figures and periods (DAT-1)."""
    form = await drafts.restored(portal, organisation, request.url.path, contract, fields_of)
    return await show(request, portal, organisation, contract, form)


@post("/actions/{contract:str}/dates", status_code=200)
async def validate_dates(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """Add or take away a row, or validate the dates, once (DAT-2)."""
    action, _ = await around(portal, organisation, contract)
    form = await Form.of(request)
    if change_rows(form, form.value("faire")):
        return await show(request, portal, organisation, contract, form)
    periods, _ = read_periods(form)
    if form.ok:
        version = form.value("version")
        command = ValidateDates(periods=tuple(periods), base_version=int(version) if version.isdigit() else 0)
        if done := await send(request, portal, organisation, action, command, form, to=f"{action.path}/dates", fields=fields_of(form)):
            return done
    return await show(request, portal, organisation, contract, form, status=422)


ROUTES = [dates_page, validate_dates]
