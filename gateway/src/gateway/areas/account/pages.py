"""“Modifier votre compte”: login, password and address (ACC-2)."""

from typing import Any

from asyncpg import Pool, Record
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from contracts.identity import ChangeOrganisation
from gateway.web.form_ids import FormId
from gateway.web.forms import Form
from gateway.web.identity_client import IdentityRefused
from gateway.web.mailbox import find_mailbox
from gateway.web.security_log import What
from gateway.web.session import Viewer
from gateway.web.visit import Visit

from .access import enter, note_refusal
from .asking import ACCESS_FIELDS, ADDRESS_FIELDS, read_access, read_address

ADDRESS = "/compte/adresse"


async def organisation_of(db: Pool, viewer: Viewer) -> Record | None:
    """The viewer's organisation as it is known."""
    return await db.fetchrow(
        "SELECT siret, name, email, address, address_complement, postcode, town, version FROM organisations WHERE siret = $1",
        viewer.siret,
    )


async def show(visit: Visit, *, access: Form | None = None, address: Form | None = None, changed: bool = False) -> Response[str]:
    """The page, with what was typed into one of its forms; `changed` says that login or password just were."""
    viewer = visit.viewer
    organisation = await organisation_of(visit.db, viewer)
    fields = ADDRESS_FIELDS | {"version": "version"}
    stored = Form.showing({name: organisation[field] for field, name in fields.items()} if organisation else {})
    address = address or await visit.restored(lambda _form: ADDRESS_FIELDS.get, FormId("address")) or stored
    if address.conflict:
        address.compare(stored)
    access = access or Form.showing({"identifiant": viewer.login})
    return visit.page(
        "account/account.html",
        status=max(access.status, address.status),
        form=address if access.ok else access,
        access=access,
        address=address,
        changed=changed,
        organisation=organisation,
        mailbox=await find_mailbox(visit.db, viewer),
        waits=visit.waiting.since(viewer.siret, ChangeOrganisation) if viewer.siret else None,
    )


@get(["/compte", ADDRESS])
async def account_page(visit: NamedDependency[Visit], fait: FromQuery[str] = "") -> Response[str]:
    """Login, password, address; also where the address was posted: one comes back to it after an expired session or a late refusal."""
    return await show(visit, changed=bool(fait))


@post("/compte/acces")
async def change_access(visit: NamedDependency[Visit]) -> Response[Any]:
    """Change login or password, or both; the current password is asked for, and the other sessions end (ACC-7)."""
    form, identity, viewer = await Form.of(visit.request), visit.portal.identity, visit.viewer
    if access := read_access(form, viewer.login):
        try:
            if access.new:
                account = await identity.choose_password(viewer.user_id, access.new, current=access.current, new_login=access.new_login)
            else:
                account = await identity.choose_login(viewer.user_id, access.current, access.new_login or viewer.login)
        except IdentityRefused as error:
            await visit.portal.security.note(visit.request, What.CHANGE_REFUSED, viewer.user_id, error.codes)
            note_refusal(form, error, ACCESS_FIELDS)
        else:
            for what, changed in ((What.PASSWORD_CHANGED, access.new), (What.LOGIN_CHANGED, access.new_login)):
                if changed:
                    await visit.portal.security.note(visit.request, what, viewer.user_id)
            return await enter(visit.request, visit.portal, account, "/compte?fait=1")
    return await show(visit, access=form)


@post(ADDRESS)
async def change_address(visit: NamedDependency[Visit]) -> Response[Any]:
    """Change the organisation's address (ACC-2)."""
    form, siret = await Form.of(visit.request), visit.viewer.siret
    if siret is None:
        raise NotFoundException
    if (command := read_address(form)) and (done := await visit.send(siret, command, form, to="/compte", fields=ADDRESS_FIELDS.get)):
        return done
    return await show(visit, address=form)


ROUTES = [account_page, change_access, change_address]
