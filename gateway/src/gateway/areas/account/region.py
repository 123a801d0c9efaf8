"""An organisation's account as the Region's agents see it: how it stands, what became of it, and disabling it (ACC-9)."""

from typing import Any

from asyncpg import Pool, Record
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.identity import DisableAccount, EnableAccount
from gateway.told.history import load_history
from gateway.web.forms import Form
from gateway.web.session import Viewer
from gateway.web.visit import Visit

from .asking import read_disabling


async def find_account(db: Pool, viewer: Viewer, siret: str) -> Record:
    """The organisation and how its account stands. Raises NotFoundException when there is none, or when no agent asks."""
    row = await db.fetchrow(
        """
        SELECT siret, organisations.name, email, credentials_sent_at, activated_at, disabled_at, (
            SELECT min(since) FROM mail_refusals AS refusals JOIN accounts AS theirs USING (user_id)
            JOIN people ON people.id = theirs.person
            WHERE theirs.siret = $1 AND refusals.address = sha256(convert_to(lower(body ->> 'email'), 'UTF8'))
        ) AS refused_since
        FROM organisations JOIN accounts USING (siret) WHERE siret = $1 AND $2
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
    return visit.page(
        "account/region_account.html",
        status=form.status,
        account=account,
        form=form,
        history=await load_history(visit.db, visit.viewer, siret),
        follows=(siret,),
        waits=visit.waiting.since(siret, DisableAccount, EnableAccount),
    )


@get("/region/comptes/{siret:str}")
async def account_page(visit: NamedDependency[Visit], siret: FromPath[str]) -> Response[str]:
    """How an organisation's account stands, and who did what to it."""
    return await show(visit, siret, Form())


@post("/region/comptes/{siret:str}")
async def change_account(visit: NamedDependency[Visit], siret: FromPath[str]) -> Response[Any]:
    """Disable the account, or let the organisation log in again."""
    form = await Form.of(visit.request)
    await find_account(visit.db, visit.viewer, siret)
    command = read_disabling(form)
    if command and (done := await visit.send(siret, command, form, to=f"/region/comptes/{siret}")):
        return done
    return await show(visit, siret, form)


ROUTES = [account_page, change_account]
