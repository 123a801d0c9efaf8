"""What an import of contracts did, or would do, and what came of what the programme system sent (ACT-1)."""

from collections.abc import Mapping

from pydantic_core import to_json

from chassis.work import Handler, Work
from contracts.awards import ContractsImported, ProgrammeAnswered
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


async def on_programme_answered(work: Work[None], event: ProgrammeAnswered) -> None:
    """A message of the programme system was answered (ACT-1)."""
    await work.connection.execute(
        """
        INSERT INTO programme_messages (event_id, at, "offset", contract_number, ask, outcome, faults, more)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (event_id) DO NOTHING
        """,
        work.envelope.id,
        work.at,
        work.position.offset,
        event.contract_number,
        event.ask,
        event.outcome,
        to_json(event.faults).decode(),
        event.more,
    )


HANDLERS: Mapping[type[Message], Handler] = {ContractsImported: on_imported, ProgrammeAnswered: on_programme_answered}
LISTED = {IMPORTS: (ContractsImported, ProgrammeAnswered)}
