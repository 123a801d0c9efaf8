"""Each database at one moment: where it stands in every topic, what it has counted, what waits in its outbox, what it holds."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import LiteralString

import asyncpg

from chassis.db import Connection, connect
from chassis.record import Record

from .history import Told
from .log import content, message
from .notes import Notes
from .scanner import Scanner
from .settings import AuditSettings

SERVICES = ("identity", "actions", "declarations", "billing", "surveys")
GATEWAY = "gateway"
MANY = 1000
"""Rows that are fetched together."""
PEOPLE: LiteralString = "SELECT id AS key, kind, NULL AS source, version, body FROM people"
KEPT_ON: LiteralString = """
    SELECT people.id AS key, kind FROM people JOIN aggregates ON aggregates.key = people.contract_number
    WHERE aggregates.state ->> 'erased_on' IS NOT NULL
"""
"""Whoever is still there of a contract whose people the same database says to be erased."""
ERASED: Mapping[str, LiteralString] = {
    **dict.fromkeys(("actions", "billing", "surveys"), "SELECT key FROM aggregates WHERE state ->> 'erased_on' IS NOT NULL"),
    "gateway": "SELECT contract_number AS key FROM erasures",
}
"""The contracts whose people are erased, by database."""
HELD: Mapping[str, Mapping[str, LiteralString]] = {
    "identity": {"people": PEOPLE},
    "actions": {"people": PEOPLE, "kept_on": KEPT_ON},
    "declarations": {"confirmations": "SELECT contract_number AS key, month, nth, reopened_by FROM confirmations"},
    "billing": {
        "people": PEOPLE,
        "kept_on": KEPT_ON,
        "invoices": "SELECT contract_number AS key, invoice_id, number, issuer, year, sequence, rejected, taken::text FROM invoices",
        "adjustments": "SELECT contract_number AS key, invoice_id, because_of, taken::text, rejected FROM adjustments",
        "invoiced_months": "SELECT contract_number AS key, invoice_id, month, rejected FROM invoiced_months",
        "payments": "SELECT contract_number AS key, reference, invoice_id, amount::text FROM payments",
        "legal_numbers": "SELECT issuer || '/' || year AS key, last FROM legal_numbers",
    },
    "surveys": {"people": PEOPLE, "kept_on": KEPT_ON},
    "gateway": {
        "people": PEOPLE,
        "kept_on": "SELECT id AS key, kind FROM people JOIN erasures USING (contract_number)",
        "commands": "SELECT key, id, service, type, sent_at, answered_at FROM commands",
        "actions": """
            SELECT contract_number AS key, state, siret, terms, planned_start, planned_end, actual_start, actual_end FROM actions
        """,
        "trainees": "SELECT contract_number AS key, trainee_id, state, entered_on, exit FROM trainees",
        "surveys": """
            SELECT contract_number AS key, trainee_id, 'exit' AS survey,
                survey ->> 'situation' AS situation, survey ->> 'contract' AS employment, survey_version AS version
            FROM trainees WHERE survey IS NOT NULL
            UNION ALL SELECT contract_number, trainee_id, survey, situation, employment, version FROM later_surveys
        """,
        "survey_links": "SELECT contract_number AS key, trainee_id, survey, sha256, last_day FROM survey_links",
        "months": "SELECT contract_number AS key, month, confirmed, invoice_id FROM months",
        "lines": "SELECT contract_number AS key, month, trainee_id, line, version FROM lines",
        "proofs": "SELECT contract_number AS key, month, trainee_id, kind, note FROM proofs",
        "proof_files": "SELECT contract_number AS key, file_id, month, trainee_id, kind, sha256 FROM proof_files WHERE NOT gone",
        "left_behind": """
            SELECT contract_number AS key, file_id FROM proof_contents WHERE NOT EXISTS (SELECT FROM people WHERE people.id = person)
        """,
        "shares": "SELECT contract_number AS key, month, body FROM shares",
        "invoice_shares": "SELECT contract_number AS key, invoice_id, month, body FROM invoice_shares",
        "offers": "SELECT contract_number AS key, body FROM offers",
        "invoices": """
            SELECT contract_number AS key, invoice_id, state, body, excluding_tax::text, including_tax::text, paid::text, pay_by
            FROM invoices
        """,
        "payments": "SELECT contract_number AS key, reference, invoice_id, amount::text, paid_on FROM payments",
        "documents": "SELECT contract_number AS key, invoice_id, encode(sha256(content), 'hex') AS sha256 FROM invoice_documents",
        "texts": "SELECT 'text/' || name AS key, version, markdown FROM texts",
    },
}
"""What is held about a key, by database: what has no key of a message's has the one of what it is about."""
OF_MESSAGES: Mapping[str, LiteralString] = {
    "seen": "SELECT key, source, version FROM seen",
    "parked": """
        SELECT coalesce(encode(key, 'escape'), '') AS key, topic, partition, "offset", error IS NULL AS waits FROM parked
    """,
}
POSITIONS: LiteralString = 'SELECT topic, partition, "offset" FROM positions'
DOCUMENTS_READ: LiteralString = ' UNION ALL SELECT topic, partition, "offset" FROM documents_read'
COUNTED: LiteralString = "SELECT key, NULL AS source, version FROM aggregates WHERE version > 0"
TOLD: LiteralString = "SELECT key, NULL AS source, (state ->> 'facts')::int AS version FROM aggregates WHERE state IS NOT NULL"
"""How many facts the finance system was told of each contract."""
COMMANDED: LiteralString = "SELECT key, to_jsonb(command_keys) ->> 'source' AS source, version FROM command_keys"
"""By key and, in a portal that has epochs, by the name of the epoch."""


