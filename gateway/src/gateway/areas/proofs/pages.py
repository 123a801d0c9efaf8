"""The proofs of a month: what the organisation sends and takes back, and the files, for the two sides alone (DEC-10)."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from chassis.instant import now
from contracts.envelope import made_id
from contracts.proofs import LARGEST_FILE, MOST_FILES, ProofFile, SendProof, WithdrawProof
from gateway.areas.action.action import MonthView
from gateway.areas.action.queries.proofs import ProofView, count_sent, keep_content, load_content, load_proofs
from gateway.areas.action.visit import ActionVisit
from gateway.web.commands import Answer, Commands, command_id
from gateway.web.forms import Form
from gateway.web.papers import never_shown
from gateway.web.rendering import see
from gateway.web.session import Viewer
from gateway.words.refusals import sentence

from .file import TYPES, NotAProof, Sent, look

ROOM = 1024 * 1024
"""Bytes around a file: its form says itself that it is a little too large."""
MOST_AN_HOUR = 200
"""Files that one organisation may send: more is no longer people's work."""
TOO_MANY = f"Votre organisme a déjà envoyé {MOST_AN_HOUR} fichiers en une heure. Envoyez les suivants un peu plus tard."
GONE = "Ce justificatif n’est plus demandé : la déclaration a changé. Regardez la liste à jour."
FILE_GONE = "Ce fichier n’y est déjà plus. Regardez la liste à jour."
ERASED = "Les données de ce stagiaire sont effacées : plus aucun fichier n’est reçu pour lui."


def _declared(visit: ActionVisit, text: str) -> MonthView:
    """The month, if it was ever confirmed. Raises NotFoundException otherwise: it calls for nothing yet."""
    view = next((view for view in visit.action.months if view.month == text and view.was_confirmed), None)
    if view is None:
        raise NotFoundException
    return view


@get("/actions/{contract:str}/declarations/{mois:str}/justificatifs")
async def proofs_page(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[str]:
    """The month's proofs, each with a field for a file."""
    view = _declared(visit, mois)
    form = await visit.restored() or Form()
    await visit.forget()  # a file is not kept: it is said once that it must be chosen again
    return await show(visit, view, form)


async def show(visit: ActionVisit, view: MonthView, form: Form, proofs: Sequence[ProofView] | None = None) -> Response[str]:
    """The page; `form` says what is wrong with the file that was sent."""
    proofs = await load_proofs(visit.db, visit.viewer, visit.contract, [view.month]) if proofs is None else proofs
    sending = {proof.key for proof in proofs if visit.waiting.since(visit.contract, SendProof, subject=proof.key)}
    context = {"view": view, "form": form, "proofs": proofs, "sending": sending, "most_files": MOST_FILES}
    return visit.page("proofs/proofs.html", status=form.status, **context)


@post("/actions/{contract:str}/declarations/{mois:str}/justificatifs", request_max_body_size=LARGEST_FILE + ROOM, status_code=200)
async def act(visit: NamedDependency[ActionVisit], mois: FromPath[str]) -> Response[Any]:
    """Send a file as a proof, or take one back."""
    view, form = _declared(visit, mois), await Form.of(visit.request, with_file=True)
    proofs = await load_proofs(visit.db, visit.viewer, visit.contract, [view.month])
    proof = next((proof for proof in proofs if proof.key == form.value("justificatif")), None)
    if proof is None:
        form.wrong(None, GONE)
        return await show(visit, view, form, proofs)
    answer = await _withdraw(visit, form, proof) if form.value("retirer") else await _send(visit, form, proof)
    if answer and not answer.refused:
        return see(_path(visit, proof), command=answer.command_id, anchor=f"#{proof.key}")
    for fault in answer.faults or () if answer else ():
        form.wrong(_field(proof), sentence(fault, {}))
    form.renew()
    await visit.reload()
    return await show(visit, view, form)


def _path(visit: ActionVisit, proof: ProofView) -> str:
    """The page of the month that calls for it: one that rests on an earlier exit lists that one's proof too."""
    return f"{visit.action.path}/declarations/{proof.month}/justificatifs"


def _field(proof: ProofView) -> str:
    return f"{proof.key}.fichier"


async def _send(visit: ActionVisit, form: Form, proof: ProofView) -> Answer | None:
    """Keep the file and say that it is there, in one transaction; None when it is not taken: the form says why."""
    sent, field = form.files.get(_field(proof)), _field(proof)
    form.names[field] = proof.name or "Stagiaire"
    if proof.name is None:
        form.wrong(None, ERASED)
        return None
    if await count_sent(visit.db, visit.viewer, now() - timedelta(hours=1)) >= MOST_AN_HOUR:
        form.wrong(field, TOO_MANY)
        return None
    file = Sent(sent.filename, sent.content_type or "", await sent.read()) if sent else Sent("", "", b"")
    try:
        known = await asyncio.to_thread(look, file)
    except NotAProof as error:
        form.wrong(field, str(error))
        return None
    # The same file sent twice by a double click is one; another file, or for another proof, from a page that went back is another.
    form_id = uuid5(form.id, f"{proof.key} {known.sha256}")
    return await send_file(visit.portal.commands, visit.viewer, proof, known, file.content, form_id=form_id, path=_path(visit, proof))


async def send_file(
    commands: Commands, viewer: Viewer, proof: ProofView, known: ProofFile, content: bytes, *, form_id: UUID, path: str
) -> Answer:
    """Keeps the bytes of a file and says that it is there, both or neither. Its id is the one that declarations makes of the command's."""
    id_ = command_id(viewer, form_id)
    file_id = made_id(proof.contract_number, id_)
    keep = partial(keep_content, contract_number=proof.contract_number, file_id=file_id, command_id=id_, of=proof.of, content=content)
    command = SendProof(proof=proof.of, file=known)
    return await commands.send(viewer, proof.contract_number, command, form_id=form_id, path=path, subject=proof.key, beside=keep)


async def _withdraw(visit: ActionVisit, form: Form, proof: ProofView) -> Answer | None:
    """Take back one of the proof's files; None when it has none such."""
    file = next((file for file in proof.files if str(file.file_id) == form.value("retirer")), None)
    if file is None:
        form.wrong(None, FILE_GONE)
        return None
    return await visit.portal.commands.send(
        visit.viewer,
        visit.contract,
        WithdrawProof(proof=proof.of, file_id=file.file_id),
        form_id=uuid5(form.id, str(file.file_id)),
        path=_path(visit, proof),
        subject=proof.key,
    )


@get("/actions/{contract:str}/justificatifs/{file_id:uuid}")
async def file_page(visit: NamedDependency[ActionVisit], file_id: FromPath[UUID]) -> Response[bytes]:
    """A file that the organisation sent, to save."""
    return await give(visit, file_id)


@get("/region/justificatifs/{contract:str}/{file_id:uuid}")
async def region_file_page(visit: NamedDependency[ActionVisit], file_id: FromPath[UUID]) -> Response[bytes]:
    """The same, for the Region."""
    return await give(visit, file_id)


async def give(visit: ActionVisit, file_id: UUID) -> Response[bytes]:
    """A file to save, under our name: no browser shows it as a page of ours. Raises NotFoundException (ACC-6)."""
    file, content = await load_content(visit.db, visit.viewer, visit.contract, file_id)
    await visit.portal.security.downloaded(visit.request, visit.viewer.user_id)
    return Response(content, media_type=TYPES[file.format][0], headers=never_shown(file.name))


ROUTES = [proofs_page, act, file_page, region_file_page]
