"""One action: where it stands, what to do next, and the nine steps of its life (ACT-2, ACT-3, OPN-1)."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from chassis.instant import now
from contracts.month import paris_day

from ..portal import Portal
from ..rendering import AnyRequest, page
from ..session import Viewer
from ..views.action import load_action
from ..views.history import load_history
from ..views.months import strip
from ..views.people import load_contact
from ..views.rail import load_totals, rail, realised
from ..views.tasks import coming, conditions, tasks
from ..views.trainees import load_trainees
from ..views.waiting import load_waiting
from .sheet import unfinished


@get("/actions/{contract:str}")
async def action_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """Figures, tasks of this action (before the opening: what it still lacks), the rail, and who did what."""
    action, today = await load_action(portal.db, organisation, contract), paris_day(now())
    is_blocked = action.state == "awarded" and bool(action.blockers())
    lacking = unfinished(action, await load_trainees(portal.db, action)) if is_blocked else []
    totals, waiting = await load_totals(portal.db, action), await load_waiting(portal.db, organisation)
    return await page(
        request,
        "action.html",
        action=action,
        tasks=tasks([action], today, waiting),
        coming=coming([action], today),
        conditions=conditions(action, lacking) if is_blocked else (),
        waiting=waiting,
        rail=rail(action, totals, today),
        strip=strip(action, today),
        totals=totals,
        realised=realised(action, totals),
        contact=await load_contact(portal.db, action),
        history=await load_history(portal.db, action),
    )


ROUTES = [action_page]
