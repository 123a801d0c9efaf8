"""What anybody reads, logged in or not: “Contactez-nous”, “Mentions légales”, “Conditions d’utilisation” (ACC-8)."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from contracts.codes import PublicText
from gateway.areas.action.queries.actions import load_actions
from gateway.web.markdown import rendered
from gateway.web.portal import Portal
from gateway.web.rendering import AnyRequest, page
from gateway.web.texts import find_text
from gateway.web.visit import find_visit

ADDRESSES: Mapping[PublicText, str] = {
    PublicText.WELCOME: "bienvenue",
    PublicText.CONTACT: "contact",
    PublicText.LEGAL_NOTICE: "mentions-legales",
    PublicText.TERMS_OF_USE: "conditions",
}
"""What each is called in addresses."""
PAGES: Mapping[str, PublicText] = {f"/{address}": name for name, address in ADDRESSES.items() if name != PublicText.WELCOME}
"""Where each is read; the welcome is on the home page."""


@get(list(PAGES))
async def public_text(request: AnyRequest, portal: NamedDependency[Portal]) -> Response[str]:
    """A text as it is published; “Contactez-nous” tells an organisation besides whom to call about each of its actions."""
    name = PAGES[request.url.path.rstrip("/")]
    text = await find_text(portal.db, name)
    context: dict[str, Any] = {"name": name, "address": ADDRESSES[name], "text": text, "html": rendered(text.markdown), "actions": []}
    if (visit := await find_visit(request, portal)) is None:
        return page(request, "texts/text.html", **context)
    if name == PublicText.CONTACT and not visit.viewer.is_agent and not visit.viewer.is_held:
        context["actions"] = [action for action in await load_actions(visit.db, visit.viewer) if action.contact]
    return visit.page("texts/text.html", **context)


ROUTES = [public_text]
