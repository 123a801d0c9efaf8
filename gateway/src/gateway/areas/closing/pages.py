"""Closing an action (CLO-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import CloseAction
from gateway.areas.action.queries.trainees import load_trainees
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form

from .asking import FIELDS, close


async def show(visit: ActionVisit, form: Form | None, *, status: int = 200) -> Response[str]:
    """What the closing still lacks; when nothing does, the actual end."""
    life = visit.life
    rows = [row for row in await load_trainees(visit.db, visit.viewer, visit.contract) if row.state != "never_came"]
    return visit.page(
        "closing/closing.html",
        status=status,
        form=form or Form.showing({"fin": visit.action.planned_end}),
        undeclared=life.undeclared,
        without_entry=[row for row in rows if row.state == "registered"],
        inside=[row for row in rows if row.state == "entered" and row.exit_on is None],
        exits_in=life.next_month.month if life.next_month and life.next_month.can_be_filled(life.today) else None,
        can_close=life.closing == "ready",
        waits=visit.waiting.since(visit.contract, CloseAction),
    )


@get("/actions/{contract:str}/cloture")
async def closing_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Months confirmed, trainees out, and the actual end (CLO-1)."""
    return await show(visit, await visit.restored(lambda _form: FIELDS.get))


@post("/actions/{contract:str}/cloture")
async def send_closing(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Close the action; `declarations` says whether everything is declared and everybody out."""
    form = await Form.of(visit.request)
    done = await visit.ask(close(form), form, to=visit.action.path, fields=FIELDS.get)
    return done or await show(visit, form, status=422)


ROUTES = [closing_page, send_closing]
