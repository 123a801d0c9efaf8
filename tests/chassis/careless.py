"""The purses as FastStream would read for them by default: acknowledged first, Kafka's offsets for the truth, nothing remembered.

A control: what the chassis is there to prevent must happen here.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from aiokafka import TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from chassis import consume
from chassis.batch import Engine, Partition, Transaction
from chassis.reading import Item
from tests.chassis.sample import SERVICE

__all__ = ["SERVICE"]

usual_subscriber, usual_apply = KafkaBroker.subscriber, Engine.apply


def acknowledged_first(self: KafkaBroker, *topics: Any, **options: Any) -> Any:
    return usual_subscriber(self, *topics, **options | {"ack_policy": AckPolicy.ACK_FIRST, "auto_commit_interval_ms": 100})


async def where_kafka_says(self: consume.Consumer, partitions: Sequence[int]) -> None:
    places = [TopicPartition(self.topic, partition) for partition in partitions]
    self._positions = {place.partition: (await self._consumer.committed(place) or 0) - 1 for place in places}


async def no_positions(self: Transaction, _: Mapping[Partition, Any]) -> dict[Partition, int]:
    self.today = date(2027, 1, 1)
    return {}


async def nothing_seen(_: Transaction, items: Sequence[Item]) -> list[Item]:
    return list(items)


async def at_leisure(self: Engine, *arguments: Any) -> Any:
    await asyncio.sleep(0.5)  # long enough for the client to acknowledge what is at hand
    return await usual_apply(self, *arguments)


async def nobody(*_: object) -> None:
    return None


for where, name, other in (
    (KafkaBroker, "subscriber", acknowledged_first),
    (consume.Consumer, "_take_over", where_kafka_says),
    (consume.Consumer, "_commit", nobody),
    (consume.Consumer, "_heal", nobody),
    (Transaction, "lock_positions", no_positions),
    (Transaction, "_drop_repeats", nothing_seen),
    (Engine, "apply", at_leisure),
):
    setattr(where, name, other)
