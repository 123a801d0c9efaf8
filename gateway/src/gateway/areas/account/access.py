"""Logging in and out, choosing the first password, asking for a new one (ACC-1 to ACC-3, ACC-5, ACC-7)."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from contracts.factor_http import REMEMBERED_DAYS
from contracts.identity_http import Account, CodeAsked, LoggedIn
from gateway.web.drafts import keep_draft
from gateway.web.form_ids import form_at
from gateway.web.forms import Form
from gateway.web.identity_client import IdentityRefused
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.security import safe_path
from gateway.web.security_log import What, client_of
from gateway.web.session import COOKIE, Viewer, end_session, find_viewer, open_session
from gateway.web.visit import FACTOR_PAGE, NotLoggedIn, Visit
from gateway.words.browsers import browser_name
from gateway.words.refusals import sentence

from .asking import ACCESS_FIELDS, read_first_access

BROWSER, BROWSER_AGE = "__Host-sesame-navigateur", 400 * 24 * 3600
"""The cookie of a browser that somebody has logged in with, which is not slowed down by what others try, and its seconds."""
DEVICE, DEVICE_AGE = "__Host-sesame-appareil", REMEMBERED_DAYS * 24 * 3600
"""That of a browser of which no code is asked."""
HALF_OPEN, HALF_OPEN_AGE = "__Host-sesame-code", 600
"""That of a log-in whose password was right, until the code comes."""
CARRIED = "saisie."
"""Before the names of the fields that the login page carries."""


def note_refusal(form: Form, error: IdentityRefused, fields: dict[str, str]) -> None:
    """Put identity's faults beside the fields of the form."""
    for fault in error.faults:
        form.wrong(fields.get(fault.field or ""), sentence(fault, {}))


def viewer_of(account: Account) -> Viewer:
    """Who has just logged in."""
    return Viewer(
        account.user_id,
        account.role,
        account.siret,
        account.login,
        account.name,
        account.must_choose_password,
        account.access,
        must_turn_on_factor=account.must_turn_on_factor,
    )


async def enter(request: AnyRequest, portal: Portal, account: Account, to: str) -> Redirect:
    """Open a session under a new token, in the place of the browser's old one and of every one of an earlier password or login (ACC-7)."""
    browser = browser_name(request.headers.get("User-Agent", ""))
    token = await open_session(portal.db, viewer_of(account), instead_of=request.cookies.get(COOKIE, ""), browser=browser)
    first = "/premiere-connexion" if account.must_choose_password else FACTOR_PAGE if account.must_turn_on_factor else to
    return Redirect(first, status_code=303, cookies=[kept(COOKIE, token)])


def kept(name: str, value: str, age: int | None = None) -> Cookie:
    """A cookie of ours: no script reads it, no other site's form sends it. It goes with the browser, or after `age` seconds."""
    return Cookie(name, "/", value, max_age=age, secure=True, httponly=True, samesite="lax")


def to_log_in(request: AnyRequest, error: NotLoggedIn) -> Response[Any]:
    """The login page, and the way back.

    What a form sent goes with the login page's own, and is kept by whoever logs in. htmx would follow, and put that page into this one:
    it is told 401, which it swaps nowhere (`noSwap` in the layout); the page stays as it is, with what is typed in it, and says so.
    """
    if request.headers.get("HX-Request") == "true":
        return Response("", status_code=401)
    if error.typed is not None:
        form = Form.showing({"suite": error.return_to})
        return page(request, "account/log_in.html", status=401, form=form, carried=error.typed, left=False)
    return Redirect(f"/connexion?suite={quote(error.return_to)}", status_code=303)


@get("/connexion")
async def log_in_page(request: AnyRequest, suite: FromQuery[str] = "/", deconnecte: FromQuery[str] = "") -> Response[str]:
    """The login page."""
    return page(request, "account/log_in.html", form=Form.showing({"suite": suite}), carried=None, left=bool(deconnecte))


