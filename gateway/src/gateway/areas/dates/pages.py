"""Dates and periods: consulted, changed and validated once, or once more when the Region allows it (DAT-1 to DAT-3)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import Period, ValidateDates
from contracts.codes import RequestObject
from contracts.requests import DatesChange, RequestChange
from gateway.areas.action.periods import PARTS, rows
from gateway.areas.action.queries.requests import Request, load_request
from gateway.areas.action.requests import subject_of
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.numbered import change_rows

from .asking import fields_of, shown, validate

ABOUT = (RequestObject.DATES, RequestObject.PLANNED_DATES)


async def show(visit: ActionVisit, form: Form | None = None, *, status: int = 200) -> Response[str]:
    """The page: a form as long as the dates are not validated, filled with what was asked when that was granted; a table afterwards."""
    action = visit.action
    granted = await load_request(visit.db, visit.viewer, visit.contract, action.dates_request) if action.dates_request else None
    form = form or Form.showing(shown(_periods(visit, granted), action.dates_version))
    if form.conflict:
        form.typed["version"] = [str(action.dates_version)]
    return visit.page(
        "dates/dates.html",
        status=status,
        form=form,
        rows=rows(form),
        can_change=action.can_ask and not action.dates_validated,
        granted=granted,
        requests=[head for head in action.requests if head.object in ABOUT],
        waits=visit.waiting.since(visit.contract, ValidateDates),
        asking=[visit.waiting.since(visit.contract, RequestChange, subject=subject_of(about)) for about in ABOUT],
    )


def _periods(visit: ActionVisit, granted: Request | None) -> tuple[Period, ...]:
    return granted.change.periods if granted and isinstance(granted.change, DatesChange) else visit.action.periods


@get("/actions/{contract:str}/dates")
async def dates_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Figures and periods (DAT-1)."""
    return await show(visit, await visit.restored(fields_of))


@post("/actions/{contract:str}/dates", status_code=200)
async def validate_dates(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Add or take away a row, or validate the dates, once (DAT-2)."""
    form = await Form.of(visit.request)
    if change_rows(form, form.value("faire"), PARTS) or form.value("faire") != "valider":
        return await show(visit, form)
    done = await visit.ask(validate(form), form, to=f"{visit.action.path}/dates", fields=fields_of(form))
    return done or await show(visit, form, status=422)


ROUTES = [dates_page, validate_dates]
