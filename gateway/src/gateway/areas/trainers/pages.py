"""Trainers: consulted, and confirmed for the opening (TRA-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import ActionAwarded, ConfirmTrainers, ContractReplaced, TrainersConfirmed
from gateway.areas.action.visit import ActionVisit
from gateway.told.history import load_history
from gateway.web.forms import Form

from .asking import confirm
from .queries import load_trainers


async def show(visit: ActionVisit, form: Form, *, status: int = 200) -> Response[str]:
    """The contract's list, its total, its history."""
    return visit.page(
        "trainers/trainers.html",
        status=status,
        form=form,
        trainers=await load_trainers(visit.db, visit.viewer, visit.contract),
        history=await load_history(visit.db, visit.viewer, visit.contract, only=(ActionAwarded, ContractReplaced, TrainersConfirmed)),
        waits=visit.waiting.since(visit.contract, ConfirmTrainers),
    )


@get("/actions/{contract:str}/formateurs")
async def trainers_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Who teaches, and what they bring."""
    return await show(visit, Form())


@post("/actions/{contract:str}/formateurs")
async def confirm_trainers(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """“Confirmation des formateurs”: the list holds at the opening."""
    form = await Form.of(visit.request)
    done = await visit.ask(confirm(), form, to=f"{visit.action.path}/formateurs")
    return done or await show(visit, form, status=422)


ROUTES = [trainers_page, confirm_trainers]
