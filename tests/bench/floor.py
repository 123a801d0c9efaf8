"""The floor: asyncpg and aiokafka moving the same bytes, with one `unnest` per batch: no rule, no check, no repeat dropped.

For each record that it reads it writes the bytes of a state, which it was given, and sends the records that it was given.

    python -m tests.bench.floor <group> <topic> <file>
"""

import asyncio
import pickle
import sys
from itertools import chain
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis import kafka
from chassis.settings import Settings, read

SCHEMA = """
    CREATE TABLE states (key text PRIMARY KEY, version bigint NOT NULL, state jsonb);
    CREATE TABLE positions (partition int PRIMARY KEY, "offset" bigint NOT NULL)
"""
WRITE = """
    WITH moved AS (
        INSERT INTO positions SELECT * FROM unnest($3::int[], $4::bigint[])
        ON CONFLICT (partition) DO UPDATE SET "offset" = excluded."offset"
    )
    INSERT INTO states SELECT key, 1, state FROM unnest($1::text[], $2::jsonb[]) AS new (key, state)
    ON CONFLICT (key) DO UPDATE SET version = states.version + 1, state = excluded.state
"""
Given = tuple[dict[str, str], dict[bytes, list[tuple[bytes, list[tuple[str, bytes]], bytes]]], set[bytes]]
"""The state of each key; what is sent for each record, by its `ce_id`; the types that write a state (all when there are none)."""


async def main(group: str, topic: str, given: Given) -> None:
    """Until stopped."""
    settings = read(Settings)
    states, answers, kinds = given
    options = kafka.client_options(settings)
    consumer = AIOKafkaConsumer(settings.topic(topic), group_id=group, auto_offset_reset="earliest", enable_auto_commit=False, **options)
    producer = AIOKafkaProducer(acks="all", enable_idempotence=True, **options)
    connection = await asyncpg.connect(settings.database)
    await consumer.start()
    await producer.start()
    events = settings.topic("events")
    while True:
        records = list(chain.from_iterable((await consumer.getmany(timeout_ms=1000, max_records=500)).values()))
        if not records:
            continue
        heads = [dict(record.headers) for record in records]
        keys = {record.key.decode() for record, head in zip(records, heads, strict=True) if not kinds or head["ce_type"] in kinds}
        places = {record.partition: record.offset for record in records}
        written = {key: states[key] for key in keys}
        await connection.execute(WRITE, list(written), list(written.values()), list(places), list(places.values()))
        acks = [
            await producer.send(events, body, key, headers=headers)
            for head in heads
            for key, headers, body in answers.get(head["ce_id"], ())
        ]
        await asyncio.gather(*acks)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], pickle.loads(Path(sys.argv[3]).read_bytes())))
