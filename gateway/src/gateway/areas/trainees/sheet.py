"""One trainee's sheet: registered, whole or partial, changed, locked after the entry (TRN-1, TRN-2, TRN-4 to TRN-6)."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from contracts.actions import ChangeTrainee, RegisterTrainee
from contracts.codes import RequestObject
from contracts.requests import RequestChange
from gateway.areas.action import periods
from gateway.areas.action.queries.requests import Request, load_request
from gateway.areas.action.queries.trainees import TraineeRow, load_trainee, load_trainees
from gateway.areas.action.sheets import CALLED, as_read
from gateway.areas.action.visit import ActionVisit, uuid_of
from gateway.web import numbered
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.rendering import AnyRequest, fragment
from gateway.words import communes

from .asking import asked_age, asked_person, basis_of, bracket, change, fields_of, only_town, register, shown, wrong_tabs
from .kept import kept_as

NEXT = "suivant"
"""What the button says that saves a sheet and shows an empty one."""
PERIOD_BUTTONS = re.compile("(ajouter|supprimer) ")
SEARCH = {"ville": "", "f_ville": "f_"}
"""“Chercher la ville”: the field that it fills, and the prefix of its address."""


def show(visit: ActionVisit, form: Form, row: TraineeRow | None, *, granted: Request | None = None, status: int = 200) -> Response[str]:
    """The sheet in a form; or read only, when it is locked or the action is over. `granted`: the request that fills the form."""
    action, contract, waiting = visit.action, visit.contract, visit.waiting
    if row and (form.conflict or not row.can_change(action)):
        form.compare(stored(row, visit.today), as_read)
    waits = (
        waiting.since(contract, ChangeTrainee, subject=str(row.trainee_id))
        if row
        else waiting.since(contract, RegisterTrainee, subject=kept_as(visit, form, "new_trainee").subject)
    )
    return visit.page(
        "trainees/trainee.html",
        status=status,
        form=form,
        row=row,
        # A new sheet that was typed is shown again even when the last place was taken meanwhile: nothing typed is lost.
        can_change=row.can_change(action) if row else action.can_register or bool(form.restored) or not form.ok,
        granted=granted,
        latest=action.request_about(RequestObject.TRAINEE, row.trainee_id) if row else None,
        asking=waiting.since(contract, RequestChange, subject=str(row.trainee_id)) if row else None,
        **computed(form, visit.today),
        lost=[(CALLED[name], as_read(name, form.value(name)), stored) for name, stored in form.stored.items()],
        waits=waits,
    )


def computed(form: Form, day: date) -> dict[str, Any]:
    """What the fields of a sheet show of what is typed into them."""
    return {
        "bracket": bracket(form),
        "age": asked_age(form, day),
        "namesake": asked_person(form),
        "tabs": (tabs := wrong_tabs(form)),
        "on_pathway": PERIOD_BUTTONS.match(form.value("faire")) or (tabs["parcours"] and not tabs["identite"]),
        "period_rows": periods.rows(form),
        "towns": {prefix: communes.towns(form.value(f"{prefix}cp").strip()) for prefix in SEARCH.values()},
    }


def stored(row: TraineeRow, day: date) -> Form:
    """The form of a stored sheet."""
    return Form.showing(shown(row.sheet, row.version, day))


@get("/actions/{contract:str}/stagiaires/nouveau")
async def new_page(visit: NamedDependency[ActionVisit], fiche: FromQuery[str] = "") -> Response[str]:
    """An empty sheet, the entry date proposed is the action's start; or one that was typed and not saved."""
    form = await visit.restored(fields_of, FormId("new_trainee", visit.contract, fiche))
    if form is None:
        start = visit.action.actual_start or visit.action.planned_start
        form = Form.showing({"entree": start if start >= visit.today else None})
    else:
        form.typed["fiche"] = [fiche]
    return show(visit, form, None)


