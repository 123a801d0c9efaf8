"""A document of an action, to save (DOC-1)."""

from collections.abc import Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from gateway.areas.action.visit import ActionVisit
from gateway.web.papers import Document, to_save


async def documents_of(visit: ActionVisit) -> Sequence[Document]:
    """Those that can be had of the action now, in the order of the guide (§3.8)."""
    return [document for of in visit.portal.documents for document in await of(visit)]


@get(["/actions/{contract:str}/etats/{fichier:str}", "/region/actions/{contract:str}/etats/{fichier:str}"])
async def document_file(visit: NamedDependency[ActionVisit], fichier: FromPath[str]) -> Response[bytes]:
    """One of them, as PDF. Raises NotFoundException when there is none of that name, NotPrinted when it cannot be made now."""
    wanted = next((document for document in await documents_of(visit) if document.file_name == fichier), None)
    if wanted is None:
        raise NotFoundException
    return to_save(await wanted.content(visit.portal.printers), wanted.file_name)


ROUTES = [document_file]
