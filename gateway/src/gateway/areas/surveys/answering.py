"""The page of a personal link: three questions to a former trainee, who has no account (SURV-1, SURV-2).

It knows its survey and nothing else, and it is nobody's business: no search engine finds it, no cache keeps it, and no page to which it
leads hears where one comes from. Whoever has no link, or one that works no more, reads one and the same page.
"""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from chassis.instant import now
from contracts.codes import EmploymentContract
from contracts.month import paris_day
from contracts.refusals.surveys import LinkOver
from gateway.mails.invitation import digest
from gateway.web.forms import Form
from gateway.web.per_minute import network_of
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page, see
from gateway.web.security import FROM_ANYWHERE, LINKS
from gateway.web.security_log import client_of
from gateway.words.labels import choices

from . import asking
from .link import OpenLink, author_of, find_link

PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
YES_OR_NO = [("oui", "Oui"), ("non", "Non")]


@get(LINKS + "{token:str}")
async def questions(
    request: AnyRequest, portal: NamedDependency[Portal], token: FromPath[str], merci: FromQuery[str] = ""
) -> Response[str]:
    """The questions; once they are answered, thanks, and the way to change the answer."""
    link = await _open(request, portal, token)
    return show(request, link, Form(), thanks=bool(merci)) if link else over(request)


@post(LINKS + "{token:str}", opt={FROM_ANYWHERE: True})
async def answer(request: AnyRequest, portal: NamedDependency[Portal], token: FromPath[str]) -> Response[Any]:
    """What they answer; it can be changed as long as the link works."""
    link = await _open(request, portal, token)
    if link is None:
        return over(request)
    form = await Form.of(request)
    command = asking.answer(form, link.survey, link.link)
    if command is None:
        return show(request, link, form)
    portal.links.charge(digest(token))
    said = await portal.commands.send(author_of(link.link), link.contract_number, command, form_id=form.id, path=LINKS)
    if said.refused:
        form.take(said)
        return over(request) if LinkOver.code() in form.codes else show(request, link, form)
    redirect = see(f"{LINKS}{token}?merci=1")
    redirect.headers.update(PRIVATE)
    return redirect


async def _open(request: AnyRequest, portal: Portal, token: str) -> OpenLink | None:
    """The link, if it works. Raises TooManyRequestsException."""
    portal.clients.charge(network_of(client_of(request)))
    return await find_link(portal.db, token, paris_day(now()))


def show(request: AnyRequest, link: OpenLink, form: Form, *, thanks: bool = False) -> Response[str]:
    """The page of a link that works."""
    context: dict[str, Any] = {
        "link": link,
        "form": form,
        "thanks": thanks,
        "yes_or_no": YES_OR_NO,
        "contracts": choices(EmploymentContract),
    }
    return _private(page(request, "surveys/questions.html", status=form.status, **context))


def over(request: AnyRequest) -> Response[str]:
    """What everybody else reads."""
    return _private(page(request, "surveys/link_over.html", status=404))


def _private(answer: Response[str]) -> Response[str]:
    answer.headers.update(PRIVATE)
    return answer


ROUTES = [questions, answer]
