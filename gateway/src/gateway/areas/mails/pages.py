"""“Vos courriels”, under “Modifier votre compte” (NOT-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from gateway.told.mailed import PACES, families_for
from gateway.told.row import AGENTS, HOLDER
from gateway.web.forms import Form
from gateway.web.mailbox import find_mailbox
from gateway.web.rendering import see
from gateway.web.visit import Visit

from .asking import read_choices
from .queries import keep_choices, load_choices, try_again

PAGE = "/compte/courriels"


async def show(visit: Visit, form: Form | None = None, *, done: str = "") -> Response[str]:
    """The page, with what was chosen; `done` names what just was."""
    families = families_for(AGENTS if visit.viewer.is_agent else HOLDER)
    chosen = await load_choices(visit.db, visit.viewer)
    form = form or Form.showing({family.code: chosen.get(family.code, family.usual) for family in families})
    return visit.page(
        "mails/mails.html",
        status=form.status,
        form=form,
        families=families,
        paces=list(PACES.items()),
        mailbox=await find_mailbox(visit.db, visit.viewer),
        done=done,
    )


@get(PAGE)
async def mails_page(visit: NamedDependency[Visit], fait: FromQuery[str] = "") -> Response[str]:
    """What goes by mail, and how soon; whether it arrives."""
    return await show(visit, done=fait)


@post(PAGE)
async def choose_mails(visit: NamedDependency[Visit]) -> Response[Any]:
    """Choose; nobody else is told of it."""
    form = await Form.of(visit.request)
    families = families_for(AGENTS if visit.viewer.is_agent else HOLDER)
    if choices := read_choices(form, families):
        await keep_choices(visit.db, visit.viewer, choices)
        return see(f"{PAGE}?fait=choix")
    return await show(visit, form)


@post(f"{PAGE}/reessayer")
async def retry_mails(visit: NamedDependency[Visit]) -> Redirect:
    """The viewer's mailbox takes mails again, they say."""
    await try_again(visit.db, visit.viewer)
    return see(f"{PAGE}?fait=essai")


ROUTES = [mails_page, choose_mails, retry_mails]
