"""One action: where it stands, what to do next, and the nine steps of its life (ACT-2, ACT-3, OPN-1)."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from gateway.web.rendering import fragment

from .conditions import conditions
from .months import strip
from .queries.trainees import load_trainees
from .rail import rail
from .sheets import unfinished
from .steps import steps
from .tasks import coming, tasks
from .visit import ActionVisit


@get("/actions/{contract:str}")
async def action_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Figures, tasks of this action (before the opening: what it still lacks), and the rail."""
    life, is_blocked = visit.life, visit.life.opening == "blocked"
    trainees = await load_trainees(visit.db, visit.viewer, visit.contract) if is_blocked and visit.action.incomplete else []
    return visit.page(
        "action/action.html",
        tasks=tasks([life], visit.waiting),
        coming=coming([life]),
        conditions=conditions(life, unfinished(trainees, life.action.terms.kind)) if is_blocked else (),
        rail=rail(life),
        strip=strip(life),
    )


@get("/actions/{contract:str}/etapes", sync_to_thread=False)
def steps_of_action(visit: NamedDependency[ActionVisit], ici: FromQuery[str] = "") -> Response[str]:
    """The nine steps as they stand now, on top of the page `ici`."""
    return fragment("action/_steps.html", action=visit.action, steps=steps(visit.life), current=ici)


@get("/actions/{contract:str}/resume", sync_to_thread=False)
def summary_of_action(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """The twenty fields of its summary, unfolded under its row of a list (HOME-2)."""
    return fragment("action/_summary.html", action=visit.action)


ROUTES = [action_page, steps_of_action, summary_of_action]
