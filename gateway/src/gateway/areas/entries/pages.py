"""Entry dates: one list, a date per trainee, one confirmation; who never came (TRN-6, TRN-9)."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import ConfirmEntryDates
from gateway.areas.action.queries.requests import load_request
from gateway.areas.action.queries.trainees import TraineeRow, load_trainees
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form

from .asking import can_be_absent, can_enter, confirm, fields_of, shown


async def show(visit: ActionVisit, form: Form | None, *, status: int = 200) -> Response[str]:
    """The list, in a form as long as something of it can be confirmed."""
    action, rows = visit.action, await load_trainees(visit.db, visit.viewer, visit.contract)
    form = form or Form.showing(shown(action, rows) | await load_asked(visit, rows))
    form.names = {f"entree.{row.trainee_id}": row.name for row in rows}
    can_change = action.state in {"awarded", "opened"} and any(can_enter(action, row) or can_be_absent(row) for row in rows)
    return visit.page(
        "entries/entries.html",
        status=status,
        form=form,
        rows=[(row, can_change and can_enter(action, row), can_change and can_be_absent(row)) for row in rows],
        can_change=can_change,
        earliest=action.actual_start or (action.planned_start if action.is_collective else None),
        waits=visit.waiting.since(visit.contract, ConfirmEntryDates),
    )


async def load_asked(visit: ActionVisit, rows: Sequence[TraineeRow]) -> dict[str, Any]:
    """The entry dates that were asked for and granted, of those whose entry is unlocked (TRN-5, TRN-9)."""
    granted = [(row, row.unlock_request) for row in rows if row.unlock_request]
    asked = [(row, (await load_request(visit.db, visit.viewer, visit.contract, request)).sheet) for row, request in granted]
    return {f"entree.{row.trainee_id}": sheet.entry_date for row, sheet in asked if sheet and can_enter(visit.action, row)}


@get("/actions/{contract:str}/entrees")
async def entries_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """“Saisir les dates d’entrée en formation”."""
    return await show(visit, await visit.restored(fields_of))


@post("/actions/{contract:str}/entrees")
async def confirm_entries(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Confirm the whole list at once; after the opening `declarations` has its word (TRN-6)."""
    rows, form = await load_trainees(visit.db, visit.viewer, visit.contract), await Form.of(visit.request)
    command = confirm(form, visit.action, rows)
    done = await visit.ask(command, form, to=f"{visit.action.path}/entrees", fields=fields_of(form))
    return done or await show(visit, form, status=422)


ROUTES = [entries_page, confirm_entries]
