"""Letters that carry personal links to former trainees, to be printed by their organisation (SURV-1)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from uuid_utils.compat import uuid7

from contracts.codes import SurveyKind
from contracts.surveys import LINK_LIVES, OfferSurveyLinks, SurveyLink
from gateway.areas.action.action import Action
from gateway.areas.action.paper import paper_of
from gateway.areas.action.queries.surveys import load_surveys
from gateway.areas.action.visit import ActionVisit
from gateway.documents.paper import Block, Column, Heading, Note, PageBreak, Paper, Paragraph, Table
from gateway.documents.qr import drawn
from gateway.mails.invitation import ASKED, digest, new_token
from gateway.web.forms import Form
from gateway.web.papers import printed
from gateway.web.people import names_of_trainees
from gateway.web.rendering import see
from gateway.web.security import LINKS
from gateway.words.french import date_long
from gateway.words.labels import inside, label

from .pages import on_paper, show_surveys, survey_at
from .queries import Addressee, load_addressees, load_mailed

OTHERS = "autres"
"""What the button says that prints for those whom no mail reaches."""


@get("/actions/{contract:str}/lettres/{which:str}", sync_to_thread=False)
def letters_page(visit: NamedDependency[ActionVisit], which: FromPath[str]) -> Redirect:
    """Where letters are asked for: with the surveys to which they belong."""
    survey_at(which)
    return see(f"{visit.action.path}/enquetes")


@post("/actions/{contract:str}/lettres/{which:str}")
async def print_letters(visit: NamedDependency[ActionVisit], which: FromPath[str]) -> Response[Any]:
    """A letter for each trainee whose survey is to be filled in, for those whom no mail reaches, or for one of them; it holds the
    only copy of the link's token.

    Each time it is asked for, links are made anew, so that those of the letters that come last are the ones that work.
    """
    survey, form = survey_at(which), await Form.of(visit.request)
    rows = await load_surveys(visit.db, visit.viewer, visit.contract)
    wanted = form.values("stagiaire")
    due = [row for row in rows if row.state(survey, visit.today) == "due" and (not wanted or str(row.trainee_id) in wanted)]
    if form.value("pour") == OTHERS:
        mailed = await load_mailed(visit.db, visit.viewer, visit.contract)
        due = [row for row in due if on_paper(row, survey, mailed)]
    addressees = await load_addressees(visit.db, visit.viewer, visit.contract, [row.trainee_id for row in due])
    if not addressees:
        form.wrong(None, "Cette enquête n’attend plus de réponse : il n’y a pas de lettre à imprimer.")
        return await show_surveys(visit, form)
    tokens = {addressee.trainee_id: new_token() for addressee in addressees}
    base = f"{str(visit.request.base_url).rstrip('/')}{LINKS}"
    where = {trainee_id: base + token for trainee_id, token in tokens.items()}
    paper = letters(visit.action, visit.portal.settings.region, visit.today, survey, addressees, where)
    content = await visit.portal.printers.print(paper)
    links = tuple(SurveyLink(trainee_id=trainee_id, sha256=digest(token)) for trainee_id, token in tokens.items())
    command = OfferSurveyLinks(survey=survey, links=links)
    answer = await visit.portal.commands.send(visit.viewer, visit.contract, command, form_id=uuid7(), path=f"{visit.action.path}/enquetes")
    if answer.accepted:
        return printed(content, f"lettres-{which}-{visit.contract}.pdf")
    if answer.refused:
        form.take(answer, await names_of_trainees(visit.db, visit.viewer, visit.contract), lambda _field: None)
    else:
        form.wrong(None, "La réponse se fait attendre : rien n’est imprimé. Recommencez dans un instant, les liens seront refaits.")
    await visit.reload()
    return await show_surveys(visit, form)


def letters(action: Action, region: str, day: date, survey: SurveyKind, to: Sequence[Addressee], addresses: Mapping[UUID, str]) -> Paper:
    """A letter to each of them, with the address of their link; before several, who they are."""
    title = f"Votre situation {ASKED[survey]}"
    said = f"Le {date_long(day)}"
    if len(to) == 1:
        blocks = list(_letter(action, day, to[0], addresses[to[0].trainee_id]))
        return paper_of(action, region, title, day, *blocks, day_said=said)
    names = tuple((f"{each.sheet.last_name} {each.sheet.first_name}",) for each in to)
    until = date_long(day + LINK_LIVES)
    listed: list[Block] = [
        Paragraph(f"Une lettre par page, à remettre ou à envoyer. Chaque lien est personnel et vaut jusqu’au {until}."),
        Table("Stagiaires à qui une lettre est destinée", (Column("Stagiaire", share=1),), names),
    ]
    for each in to:
        listed += [PageBreak(), Heading(title), *_letter(action, day, each, addresses[each.trainee_id])]
    return paper_of(action, region, f"Lettres aux stagiaires, enquête {inside(survey)}", day, *listed, day_said=said)


def _letter(action: Action, day: date, to: Addressee, address: str) -> Iterator[Block]:
    sheet, until = to.sheet, date_long(day + LINK_LIVES)
    name = f"{label(sheet.title)} {sheet.last_name} {sheet.first_name}".strip()
    town = f"{sheet.mail.postcode or ''} {sheet.mail.town or ''}".strip()
    yield Paragraph("\n".join(filter(None, (name, sheet.mail.address, sheet.mail.address_complement, town))))
    yield Paragraph(
        f"Vous avez suivi la formation « {action.title} » avec {action.organisation}. La Région, qui l’a financée, veut connaître votre "
        "situation : trois questions, une minute, sans compte ni mot de passe."
    )
    yield Paragraph(
        "Photographiez ce carré avec votre téléphone, ou tapez l’adresse qui est dessous. Ce lien est à vous seul. "
        f"Il vaut jusqu’au {until}, et vous pouvez changer votre réponse jusque-là."
    )
    yield drawn(address, f"Lien personnel de {name}")
    yield Paragraph(address)
    yield Note(
        f"Répondre n’est pas obligatoire. Votre réponse est lue par {action.organisation} et par la Région, qui en fait des statistiques "
        f"où personne n’est reconnu. Pour savoir ce qui est conservé de vous, adressez-vous à {action.organisation}."
    )


ROUTES = [letters_page, print_letters]
