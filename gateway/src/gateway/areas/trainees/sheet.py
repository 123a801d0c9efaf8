"""One trainee's sheet: registered, whole or partial, changed, locked after the entry (TRN-1, TRN-2, TRN-4 to TRN-6)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from chassis.ids import uuid7
from contracts.actions import ChangeTrainee, RegisterTrainee
from gateway.areas.action.queries.people import load_text
from gateway.areas.action.queries.trainees import TraineeRow, load_trainee
from gateway.areas.action.sheets import CALLED
from gateway.areas.action.visit import ActionVisit, uuid_of
from gateway.web.form_ids import FormId
from gateway.web.forms import Fields, Form
from gateway.web.rendering import AnyRequest, fragment
from gateway.words import communes

from .asking import FIELDS, as_read, bracket, only_town, read, shown

SEARCH = {"ville": "", "f_ville": "f_"}
"""“Chercher la ville”: the field that it fills, and the prefix of its address."""


async def show(visit: ActionVisit, form: Form, row: TraineeRow | None, *, status: int = 200) -> Response[str]:
    """The sheet in a form; or read only, when it is locked or the action is over."""
    action, contract, waiting = visit.action, visit.contract, visit.waiting
    if row and (form.conflict or not row.can_change(action)):
        form.compare(shown(row.sheet, row.version), as_read)
    waits = (
        waiting.since(contract, ChangeTrainee, subject=str(row.trainee_id))
        if row
        else waiting.since(contract, RegisterTrainee, subject=form.value("stagiaire"))
    )
    return visit.page(
        "trainees/trainee.html",
        status=status,
        form=form,
        row=row,
        # A new sheet that was typed is shown again even when the last place was taken meanwhile: nothing typed is lost.
        can_change=row.can_change(action) if row else action.can_register or bool(form.restored) or not form.ok,
        reason=await load_text(visit.db, visit.viewer, contract, row.unlock_reason) if row else "",
        bracket=_bracket(form),
        towns={prefix: communes.towns(form.value(f"{prefix}cp").strip()) for prefix in ("", "f_")},
        lost=[(CALLED[name], as_read(name, form.value(name)), stored) for name, stored in form.stored.items()],
        waits=waits,
    )


def fields_of(form: Form) -> Fields:
    """Where a fault of the sheet is shown; the fields have their names."""
    form.names = CALLED
    return FIELDS.get


def kept_as(visit: ActionVisit, trainee: object) -> FormId:
    """As which form a new sheet is kept until it is answered: several may wait at once. One of a lapsed session has no trainee."""
    return FormId("new_trainee", visit.contract, str(trainee))


def _bracket(form: Form) -> str | None:
    quiet = Form({name: form.typed.get(name, []) for name in ("naissance", "entree")})
    return bracket(quiet.date("naissance"), quiet.date("entree"))


@get("/actions/{contract:str}/stagiaires/nouveau")
async def new_page(visit: NamedDependency[ActionVisit], stagiaire: FromQuery[str] = "") -> Response[str]:
    """An empty sheet, the entry date proposed is the action's start; or one that was typed and not saved."""
    form = await visit.restored(fields_of, kept_as(visit, stagiaire))
    if form is None:
        start = visit.action.actual_start or visit.action.planned_start
        form = Form.showing({"stagiaire": uuid7(), "entree": start if start >= visit.today else None})
    return await show(visit, form, None)


@post("/actions/{contract:str}/stagiaires/nouveau")
async def register(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Register a trainee, the sheet whole or partial (TRN-4)."""
    form = await Form.of(visit.request)
    if _search_town(form):
        return await show(visit, form, None)
    partial = form.value("faire") == "partiel"
    sheet, trainee_id = read(form, partial=partial), _new_id(form)
    if form.ok:
        command = RegisterTrainee(trainee_id=trainee_id, sheet=sheet, partial=partial)
        to, kept = f"{visit.action.path}/stagiaires", kept_as(visit, trainee_id)
        if done := await visit.ask(command, form, to=to, subject=trainee_id, fields=FIELDS.get, which=kept):
            await visit.forget()  # of a session that had lapsed
            return done
    return await show(visit, form, None, status=422)


def _new_id(form: Form) -> UUID:
    try:
        return UUID(form.value("stagiaire"))
    except ValueError:
        made = uuid7()
        form.typed["stagiaire"] = [str(made)]
        return made


def _search_town(form: Form) -> bool:
    """“Chercher la ville” changes the page and nothing else: the postcode's only commune, or a list to choose from."""
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
    form = await visit.restored(fields_of)
    return await show(visit, form or shown(row.sheet, row.version), row)


@post("/actions/{contract:str}/stagiaires/{trainee:str}")
async def change(visit: NamedDependency[ActionVisit], trainee: FromPath[str]) -> Response[Any]:
    """Save the sheet, whole or partial; when somebody else has changed it meanwhile, show what is stored beside what is typed."""
    row, form = await load_trainee(visit.db, visit.viewer, visit.contract, uuid_of(trainee)), await Form.of(visit.request)
    if _search_town(form):
        return await show(visit, form, row)
    partial = form.value("faire") == "partiel"
    sheet, version = read(form, partial=partial), form.value("version")
    if form.ok:
        command = ChangeTrainee(
            trainee_id=row.trainee_id, sheet=sheet, base_version=int(version) if version.isdigit() else 0, partial=partial
        )
        to = f"{visit.action.path}/stagiaires"
        if done := await visit.ask(command, form, to=to, subject=row.trainee_id, fields=FIELDS.get):
            return done
        row = await load_trainee(visit.db, visit.viewer, visit.contract, row.trainee_id)
    return await show(visit, form, row, status=422)


@get("/communes")
async def towns(request: AnyRequest, champ: FromQuery[str] = "") -> Response[str]:
    """The field of the town, once a postcode was typed: its only commune filled in, or its communes to choose from (TRN-2)."""
    prefix = "f_" if champ == "f_" else ""
    postcode = request.query_params.get(f"{prefix}cp", "").strip()
    typed = request.query_params.get(f"{prefix}ville", "").strip()
    known = communes.towns(postcode)
    town = typed if typed in known else only_town(postcode) or ("" if known else typed)
    return fragment("trainees/_town.html", form=Form({f"{prefix}ville": [town]}), prefix=prefix, towns=known)


@get("/tranche-d-age")
async def age(naissance: FromQuery[str] = "", entree: FromQuery[str] = "") -> Response[str]:
    """The age bracket, once both dates were typed (TRN-2)."""
    return fragment("trainees/_bracket.html", bracket=_bracket(Form({"naissance": [naissance], "entree": [entree]})))


ROUTES = [new_page, register, sheet_page, change, towns, age]
