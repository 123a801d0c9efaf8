"""Trainers: consulted, and confirmed for the opening (TRA-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from contracts.actions import ActionAwarded, ConfirmTrainers, ContractReplaced, TrainersConfirmed
from gateway.areas.action.around import around, send
from gateway.told.history import load_history
from gateway.web.forms import Form
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.session import Viewer

from .queries import load_trainers


async def show(request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form, *, status: int = 200) -> Response[str]:
    """The contract's list, its total, its history."""
    action, context = await around(portal, viewer, contract)
    return await page(
        request,
        "trainers/trainers.html",
        status=status,
        form=form,
        trainers=await load_trainers(portal.db, action),
        history=await load_history(portal.db, contract, only=(ActionAwarded, ContractReplaced, TrainersConfirmed)),
        waits=context["waiting"].since(contract, ConfirmTrainers),
        **context,
    )


@get("/actions/{contract:str}/formateurs")
async def trainers_page(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """Who teaches, and what they bring."""
    return await show(request, portal, organisation, contract, Form())


@post("/actions/{contract:str}/formateurs")
async def confirm(
    request: AnyRequest, portal: NamedDependency[Portal], organisation: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """“Confirmation des formateurs”: the list holds at the opening."""
    action, _ = await around(portal, organisation, contract)
    form = await Form.of(request)
    done = await send(request, portal, organisation, action, ConfirmTrainers(), form, to=f"{action.path}/formateurs")
    return done or await show(request, portal, organisation, contract, form, status=422)


ROUTES = [trainers_page, confirm]
