"""“Nouveau ? Créer mon compte”: a stranger asks for an account, and the Region's agents answer (ACC-4)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.identity import AcceptAccountRequest, RefuseAccountRequest, request_key
from contracts.identity_http import AccountRequest
from gateway.web.forms import Form
from gateway.web.identity_client import IdentityAway, IdentityRefused
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.security_log import What, client_of
from gateway.web.topics import ACCOUNTS
from gateway.web.visit import Visit

from .access import note_refusal
from .asking import NEWCOMER_FIELDS, read_answer, read_newcomer
from .queries import find_asked, list_asked


@get("/nouveau-compte")
async def newcomer_page(request: AnyRequest) -> Response[str]:
    """Where an account is asked for."""
    return page(request, "account/newcomer.html", form=Form(), sent=None)


@post("/nouveau-compte")
async def ask_account(request: AnyRequest, portal: NamedDependency[Portal]) -> Response[str]:
    """Keep the request for the agents; the answer is the same whether or not anybody of the organisation is known."""
    form = await Form.of(request)
    if newcomer := read_newcomer(form):
        try:
            asked = await portal.identity.ask_account(newcomer, client_of(request))
            await portal.security.note(request, What.ACCOUNT_ASKED, None)
        except IdentityRefused as error:
            await portal.security.note(request, What.ACCOUNT_ASKED, None, error.codes)
            note_refusal(form, error, NEWCOMER_FIELDS)
        else:
            return page(request, "account/newcomer.html", form=Form(), sent=(newcomer.email, asked.days))
    return page(request, "account/newcomer.html", status=422, form=form, sent=None)


@get("/region/comptes")
async def requests_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Who asks for an account, and what became of earlier requests."""
    rows = await list_asked(visit.db, visit.viewer)
    return visit.page("account/region_requests.html", rows=rows, said=await _said(visit.portal), follows=(ACCOUNTS,))


@get("/region/comptes/demandes/{request_id:uuid}")
async def request_page(visit: NamedDependency[Visit], request_id: FromPath[UUID]) -> Response[str]:
    """One request: who asks, what is known of the organisation, and the two answers."""
    return await _show(visit, request_id, await visit.restored(lambda _form: {"reason": "motif"}.get) or Form())


@post("/region/comptes/demandes/{request_id:uuid}")
async def answer(visit: NamedDependency[Visit], request_id: FromPath[UUID]) -> Response[Any]:
    """Accept it, or refuse it with a reason."""
    form = await Form.of(visit.request)
    asked, said = await find_asked(visit.db, visit.viewer, request_id), (await _said(visit.portal) or {}).get(request_id)
    if asked and said and (command := read_answer(form, said, is_known=asked.known_as is not None)):
        fields = {"reason": "motif"}.get
        if done := await visit.send(request_key(request_id), command, form, to="/region/comptes", fields=fields):
            return done
    return await _show(visit, request_id, form)


async def _show(visit: Visit, request_id: UUID, form: Form) -> Response[str]:
    """Raises NotFoundException when there is no such request."""
    asked = await find_asked(visit.db, visit.viewer, request_id)
    if asked is None:
        raise NotFoundException
    said = await _said(visit.portal) if asked.state == "open" else {}
    return visit.page(
        "account/region_request.html",
        status=form.status,
        form=form,
        asked=asked,
        said=said.get(request_id) if said else None,
        is_away=said is None,
        follows=(request_key(request_id),),
        waits=visit.waiting.since(request_key(request_id), AcceptAccountRequest, RefuseAccountRequest),
    )


async def _said(portal: Portal) -> dict[UUID, AccountRequest] | None:
    """What newcomers say of themselves, by request, which identity alone keeps; None while it is away."""
    try:
        return {said.request_id: said for said in await portal.identity.account_requests()}
    except IdentityAway:
        return None


ROUTES = [newcomer_page, ask_account, requests_page, request_page, answer]