@post("/connexion")
async def log_in(request: AnyRequest, portal: NamedDependency[Portal]) -> Response[Any]:
    """Log in; whatever is wrong, the answer is the same (ACC-7)."""
    form = await Form.of(request)
    carried = carried_by(form)
    login = form.text("identifiant", "Saisissez votre identifiant.")
    password = form.value("mot_de_passe")
    if not password:
        form.wrong("mot_de_passe", "Saisissez votre mot de passe.")
    if form.ok:
        try:
            cookies = request.cookies
            answer = await portal.identity.log_in(login, password, client_of(request), cookies.get(BROWSER), cookies.get(DEVICE))
        except IdentityRefused as error:
            await portal.security.note(request, What.LOG_IN_REFUSED, error.about, error.codes)
            note_refusal(form, error, {})
        else:
            if isinstance(answer, CodeAsked):
                await portal.security.note(request, What.CODE_ASKED, answer.about)
                asked = page(request, "account/code.html", form=Form.showing({"suite": form.value("suite")}), carried=carried)
                asked.set_cookie(kept(HALF_OPEN, answer.half_open.get_secret_value(), HALF_OPEN_AGE))
                return asked
            return await let_in(request, portal, answer, form)
    return page(request, "account/log_in.html", status=422, form=form, carried=carried, left=False)


async def let_in(request: AnyRequest, portal: Portal, account: LoggedIn, form: Form) -> Redirect:
    """Whoever has shown all that is asked of them is logged in, and goes where they wanted to, with what they had typed."""
    await portal.security.note(request, What.LOGGED_IN, account.user_id)
    to = safe_path(form.value("suite") or "/")
    await _keep(portal, viewer_of(account), to, carried_by(form))
    entered = await enter(request, portal, account, to)
    entered.set_cookie(kept(BROWSER, account.browser, BROWSER_AGE))
    if account.device:
        entered.set_cookie(kept(DEVICE, account.device.get_secret_value(), DEVICE_AGE))
    return entered


def carried_by(form: Form) -> dict[str, list[str]] | None:
    """What was typed into another form while the session lapsed; None when nothing was."""
    if not form.value("gardee"):
        return None
    return {name.removeprefix(CARRIED): values for name, values in form.typed.items() if name.startswith(CARRIED)}


async def _keep(portal: Portal, viewer: Viewer, page_of: str, carried: dict[str, list[str]] | None) -> None:
    """What was typed while the session lapsed came with the login page's form, and becomes the draft of whoever has logged in (ACC-7)."""
    if carried is not None and (which := form_at(page_of.partition("?")[0])):
        await keep_draft(portal.db, viewer, which, {"typed": carried, "lapsed": True})


@post("/deconnexion")
async def log_out(request: AnyRequest, portal: NamedDependency[Portal]) -> Redirect:
    """End the session and return to the login page (ACC-5)."""
    token = request.cookies.get(COOKIE, "")
    if viewer := await find_viewer(portal.db, token, touch=False):
        await portal.security.note(request, What.LOGGED_OUT, viewer.user_id)
    await end_session(portal.db, token)
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
            await portal.security.note(request, What.PASSWORD_ASKED, None)
        except IdentityRefused as error:
            await portal.security.note(request, What.PASSWORD_ASKED, None, error.codes)
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
    if not viewer.must_choose_password:
        return Redirect("/", status_code=303)
    if access := read_first_access(form, viewer.login):
        try:
            account = await portal.identity.choose_first(viewer.user_id, access.new, access=viewer.access, new_login=access.new_login)
        except IdentityRefused as error:
            await portal.security.note(visit.request, What.CHANGE_REFUSED, viewer.user_id, error.codes)
            note_refusal(form, error, ACCESS_FIELDS)
        else:
            await portal.security.note(visit.request, What.PASSWORD_CHANGED, viewer.user_id)
            return await enter(visit.request, portal, account, "/")
    return visit.page("account/first_login.html", status=422, form=form)


ROUTES = [log_in_page, log_in, log_out, forgotten_page, forgotten, first_page, choose_first]
