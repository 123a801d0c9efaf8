"""Entry dates: one list, a date per trainee, one confirmation; who never came (TRN-6, TRN-9)."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.actions import ConfirmEntryDates, EntryDate

from ..forms import Fields, Form
from ..portal import Portal
from ..rendering import AnyRequest, page
from ..session import Viewer
from ..views.action import Action
from ..views.trainees import TraineeRow, load_trainees
from . import drafts
from .asking import around, send


def can_enter(action: Action, row: TraineeRow) -> bool:
    """Whether the date of this trainee can be confirmed now: after the opening the sheet must be whole, and an entry stays as it is
    until an agent unlocks it (TRN-5, TRN-6).
    """
    return row.state != "never_came" and not row.is_locked and (action.state == "awarded" or row.complete)


def can_be_absent(row: TraineeRow) -> bool:
    """Whether it can still be said that they never came: no hours are recorded (TRN-5, TRN-9)."""
    return row.state != "never_came" and not row.has_lines


def shown(action: Action, rows: Sequence[TraineeRow]) -> Form:
    """The confirmed dates; for the others the sheet's date, or the planned start of a collective action."""
    start = action.planned_start if action.is_collective and action.state == "awarded" else None
    return Form.showing({f"entree.{row.trainee_id}": row.start or start for row in rows if can_enter(action, row)})


def read(form: Form, action: Action, rows: Sequence[TraineeRow]) -> list[EntryDate]:
    """What the list says: dates, and who never came. Notes dates that cannot be read, or that say both; a trainee without a date keeps
    what they have. After the opening only what changes is said.
    """
    entries: list[EntryDate] = []
    for row in rows:
        name = f"entree.{row.trainee_id}"
        if can_be_absent(row) and form.value(f"jamais.{row.trainee_id}"):
            entries.append(EntryDate(trainee_id=row.trainee_id, entered_on=None))
        elif can_enter(action, row) and name in form.typed:
            day = form.date(name, f"Saisissez la date d’entrée de {row.name}, déjà confirmée." if row.entered_on else None)
            if day and (action.state == "awarded" or day != row.entered_on):
                entries.append(EntryDate(trainee_id=row.trainee_id, entered_on=day))
    form.typed["ordre"] = [str(entry.trainee_id) for entry in entries]
    if form.ok and not entries:
        form.wrong(None, "Rien n’a changé : saisissez au moins une date d’entrée, ou indiquez qui n’est jamais venu.")
    return entries


def fields_of(form: Form) -> Fields:
    """The trainee's date, for a fault of an entry: the order in which they were sent is kept with the form."""

    def field(path: str) -> str | None:
        index = path.split(".")[1]
        return f"entree.{form.value('ordre', int(index))}" if index.isdigit() and form.value("ordre", int(index)) else None

    return field


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
        "entries.html",
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
