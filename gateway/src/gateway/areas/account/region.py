"""An organisation's account as the Region's agents see it: how it stands, what became of it, and disabling it (ACC-9)."""

from typing import Any

from asyncpg import Pool, Record
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.identity import DisableAccount, EnableAccount, SendCredentials
from gateway.told.history import load_history
from gateway.web.forms import Form
from gateway.web.session import Viewer
from gateway.web.visit import Visit

from .asking import read_of_account
from .queries import list_colleagues


async def find_account(db: Pool, viewer: Viewer, siret: str) -> Record:
    """The organisation. Raises NotFoundException when there is none, or when no agent asks."""
    row = await db.fetchrow(
        """
        SELECT siret, name, email, (
            SELECT min(since) FROM mail_refusals AS refusals JOIN accounts AS theirs USING (user_id)
            JOIN people ON people.id = theirs.person
            WHERE theirs.siret = $1 AND theirs.removed_at IS NULL
              AND refusals.address = sha256(convert_to(lower(body ->> 'email'), 'UTF8'))
        ) AS refused_since
        FROM organisations WHERE siret = $1 AND $2
        """,
        siret,
        viewer.is_agent,
    )
    if row is None:
        raise NotFoundException
    return row


async def show(visit: Visit, siret: str, form: Form) -> Response[str]:
    """The account's page."""
    account = await find_account(visit.db, visit.viewer, siret)
    people = await list_colleagues(visit.db, visit.viewer, siret)
    return visit.page(
        "account/region_account.html",
        status=form.status,
        account=account,
        colleagues=people,
        disabled=[one for one in people if one.disabled_at],
        unused=[(str(one.user_id), one.name or "Utilisateur") for one in people if not (one.activated_at or one.disabled_at)],
        form=form,
        history=await load_history(visit.db, visit.viewer, siret),
        follows=(siret,),
        waits=visit.waiting.since(siret, DisableAccount, EnableAccount, SendCredentials),
    )


@get("/region/comptes/{siret:str}")
async def account_page(visit: NamedDependency[Visit], siret: FromPath[str]) -> Response[str]:
    """Who logs in for an organisation, how their accounts stand, and who did what to them."""
    return await show(visit, siret, Form())


@post("/region/comptes/{siret:str}")
async def change_account(visit: NamedDependency[Visit], siret: FromPath[str]) -> Response[Any]:
    """Disable the accounts, let the organisation log in again, or send somebody their first password anew."""
    form = await Form.of(visit.request)
    await find_account(visit.db, visit.viewer, siret)
    command = read_of_account(form)
    if command and (done := await visit.send(siret, command, form, to=f"/region/comptes/{siret}")):
        return done
    return await show(visit, siret, form)


ROUTES = [account_page, change_account]
