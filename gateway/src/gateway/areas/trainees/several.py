"""Several trainees at once: from a file, or from an earlier action; looked at, then registered together or not at all (TRN-8)."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from contracts.actions import RegisterTrainees
from gateway.areas.action.queries.trainees import load_trainees
from gateway.areas.action.sheets import CALLED
from gateway.areas.action.visit import ActionVisit
from gateway.tables.cells import NotReadable, read_table
from gateway.tables.problem import LARGEST_FILE, ROOM, Problem, told
from gateway.tables.writing import download
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.rendering import see
from gateway.web.values import Fields, Values, whole_number

from .asking import AGE, FIELDS, NAMESAKE, asked_age, asked_person, basis_of, register_all
from .kept import kept_as
from .table import EDITED, HEADINGS, NEEDED, OFFERED, SHEET, Reading, Row, problems, read, rows_of, template, typed, wrong_cells


@get("/actions/{contract:str}/stagiaires/import")
async def import_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """The form that sends a table, and what its columns are."""
    lapsed = await visit.restored()
    await visit.forget()  # a file is not kept: it is said once that it must be chosen again
    return show_import(visit, Form(restored=lapsed.restored if lapsed else None), [])


def show_import(visit: ActionVisit, form: Form, wrong: Sequence[Problem]) -> Response[str]:
    """The page, with what is wrong in the file that was sent."""
    return visit.page(
        "trainees/import.html",
        status=422 if wrong else form.status,
        form=form,
        columns=[(title, name in NEEDED, OFFERED.get(name, ())) for title, name in HEADINGS.items()],
        **told(wrong),
    )


@get("/actions/{contract:str}/stagiaires/import/modele.xlsx")
async def template_file(visit: NamedDependency[ActionVisit]) -> Response[bytes]:  # noqa: ARG001
    """The workbook to fill in."""
    return download(template(), "modele-stagiaires.xlsx")


@post("/actions/{contract:str}/stagiaires/import", request_max_body_size=LARGEST_FILE + ROOM, status_code=200)
async def send_file(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Read a file and check every row; the rows of a good one are shown, to be registered; nothing is kept."""
    form = await Form.of(visit.request, with_file=True)
    sent = form.files.get("fichier")
    reading = await read_file(form, await sent.read() if sent else b"")
    if reading is None:
        return show_import(visit, form, [])
    await ask(visit, form, reading.rows)
    wrong = problems(reading)
    if wrong or not form.ok:
        return show_import(visit, form, wrong)
    return show_list(visit, Form(typed(reading.rows, partial=_is_partial(form)) | {"colonnes": reading.headings.unknown}), reading.rows)


async def read_file(form: Form, file: bytes) -> Reading | None:
    """What a file says; None when it cannot be read at all: the form says why."""
    if not file:
        form.wrong("fichier", "Choisissez un fichier .xlsx, .ods ou .csv qui n’est pas vide.")
    elif len(file) > LARGEST_FILE:
        form.wrong("fichier", "Ce fichier dépasse 2 Mo. Ne gardez que le tableau des stagiaires, ou partagez-le en plusieurs fichiers.")
    if not form.ok:
        return None
    try:
        table = await read_table(file, SHEET)
        return await asyncio.to_thread(read, table, partial=_is_partial(form))
    except NotReadable as error:
        form.wrong("fichier", str(error))
        return None


def _is_partial(form: Form) -> bool:
    return form.value("partielles") == "oui"


async def ask(visit: ActionVisit, values: Values, rows: Sequence[Row]) -> RegisterTrainees | None:
    """The command that registers these rows; None when something is wrong with them, or asked about: rows and values say what."""
    listed = await load_trainees(visit.db, visit.viewer, visit.contract)
    basis = basis_of(visit.action, listed, visit.today)
    return await asyncio.to_thread(register_all, values, [row.values for row in rows], basis)


def fields_of(_form: Form) -> Fields:
    """Which box or cell shows a fault of the command: that of `trainees.3.sheet.birth_date` is `naissance.3`."""

    def shown(field: str) -> str | None:
        place, _, path = field.removeprefix("trainees.").partition(".")
        return f"{FIELDS[path]}.{place}" if path in FIELDS else None

    return shown


@get("/actions/{contract:str}/stagiaires/liste")
async def list_page(visit: NamedDependency[ActionVisit], fiche: FromQuery[str] = "") -> Response[Any]:
    """A list that was sent and not accepted: refused since, or sent in a session that had lapsed."""
    form = await visit.restored(fields_of, FormId("new_trainees", visit.contract, fiche))
    if form is None or not form.values("ligne"):
        return see(f"{visit.action.path}/stagiaires/import")
    form.typed["fiche"] = [fiche]
    rows = with_faults(form, rows_of(form))
    if form.ok:
        await ask(visit, Values(), rows)
    return show_list(visit, form, rows)


@post("/actions/{contract:str}/stagiaires/liste")
async def register_list(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Register all of the list, or nobody."""
    form, to = await Form.of(visit.request), f"{visit.action.path}/stagiaires"
    if before := await visit.sent_before(form, to=to):
        return before
    if not (rows := rows_of(form)):
        return see(f"{to}/import")
    if command := await ask(visit, form, rows):
        which = kept_as(visit, form, "new_trainees")
        if done := await visit.ask(command, form, to=to, subject=which.subject, fields=fields_of(form), which=which):
            await visit.forget()  # of a session that had lapsed
            return done
        rows = with_faults(form, rows)
    elif form.ok and not list(wrong_cells(rows)):
        form.wrong(None, "Répondez d’abord à ce qui est à confirmer ci-dessous. Personne n’est encore inscrit.")
    return show_list(visit, form, rows, status=422)


def with_faults(form: Form, rows: list[Row]) -> list[Row]:
    """The rows, each with the faults that the service found in it."""
    for field in list(form.errors):
        name, _, place = field.rpartition(".")
        at = whole_number(place)
        if name in CALLED and at is not None and at < len(rows):
            for what in form.errors.pop(field):
                rows[at].values.wrong(name, what)
    return rows


def show_list(visit: ActionVisit, form: Form, rows: Sequence[Row], *, status: int = 200) -> Response[str]:
    """The rows, what is asked about them, what is wrong."""
    questions = [
        (f"{name}.{place}", name, row, value)
        for place, row in enumerate(rows)
        for name, value in ((AGE, asked_age(row.values, visit.today)), (NAMESAKE, asked_person(row.values)))
        if value is not None
    ]
    carried = (*HEADINGS.values(), "ligne", "partielles", "colonnes")
    return visit.page(
        "trainees/list.html",
        status=status,
        form=form,
        rows=rows,
        questions=questions,
        problems=list(wrong_cells(rows)),
        carried=[(name, text) for name in carried if name not in EDITED for text in form.values(name)],
        lacks=[[CALLED[name] for name in HEADINGS.values() if name in NEEDED and not row.values.value(name)] for row in rows],
    )


ROUTES = [import_page, template_file, send_file, list_page, register_list]
