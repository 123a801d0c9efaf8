"""Import of a workbook of contracts: sent, read, checked, agreed to, imported whole or not at all; and what the Region's programme system
sent (ACT-1, ACT-4).
"""

import asyncio
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from chassis.instant import now
from contracts.awards import ImportContracts
from gateway.tables.cells import NotReadable, read_sheets
from gateway.tables.writing import download
from gateway.web.commands import Answer, command_id
from gateway.web.forms import Form
from gateway.web.listing import PER_PAGE, last_page
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, see
from gateway.web.session import Viewer
from gateway.web.topics import ACTIONS, IMPORTS
from gateway.web.values import whole_number
from gateway.web.visit import Visit

from .asking import LARGEST_FILE, check, command_of, is_file_wrong, step_of
from .queries import (
    State,
    Step,
    Upload,
    count_visible,
    keep_upload,
    key_of,
    keys_of,
    list_imported,
    list_imports,
    list_uploaded,
    load_contracts,
    load_import,
    load_state,
    load_upload,
)
from .received import OUTCOMES, asked_of, list_latest, load_messages
from .workbook import writing
from .workbook.columns import SHEETS
from .workbook.reading import MOST_CONTRACTS, Reading, read

MOST_SHOWN = 500
"""Problems on the page; the table to download has all."""
ROOM = 2 * 1024 * 1024
"""Bytes around a file: its form says itself that it is a little too large."""
TITLES = ("Feuille", "Ligne", "Contrat", "Colonne", "Valeur lue", "Ce qui ne va pas")


@get("/region/import")
async def import_page(visit: NamedDependency[Visit]) -> Response[str]:
    """The form, what the workbook must hold, the latest imports."""
    lapsed = await visit.restored()
    await visit.forget()  # a file is not kept: it is said once that it must be chosen again
    return await show_form(visit, Form(restored=lapsed.restored if lapsed else None))


async def show_form(visit: Visit, form: Form) -> Response[str]:
    """The page, with what is wrong with the file that was sent."""
    return visit.page(
        "contracts_import/import.html",
        follows=(IMPORTS,),
        status=form.status,
        form=form,
        sheets=SHEETS,
        most=MOST_CONTRACTS,
        imports=await list_imports(visit.db, visit.viewer),
        messages=await list_latest(visit.db, visit.viewer),
    )


@get("/region/import/programme")
async def programme_page(visit: NamedDependency[Visit]) -> Response[str]:
    """What the programme system sent on its topic, and what came of each message."""
    return visit.page(
        "contracts_import/programme.html",
        follows=(IMPORTS,),
        list=await load_messages(visit.db, visit.viewer, asked_of(visit)),
        outcomes=OUTCOMES,
    )


@get("/region/import/modele.xlsx")
async def template(viewer: NamedDependency[Viewer]) -> Response[bytes]:  # noqa: ARG001
    """The workbook to fill in."""
    return download(writing.template(), "modele-contrats.xlsx")


@post("/region/import", request_max_body_size=LARGEST_FILE + ROOM)
async def send_file(visit: NamedDependency[Visit]) -> Response[Any]:
    """Read a file, keep what it says, have it checked; nothing is imported yet."""
    form = await Form.of(visit.request, with_file=True)
    sent = form.files.get("fichier")
    file = await sent.read() if sent else b""
    reading = await read_file(form, file)
    command = check(form, reading) if reading else None
    if reading is None or command is None or sent is None:
        form.renew()
        return await show_form(visit, form)
    # The same file sent twice by a double click is one; another file from a page that went back is another.
    upload_id = uuid5(command_id(visit.viewer, form.id), sha256(file).hexdigest())
    await keep_upload(visit.db, visit.viewer, upload_id, sent.filename, now(), reading)
    if reading.contracts:
        answer = await ask(visit, upload_id, "check", command, upload_id)
        if not answer.was_sent:
            form.take(answer)
            return await show_form(visit, form)
    return see(path_of(upload_id))


async def read_file(form: Form, file: bytes) -> Reading | None:
    """What a file says; None when it cannot be read at all: the form says why."""
    if is_file_wrong(form, file):
        return None
    try:
        return await asyncio.to_thread(read, await read_sheets(file, [sheet.name for sheet in SHEETS]))
    except NotReadable as error:
        form.wrong("fichier", str(error))
        return None


