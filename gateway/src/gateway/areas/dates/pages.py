"""Dates and periods: consulted, changed and validated once (DAT-1 to DAT-3)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import ValidateDates
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.numbered import change_rows

from .asking import PARTS, fields_of, rows, shown, validate


def show(visit: ActionVisit, form: Form | None = None, *, status: int = 200) -> Response[str]:
    """The page: a form as long as the dates are not validated, a table afterwards."""
    action = visit.action
    form = form or Form.showing(shown(action))
    if form.conflict:
        form.typed["version"] = [str(action.dates_version)]
    can_change = action.state in {"awarded", "opened"} and not action.dates_validated
    return visit.page(
        "dates/dates.html",
        status=status,
        form=form,
        rows=rows(form),
        can_change=can_change,
        waits=visit.waiting.since(visit.contract, ValidateDates),
    )


@get("/actions/{contract:str}/dates")
async def dates_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Figures and periods (DAT-1)."""
    return show(visit, await visit.restored(fields_of))


@post("/actions/{contract:str}/dates", status_code=200)
async def validate_dates(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Add or take away a row, or validate the dates, once (DAT-2)."""
    form = await Form.of(visit.request)
    if change_rows(form, form.value("faire"), PARTS) or form.value("faire") != "valider":
        return show(visit, form)
    done = await visit.ask(validate(form), form, to=f"{visit.action.path}/dates", fields=fields_of(form))
    return done or show(visit, form, status=422)


ROUTES = [dates_page, validate_dates]
