"""Outcomes reports that the Region received (SUR-2): acknowledging one lets its balance be accepted (BIL-11)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from contracts.surveys import AcknowledgeReport
from gateway.areas.action.queries.surveys import load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.listing import Asked
from gateway.web.topics import REPORTS
from gateway.web.visit import Visit

from .queries import load_report
from .received import ORDERS, load_reports


@get("/region/bilans")
async def reports_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Reports to acknowledge, then the others."""
    reports = await load_reports(visit.db, visit.viewer, Asked.of(visit, list(ORDERS)))
    return visit.page("surveys/region_reports.html", follows=(REPORTS,), list=reports)


@get("/region/bilans/{contract:str}")
async def report_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """One report, with its figures, its text and the surveys behind it."""
    return await show(visit, Form())


async def show(visit: ActionVisit, form: Form) -> Response[str]:
    """The report's page."""
    report = await load_report(visit.db, visit.viewer, visit.contract)
    if report is None or report.submitted_at is None:
        raise NotFoundException
    return visit.page(
        "surveys/region_report.html",
        status=form.status,
        form=form,
        report=report,
        rows=await load_surveys(visit.db, visit.viewer, visit.contract),
        waits=visit.waiting.since(visit.contract, AcknowledgeReport),
    )


@post("/region/bilans/{contract:str}")
async def acknowledge(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """The Region has received the report."""
    form = await Form.of(visit.request)
    return await visit.ask(AcknowledgeReport(), form, to=f"/region/bilans/{visit.contract}") or await show(visit, form)


ROUTES = [reports_page, report_page, acknowledge]
