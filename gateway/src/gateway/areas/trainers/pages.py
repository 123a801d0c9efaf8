"""Trainers: consulted, confirmed for the opening, and changed when the Region allows it (TRA-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import ConfirmTrainers, TrainersConfirmed
from contracts.awards import ActionAwarded, ContractReplaced
from contracts.codes import RequestObject
from contracts.requests import ListedTrainer, RequestChange, SaveTrainers, TrainersChanged, TrainersUnlocked
from gateway.areas.action.queries.requests import Request, load_request
from gateway.areas.action.queries.trainers import Trainers, load_trainers
from gateway.areas.action.requests import subject_of
from gateway.areas.action.visit import ActionVisit
from gateway.told.history import load_history
from gateway.web.forms import Form
from gateway.web.numbered import change_rows

from .asking import CALLED, PARTS, confirm, fields_of, request, rows, save, shown, typed

OF_THE_LIST = (ActionAwarded, ContractReplaced, TrainersUnlocked, TrainersChanged, TrainersConfirmed)


async def show(visit: ActionVisit, form: Form | None, *, status: int = 200) -> Response[str]:
    """The list, its total, its versions; a form when it is unlocked, filled with what was asked when that was granted."""
    action = visit.action
    trainers = await load_trainers(visit.db, visit.viewer, visit.contract)
    granted = await load_request(visit.db, visit.viewer, visit.contract, action.trainers_request) if action.trainers_request else None
    form = form or Form.showing(shown(_asked(trainers, granted), action.trainers_version))
    if form.conflict:
        form.typed["version"] = [str(action.trainers_version)]
    return visit.page(
        "trainers/trainers.html",
        status=status,
        form=form,
        rows=rows(form),
        called=CALLED,
        unsaved=typed(form) if form.restored or form.value("faire") == "enregistrer" else (),
        trainers=trainers,
        can_change=action.can_ask and action.trainers_unlocked and is_whole(visit, trainers),
        granted=granted,
        latest=action.request_about(RequestObject.TRAINERS),
        asking=visit.waiting.since(visit.contract, RequestChange, subject=subject_of(RequestObject.TRAINERS)),
        history=await load_history(visit.db, visit.viewer, visit.contract, only=OF_THE_LIST),
        waits=visit.waiting.since(visit.contract, ConfirmTrainers, SaveTrainers),
    )


def is_whole(visit: ActionVisit, trainers: Trainers) -> bool:
    """Whether everybody on the list is known by name: a form that left somebody out would take them off it."""
    return len(trainers.listed) == len(visit.action.trainers)


def _asked(trainers: Trainers, granted: Request | None) -> list[ListedTrainer]:
    """The list that was asked for and granted, if all of it is still known; otherwise as it is stored."""
    asked = [ListedTrainer(id=id_, sheet=sheet) for id_, sheet in granted.trainers] if granted else []
    return asked if granted and granted.is_whole else list(trainers.listed)


@get("/actions/{contract:str}/formateurs")
async def trainers_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """Who teaches, and what they bring."""
    return await show(visit, await visit.restored(fields_of))


@post("/actions/{contract:str}/formateurs", status_code=200)
async def change_trainers(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """“Confirmation des formateurs”: the list holds at the opening. Or, unlocked: add or take away a row, or save the list."""
    form, to = await Form.of(visit.request), f"{visit.action.path}/formateurs"
    if form.value("faire") == "confirmer":
        return await visit.ask(confirm(), form, to=to) or await show(visit, form, status=422)
    if change_rows(form, form.value("faire"), PARTS) or form.value("faire") != "enregistrer":
        return await show(visit, form)
    return await visit.ask(save(form), form, to=to, fields=fields_of(form)) or await show(visit, form, status=422)


async def show_request(visit: ActionVisit, form: Form | None, *, status: int = 200) -> Response[str]:
    """The list as it is stored in a form, and why; or the request that is open already, or why there is nothing to ask."""
    action = visit.action
    trainers = await load_trainers(visit.db, visit.viewer, visit.contract)
    form = form or Form.showing(shown(trainers.listed, action.trainers_version))
    if form.conflict:
        form.typed["version"] = [str(action.trainers_version)]
    return visit.page(
        "trainers/request.html",
        status=status,
        form=form,
        rows=rows(form),
        called=CALLED,
        trainers=trainers,
        whole=is_whole(visit, trainers),
        latest=action.request_about(RequestObject.TRAINERS),
        waits=visit.waiting.since(visit.contract, RequestChange, subject=subject_of(RequestObject.TRAINERS)),
    )


@get("/actions/{contract:str}/formateurs/demande")
async def request_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """“Demander une modification” of the list."""
    return await show_request(visit, await visit.restored(fields_of))


@post("/actions/{contract:str}/formateurs/demande", status_code=200)
async def send_request(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Add or take away a row, or send the request (REQ-1)."""
    form, about = await Form.of(visit.request), subject_of(RequestObject.TRAINERS)
    if change_rows(form, form.value("faire"), PARTS) or form.value("faire") != "demander":
        return await show_request(visit, form)
    to = f"{visit.action.path}/formateurs"
    done = await visit.ask(request(form), form, to=to, subject=about, fields=fields_of(form))
    return done or await show_request(visit, form, status=422)


ROUTES = [trainers_page, change_trainers, request_page, send_request]
