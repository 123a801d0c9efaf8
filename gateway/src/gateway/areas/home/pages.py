"""An organisation's home: what is to be done, what is new, and its actions of a programme year (HOME-1, HOME-2)."""

from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from chassis.instant import now
from contracts.month import paris_day
from gateway.areas.action import tasks
from gateway.areas.action.action import Action
from gateway.areas.action.life import life_of
from gateway.areas.action.queries.actions import load_actions
from gateway.told.notifications import list_notifications
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer
from gateway.web.waiting import load_waiting

from .columns import columns

LATEST = 4


@get("/")
async def home(
    request: AnyRequest, portal: NamedDependency[Portal], viewer: NamedDependency[Viewer], annee: FromQuery[str] = ""
) -> Response[Any]:
    """Tasks of all actions, the latest notifications, the actions of one year; an agent begins with the invoices to decide."""
    if viewer.is_agent:
        return Redirect("/region/factures", status_code=303)
    today, every = paris_day(now()), await load_actions(portal.db, viewer)
    lives = [life_of(action, today) for action in every]
    found = tasks.tasks(lives, await load_waiting(portal.db, viewer))
    year = chosen_year(every, annee)
    return await page(
        request,
        "home/home.html",
        tasks=found,
        late=sum(task.is_late(today) for task in found),
        coming=tasks.coming(lives),
        notes=await list_notifications(portal.db, viewer, limit=LATEST),
        years=sorted({action.terms.programme_year for action in every}, reverse=True),
        year=year,
        rows=[(life.action, columns(life)) for life in lives if life.action.terms.programme_year == year],
        any_action=bool(every),
    )


def chosen_year(actions: Sequence[Action], asked: str) -> int | None:
    """The programme year that was asked for; otherwise the latest with an action in progress, or the latest."""
    if len(asked) == 4 and asked.isdigit():
        return int(asked)
    running = [action.terms.programme_year for action in actions if action.state == "opened"]
    return max(running or [action.terms.programme_year for action in actions], default=None)


@get("/region")
async def region_home(agent: NamedDependency[Viewer]) -> Redirect:  # noqa: ARG001
    """An agent begins with what waits."""
    return Redirect("/region/factures", status_code=303)


ROUTES = [home, region_home]
