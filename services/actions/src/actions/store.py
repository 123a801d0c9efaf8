"""All SQL of this service: the table of people, where whatever is personal or freely written is kept (PRV-1)."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from chassis.db import Connection
from contracts.personal import AgentRecord, PersonalRecord, TextRecord, TraineeRecord, TraineeSheet, TrainerRecord, TrainerSheet, record_id

KINDS: Mapping[str, type[PersonalRecord]] = {
    "agent": AgentRecord,
    "text": TextRecord,
    "trainee": TraineeRecord,
    "trainer": TrainerRecord,
}
KIND_OF = {record: kind for kind, record in KINDS.items()}


async def keep(connection: Connection, records: Sequence[PersonalRecord]) -> None:
    """The latest version of each record."""
    await connection.execute(
        """
        INSERT INTO people (id, kind, contract_number, version, body)
        SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::jsonb[])
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body WHERE people.version < excluded.version
        """,
        [record.id for record in records],
        [KIND_OF[type(record)] for record in records],
        [record.contract_number for record in records],
        [record.version for record in records],
        [record.model_dump_json() for record in records],
    )


async def people(connection: Connection, ids: Iterable[str]) -> dict[str, PersonalRecord]:
    """The records of these ids; those that were erased are left out."""
    rows = await connection.fetch("SELECT id, kind, body::text AS body FROM people WHERE id = ANY ($1::text[])", list(ids))
    return {row["id"]: KINDS[row["kind"]].model_validate_json(row["body"]) for row in rows}


async def erase(connection: Connection, contract_number: str) -> dict[str, str]:
    """Takes out everybody and everything that was written of a contract (PRV-1); the kind of each record, by its id."""
    rows = await connection.fetch("DELETE FROM people WHERE contract_number = $1 RETURNING id, kind", contract_number)
    return {row["id"]: row["kind"] for row in sorted(rows, key=lambda row: str(row["id"]))}


async def trainers(connection: Connection, ids: Iterable[str]) -> dict[str, TrainerSheet]:
    """The latest sheets of these trainers, by the ids of their records."""
    records = await people(connection, ids)
    return {id_: record.sheet for id_, record in records.items() if isinstance(record, TrainerRecord)}


async def sheets(connection: Connection, contract_number: str, trainees: Iterable[UUID]) -> dict[UUID, TraineeSheet]:
    """The latest sheets of these trainees of an action."""
    ids = {record_id(contract_number, trainee): trainee for trainee in trainees}
    records = await people(connection, ids)
    return {ids[id_]: record.sheet for id_, record in records.items() if isinstance(record, TraineeRecord)}
