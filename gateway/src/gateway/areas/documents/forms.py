"""The forms to fill in, sign and send: those of an action, and the blank ones (OPN-5, DAT-4, HOME-3)."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from gateway.areas.action.forms import BLANK, EDITION, form_of
from gateway.areas.action.paper import FORMS
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Paper
from gateway.web.papers import Document, printed
from gateway.web.visit import Visit


async def documents_of(visit: ActionVisit, day: date) -> Sequence[Document]:
    """Those that the action may still call for, filled with what is known of it."""
    wanted = {"awarded": ("report", "ouverture", "non-ouverture"), "opened": ("report", "ouverture"), "not_opened": ("non-ouverture",)}
    return [
        Document(f"{name}-{visit.contract}", FORMS, *BLANK[name][:2], day, partial(_make, visit, name, day))
        for name in (*wanted.get(visit.action.state, ()), "bordereau")
    ]


async def _make(visit: ActionVisit, name: str, day: date) -> Paper:
    return form_of(name, visit.action, visit.portal.settings.region, day)


@get("/telechargements", sync_to_thread=False)
def downloads_page(visit: NamedDependency[Visit]) -> Response[str]:
    """The blank forms, by name (HOME-3)."""
    return visit.page("documents/downloads.html", forms=list(BLANK.items()))


@get("/formulaires/{fichier:str}")
async def blank_form(visit: NamedDependency[Visit], fichier: FromPath[str]) -> Response[bytes]:
    """A form without an action, for whoever is logged in. Raises NotFoundException, NotPrinted."""
    name = fichier.removesuffix(".pdf")
    if name not in BLANK or name == fichier:
        raise NotFoundException
    paper = form_of(name, None, visit.portal.settings.region, EDITION)
    return printed(await visit.portal.printers.print(paper), fichier)


ROUTES = [downloads_page, blank_form]
