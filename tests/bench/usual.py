"""The usual design of a service, to be measured against: FastStream as it comes, a message at a time.

Each message has its own transaction, an inbox by message id, and its own commit to Kafka; what it says is published, one message after
the other, once that is done. The rules are the service's own, and so are the bytes.

    python -m tests.bench.usual declarations
"""

import asyncio
import sys
from typing import Any, cast

import asyncpg
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512
from pydantic import TypeAdapter

from chassis.service import Service, Subscription
from chassis.settings import EVENTS, Settings, read
from chassis.work import Aggregate, Work
from contracts.envelope import Envelope, Position
from contracts.message import Command
from contracts.refusals import Refusal

SCHEMA = """
    CREATE TABLE inbox (id uuid PRIMARY KEY);
    CREATE TABLE aggregates (key text PRIMARY KEY, version bigint NOT NULL, state jsonb);
    CREATE TABLE confirmations (contract_number text, month text, confirmed_on date)
"""


class UsualService:
    """A service of ours, run as most are."""

    def __init__(self, service: Service, settings: Settings, db: "asyncpg.Pool[Any]", broker: KafkaBroker) -> None:
        self._service, self._settings, self._db, self._broker = service, settings, db, broker
        self._states: TypeAdapter[Any] = TypeAdapter(service.state)

    def subscribe(self) -> None:
        """To what the service's own table names, but for strangers and the calendar."""
        for subscription in self._service.subscriptions:
            if isinstance(subscription, Subscription):
                self._subscribe(subscription)

    def _subscribe(self, subscription: Subscription) -> None:
        handlers = {kind.TYPE: (kind, handler) for kind, handler in subscription.handlers.items()}

        @self._broker.subscriber(
            self._settings.topic(subscription.topic),
            group_id=f"{self._service.name}.{self._settings.topic_prefix}{subscription.topic}",
            ack_policy=AckPolicy.ACK,
            auto_offset_reset="earliest",
        )
        async def handle(_body: dict[str, Any], message: KafkaMessage) -> None:
            record = message.raw_message
            if found := handlers.get(dict(record.headers)["ce_type"].decode()):
                await self._handle(Envelope.read(record.key, record.headers), found[0].parse(record.value), found[1], record)

    async def _handle(self, envelope: Envelope, message: Any, handler: Any, record: Any) -> None:
        async with self._db.acquire() as connection, connection.transaction():
            if await connection.execute("INSERT INTO inbox VALUES ($1) ON CONFLICT DO NOTHING", envelope.id) == "INSERT 0 0":
                return
            row = await connection.fetchrow("SELECT version, state::text FROM aggregates WHERE key = $1 FOR UPDATE", envelope.key)
            state = self._states.validate_json(row["state"]) if row and row["state"] else None
            aggregates = {envelope.key: Aggregate(row["version"] if row else 0, state)}
            work = self._work(envelope, record, cast(Any, connection), aggregates)
            try:
                await handler(work, message)
                if isinstance(message, Command):
                    work.answer(envelope.id)
            except Refusal as refusal:
                work = self._work(envelope, record, cast(Any, connection), aggregates)
                work.answer(envelope.id, *refusal.faults())
            work.close()
            version = aggregates[envelope.key].version + work.emitted.get(envelope.key, 0)
            saved = work.saved.get(envelope.key)
            await connection.execute(
                """
                INSERT INTO aggregates VALUES ($1, $2, $3::jsonb)
                ON CONFLICT (key) DO UPDATE SET version = excluded.version, state = coalesce(excluded.state, aggregates.state)
                """,
                envelope.key,
                version,
                self._states.dump_json(saved).decode() if saved is not None else None,
            )
        for sent in work.outgoing:
            headers = {name: value.decode() for name, value in sent.envelope.headers()}
            await self._broker.publish(sent.body, self._settings.topic(sent.topic), key=sent.envelope.key.encode(), headers=headers)

    def _work(self, envelope: Envelope, record: Any, connection: Any, aggregates: dict[str, Aggregate[Any]]) -> Work[Any]:
        place = Position(record.topic, record.partition, record.offset)
        return Work(
            envelope, place, envelope.time, None, connection, self._service.name, (envelope.key,), aggregates, envelope.id,
            says=self._service.says,
        )  # fmt: skip


async def main(service: Service) -> None:
    """Until stopped."""
    settings = read(service.settings)
    security = SASLScram512(settings.kafka_user, settings.kafka_password.get_secret_value())
    broker = KafkaBroker(settings.kafka, security=security)
    async with asyncpg.create_pool(settings.database, min_size=1, max_size=4) as db:
        UsualService(service, settings, db, broker).subscribe()
        await FastStream(broker).run()


if __name__ == "__main__":
    import importlib

    assert EVENTS
    asyncio.run(main(importlib.import_module(f"{sys.argv[1]}.app").service))
