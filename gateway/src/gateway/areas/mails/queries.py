"""What a user chose of mails; and the links that stop them."""

from collections.abc import Collection, Mapping

from asyncpg import Pool

from gateway.mails import links
from gateway.mails.links import Stop
from gateway.web.session import Viewer


async def load_choices(db: Pool, viewer: Viewer) -> Mapping[str, str]:
    """The paces that the viewer chose, by family."""
    rows = await db.fetch("SELECT family, pace FROM mail_choices WHERE user_id = $1", viewer.user_id)
    return {row["family"]: row["pace"] for row in rows}


async def keep_choices(db: Pool, viewer: Viewer, choices: Mapping[str, str]) -> None:
    """From now on the viewer is mailed so; what waits already, too."""
    await db.execute(
        """
        INSERT INTO mail_choices (user_id, family, pace) SELECT $1, * FROM unnest($2::text[], $3::text[])
        ON CONFLICT (user_id, family) DO UPDATE SET pace = excluded.pace
        """,
        viewer.user_id,
        list(choices),
        list(choices.values()),
    )


async def try_again(db: Pool, viewer: Viewer) -> None:
    """What waits for the viewer's mailbox is sent again at once."""
    await db.execute("UPDATE mail_refusals SET retry_at = now() WHERE user_id = $1", viewer.user_id)


async def find_stop(db: Pool, token: str) -> Stop | None:
    """What a link of a mail stops; None when it is not ours. Whoever has the mail may follow it: its signature is all that is asked."""
    return links.read(await db.fetchval("SELECT key FROM mail_key"), token)


async def stop_mails(db: Pool, stop: Stop, known: Collection[str]) -> None:
    """These mails stop. A link may be older than a family: what is known no longer stops nothing."""
    await db.execute(
        """
        INSERT INTO mail_choices (user_id, family, pace) SELECT $1, *, 'never' FROM unnest($2::text[])
        ON CONFLICT (user_id, family) DO UPDATE SET pace = excluded.pace
        """,
        stop.user_id,
        [family for family in stop.families if family in known],
    )
