"""What a producer packs is unpacked by Kafka, which refuses what is then too large: no reader ever unpacks anything."""

import asyncio
from typing import Any

import pytest
from confluent_kafka import KafkaError, Producer

from tests.chassis.conftest import SampleInstallation
from tests.chassis.test_outside import replies
from tests.log import eventually

CODECS = ("gzip", "snappy", "lz4", "zstd")


def send(installation: SampleInstallation, codec: str, topic: str, key: bytes, body: bytes) -> KafkaError | None:
    """Why Kafka refuses a packed record; None when it keeps it."""
    environment, told = installation.environment, []
    producer = Producer(
        {
            "bootstrap.servers": environment["SESAME_KAFKA"],
            "security.protocol": environment["SESAME_KAFKA_SECURITY"],
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": installation.log.settings.kafka_user,
            "sasl.password": installation.log.settings.kafka_password.get_secret_value(),
            "compression.type": codec,
            "message.max.bytes": 1_000_000_000,
        }
    )

    def note(error: KafkaError | None, _message: Any) -> None:
        told.append(error)

    producer.produce(installation.settings.topic(topic), body, key, on_delivery=note)
    producer.flush(60)
    [error] = told
    return error


@pytest.mark.parametrize("codec", CODECS)
async def test_what_is_packed_is_read_whatever_packed_it(served: SampleInstallation, codec: str) -> None:
    body = b'{"coins": ' + b" " * 4_000 + b"5}"
    assert await asyncio.to_thread(send, served, codec, "region.decisions", codec.encode(), body) is None
    assert await eventually(lambda: replies(served, codec)) == ["no-such-purse"]


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("topic", ["region.decisions", "events"])
async def test_a_few_kilobytes_that_unpack_to_megabytes_never_reach_a_reader(served: SampleInstallation, codec: str, topic: str) -> None:
    error = await asyncio.to_thread(send, served, codec, topic, b"bomb", b"\0" * 20_000_000)
    assert error is not None
    assert error.code() == KafkaError.MSG_SIZE_TOO_LARGE
