"""The Region's programme system, as the demo's people know it: its own Kafka principal, and the published contract alone (ACT-1)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from contracts.awards import Contract
from sesame_local.place import Place, Trouble
from sesame_local.supervise import Installation

CONTRACTS, REPLIES = "region.contracts", "region.contracts.replies"
PATIENCE = 120


@dataclass(frozen=True)
class Programme:
    """Sends contracts, and waits for the reply to each."""

    place: Place

    async def award(self, contract: Contract) -> None:
        """With a wrong price first, so that agents have a refusal to read; then as it is. Raises Trouble when that is refused."""
        right = {"ask": "award", **contract.model_dump(mode="json")}
        wrong = json.loads(json.dumps(right))
        wrong["terms"]["centre"]["price"] = str(contract.terms.centre.price + Decimal(10))
        async with self._connected() as (producer, consumer):
            for body in (wrong, right):
                sent = await producer.send_and_wait(CONTRACTS, json.dumps(body).encode(), key=contract.number.encode())
                reply = await _reply(consumer, (sent.partition, sent.offset), contract.number)
        if reply["outcome"] == "refused":
            raise Trouble(f"Le système des programmes est refusé : {' '.join(fault['reason'] for fault in reply['faults'])}")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[AIOKafkaProducer, AIOKafkaConsumer]]:
        login = {
            "bootstrap_servers": Installation(self.place).broker.kafka.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": "programme",
            "sasl_plain_password": self.place.secrets["kafka.programme"],
        }
        consumer = AIOKafkaConsumer(REPLIES, **login, auto_offset_reset="earliest", enable_auto_commit=False)
        producer = AIOKafkaProducer(**login, enable_idempotence=True, acks="all")
        try:
            await consumer.start()
            await producer.start()
            yield producer, consumer
        finally:
            await producer.stop()
            await consumer.stop()


async def _reply(consumer: AIOKafkaConsumer, place: tuple[int, int], number: str) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PATIENCE):
            async for record in consumer:
                reply: dict[str, Any] = json.loads(record.value)
                if (reply["partition"], reply["offset"]) == place:
                    return reply
    except TimeoutError:
        pass
    raise Trouble(f"Le système des programmes n'a pas reçu la réponse au contrat {number}.")
