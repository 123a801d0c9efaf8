"""Documents of an action, to save: one, a picture of its first page, or all of them together (DOC-1)."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from gateway.areas.action.paper import paper_of
from gateway.areas.action.queries.day import load_last_day
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Column, Heading, Note, Paper, Table, digest_of
from gateway.web.papers import Document, never_shown, printed
from gateway.words.french import date_short, file_size, month, plural

from .archive import archived


async def documents_of(visit: ActionVisit, day: date | None = None) -> Sequence[Document]:
    """Those that can be had of the action now, in the order of the guide (§3.8); `day` is the last on which anything was done on it."""
    day = day or await load_last_day(visit.db, visit.viewer, visit.contract, visit.action.awarded_at)
    return [document for of in visit.portal.documents for document in await of(visit, day)]


def grouped(documents: Sequence[Document]) -> list[tuple[str, list[Document]]]:
    """Under their headings."""
    return [(group, list(of)) for group, of in groupby(documents, key=lambda document: document.group)]


async def _find(visit: ActionVisit, key: str) -> Document:
    found = next((document for document in await documents_of(visit) if document.key == key), None)
    if found is None:
        raise NotFoundException
    return found


@get(["/actions/{contract:str}/etats/{fichier:str}", "/region/actions/{contract:str}/etats/{fichier:str}"])
async def document_file(visit: NamedDependency[ActionVisit], fichier: FromPath[str]) -> Response[Any]:
    """One of them, as PDF, the picture of its first page, or its size. Raises NotFoundException, or NotPrinted."""
    key, _, ending = fichier.rpartition(".")
    document = await _find(visit, key)
    match ending:
        case "pdf":
            await visit.portal.security.downloaded(visit.request, visit.viewer.user_id)
            return printed(await document.content(visit.portal.printers), document.file_name)
        case "png":
            return await _preview(visit, document)
        case "taille":
            return Response(f"· {file_size(await document.size(visit.portal.printers))}", media_type="text/html; charset=utf-8")
    raise NotFoundException


async def _preview(visit: ActionVisit, document: Document) -> Response[bytes]:
    """A picture, made anew when what it shows is other than the browser has."""
    made = await document.make()
    digest = digest_of(made) if isinstance(made, Paper) else sha256(made).hexdigest()[:32]
    headers = {"ETag": f'"{digest}"', "Cache-Control": "private, no-cache"}
    if visit.request.headers.get("If-None-Match") == headers["ETag"]:
        return Response(b"", status_code=304, headers=headers)
    return Response(await visit.portal.printers.preview(made), media_type="image/png", headers=headers)


@get(["/actions/{contract:str}/etats.zip", "/region/actions/{contract:str}/etats.zip"])
async def all_documents(visit: NamedDependency[ActionVisit], mois: FromQuery[str] = "") -> Stream:
    """All of them, or those of a month, behind a table of contents. Raises NotFoundException when there is none."""
    documents = [document for document in await documents_of(visit) if document.month == mois or not mois]
    if not documents:
        raise NotFoundException
    await visit.portal.security.downloaded(visit.request, visit.viewer.user_id)
    contents = Document("sommaire", "", "Sommaire", "", max(one.day for one in documents), lambda: _contents(visit, documents, mois))
    name = f"etats-{visit.contract}{f'-{mois}' if mois else ''}.zip"
    return Stream(archived([contents, *documents], visit.portal.printers), media_type="application/zip", headers=never_shown(name))


async def _contents(visit: ActionVisit, documents: Sequence[Document], of_month: str) -> Paper:
    return contents(visit, documents, of_month)


def contents(visit: ActionVisit, documents: Sequence[Document], of_month: str) -> Paper:
    """What the archive holds, in order."""
    columns = (Column("N°"), Column("Document", share=3), Column("Ce qu’il contient", share=4), Column("Date"))
    numbered = {document.key: place for place, document in enumerate(documents, start=1)}
    blocks = [
        block
        for group, listed in grouped(documents)
        for block in (
            Heading(group),
            Table(
                plural(len(listed), "fichier"),
                columns,
                tuple((f"{numbered[one.key]:02d}", one.title, one.what, date_short(one.day)) for one in listed),
            ),
        )
    ]
    title = "Sommaire des états" + (f", {month(of_month)}" if of_month else "")
    note = Note("Chaque fichier porte le numéro de cette liste.")
    region = visit.portal.settings.region
    return paper_of(visit.action, region, title, max(one.day for one in documents), note, *blocks)


ROUTES = [document_file, all_documents]
