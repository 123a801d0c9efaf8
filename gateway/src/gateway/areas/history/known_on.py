"""An action as it was known at the end of a day: asked for, folded by the worker while the page says how far it is, then shown (ACC-8)."""

from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from contracts.month import paris_day
from gateway.areas.action.gaps import gaps
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.known_on import Gone, ask_for, find_known
from gateway.web.rendering import see

from .asking import past_day
from .pages import asked_of, show
from .past import load_past

TOO_MANY = "Trop d’actions sont montrées telles qu’elles étaient connues. Chacune l’est pendant une heure : réessayez plus tard."


@post(["/actions/{contract:str}/historique", "/region/actions/{contract:str}/historique"])
async def ask(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Ask for a day."""
    form = await Form.of(visit.request)
    day = past_day(form, first_day(visit), visit.today)
    if day and await ask_for(visit.db, visit.viewer, visit.contract, day):
        return see(f"{visit.request.url.path}/{day.isoformat()}")
    if day:
        form.wrong("jour", TOO_MANY)
    return await show(visit, visit.contract, *asked_of(visit), form)


@get(["/actions/{contract:str}/historique/{jour:str}", "/region/actions/{contract:str}/historique/{jour:str}"])
async def known_on_page(visit: NamedDependency[ActionVisit], jour: FromPath[str]) -> Response[str]:
    """The action on that day; or how far it is, or that it is kept no longer. Raises NotFoundException for what is no day of it."""
    day = day_of(visit, jour)
    known, past = await find_known(visit.db, visit.viewer, visit.contract, day), None
    try:
        past = await load_past(visit.db, visit.viewer, known, visit.contract, day) if known and known.is_ready else None
    except Gone:
        known = None
    return visit.page(
        "history/known_on.html", day=day, known=known, past=past, gaps=gaps, base="/region/actions" if visit.viewer.is_agent else "/actions"
    )


def day_of(visit: ActionVisit, text: str) -> date:
    """The day in an address. Raises NotFoundException."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFoundException from None
    if not first_day(visit) <= day < visit.today:
        raise NotFoundException
    return day


def first_day(visit: ActionVisit) -> date:
    """That of the award."""
    return paris_day(visit.action.awarded_at)


ROUTES = [ask, known_on_page]
