"""An agent helps somebody of an organisation who has lost their phone (ACC-7)."""

from typing import Any

from asyncpg import Pool, Record
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.factor import ResetFactor
from gateway.web.forms import Form
from gateway.web.session import Viewer
from gateway.web.visit import Visit

from .asking import read_reset
from .region import find_account

ADDRESS = "/region/comptes/{siret:str}/double-authentification"


async def load_factors(db: Pool, viewer: Viewer, siret: str) -> list[Record]:
    """Who can log in for the organisation, and since when a code is asked of them. Nobody, when no agent asks."""
    return await db.fetch(
        """
        SELECT user_id, coalesce(people.body ->> 'name', '') AS name, factor_since
        FROM accounts LEFT JOIN people ON people.id = person
        WHERE siret = $1 AND removed_at IS NULL AND $2 ORDER BY name, user_id
        """,
        siret,
        viewer.is_agent,
    )


async def show(visit: Visit, siret: str, form: Form) -> Response[str]:
    """The page."""
    return visit.page(
        "account/region_factor.html",
        status=form.status,
        form=form,
        account=await find_account(visit.db, visit.viewer, siret),
        people=await load_factors(visit.db, visit.viewer, siret),
        follows=(siret,),
        waits=visit.waiting.since(siret, ResetFactor),
    )


@get(ADDRESS)
async def factors_page(visit: NamedDependency[Visit], siret: FromPath[str]) -> Response[str]:
    """Of whom a code is asked."""
    return await show(visit, siret, Form())


@post(ADDRESS)
async def reset_factor(visit: NamedDependency[Visit], siret: FromPath[str]) -> Response[Any]:
    """Ask no code of one of them any more."""
    form = await Form.of(visit.request)
    if not await load_factors(visit.db, visit.viewer, siret):
        raise NotFoundException
    command = read_reset(form)
    if command and (done := await visit.send(siret, command, form, to=f"/region/comptes/{siret}/double-authentification")):
        return done
    return await show(visit, siret, form)


ROUTES = [factors_page, reset_factor]
