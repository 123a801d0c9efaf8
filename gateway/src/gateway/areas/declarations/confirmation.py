"""The step at which a month goes to the Region: what one declares, what it is worth, and until when (DEC-6 to DEC-8).

The service confirms what it has stored: the step shows that, and what was typed and not saved is settled first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.amounts import share
from contracts.answers import Fault
from contracts.codes import Place
from contracts.declarations import Line, PlaceFigures
from contracts.lines import FIGURES, ZERO, total
from contracts.month import Month
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.declarations import ExitMissing
from gateway.areas.action.action import Action, MonthView
from gateway.areas.action.ahead import Confirming, load_ahead
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.people import names_of_trainees
from gateway.web.rendering import see
from gateway.words import french
from gateway.words.refusals import sentence

from . import asking, saving
from .asking import shown
from .correction import Corrections, corrections_of
from .grid import Entry, Point, lay
from .month import context_of, month_of
from .queries import Row, load_rows, with_added
from .realised import hours_by_trainee, summed
from .sums import Totals, totals

UNSAVED = "une saisie n’est pas enregistrée. Enregistrez-la, ou reprenez la ligne enregistrée."


@get("/actions/{contract:str}/declarations/{mois:str}/confirmation")
async def confirmation_page(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[Any]:
    """What is about to be declared; the button only while the month can be confirmed."""
    view = month_of(visit.action, mois)
    if not view.can_be_filled(visit.today):
        return see(f"{visit.action.path}/declarations/{view.month}")
    return await show(visit, view)


def unsaved(loaded: saving.Loaded, action: Action) -> list[Point]:
    """Whose line was typed otherwise than it is stored: it would be confirmed as it is stored."""
    entries = lay(Form(), loaded.rows, loaded.drafts, action)
    return [Point(entry.row.name, UNSAVED, f"#{entry.key}-note") for entry in entries if entry.drafted]


async def show(
    visit: ActionVisit,
    view: MonthView,
    *,
    refused: Sequence[Point] = (),
    general: Sequence[str] = (),
    asked: bool = False,
    asked_again: bool = False,
) -> Response[Any]:
    """The confirm step; `refused` is what the service found in its way, `asked` that the button was pressed, `asked_again` that nothing
    was changed since the Region rejected these hours, and nobody has said that they are right.
    """
    action = visit.action
    loaded = await saving.load(visit, view.month)
    rows = loaded.rows
    entries, context = await context_of(visit, view, Form(), saving.Loaded(rows, {}, adds=loaded.adds))
    sums = totals(entries, action, context["added_hours"])
    context |= {"totals": sums, "amount": sums.amount}
    context["points"] = refused or unsaved(loaded, action) + context["points"]
    declared = [*rows, *(row for row in loaded.adds if not row.is_present)]
    due = {row.trainee_id: to_declare(row) for row in declared}
    trainees = hours_by_trainee(declared, due, view.month)
    counted = {entry.row.trainee_id for entry in entries if entry.counted} | {row.trainee_id for row in declared if not row.is_present}
    there = f"{action.path}/declarations/{view.month}"
    ready = not context["points"] and not context["missing"]
    return visit.page(
        "declarations/month_confirm.html",
        ahead=await load_ahead(visit, confirming=confirming(view.month, sums, context["added_hours"], due)) if ready else None,
        status=422 if asked or asked_again else 200,
        general=general,
        asked=asked and not general,
        asked_again=asked_again,
        unchanged=is_unchanged(context["corrections"]),
        seen=shown(declared),
        trainees=trainees,
        sums=summed([hours for hours in trainees if hours.row.trainee_id in counted]),  # as everywhere on the page
        points_there=[replace(point, href=there + point.href) if point.href.startswith("#") else point for point in context["points"]],
        missing_there=[replace(point, href=there + point.href) for point in context["missing"]],
        lines=[(entry, _due(entry, action)) for entry in entries],
        ready=ready,
        **context,
    )


def to_declare(row: Row) -> Line:
    """The trainee's line with what the month adds; of who left before it, that alone (DEC-5)."""
    none = PlaceFigures(attended=ZERO, excused=ZERO, unexcused=ZERO)
    line = row.line if row.is_present else Line(centre=none, company=none)
    return with_added(line, row.adds) if row.adds else line


