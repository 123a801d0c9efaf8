"""Actions as the Region's agents see them: look, unlock dates or a sheet, withdraw, send credentials anew (ACT-1, DAT-3, TRN-5, ACC-1)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from contracts.actions import UnlockDates, UnlockTrainee, WithdrawContract
from contracts.identity import SendCredentials
from contracts.message import Command

from ...commands import ServiceName
from ...forms import Fields, Form
from ...portal import Portal
from ...rendering import AnyRequest, page, see
from ...session import Viewer
from ...views.action import Action, load_action, names_of_trainees
from ...views.billing import load_invoices
from ...views.history import load_history
from ...views.people import load_contact
from ...views.region import account_state, list_actions, load_years
from ...views.trainees import load_trainees
from ...views.waiting import load_waiting
from .. import drafts

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
        "region/actions.html",
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
        "region/action.html",
        status=form.status,
        form=form,
        action=action,
        states=STATES,
        trainees=trainees,
        locked_choices=[(str(row.trainee_id), row.name) for row in trainees if row.is_locked],
        invoices=await load_invoices(portal.db, viewer, contract),
        contact=await load_contact(portal.db, action),
        account=await account_state(portal.db, action.siret),
        history=await load_history(portal.db, action),
        waits=waiting.since(contract, UnlockDates, UnlockTrainee, WithdrawContract) or waiting.since(action.siret, SendCredentials),
        nothing_entered=action.state == "awarded" and not (action.registered or action.dates_validated or action.trainers_confirmed_at),
    )


WHY = "Dites pourquoi : l’organisme lira ce texte."


def _unlock_dates(form: Form, _action: Action) -> Command:
    return UnlockDates(reason=form.text("raison_dates", WHY))


def _unlock_trainee(form: Form, _action: Action) -> Command | None:
    reason = form.text("raison_fiche", WHY)
    try:
        return UnlockTrainee(trainee_id=UUID(form.value("stagiaire")), reason=reason)
    except ValueError:
        form.wrong("stagiaire", "Choisissez le stagiaire dont la fiche est à déverrouiller.")
        return None


def _withdraw(form: Form, _action: Action) -> Command | None:
    if form.value("certain") != "oui":
        form.wrong("certain", "Cochez la case : un contrat retiré ne revient pas.")
        return None
    return WithdrawContract()


def _credentials(_form: Form, _action: Action) -> Command:
    return SendCredentials()


ACTS: dict[str, tuple[ServiceName, Callable[[Form, Action], Command | None]]] = {
    "dates": ("actions", _unlock_dates),
    "fiche": ("actions", _unlock_trainee),
    "retirer": ("actions", _withdraw),
    "acces": ("identity", _credentials),
}
"""What an agent can do on an action: whose decision it is, and the command in the form."""


def fields_of(form: Form) -> Fields:
    """Where a fault of what the pressed button asked is shown."""
    return {"reason": f"raison_{form.value('faire')}", "trainee_id": "stagiaire"}.get


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
