"""The texts that the Region publishes (ACC-8, HOME-3), as anybody reads them: whoever is not logged in too."""

from dataclasses import dataclass
from datetime import datetime

from asyncpg import Pool

from contracts.codes import PublicText
from gateway.words.initial_texts import INITIAL


@dataclass(frozen=True, slots=True)
class Version:
    """A text as it was published; version 0 is the portal's own, for as long as no agent has published one."""

    name: PublicText
    version: int
    markdown: str
    published_at: datetime | None = None
    published_by: str = ""
    """The agent's name, for other agents."""


def initial(name: PublicText) -> Version:
    """What is read before an agent has published anything."""
    return Version(name, 0, INITIAL[name])


async def find_text(db: Pool, name: PublicText) -> Version:
    """The text as it is read now."""
    row = await db.fetchrow("SELECT version, markdown, published_at FROM texts WHERE name = $1 ORDER BY version DESC LIMIT 1", name)
    return Version(name, row["version"], row["markdown"], row["published_at"]) if row else initial(name)