@post("/actions/{contract:str}/stagiaires/nouveau")
async def register_trainee(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Register a trainee, the sheet whole or partial (TRN-4); an empty sheet may follow at once."""
    form = await Form.of(visit.request)
    if changes_page(form):
        return show(visit, form, None)
    to = f"{visit.action.path}/stagiaires{'/nouveau' if form.value('faire') == NEXT else ''}"
    if before := await visit.sent_before(form, to=to):
        return before
    rows = await load_trainees(visit.db, visit.viewer, visit.contract)
    if command := register(form, basis_of(visit.action, rows, visit.today)):
        kept = kept_as(visit, form, "new_trainee")
        if done := await visit.ask(command, form, to=to, subject=kept.subject, fields=fields_of(form), which=kept):
            await visit.forget()  # of a session that had lapsed
            return done
    return show(visit, form, None, status=422)


def changes_page(form: Form) -> bool:
    """Whether the button changes the page and nothing else: “Chercher la ville” gives the postcode's only commune, or a list to choose
    from, and a period of the pathway is a row more or less.
    """
    if numbered.change_rows(form, form.value("faire"), periods.PARTS):
        return True
    _, _, field = form.value("faire").partition("chercher-")
    if field not in SEARCH:
        return False
    if town := only_town(form.value(f"{SEARCH[field]}cp").strip()):
        form.typed[field] = [town]
    return True


@get("/actions/{contract:str}/stagiaires/{trainee:str}")
async def sheet_page(visit: NamedDependency[ActionVisit], trainee: FromPath[str]) -> Response[str]:
    """The sheet as it is stored, or what was typed and not saved."""
    row = await load_trainee(visit.db, visit.viewer, visit.contract, uuid_of(trainee))
    form, granted = await visit.restored(fields_of), None
    if row.unlock_request:
        granted = await load_request(visit.db, visit.viewer, visit.contract, row.unlock_request)
    return show(visit, form or stored(_as_asked(row, granted), visit.today), row, granted=granted)


def _as_asked(row: TraineeRow, granted: Request | None) -> TraineeRow:
    """The row with the sheet that was asked for and granted; its entry date is corrected where entry dates are (TRN-9)."""
    asked = granted.sheet if granted else None
    return replace(row, sheet=asked.model_copy(update={"entry_date": row.sheet.entry_date})) if asked else row


@post("/actions/{contract:str}/stagiaires/{trainee:str}")
async def change_trainee(visit: NamedDependency[ActionVisit], trainee: FromPath[str]) -> Response[Any]:
    """Save the sheet, whole or partial; when somebody else has changed it meanwhile, show what is stored beside what is typed."""
    row, form = await load_trainee(visit.db, visit.viewer, visit.contract, uuid_of(trainee)), await Form.of(visit.request)
    if changes_page(form):
        return show(visit, form, row)
    rows = await load_trainees(visit.db, visit.viewer, visit.contract)
    if command := change(form, row.trainee_id, basis_of(visit.action, rows, visit.today, row)):
        to = f"{visit.action.path}/stagiaires"
        if done := await visit.ask(command, form, to=to, subject=row.trainee_id, fields=fields_of(form)):
            return done
        row = await load_trainee(visit.db, visit.viewer, visit.contract, row.trainee_id)
    return show(visit, form, row, status=422)


@post("/communes", status_code=200)
async def towns(request: AnyRequest, champ: FromQuery[str] = "") -> Response[str]:
    """The field of the town, once a postcode was typed: its only commune filled in, or its communes to choose from (TRN-2)."""
    prefix = "f_" if champ == "f_" else ""
    form = await Form.of(request)
    postcode, typed = form.text(f"{prefix}cp"), form.text(f"{prefix}ville")
    known = communes.towns(postcode)
    town = typed if typed in known else only_town(postcode) or ("" if known else typed)
    return fragment("trainees/_town.html", form=Form({f"{prefix}ville": [town]}), prefix=prefix, towns=known)


@post("/tranche-d-age", status_code=200)
async def age(request: AnyRequest) -> Response[str]:
    """The age bracket, once both dates were typed (TRN-2)."""
    return fragment("trainees/_bracket.html", bracket=bracket(await Form.of(request)))


ROUTES = [new_page, register_trainee, sheet_page, change_trainee, towns, age]
