"""One action: where it stands, what to do next, and the nine steps of its life (ACT-2, ACT-3, OPN-1)."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from chassis.instant import now
from contracts.month import paris_day
from gateway.told.history import load_history
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer
from gateway.web.waiting import load_waiting

from .conditions import conditions
from .life import life_of
from .months import strip
from .queries.actions import load_action, load_totals
from .queries.people import load_contact
from .queries.trainees import load_trainees
from .rail import rail
from .sheets import unfinished
from .tasks import coming, tasks


@get("/actions/{contract:str}")
async def action_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """Figures, tasks of this action (before the opening: what it still lacks), the rail, and who did what."""
    action = await load_action(portal.db, organisation, contract)
    life = life_of(action, paris_day(now()))
    is_blocked = life.opening == "blocked"
    lacking = unfinished(action, await load_trainees(portal.db, action)) if is_blocked else []
    totals, waiting = await load_totals(portal.db, action), await load_waiting(portal.db, organisation)
    return await page(
        request,
        "action/action.html",
        action=action,
        tasks=tasks([life], waiting),
        coming=coming([life]),
        conditions=conditions(life, lacking) if is_blocked else (),
        waiting=waiting,
        rail=rail(life, totals),
        strip=strip(life),
        totals=totals,
        contact=await load_contact(portal.db, action),
        history=await load_history(portal.db, contract),
    )


ROUTES = [action_page]