def path_of(upload_id: UUID) -> str:
    """The page of a file's import."""
    return f"/region/import/{upload_id}"


async def ask(visit: Visit, upload_id: UUID, step: Step, command: ImportContracts, form_id: UUID) -> Answer:
    """Send a step of a file's import."""
    key, path = key_of(upload_id, step), path_of(upload_id)
    return await visit.portal.commands.send(visit.viewer, key, command, form_id=form_id, path=path, subject=str(upload_id))


@get("/region/import/{upload_id:uuid}")
async def result_page(visit: NamedDependency[Visit], upload_id: FromPath[UUID], p: FromQuery[str] = "1") -> Response[str]:
    """How far a file has come, and what is to be done; of an import that was made, what it did."""
    number = max(whole_number(p) or 1, 1)
    db, viewer = visit.db, visit.viewer
    upload = await load_upload(db, viewer, upload_id)
    state = await load_state(db, viewer, upload) if upload else None
    figures = await load_import(db, viewer, upload_id)
    if figures and (state is None or state.phase == "imported"):
        return visit.page(
            "contracts_import/imported.html",
            follows=(ACTIONS,),
            figures=figures,
            upload=upload,
            number=number,
            pages=last_page(len(figures.changing)),
            rows=await list_imported(db, viewer, figures.changing, PER_PAGE, PER_PAGE * (number - 1)),
            visible=await count_visible(db, viewer, figures),
            upload_id=upload_id,
        )
    if upload is None or state is None:
        raise NotFoundException
    return await show_state(visit, upload, state, number)


async def show_state(visit: Visit, upload: Upload, state: State, number: int = 1, form: Form | None = None) -> Response[str]:
    """A file that is being checked, wrong, or good and waits for the agent's word; `form` says why that was not sent."""
    form = form or Form()
    if state.phase == "wrong":
        form.wrong(None, "Aucun contrat importé")
    changing = state.figures.changing if state.phase == "checked" and state.figures else []
    rows, total = await list_uploaded(visit.db, visit.viewer, upload.id, changing, PER_PAGE, PER_PAGE * (number - 1))
    return visit.page(
        "contracts_import/state.html",
        follows=(*keys_of(upload.id), *([ACTIONS] if state.phase == "importing" else [])),  # what is imported takes this page's place
        form=form,
        fresh=Form(),
        upload=upload,
        state=state,
        shown=state.problems[:MOST_SHOWN],
        right=len(upload.places) - len({problem.contract for problem in state.problems if problem.contract}),
        titles=TITLES,
        rows=rows,
        total=total,
        number=number,
        pages=last_page(len(changing)),
    )


@get("/region/import/{upload_id:uuid}/erreurs.xlsx")
async def problems_table(
    request: AnyRequest, portal: NamedDependency[Portal], viewer: NamedDependency[Viewer], upload_id: FromPath[UUID]
) -> Response[bytes]:
    """Everything that is wrong with a file, as a table to work off."""
    upload = await load_upload(portal.db, viewer, upload_id)
    if upload is None:
        raise NotFoundException
    state = await load_state(portal.db, viewer, upload)
    await portal.security.downloaded(request, viewer.user_id)
    rows = [(p.sheet, p.line or "", p.contract, p.column, p.value, p.what) for p in state.problems]
    return download(writing.problems(rows, TITLES), "erreurs.xlsx")


@post("/region/import/{upload_id:uuid}")
async def act(visit: NamedDependency[Visit], upload_id: FromPath[UUID]) -> Response[Any]:
    """Import what was checked; or check again what replaces a known contract. What cannot be done any more is left alone."""
    form, db, viewer = await Form.of(visit.request), visit.db, visit.viewer
    upload = await load_upload(db, viewer, upload_id)
    if upload is None:
        raise NotFoundException
    state = await load_state(db, viewer, upload)
    if step := step_of(form, state):
        command = command_of(step, state, await load_contracts(db, viewer, upload_id))
        answer = await ask(visit, upload_id, step, command, form.id)
        if not answer.was_sent:
            form.take(answer)
            return await show_state(visit, upload, state, form=form)
        await visit.forget()
    return see(path_of(upload_id))


ROUTES = [import_page, programme_page, template, send_file, result_page, problems_table, act]
