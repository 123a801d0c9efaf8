"""Actions as the Region's agents see them: look, unlock dates or a sheet, withdraw, send credentials anew (ACT-1, DAT-3, TRN-5, ACC-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from contracts.actions import UnlockDates, UnlockTrainee, WithdrawContract
from contracts.identity import SendCredentials
from gateway.told.history import load_history
from gateway.web import drafts
from gateway.web.forms import Form
from gateway.web.people import names_of_trainees
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page, see
from gateway.web.session import Viewer
from gateway.web.waiting import load_waiting

from .asking import ACTS, fields_of
from .queries.actions import load_action
from .queries.invoices import load_invoices
from .queries.people import load_contact
from .queries.region import account_state, list_actions, load_years
from .queries.trainees import load_trainees

PER_PAGE = 25
STATES = {"awarded": "À ouvrir", "opened": "Ouverte", "closed": "Clôturée", "not_opened": "Non ouverte", "withdrawn": "Retirée"}


@get("/region/actions")
async def actions_page(
    request: AnyRequest,
    portal: NamedDependency[Portal],
    agent: NamedDependency[Viewer],  # noqa: ARG001
    q: FromQuery[str] = "",
    etat: FromQuery[str] = "",
    annee: FromQuery[str] = "",
    p: FromQuery[str] = "1",
) -> Response[str]:
    """Every action that matches, a page at a time."""
    number = max(1, int(p)) if p.isdigit() and len(p) < 6 else 1
    year = int(annee) if annee.isdigit() and len(annee) == 4 else None
    rows, total = await list_actions(
        portal.db, search=q[:100], state=etat if etat in STATES else None, year=year, limit=PER_PAGE, offset=PER_PAGE * (number - 1)
    )
    return await page(
        request,
        "action/region_actions.html",
        rows=rows,
        total=total,
        number=number,
        pages=max(1, -(-total // PER_PAGE)),
        search=q,
        state=etat,
        year=annee,
        states=STATES,
        years=await load_years(portal.db),
    )


@get("/region/actions/{contract:str}")
async def action_page(
    request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[str]:
    """One action, whole."""
    form = await drafts.restored(portal, agent, request.url.path, contract, fields_of)
    return await show(request, portal, agent, contract, form or Form())


async def show(request: AnyRequest, portal: Portal, viewer: Viewer, contract: str, form: Form) -> Response[str]:
    """The action's page, with what was typed into one of its forms."""
    action = await load_action(portal.db, viewer, contract)
    trainees, waiting = await load_trainees(portal.db, action), await load_waiting(portal.db, viewer)
    return await page(
        request,
        "action/region_action.html",
        status=form.status,
        form=form,
        action=action,
        states=STATES,
        trainees=trainees,
        locked_choices=[(str(row.trainee_id), row.name) for row in trainees if row.is_locked],
        invoices=await load_invoices(portal.db, viewer, contract),
        contact=await load_contact(portal.db, action),
        account=await account_state(portal.db, action.siret),
        history=await load_history(portal.db, contract),
        waits=waiting.since(contract, UnlockDates, UnlockTrainee, WithdrawContract) or waiting.since(action.siret, SendCredentials),
        nothing_entered=action.state == "awarded" and not (action.registered or action.dates_validated or action.trainers_confirmed_at),
    )


@post("/region/actions/{contract:str}")
async def act(
    request: AnyRequest, portal: NamedDependency[Portal], agent: NamedDependency[Viewer], contract: FromPath[str]
) -> Response[Any]:
    """Do what the pressed button says."""
    action = await load_action(portal.db, agent, contract)
    form = await Form.of(request)
    if form.value("faire") not in ACTS:
        return see(f"/region/actions/{contract}")
    service, read = ACTS[form.value("faire")]
    command = read(form, action)
    path = f"/region/actions/{contract}"
    if command and form.ok:
        key = action.siret if service == "identity" else contract
        answer = await portal.commands.send(agent, service, key, command, command_id=form.command_id, path=path)
        if not answer.refused:
            await drafts.sent(portal, agent, form, answer, path)
            return see(path, command=answer.command_id)
        form.take(answer, await names_of_trainees(portal.db, contract), fields_of(form))
    return await show(request, portal, agent, contract, form)


ROUTES = [actions_page, action_page, act]
