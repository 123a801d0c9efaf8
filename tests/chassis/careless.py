"""The purses' commands as FastStream reads them by default: acknowledged first, Kafka's offsets for the truth, nothing remembered.

A control, with nothing of the chassis but its settings: what the chassis is there to prevent must happen here.
"""

import argparse
import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from faststream import FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512

from chassis.settings import EVENTS, Settings, read
from contracts.answers import CommandAnswered
from contracts.envelope import Envelope


def service(settings: Settings, dies: bool) -> FastStream:
    """Answers each command half a second after it was read; killed at the first one, if it `dies`."""
    security = SASLScram512(settings.kafka_user, settings.kafka_password.get_secret_value(), use_ssl=False)
    broker = KafkaBroker(settings.kafka.split(","), security=security)

    @broker.subscriber(
        settings.topic("billing.commands"),
        group_id=f"billing.{settings.topic_prefix}careless",
        auto_offset_reset="earliest",
        auto_commit_interval_ms=100,
    )
    async def answer(_body: object, message: KafkaMessage) -> None:
        await asyncio.sleep(0.5)  # long enough for the client to acknowledge what is at hand
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        record = message.raw_message
        assert not isinstance(record, Sequence)
        command = Envelope.read(record.key, record.headers)
        answered = CommandAnswered(command_id=command.id)
        made = Envelope(uuid4(), "billing", answered.TYPE, command.key, command.version, datetime.now(UTC), command.id)
        headers = {name: value.decode() for name, value in made.headers()}
        await broker.publish(answered.body(), settings.topic(EVENTS), key=record.key, headers=headers)

    return FastStream(broker)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--dies", action="store_true")
    asyncio.run(service(read(Settings), parser.parse_args().dies).run())
