"""What somebody seeks in a list: perhaps a person's name, so no address, which histories and proxies keep, holds it.

An address carries a number that stands for the words, to whoever sought them and to nobody else.
"""

import secrets
from dataclasses import dataclass
from urllib.parse import urlencode

from asyncpg import Pool
from litestar import post
from litestar.di import NamedDependency
from litestar.response import Redirect

from .forms import Form
from .portal import Portal
from .rendering import AnyRequest, see
from .security import safe_path
from .session import Viewer

PARAMETER = "recherche"
"""Of the addresses of lists."""
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Sought:
    """Words, and the number that stands for them in addresses; nothing sought has neither."""

    words: str = ""
    number: str = ""


async def keep_sought(db: Pool, viewer: Viewer, words: str) -> str:
    """The number of these words, the same for the same ones as long as they are remembered."""
    number: str = await db.fetchval(
        """
        INSERT INTO searches (user_id, words, number) VALUES ($1, $2, $3)
        ON CONFLICT (user_id, words) DO UPDATE SET sought_at = now() RETURNING number
        """,
        viewer.user_id,
        words,
        secrets.token_urlsafe(9),
    )
    return number


async def find_sought(db: Pool, viewer: Viewer, number: str) -> Sought:
    """The words of a number of the viewer's; nothing when they are forgotten."""
    words = await db.fetchval("SELECT words FROM searches WHERE user_id = $1 AND number = $2", viewer.user_id, number) if number else None
    return Sought(words, number) if words else Sought()


@post("/recherche")
async def seek(request: AnyRequest, portal: NamedDependency[Portal], viewer: NamedDependency[Viewer]) -> Redirect:
    """“Chercher” of a list, which `page` names: the list that matches, sorted and filtered as the form says."""
    form = await Form.of(request)
    words = form.value("q").strip()[:LONGEST]
    asked = {name: form.value(name)[:LONGEST] for name in form.typed if name not in {"page", "q"} and form.value(name)}
    if words:
        asked[PARAMETER] = await keep_sought(portal.db, viewer, words)
    page, _, anchor = safe_path(form.value("page")).partition("#")
    return see(page.partition("?")[0] + (f"?{urlencode(asked)}" if asked else ""), anchor=f"#{anchor}" if anchor else "")


ROUTES = [seek]
