"""Markdown that an agent writes, as HTML that may stand on a page which anybody reads.

Nothing of it can run, load or look like the portal's own: markdown-it takes no HTML, and what it makes passes nh3, which lets through the
few elements below and links that name their protocol.
"""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

LOWEST = 6
"""The lowest heading of HTML."""
CLEANER = nh3.Cleaner(
    tags={"h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "ul", "ol", "li", "blockquote", "a"},
    attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer",
)


def _lower_headings(state: StateCore) -> None:
    """A page has its own first heading: those of a text begin with the second."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, LOWEST)}"


def _parser() -> MarkdownIt:
    # `breaks`: who writes an address ends its lines, and expects them to end.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.disable(["html_block", "html_inline", "image", "code", "fence", "backticks"])
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


PARSER = _parser()


@lru_cache(maxsize=32)
def rendered(markdown: str) -> Markup:
    """The text as HTML."""
    return Markup(CLEANER.clean(PARSER.render(markdown)))
