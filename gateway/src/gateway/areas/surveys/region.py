"""Outcomes reports that the Region received (SUR-2): acknowledging one lets its balance be accepted (BIL-11)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.surveys import AcknowledgeReport
from gateway.areas.action.queries.actions import load_action
from gateway.areas.action.queries.surveys import load_surveys
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page, see
from gateway.web.session import Viewer
from gateway.web.waiting import load_waiting

from .queries import load_report, load_reports


@get("/region/bilans")
async def reports_page(request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer]) -> Response[str]:  # noqa: ARG001
    """Reports to acknowledge, then the others."""
    return await page(request, "surveys/region_reports.html", reports=await load_reports(portal.db))


@get("/region/bilans/{contract:str}")
async def report_page(
    request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """One report, with its figures, its text and the surveys behind it."""
    return await show(request, portal, agent, contract, Form())


async def show(request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form) -> Response[str]:
    """The report's page."""
    report = await load_report(portal.db, viewer, contract)
    if report is None or report.submitted_at is None:
        raise NotFoundException
    return await page(
        request,
        "surveys/region_report.html",
        status=form.status,
        form=form,
        action=await load_action(portal.db, viewer, contract),
        report=report,
        rows=await load_surveys(portal.db, viewer, contract),
        waits=(await load_waiting(portal.db, viewer)).since(contract, AcknowledgeReport),
    )


@post("/region/bilans/{contract:str}")
async def acknowledge(
    request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """The Region has received the report."""
    await load_action(portal.db, agent, contract)
    form = await Form.of(request)
    path = f"/region/bilans/{contract}"
    answer = await portal.commands.send(agent, "surveys", contract, AcknowledgeReport(), command_id=form.command_id, path=path)
    if answer.refused:
        form.take(answer)
        return await show(request, portal, agent, contract, form)
    return see(path, command=answer.command_id)


ROUTES = [reports_page, report_page, acknowledge]
