"""The Region's programme system, on the published contract alone (contracts/PROGRAMME.md): it awards its share of the contracts."""

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from sesame_local.demo.plan import Plan
from tests.faults.ground import Ground
from tests.faults.waits import Waits

CONTRACTS, REPLIES = "region.contracts", "region.contracts.replies"


@dataclass
class Programme:
    """Sends each contract twice, and again whatever Kafka did not take; reads replies, perhaps twice."""

    ground: Ground
    waits: Waits
    refused: list[str] = field(default_factory=list)
    """What nobody should have answered so."""
    _replies: dict[tuple[int, int], dict[str, Any]] = field(default_factory=dict)

    async def award(self, plans: Iterable[Plan]) -> None:
        """Until each has its replies."""
        producer, consumer = await self._started()
        reading = asyncio.create_task(self._read(consumer))
        try:
            await asyncio.gather(*(self._send(producer, plan) for plan in plans))
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading
            await producer.stop()
            await consumer.stop()

    async def _started(self) -> tuple[AIOKafkaProducer, AIOKafkaConsumer]:
        login = {
            "bootstrap_servers": self.ground.installation.broker.kafka.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": "programme",
            "sasl_plain_password": self.ground.place.secrets["kafka.programme"],
        }
        while True:
            consumer = AIOKafkaConsumer(REPLIES, **login, auto_offset_reset="earliest", enable_auto_commit=False)
            producer = AIOKafkaProducer(**login, enable_idempotence=True, acks="all")
            try:
                await consumer.start()
                await producer.start()
                return producer, consumer
            except (KafkaError, OSError):
                await consumer.stop()
                await producer.stop()
                await asyncio.sleep(1)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        async for record in consumer:
            body = json.loads(record.value)
            self._replies[body["partition"], body["offset"]] = body

    async def _send(self, producer: AIOKafkaProducer, plan: Plan) -> None:
        value = json.dumps({"ask": "award", **plan.contract.model_dump(mode="json")}).encode()
        outcomes = []
        with self.waits.measured("the programme system awards"):
            while len(outcomes) < 2:
                try:
                    sent = await producer.send_and_wait(CONTRACTS, value, key=plan.number.encode())
                except KafkaError as error:
                    self.waits.note_failed(type(error).__name__)
                    await asyncio.sleep(0.5)
                    continue
                while (reply := self._replies.get((sent.partition, sent.offset))) is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
                outcomes.append(reply["outcome"])
        # What Kafka took, though it said that it had not, is known already.
        if outcomes[0] not in {"awarded", "known"} or outcomes[1] != "known":
            self.refused.append(f"the programme system awards, {plan.number}: {outcomes}")
