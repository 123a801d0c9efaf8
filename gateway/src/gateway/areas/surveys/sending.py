"""Personal links by mail: sent when the organisation asks, or by themselves when a survey falls due, if it has said so (SURV-1).

The pages ask; the worker makes each link at the moment of its mail (`worker.inviting`). No page sees a token.
"""

from typing import Any
from uuid import uuid5

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from chassis.instant import now
from gateway.areas.action.queries.surveys import load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.web.forms import Form
from gateway.web.rendering import see
from gateway.web.visit import Visit

from .pages import show_surveys, survey_at
from .queries import ask_mails, choose_sending, find_sending

PAGE = "/compte/enquetes"
YES_OR_NO = [("oui", "Oui, le jour où une enquête est due"), ("non", "Non, seulement quand je le demande")]


@get("/actions/{contract:str}/courriels/{which:str}", sync_to_thread=False)
def mails_of_links_page(visit: NamedDependency[ActionVisit], which: FromPath[str]) -> Redirect:
    """Where mails are asked for: with the surveys to which they belong."""
    survey_at(which)
    return see(f"{visit.action.path}/enquetes")


@post("/actions/{contract:str}/courriels/{which:str}")
async def mail_links(visit: NamedDependency[ActionVisit], which: FromPath[str]) -> Response[Any]:
    """A mail for each trainee whose survey is to be filled in and who has an address, or for one of them; once a day at the most."""
    survey, form = survey_at(which), await Form.of(visit.request)
    rows = await load_surveys(visit.db, visit.viewer, visit.contract)
    wanted = form.values("stagiaire")
    due = [row for row in rows if row.state(survey, visit.today) == "due" and (not wanted or str(row.trainee_id) in wanted)]
    to = {uuid5(form.id, str(row.trainee_id)): row.trainee_id for row in due if row.email}
    if not to:
        form.wrong(None, "Aucun stagiaire dont cette enquête est à remplir n’a d’adresse électronique. Imprimez les lettres.")
        return await show_surveys(visit, form, not_done="Rien n’est envoyé")
    asked = await ask_mails(visit.db, visit.viewer, visit.contract, survey, to, visit.today)
    return see(f"{visit.action.path}/enquetes?envoyes={asked}")


@get(PAGE)
async def sending_page(visit: NamedDependency[Visit], fait: FromQuery[str] = "") -> Response[str]:
    """Whether links go by themselves; who only works for the organisation reads it."""
    return await show(visit, done=bool(fait))


async def show(visit: Visit, form: Form | None = None, *, done: bool = False) -> Response[str]:
    """The page, with what was chosen. Raises NotFoundException for an agent, who has no trainees."""
    if visit.viewer.siret is None:
        raise NotFoundException
    sending = await find_sending(visit.db, visit.viewer)
    form = form or Form.showing({"envoi": "oui" if sending.by_itself else "non"})
    return visit.page("surveys/sending.html", status=form.status, form=form, sending=sending, yes_or_no=YES_OR_NO, done=done)


@post(PAGE)
async def choose(visit: NamedDependency[Visit]) -> Response[Any]:
    """Who administers the organisation's accounts says whether links go by themselves."""
    if not visit.viewer.administers:
        raise NotFoundException
    form = await Form.of(visit.request)
    by_itself = form.flag("envoi", "Dites si les liens partent d’eux-mêmes.")
    if by_itself and not form.value("informes"):
        form.wrong("informes", "Confirmez que vos stagiaires sont informés : sans cela, envoyez les liens vous-même, ou sur papier.")
    if by_itself is None or not form.ok:
        return await show(visit, form)
    await choose_sending(visit.db, visit.viewer, now(), by_itself=by_itself)
    return see(f"{PAGE}?fait=choix")


ROUTES = [mails_of_links_page, mail_links, sending_page, choose]
