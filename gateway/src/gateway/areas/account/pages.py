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
from gateway.web.session import Viewer
from gateway.web.visit import Visit

from .access import note_refusal, read_new_password, renew

ADDRESS = "/compte/adresse"
ADDRESS_FIELDS = {"address": "adresse", "address_complement": "complement", "postcode": "cp", "town": "ville"}
FIELDS = {"new": "nouveau", "new_login": "identifiant", "current": "actuel", "password": "actuel"}


async def organisation_of(db: Pool, viewer: Viewer) -> Record | None:
    """The viewer's organisation as it is known."""
    return await db.fetchrow(
        "SELECT siret, name, email, address, address_complement, postcode, town, version FROM organisations WHERE siret = $1",
        viewer.siret,
    )


async def show(visit: Visit, *, access: Form | None = None, address: Form | None = None, changed: bool = False) -> Response[str]:
    """The page, with what was typed into one of its forms; `changed` says that login or password just were."""
    viewer = visit.viewer
    found = await organisation_of(visit.db, viewer)
    stored = Form.showing({name: found[field] for field, name in (ADDRESS_FIELDS | {"version": "version"}).items()} if found else {})
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
        organisation_row=found,
        waits=visit.waiting.since(viewer.siret, ChangeOrganisation) if viewer.siret else None,
    )


@get(["/compte", ADDRESS])
async def account_page(visit: NamedDependency[Visit], fait: FromQuery[str] = "") -> Response[str]:
    """Login, password, address; also where the address was posted: one comes back to it after an expired session or a late refusal."""
    return await show(visit, changed=bool(fait))


@post("/compte/acces")
async def change_access(visit: NamedDependency[Visit]) -> Response[Any]:
    """Change login or password, or both; the current password is asked for, and the other sessions end (ACC-7)."""
    form, portal, viewer = await Form.of(visit.request), visit.portal, visit.viewer
    login = form.text("identifiant", "Saisissez un identifiant.")
    current = form.value("actuel")
    if not current:
        form.wrong("actuel", "Saisissez votre mot de passe actuel.")
    new = read_new_password(form) if form.value("nouveau") or form.value("confirmation") else ""
    if not new and login == viewer.login:
        form.wrong("nouveau", "Rien n’a changé : saisissez un nouvel identifiant ou un nouveau mot de passe.")
    if form.ok:
        try:
            if new:
                account = await portal.identity.choose_password(
                    viewer.user_id, new, current=current, new_login=login if login != viewer.login else None
                )
            else:
                account = await portal.identity.choose_login(viewer.user_id, current, login)
        except IdentityRefused as error:
            note_refusal(form, error, FIELDS)
        else:
            return await renew(portal, viewer.user_id, account, "/compte?fait=1")
    return await show(visit, access=form)


@post(ADDRESS)
async def change_address(visit: NamedDependency[Visit]) -> Response[Any]:
    """Change the organisation's address (ACC-2)."""
    form, siret = await Form.of(visit.request), visit.viewer.siret
    if siret is None:
        raise NotFoundException
    street = form.text("adresse", "Saisissez l’adresse.")
    town = form.text("ville", "Saisissez la ville.")
    postcode = form.text("cp", "Saisissez le code postal.")
    if postcode and not (len(postcode) == 5 and postcode.isdigit()):
        form.wrong("cp", "Il faut 5 chiffres, par exemple 34800.")
    version = form.value("version")
    if form.ok:
        command = ChangeOrganisation(
            address=street,
            address_complement=form.text("complement"),
            postcode=postcode,
            town=town,
            base_version=int(version) if version.isdigit() else 0,
        )
        if done := await visit.send(siret, command, form, to="/compte", fields=ADDRESS_FIELDS.get):
            return done
    return await show(visit, address=form)


ROUTES = [account_page, change_access, change_address]
