"""Actions as the Region's agents see them: look, unlock dates or a sheet, withdraw, send credentials anew (ACT-1, DAT-3, TRN-5, ACC-1)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from contracts.actions import UnlockDates, UnlockTrainee, WithdrawContract
from contracts.identity import SendCredentials
from gateway.told.history import load_history
from gateway.web.forms import Form
from gateway.web.listing import Asked
from gateway.web.rendering import see
from gateway.web.topics import ACTIONS
from gateway.web.values import whole_number
from gateway.web.visit import Visit

from .asking import ASKED, fields_of
from .queries.invoices import load_invoices
from .queries.region import ORDERS, account_state, list_actions, load_years
from .queries.trainees import load_trainees
from .visit import ActionVisit

STATES = {"awarded": "À ouvrir", "opened": "Ouverte", "closed": "Clôturée", "not_opened": "Non ouverte", "withdrawn": "Retirée"}


@get("/region/actions")
async def actions_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Every action that matches, a page at a time."""
    asked = Asked.of(visit, list(ORDERS), down=True, filters=("etat", "annee"))
    state, year = asked.filters["etat"], asked.filters["annee"]
    page = await list_actions(
        visit.db,
        visit.viewer,
        asked,
        state=state if state in STATES else None,
        year=whole_number(year, 9_999),
    )
    years = await load_years(visit.db, visit.viewer) if visit.shows() else ()
    return visit.page("action/region_actions.html", follows=(ACTIONS,), list=page, states=STATES, years=years)


@get("/region/actions/{contract:str}")
async def action_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """One action, whole."""
    kept = await visit.restored(fields_of) if visit.shows("saisie", "actes") else None
    return await show(visit, kept or Form())


async def show(visit: ActionVisit, form: Form) -> Response[str]:
    """The action's page, with what was typed into one of its forms."""
    action, waiting = visit.action, visit.waiting
    trainees = await load_trainees(visit.db, visit.viewer, visit.contract) if visit.shows("suivi", "actes") else []
    return visit.page(
        "action/region_action.html",
        status=form.status,
        form=form,
        states=STATES,
        trainees=trainees,
        locked_choices=[(str(row.trainee_id), row.name) for row in trainees if row.is_locked],
        invoices=await load_invoices(visit.db, visit.viewer, visit.contract) if visit.shows("suivi") else (),
        account=await account_state(visit.db, visit.viewer, action.siret) if visit.shows("actes") else None,
        history=await load_history(visit.db, visit.viewer, visit.contract) if visit.shows() else (),
        waits=waiting.since(visit.contract, UnlockDates, UnlockTrainee, WithdrawContract) or waiting.since(action.siret, SendCredentials),
        nothing_entered=action.state == "awarded" and not (action.registered or action.dates_validated or action.trainers_confirmed_at),
    )


@post("/region/actions/{contract:str}")
async def act(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """Do what the pressed button says."""
    form, path = await Form.of(visit.request), f"/region/actions/{visit.contract}"
    if form.value("faire") not in ASKED:
        return see(path)
    command = ASKED[form.value("faire")](form)
    if command:
        key = visit.action.siret if isinstance(command, SendCredentials) else visit.contract
        if done := await visit.send(key, command, form, to=path, fields=fields_of(form)):
            return done
    return await show(visit, form)


ROUTES = [actions_page, action_page, act]