async def take(
    settings: AuditSettings, database: str, notes: Notes, scanner: Scanner, *, of_messages_alone: bool = False
) -> dict[tuple[str, str, int], int]:
    """Reads a database at one moment, keeps what it holds, and gives its positions. Raises what the database raises.

    What a service decided, where it stood and what it had said were written together, and are read together. `scanner` learns who its
    people are.
    """
    async with reading(settings, database) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        rows = await connection.fetch(POSITIONS + (DOCUMENTS_READ if database == GATEWAY else ""))
        prefix = settings.topic_prefix
        positions = {(database, row["topic"].removeprefix(prefix), row["partition"]): row["offset"] for row in rows}
        held = {} if of_messages_alone else HELD[database]
        for name, query in {"counted": COMMANDED if database == GATEWAY else COUNTED, **OF_MESSAGES, **held}.items():
            async for part in _in_parts(connection, f"SELECT key, to_jsonb(held) - 'key' AS row FROM ({query}) AS held"):
                notes.hold(database, name, [_held(settings, database, name, row["key"], row["row"], scanner) for row in part])
        async for part in _in_parts(connection, "SELECT seq, topic, key, headers, body, created_at FROM outbox ORDER BY seq"):
            notes.tell(told for row in part if (told := _waiting(settings, row)))
    return positions


async def counted_since(settings: AuditSettings, database: str, name: str, keys: set[str]) -> Mapping[tuple[str, str], int]:
    """How far a database has counted by now, by source and key: events or commands (`counted`), facts (`told`), versions of `people`."""
    query = {"people": PEOPLE, "told": TOLD, "counted": COMMANDED if database == GATEWAY else COUNTED}[name]
    async with reading(settings, database) as connection:
        rows = await connection.fetch(f"SELECT source, key, version FROM ({query}) AS counted WHERE key = ANY($1)", list(keys))
    return {(row["source"] or database, row["key"]): row["version"] for row in rows}


async def erased(settings: AuditSettings) -> frozenset[str]:
    """The contracts whose people any of the databases has erased by now (PRV-1)."""
    contracts: set[str] = set()
    for database, query in ERASED.items():
        if database in settings.databases:
            async with reading(settings, database) as connection:
                contracts.update(row["key"] for row in await connection.fetch(query))
    return frozenset(contracts)


@asynccontextmanager
async def reading(settings: AuditSettings, database: str) -> AsyncIterator[Connection]:
    """A connection that cannot write."""
    its_own = {"database": settings.databases[database], "search_path": "own, view" if database == GATEWAY else ""}
    connection = await connect(settings.model_copy(update=its_own), statement=None)
    try:
        await connection.execute("SET default_transaction_read_only = on")
        yield connection
    finally:
        await connection.close()


async def _in_parts(connection: Connection, query: str) -> AsyncIterator[list[asyncpg.Record]]:
    cursor = await connection.cursor(query)
    while part := await cursor.fetch(MANY):
        yield part


def _held(settings: AuditSettings, database: str, name: str, key: str, row: str, scanner: Scanner) -> tuple[str, str]:
    """A row to keep: of what is personal a digest alone, of a parked message its topic without prefix, of what is counted its source."""
    if name == "people":
        of = json.loads(row)
        scanner.learn(key, of["kind"], of["body"])
        row = json.dumps({"kind": of["kind"], "version": of["version"], "digest": content(of["body"]).hex()})
    elif name == "parked":
        of = json.loads(row)
        row = json.dumps({**of, "topic": of["topic"].removeprefix(settings.topic_prefix)})
    elif name == "counted":
        of = json.loads(row)
        row = json.dumps({**of, "source": of["source"] or database})
    return key, row


def _waiting(settings: AuditSettings, row: asyncpg.Record) -> Told | None:
    headers = [(name, value.encode()) for name, value in json.loads(row["headers"]).items()]
    record = Record(row["topic"], -1, row["seq"], row["key"].encode(), headers, row["body"], row["created_at"])
    return message(row["topic"].removeprefix(settings.topic_prefix), record, waits=True)