def confirming(month: Month, sums: Totals, added: Mapping[Place, Decimal], lines: Mapping[UUID, Line]) -> Confirming:
    """The month as it is about to be declared, for what would come of it."""
    return Confirming(
        month=month,
        paid={Place.CENTRE: sums.centre.payable, Place.COMPANY: sums.company.payable},
        added=sum(added.values(), ZERO),
        held={trainee: {place: total(getattr(line, place)) for place in Place} for trainee, line in lines.items()},
    )


def is_unchanged(found: Corrections | None) -> bool:
    """Whether a rejected month is as it was rejected."""
    return found is not None and not found.corrected


def _due(entry: Entry, action: Action) -> list[Decimal] | None:
    """What a line is worth, by place; None when no sum counts it."""
    return [share(getattr(entry.line, place), getattr(action.terms, place).rate) for place in Place] if entry.counted else None


def point(fault: Fault, action: Action, view: MonthView, rows: list[Row], names: dict[str, str]) -> Point:
    """A fault of the confirmation, at its trainee and cell; who is in no row has a sheet."""
    row = next((row for row in rows if str(row.trainee_id) == fault.item), None)
    field = (fault.field or ("exit.on" if fault.code == ExitMissing.code() else FIGURES[0])).replace(".", "-").replace("_", "-")
    href = f"{action.path}/declarations/{view.month}#{row.key}-{field}" if row else f"{action.path}/stagiaires/{fault.item}"
    return Point(names.get(fault.item or "", "Stagiaire"), sentence(fault, names), href)


@post("/actions/{contract:str}/declarations/{mois:str}/confirmation")
async def confirm_month(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[Any]:
    """Declare the month to the Region; it can be invoiced then (DEC-6)."""
    view = month_of(visit.action, mois)
    form, path = await Form.of(visit.request), f"{visit.action.path}/declarations/{view.month}"
    if view.can_be_filled(visit.today) and unsaved(await saving.load(visit, view.month), visit.action):
        return await show(visit, view, asked=True)
    if view.is_reopened and form.value("sans_changement") != "oui":
        rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
        if is_unchanged(await corrections_of(visit, view, rows)):
            return await show(visit, view, asked_again=True)
    command = asking.confirm(form, view.month)
    answer = await visit.portal.commands.send(visit.viewer, visit.contract, command, form_id=form.id, path=path, subject=view.month)
    if not answer.refused:
        return see(path, command=answer.command_id)
    await visit.reload()
    view = month_of(visit.action, mois)
    names = await names_of_trainees(visit.db, visit.viewer, visit.contract)
    if changed := [fault for fault in answer.faults or () if fault.code == ChangedMeanwhile.code()]:
        return await show(visit, view, general=[changed_meanwhile(view.month, changed, names)], asked=True)
    rows = await load_rows(visit.db, visit.viewer, visit.contract, view.month)
    points = [point(fault, visit.action, view, rows, names) for fault in answer.faults or () if fault.item]
    general = [sentence(fault, names) for fault in answer.faults or () if not fault.item]
    return await show(visit, view, refused=points, general=general, asked=True)


def changed_meanwhile(month: Month, faults: Sequence[Fault], names: Mapping[str, str]) -> str:
    """Whose hours, or exit, are others than those that were shown: nothing is confirmed that nobody saw."""
    whose = ", ".join(sorted((names.get(fault.item or "", "Stagiaire") for fault in faults), key=french.sortable))
    return f"Des heures {french.de(french.month(month))} ont changé pendant votre vérification ({whose}) : relisez-les, puis confirmez."


ROUTES = [confirmation_page, confirm_month]
