"""An organisation's home: what is to be done, what is new, and its actions of a programme year (HOME-1 to HOME-3)."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from contracts.codes import PublicText
from gateway.areas.action import tasks
from gateway.areas.action.action import Action
from gateway.areas.action.life import life_of
from gateway.areas.action.queries.actions import load_actions
from gateway.told.notifications import list_notifications
from gateway.web.markdown import rendered
from gateway.web.texts import find_text
from gateway.web.values import whole_number
from gateway.web.visit import Visit

from .columns import columns

LATEST = 4


@get("/")
async def home(visit: NamedDependency[Visit], annee: FromQuery[str] = "") -> Response[Any]:
    """Tasks of all actions, the latest notifications, the actions of one year, the Region's welcome (HOME-3); an agent begins with the
    invoices to decide.
    """
    if visit.viewer.is_agent:
        return Redirect("/region/factures", status_code=303)
    every = await load_actions(visit.db, visit.viewer) if visit.shows("taches", "combien", "actions") else []
    lives = [life_of(action, visit.today) for action in every]
    listed = tasks.tasks(lives, visit.waiting)
    year = chosen_year(every, annee)
    return visit.page(
        "home/home.html",
        tasks=listed,
        late=sum(task.is_late(visit.today) for task in listed),
        coming=tasks.coming(lives),
        notes=await list_notifications(visit.db, visit.viewer, limit=LATEST) if visit.shows("nouvelles") else (),
        years=sorted({action.terms.programme_year for action in every}, reverse=True),
        year=year,
        rows=[(life.action, columns(life)) for life in lives if life.action.terms.programme_year == year],
        any_action=bool(every),
        welcome=rendered((await find_text(visit.db, PublicText.WELCOME)).markdown) if visit.shows() else "",
    )


def chosen_year(actions: Sequence[Action], asked: str) -> int | None:
    """The programme year that was asked for; otherwise the latest with an action in progress, or the latest."""
    if (year := whole_number(asked, 9_999)) is not None:
        return year
    running = [action.terms.programme_year for action in actions if action.state == "opened"]
    return max(running or [action.terms.programme_year for action in actions], default=None)


@get("/region")
async def region_home(visit: NamedDependency[Visit]) -> Redirect:  # noqa: ARG001
    """An agent begins with what waits."""
    return Redirect("/region/factures", status_code=303)


ROUTES = [home, region_home]
