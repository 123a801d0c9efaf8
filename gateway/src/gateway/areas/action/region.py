"""Actions as the Region's agents see them: look, unlock, withdraw, send credentials anew (ACT-1, DAT-3, TRN-5, TRA-1, ACC-1)."""

from collections.abc import Iterable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.actions import UnlockDates, UnlockTrainee
from contracts.awards import WithdrawContract
from contracts.identity import SendCredentials
from contracts.requests import TakeBackUnlocking, UnlockTrainers
from gateway.web.downloads import download, files
from gateway.web.forms import Form
from gateway.web.listing import Asked
from gateway.web.rendering import see
from gateway.web.topics import ACTIONS, INVOICES
from gateway.web.values import whole_number
from gateway.web.visit import Visit
from gateway.words.french import de

from .action import Action
from .asking import ASKED, fields_of
from .exporting import COLUMNS, STATES
from .queries.invoices import load_invoices
from .queries.region import LATE, ORDERS, Wanted, account_state, list_actions, load_years, read_exported
from .queries.trainees import TraineeRow, load_trainees
from .visit import ActionVisit

FILTERS = ("etat", "annee", "retard")
LISTED = (ACTIONS, INVOICES)
"""What the list shows: a decision may be late."""
ON_THE_ACTION = (UnlockDates, UnlockTrainee, UnlockTrainers, TakeBackUnlocking, WithdrawContract)


def wanted(visit: Visit) -> tuple[Asked, Wanted]:
    """What the visit asks of the list."""
    asked = Asked.of(visit, list(ORDERS), down=True, filters=FILTERS)
    state, year, late = (asked.filters[name] for name in FILTERS)
    return asked, Wanted(late if late in LATE else "", state if state in STATES else None, whole_number(year, 9_999))


@get("/region/actions")
async def actions_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Every action that matches, a page at a time, with what of it is late."""
    asked, of_them = wanted(visit)
    here = "/region/actions" + asked.query(number=asked.number)
    page = await visit.listed(here, LISTED, lambda: list_actions(visit.db, visit.viewer, asked, of_them, visit.today))
    years = await load_years(visit.db, visit.viewer) if visit.shows() else ()
    return visit.page("action/region_actions.html", follows=LISTED, list=page, states=STATES, years=years, late=LATE)


@get(files("/region/actions"))
async def export(visit: NamedDependency[Visit]) -> Stream:
    """The whole list as a file."""
    rows = read_exported(visit.db, visit.viewer, *wanted(visit), visit.today, visit.rates)
    return await download(visit, "actions", COLUMNS, rows)


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
        unlocked=unlocked(action, trainees),
        invoices=await load_invoices(visit.db, visit.viewer, visit.contract) if visit.shows("suivi") else (),
        account=await account_state(visit.db, visit.viewer, action.siret) if visit.shows("actes") else None,
        waits=waiting.since(visit.contract, *ON_THE_ACTION) or waiting.since(action.siret, SendCredentials),
    )


def unlocked(action: Action, trainees: Iterable[TraineeRow]) -> list[tuple[str, str]]:
    """What an agent unlocked and the organisation has not saved yet: its word in the form, and what people call it (REQ-2)."""
    dates = [("dates", "les dates et les périodes")] if action.dates_unlocked else []
    trainers = [("trainers", "les formateurs")] if action.trainers_unlocked else []
    sheets = [(str(row.trainee_id), f"la fiche {de(row.name)}") for row in trainees if row.state == "entered" and row.unlocked]
    return [*dates, *trainers, *sheets] if action.can_ask else []


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


ROUTES = [actions_page, export, action_page, act]
