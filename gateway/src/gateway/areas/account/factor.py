"""“Double authentification”: one's own phone, recovery codes and remembered browsers (ACC-7)."""

from typing import Any
from uuid import UUID

import segno
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect
from markupsafe import Markup

from contracts.factor_http import FactorBegun, RecoveryCodes
from gateway.web import factor_client
from gateway.web.forms import Form
from gateway.web.identity_client import IdentityRefused
from gateway.web.security_log import What
from gateway.web.session import COOKIE, turned_on
from gateway.web.visit import FACTOR_PAGE, PHONE_PAGE, Visit

from .access import note_refusal
from .asking import FACTOR_FIELDS, Proof, read_proof

DONE = {"desactivee": "La double authentification est désactivée", "appareils": "Un code sera demandé de nouveau"}


async def show(visit: Visit, form: Form, done: str = "") -> Response[str]:
    """How one's second factor stands."""
    try:
        factor = await factor_client.find_factor(visit.portal.identity, visit.viewer.user_id)
    except IdentityRefused:
        raise NotFoundException from None
    return visit.page("account/factor.html", status=form.status, form=form, factor=factor, done=DONE.get(done, ""))


@get(FACTOR_PAGE)
async def factor_page(visit: NamedDependency[Visit], fait: FromQuery[str] = "") -> Response[str]:
    """Whether a code is asked of whoever looks, and what they can do about it."""
    return await show(visit, Form(), fait)


@post(FACTOR_PAGE)
async def change_factor(visit: NamedDependency[Visit]) -> Response[Any]:
    """Begin with a phone, renew the recovery codes, or turn it off, as the pressed button says; the password is asked, and a code."""
    form = await Form.of(visit.request)
    what = form.value("faire")
    try:
        if proof := read_proof(form, is_on=form.value("activee") == "oui"):
            return await _change(visit, what, proof)
    except IdentityRefused as error:
        await visit.portal.security.note(visit.request, What.CHANGE_REFUSED, visit.viewer.user_id, error.codes)
        note_refusal(form, error, FACTOR_FIELDS)
    return await show(visit, form)


async def _change(visit: Visit, what: str, proof: Proof) -> Response[Any]:
    identity, user_id, note = visit.portal.identity, visit.viewer.user_id, visit.portal.security.note
    if what == "codes":
        renewed = await factor_client.renew_codes(identity, user_id, proof.password, proof.code)
        await note(visit.request, What.RECOVERY_CODES_RENEWED, user_id)
        return _codes(visit, renewed, is_new=False)
    if what == "desactiver":
        await factor_client.turn_off(identity, user_id, proof.password, proof.code)
        await note(visit.request, What.FACTOR_TURNED_OFF, user_id)
        return Redirect(f"{FACTOR_PAGE}?fait=desactivee", status_code=303)
    await factor_client.begin(identity, user_id, proof.password, proof.code)
    return Redirect(PHONE_PAGE, status_code=303)


@get(PHONE_PAGE)
async def phone_page(visit: NamedDependency[Visit]) -> Response[Any]:
    """What the phone takes in, as a QR code and as letters, and where its first code is typed."""
    try:
        begun = await factor_client.find_begun(visit.portal.identity, visit.viewer.user_id)
    except IdentityRefused:
        return Redirect(FACTOR_PAGE, status_code=303)
    return _phone(visit, begun, Form())


@post(PHONE_PAGE)
async def confirm_phone(visit: NamedDependency[Visit]) -> Response[Any]:
    """The first code of the phone turns it on; the recovery codes are shown this once, and the other sessions end."""
    form, identity, user_id = await Form.of(visit.request), visit.portal.identity, visit.viewer.user_id
    if code := form.text("code", "Saisissez le code à six chiffres que l’application affiche.").strip():
        try:
            on = await factor_client.confirm(identity, user_id, code)
        except IdentityRefused as error:
            await visit.portal.security.note(visit.request, What.CHANGE_REFUSED, user_id, error.codes)
            note_refusal(form, error, FACTOR_FIELDS)
        else:
            await turned_on(visit.db, visit.viewer, visit.request.cookies.get(COOKIE, ""))
            await visit.portal.security.note(visit.request, What.FACTOR_TURNED_ON, user_id)
            return _codes(visit, on, is_new=True)
    try:
        begun = await factor_client.find_begun(identity, user_id)
    except IdentityRefused:
        return await show(visit, form)  # it is over, and the form says why
    return _phone(visit, begun, form)


@post(f"{FACTOR_PAGE}/appareils")
async def forget_browsers(visit: NamedDependency[Visit]) -> Response[Any]:
    """A code is asked again, of one browser or of all."""
    form = await Form.of(visit.request)
    try:
        device = None if form.value("tous") == "oui" else UUID(form.value("appareil"))
        await factor_client.forget(visit.portal.identity, visit.viewer.user_id, device)
    except (ValueError, IdentityRefused):
        raise NotFoundException from None
    await visit.portal.security.note(visit.request, What.BROWSERS_FORGOTTEN, visit.viewer.user_id)
    return Redirect(f"{FACTOR_PAGE}?fait=appareils", status_code=303)


def _phone(visit: Visit, begun: FactorBegun, form: Form) -> Response[str]:
    secret, uri = begun.secret.get_secret_value(), begun.uri.get_secret_value()
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    drawn = Markup(segno.make(uri, error="m").svg_inline(scale=5, light="#fff"))
    return visit.page("account/factor_phone.html", status=form.status, form=form, secret=groups, uri=uri, drawn=drawn)


def _codes(visit: Visit, said: RecoveryCodes, *, is_new: bool) -> Response[str]:
    codes = [code.get_secret_value() for code in said.codes]
    return visit.page("account/factor_codes.html", codes=codes, is_new=is_new)


ROUTES = [factor_page, change_factor, phone_page, confirm_phone, forget_browsers]
