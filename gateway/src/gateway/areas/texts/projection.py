"""What the Region has published."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.identity import TextPublished, text_key
from contracts.message import Message


async def on_published(work: Work[None], event: TextPublished) -> None:
    """A version more of a text (ACC-8). Raises LookupError under another key than the text's: the message is parked."""
    if work.key != text_key(event.name):
        raise LookupError(f"{event.TYPE} is about {event.name!r}, under {work.key!r}")
    await work.connection.execute(
        """
        INSERT INTO texts (name, version, markdown, published_at, published_by) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (name, version) DO NOTHING
        """,
        event.name,
        event.version,
        event.markdown,
        work.at,
        work.actor.subject if work.actor else None,
    )


HANDLERS: Mapping[type[Message], Handler] = {TextPublished: on_published}
