"""A trainee asks what is known of them: an agent looks them up and takes all of it away, in one file (PRV-1)."""

import asyncio
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from gateway.areas.action.visit import ActionVisit
from gateway.web.listing import Asked
from gateway.web.papers import never_shown
from gateway.web.security_log import What
from gateway.web.visit import Visit

from .dossier import archive, paper
from .queries import find_person, search, tell


@get("/region/personnes")
async def search_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Everybody whose name has the words that are sought."""
    asked = Asked.of(visit, ["nom"])
    return visit.page("people/region_people.html", list=await search(visit.db, visit.viewer, asked))


@get("/region/personnes/{contract:str}/{trainee:uuid}")
async def person_page(visit: NamedDependency[ActionVisit], trainee: FromPath[UUID]) -> Response[str]:
    """Whose sheets are taken for the same person's, before the file is made."""
    return visit.page("people/region_person.html", sheets=await find_person(visit.db, visit.viewer, visit.contract, trainee))


@get("/region/personnes/{contract:str}/{trainee:uuid}/tout.zip")
async def everything(visit: NamedDependency[ActionVisit], trainee: FromPath[UUID]) -> Response[bytes]:
    """All that is known of them; it is noted who took it. Raises NotFoundException, NotPrinted, TooManyRequestsException."""
    db, viewer, portal = visit.db, visit.viewer, visit.portal
    sheets = await find_person(db, viewer, visit.contract, trainee)
    await portal.security.note(visit.request, What.PERSON_TOLD, viewer.user_id, visit.request.url.path)
    async with portal.turns.turn(viewer.user_id):
        told = [await tell(db, viewer, known) for known in sheets]
        pdf = await portal.printers.print(paper(told, portal.settings.region, visit.today))
        content = await asyncio.to_thread(archive, told, pdf, visit.today)
    name = f"demande-d-acces-{visit.today.isoformat()}.zip"
    return Response(content, media_type="application/zip", headers=never_shown(name))


ROUTES = [search_page, person_page, everything]
