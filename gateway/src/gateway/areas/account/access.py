"""Logging in and out, choosing the first password, asking for a new one (ACC-1 to ACC-3, ACC-5, ACC-7)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from contracts.identity_http import Account
from gateway.web.forms import Form
from gateway.web.identity_client import IdentityRefused
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.security import safe_path
from gateway.web.session import COOKIE, Viewer, end_others, end_session, open_session
from gateway.web.visit import Visit
from gateway.words.refusals import sentence

from .asking import ACCESS_FIELDS, read_first_access


def client_of(request: AnyRequest) -> str:
    """Where a request comes from, as far as the server in front of us lets us see."""
    return request.client.host if request.client else "?"


def note_refusal(form: Form, error: IdentityRefused, fields: dict[str, str]) -> None:
    """Put identity's faults beside the fields of the form."""
    for fault in error.faults:
        form.wrong(fields.get(fault.field or ""), sentence(fault, {}))


async def enter(portal: Portal, account: Account, to: str) -> Redirect:
    """Open a session under a new token (a token never outlives a change of password or of rights, ACC-7)."""
    viewer = Viewer(account.user_id, account.role, account.siret, account.login, account.name, account.must_choose_password)
    token = await open_session(portal.db, viewer)
    cookie = Cookie(key=COOKIE, value=token, path="/", secure=True, httponly=True, samesite="lax")
    return Redirect("/premiere-connexion" if account.must_choose_password else to, status_code=303, cookies=[cookie])


@get("/connexion")
async def log_in_page(
    request: AnyRequest, suite: FromQuery[str] = "/", gardee: FromQuery[str] = "", deconnecte: FromQuery[str] = ""
) -> Response[str]:
    """The login page."""
    return page(request, "account/log_in.html", form=Form.showing({"suite": suite}), kept=bool(gardee), left=bool(deconnecte))


@post("/connexion")
async def log_in(request: AnyRequest, portal: NamedDependency[Portal]) -> Response[Any]:
    """Log in; whatever is wrong, the answer is the same (ACC-7)."""
    form = await Form.of(request)
    login = form.text("identifiant", "Saisissez votre identifiant.")
    password = form.value("mot_de_passe")
    if not password:
        form.wrong("mot_de_passe", "Saisissez votre mot de passe.")
    if form.ok:
        try:
            account = await portal.identity.log_in(login, password, client_of(request))
        except IdentityRefused as error:
            note_refusal(form, error, {})
        else:
            return await enter(portal, account, safe_path(form.value("suite") or "/"))
    return page(request, "account/log_in.html", status=422, form=form, kept=False, left=False)


@post("/deconnexion")
async def log_out(request: AnyRequest, portal: NamedDependency[Portal]) -> Redirect:
    """End the session and return to the login page (ACC-5)."""
    await end_session(portal.db, request.cookies.get(COOKIE, ""))
    return Redirect("/connexion?deconnecte=1", status_code=303, cookies=[Cookie(key=COOKIE, path="/", secure=True, max_age=0)])


@get("/mot-de-passe-oublie")
async def forgotten_page(request: AnyRequest) -> Response[str]:
    """Where a new password is asked for (ACC-3)."""
    return page(request, "account/forgotten.html", form=Form(), sent=None)


@post("/mot-de-passe-oublie")
async def forgotten(request: AnyRequest, portal: NamedDependency[Portal]) -> Response[str]:
    """Send a temporary password to a known address; an unknown one is refused (ACC-3)."""
    form = await Form.of(request)
    email = form.text("courriel", "Saisissez votre adresse électronique.")
    if form.ok:
        try:
            sent = await portal.identity.forgotten(email, client_of(request))
        except IdentityRefused as error:
            note_refusal(form, error, {"email": "courriel"})
        else:
            return page(request, "account/forgotten.html", form=Form(), sent=(email, sent.hours))
    return page(request, "account/forgotten.html", status=422, form=form, sent=None)


@get("/premiere-connexion")
async def first_page(visit: NamedDependency[Visit]) -> Response[Any]:
    """Where the temporary password is replaced (ACC-2)."""
    if not visit.viewer.must_choose_password:
        return Redirect("/", status_code=303)
    return visit.page("account/first_login.html", form=Form.showing({"identifiant": visit.viewer.login}))


@post("/premiere-connexion")
async def choose_first(visit: NamedDependency[Visit]) -> Response[Any]:
    """Choose a password, and a login if wished (ACC-2)."""
    form, portal, viewer = await Form.of(visit.request), visit.portal, visit.viewer
    if access := read_first_access(form, viewer.login):
        try:
            account = await portal.identity.choose_password(viewer.user_id, access.new, current=None, new_login=access.new_login)
        except IdentityRefused as error:
            note_refusal(form, error, ACCESS_FIELDS)
        else:
            return await renew(portal, viewer.user_id, account, "/")
    return visit.page("account/first_login.html", status=422, form=form)


async def renew(portal: Portal, user_id: UUID, account: Account, to: str) -> Redirect:
    """After a changed password: every session of the user ends, and who changed it gets a new one (ACC-7)."""
    await end_others(portal.db, user_id)
    return await enter(portal, account, to)


ROUTES = [log_in_page, log_in, log_out, forgotten_page, forgotten, first_page, choose_first]
