"""What an import of contracts did, or would do (ACT-1)."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.awards import ContractsImported
from contracts.message import Message
from gateway.web.topics import IMPORTS


async def on_imported(work: Work[None], event: ContractsImported) -> None:
    """What an import did, or would do (ACT-1)."""
    await work.connection.execute(
        """
        INSERT INTO imports (import_id, awarded, known, replaced, check_only, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (import_id) DO NOTHING
        """,
        work.key,
        event.awarded,
        event.known,
        event.replaced,
        event.check_only,
        work.at,
    )


HANDLERS: Mapping[type[Message], Handler] = {ContractsImported: on_imported}
LISTED = {IMPORTS: (ContractsImported,)}
