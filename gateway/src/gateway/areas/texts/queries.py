"""The Region's texts with all their versions, and who published them: for agents."""

from collections.abc import Sequence

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.codes import PublicText
from gateway.web.session import Viewer
from gateway.web.texts import Version, initial

PUBLISHED = """
    SELECT t.name, t.version, t.markdown, t.published_at, p.body ->> 'name' AS published_by
    FROM texts t
    LEFT JOIN accounts a ON a.user_id::text = t.published_by AND a.siret IS NULL
    LEFT JOIN people p ON p.id = a.person
"""


def _version(row: Record) -> Version:
    return Version(PublicText(row["name"]), row["version"], row["markdown"], row["published_at"], row["published_by"] or "")


async def list_texts(db: Pool, viewer: Viewer) -> list[Version]:
    """Each text as it is read now, in the order of their list."""
    rows = await db.fetch(
        PUBLISHED + "WHERE $1 AND t.version = (SELECT max(version) FROM texts WHERE texts.name = t.name)",
        viewer.is_agent,
    )
    published = {version.name: version for version in map(_version, rows)}
    return [published.get(name) or initial(name) for name in PublicText]


async def list_versions(db: Pool, viewer: Viewer, name: PublicText) -> Sequence[Version]:
    """Every version of a text, the latest first; the initial text last."""
    rows = await db.fetch(PUBLISHED + "WHERE $1 AND t.name = $2 ORDER BY t.version DESC", viewer.is_agent, name)
    return [*map(_version, rows), initial(name)]


async def find_version(db: Pool, viewer: Viewer, name: PublicText, number: int) -> Version:
    """One of them. Raises NotFoundException when there is none."""
    row = await db.fetchrow(PUBLISHED + "WHERE $1 AND t.name = $2 AND t.version = $3", viewer.is_agent, name, number)
    if row is None and number:
        raise NotFoundException
    return _version(row) if row else initial(name)
