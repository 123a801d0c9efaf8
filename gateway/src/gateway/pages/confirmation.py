"""The step at which a month goes to the Region: what one declares, what it is worth, and until when (DEC-6 to DEC-8)."""

from dataclasses import replace
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from chassis.instant import now
from contracts.answers import Fault
from contracts.codes import Place
from contracts.declarations import ConfirmMonth
from contracts.lines import FIGURES
from contracts.month import paris_day
from contracts.refusals.declarations import ExitMissing

from ..forms import Form
from ..portal import Portal
from ..refusals import sentence
from ..rendering import AnyRequest, page, see
from ..session import Viewer
from ..views.action import Action, MonthView, load_action, names_of_trainees
from ..views.declarations import Row, load_rows, payable
from .declarations import can_be_filled, context_of, month_of
from .grid import Point


@get("/actions/{contract:str}/declarations/{mois:str}/confirmation")
async def confirmation_page(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    mois: FromPath[str],
) -> Response[Any]:
    """What is about to be declared; the button only while the month can be confirmed."""
    action = await load_action(portal.db, organisation, contract)
    view = month_of(action, mois)
    if not can_be_filled(view, paris_day(now())):
        return see(f"{action.path}/declarations/{view.month}")
    return await show(request, portal, organisation, action, view, [])


def first_before(action: Action, view: MonthView) -> MonthView | None:
    """The reopened month that is to be confirmed before this one, reopened too (DEC-6)."""
    if view.state != "reopened":
        return None
    return next((one for one in action.months if one.state == "reopened" and one.month < view.month), None)


async def show(
    request: AnyRequest,
    portal: Portal,
    viewer: Viewer,
    action: Action,
    view: MonthView,
    refused: list[Point],
    general: list[str] | None = None,
) -> Response[Any]:
    """The confirm step; `refused` is what the service found in its way."""
    form = Form()
    entries, context = await context_of(portal, viewer, action, view, form, frozenset())
    context["points"] = refused or context["points"]
    there = f"{action.path}/declarations/{view.month}"
    return await page(
        request,
        "month_confirm.html",
        status=422 if refused or general else 200,
        general=general or [],
        asked=bool(refused) and not general,
        points_there=[replace(point, href=there + point.href) if point.href.startswith("#") else point for point in context["points"]],
        missing_there=[replace(point, href=there + point.href) for point in context["missing"]],
        lines=[(entry, [payable(getattr(entry.line, place)) * getattr(action.terms, place).rate for place in Place]) for entry in entries],
        first=first_before(action, view),
        ready=not context["points"] and not context["missing"],
        **context,
    )


def point(fault: Fault, action: Action, view: MonthView, rows: list[Row], names: dict[str, str]) -> Point:
    """A fault of the confirmation, at its trainee and cell; who is in no row has a sheet."""
    row = next((row for row in rows if str(row.trainee_id) == fault.item), None)
    field = (fault.field or ("exit.on" if fault.code == ExitMissing.code() else FIGURES[0])).replace(".", "-").replace("_", "-")
    href = f"{action.path}/declarations/{view.month}#{row.key}-{field}" if row else f"{action.path}/stagiaires/{fault.item}"
    return Point(names.get(fault.item or "", "Stagiaire"), sentence(fault, names), href)


@post("/actions/{contract:str}/declarations/{mois:str}/confirmation")
async def confirm_month(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    organisation: NamedDependency[Viewer],
    contract: FromPath[str],
    mois: FromPath[str],
) -> Response[Any]:
    """Declare the month to the Region; it can be invoiced then (DEC-6)."""
    action = await load_action(portal.db, organisation, contract)
    view = month_of(action, mois)
    form = await Form.of(request)
    path = f"{action.path}/declarations/{view.month}"
    answer = await portal.commands.send(
        organisation, "declarations", contract, ConfirmMonth(month=view.month), command_id=form.command_id, path=path, subject=view.month
    )
    if not answer.refused:
        return see(path, command=answer.command_id)
    action = await load_action(portal.db, organisation, contract)
    view = month_of(action, mois)
    rows = await load_rows(portal.db, organisation, contract, view.month)
    names = await names_of_trainees(portal.db, contract)
    points = [point(fault, action, view, rows, names) for fault in answer.faults or () if fault.item]
    general = [sentence(fault, names) for fault in answer.faults or () if not fault.item]
    return await show(request, portal, organisation, action, view, points, general)


ROUTES = [confirmation_page, confirm_month]
