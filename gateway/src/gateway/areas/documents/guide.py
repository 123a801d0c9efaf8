"""The user guide, as a page and as a document (HOME-3)."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from litestar import Response, get
from litestar.di import NamedDependency
from markdown_it.token import Token

from gateway.documents.paper import Block, Heading, Items, Paper, Paragraph
from gateway.web.markdown import PARSER, rendered
from gateway.web.papers import as_of, printed
from gateway.web.visit import Visit
from gateway.words.guide import GUIDE

WRITTEN = date(2026, 11, 30)
"""The day for which it speaks: the same until its text changes."""


@get("/guide", sync_to_thread=False)
def guide_page(visit: NamedDependency[Visit]) -> Response[str]:
    """The guide, to read."""
    return visit.page("documents/guide.html", html=rendered(GUIDE))


@get("/guide.pdf")
async def guide_file(visit: NamedDependency[Visit]) -> Response[bytes]:
    """The guide, to save. Raises NotPrinted."""
    paper = Paper(
        title="Guide de l’utilisateur",
        subject="Extranet des organismes de formation",
        reference="Sésame",
        day=WRITTEN,
        day_said=as_of(WRITTEN),
        region=visit.portal.settings.region,
        organisation="",
        blocks=tuple(blocks_of(GUIDE)),
    )
    return printed(await visit.portal.printers.print(paper), "guide-utilisateur.pdf")


def blocks_of(markdown: str) -> Iterator[Block]:
    """Its headings, paragraphs and lists, as they are printed."""
    listed: list[str] | None = None
    for before, token in pairwise(PARSER.parse(markdown)):
        match token.type:
            case "bullet_list_open":
                listed = []
            case "bullet_list_close":
                yield Items(tuple(listed or ()))
                listed = None
            case "inline" if before.type == "heading_open":
                yield Heading(_plain(token))
            case "inline" if listed is not None:
                listed.append(_plain(token))
            case "inline":
                yield Paragraph(_plain(token))


def _plain(inline: Token) -> str:
    return "".join(token.content if token.type == "text" else " " for token in inline.children or ())


ROUTES = [guide_page, guide_file]
