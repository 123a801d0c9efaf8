"""A command's way and nothing else: three commits and two Kafka hops, each part with its own connection, with the same acks.

A row of `asked` is committed and notified; it is sent to the first topic; what reads it commits and sends it to the second; what reads
that commits the answer and notifies it.

    python -m tests.bench.chain <dsn> <topic> <topic>
"""

import asyncio
import sys
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from chassis import kafka
from chassis.settings import Settings, read

SCHEMA = """
    CREATE TABLE asked (id bigint PRIMARY KEY, body text NOT NULL);
    CREATE TABLE decided (id bigint PRIMARY KEY, body text NOT NULL);
    CREATE TABLE answered (id bigint PRIMARY KEY, body text NOT NULL)
"""


async def send(dsn: str, topic: str, options: dict[str, Any]) -> None:
    """From the first table to the first topic."""
    connection, called, last = await asyncpg.connect(dsn), asyncio.Event(), 0
    await connection.add_listener("asked", lambda *_: called.set())
    async with AIOKafkaProducer(acks="all", enable_idempotence=True, **options) as producer:
        while True:
            await called.wait()
            called.clear()
            for row in await connection.fetch("SELECT id, body FROM asked WHERE id > $1 ORDER BY id", last):
                last = row["id"]
                await producer.send_and_wait(topic, row["body"].encode(), str(last).encode())


async def decide(dsn: str, topic: str, to: str, options: dict[str, Any]) -> None:
    """From the first topic to the second."""
    connection = await asyncpg.connect(dsn)
    async with (
        AIOKafkaProducer(acks="all", enable_idempotence=True, **options) as producer,
        AIOKafkaConsumer(topic, auto_offset_reset="earliest", enable_auto_commit=False, **options) as consumer,
    ):
        async for record in consumer:
            await connection.execute("INSERT INTO decided VALUES ($1, $2)", int(record.key), record.value.decode())
            await producer.send_and_wait(to, record.value, record.key)


async def answer(dsn: str, topic: str, options: dict[str, Any]) -> None:
    """From the second topic to whoever waits."""
    connection = await asyncpg.connect(dsn)
    async with AIOKafkaConsumer(topic, auto_offset_reset="earliest", enable_auto_commit=False, **options) as consumer:
        async for record in consumer:
            async with connection.transaction():
                await connection.execute("INSERT INTO answered VALUES ($1, $2)", int(record.key), record.value.decode())
                await connection.execute("SELECT pg_notify('answered', $1)", record.key.decode())


async def main(dsn: str, first: str, second: str) -> None:
    """Until stopped."""
    options = kafka.client_options(read(Settings))
    await asyncio.gather(send(dsn, first, options), decide(dsn, first, second, options), answer(dsn, second, options))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
