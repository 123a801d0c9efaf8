"""The second step of a log-in: the code of a phone, or a recovery code (ACC-7)."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect

from contracts.refusals.factor import LogInOver
from gateway.web import factor_client
from gateway.web.forms import Form
from gateway.web.identity_client import IdentityRefused
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.security_log import What
from gateway.words.browsers import browser_name

from .access import BROWSER, HALF_OPEN, carried_by, let_in, note_refusal
from .asking import read_code

ADDRESS = "/connexion/code"


@get(ADDRESS)
async def code_page(request: AnyRequest) -> Response[Any]:
    """Where the code is typed, for whoever has just shown a right password."""
    if not request.cookies.get(HALF_OPEN):
        return Redirect("/connexion", status_code=303)
    return page(request, "account/code.html", form=Form(), carried=None)


@post(ADDRESS)
async def enter_code(request: AnyRequest, portal: NamedDependency[Portal]) -> Response[Any]:
    """Log in with a code; once the password is too long ago, it is asked again, and what was typed elsewhere is still carried."""
    form = await Form.of(request)
    half_open, code = request.cookies.get(HALF_OPEN, ""), read_code(form)
    if half_open and code:
        remember = browser_name(request.headers.get("User-Agent", "")) if form.value("memoriser") == "oui" else None
        try:
            account = await factor_client.enter_code(
                portal.identity, half_open, code, browser=request.cookies.get(BROWSER), remember=remember
            )
        except IdentityRefused as error:
            await portal.security.note(request, What.CODE_REFUSED, error.about, error.codes)
            note_refusal(form, error, {"code": "secours" if form.value("secours") else "code"})
            if LogInOver.code() in error.codes.split():
                half_open = ""
        else:
            if account.device:
                await portal.security.note(request, What.BROWSER_REMEMBERED, account.user_id)
            entered = await let_in(request, portal, account, form)
            entered.set_cookie(Cookie(HALF_OPEN, "/", secure=True, max_age=0))
            return entered
    if not half_open:
        if form.ok:
            form.wrong(None, " ".join((LogInOver.__doc__ or "").split()))
        return page(request, "account/log_in.html", status=422, form=form, carried=carried_by(form), left=False)
    return page(request, "account/code.html", status=422, form=form, carried=carried_by(form))


ROUTES = [code_page, enter_code]
