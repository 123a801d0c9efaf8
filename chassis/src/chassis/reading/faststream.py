"""All that is asked of FastStream otherwise than it does by itself; decisions/0007-faststream.md says why, and what would end it.

FastStream connects, subscribes, polls, and stops in order. It must not be able to lose a batch: neither parser nor decoder looks at
anything, so neither can raise; nothing leaves the handler; it acknowledges nothing, since positions are in the database.
"""

import ssl
from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import FAKE_CONSUMER
from faststream.security import SASLScram512

from .. import kafka
from ..settings import Settings

log = structlog.get_logger()

MOST = 200
"""Records in a batch."""
LONGEST_POLL = 500
"""Milliseconds that Kafka holds a fetch while there is nothing: what comes ends it at once. Idling costs less the longer it is; but a
consumer that seeks, to be given again what it could not handle, waits until the poll at hand has ended.
"""
NEVER = 3600.0
"""Seconds: longer than any batch is handled."""

Broker = KafkaBroker
RawBatch = tuple[ConsumerRecord, ...]


def make_broker(name: str, settings: Settings, on_error: Callable[[BaseException], None]) -> Broker:
    """The broker of a process; `on_error` hears what Kafka says to it, which FastStream would log and swallow."""
    tls: ssl.SSLContext | None = kafka.tls(settings)
    user, password = settings.kafka_user, settings.kafka_password.get_secret_value()
    return KafkaBroker(
        settings.kafka.split(","),
        security=SASLScram512(user, password, ssl_context=tls, use_ssl=tls is not None),
        client_id=name,
        request_timeout_ms=kafka.REQUEST,
        consumer_only=True,
        allow_auto_create_topics=False,
        apply_types=False,
        logger=ErrorLog(on_error),
    )


class Feed:
    """A consumer group's batches of one topic, one after the other. `handle` may not raise: what it raises, FastStream swallows."""

    def __init__(
        self,
        broker: Broker,
        topic: str,
        group: str,
        replica: str,
        handle: Callable[[RawBatch], Awaitable[None]],
        listener: ConsumerRebalanceListener,
    ) -> None:
        self._subscriber = broker.subscriber(
            topic,
            group_id=group,
            group_instance_id=replica or None,
            ack_policy=AckPolicy.MANUAL,
            batch=True,
            max_records=MOST,
            fetch_max_wait_ms=LONGEST_POLL,
            consumer_timeout_ms=LONGEST_POLL,
            auto_offset_reset="earliest",
            session_timeout_ms=6000,
            heartbeat_interval_ms=1000,
            rebalance_timeout_ms=60_000,
            parser=_keep_raw,
            decoder=_decode_nothing,
            listener=listener,
        )

        async def handle_batch(records: Any) -> None:  # FastStream makes a pydantic model of what is annotated here
            await handle(records)

        self._subscriber(handle_batch)
        # FastStream's own sleeps whenever nothing has come yet: what comes meanwhile is late, and an idle machine is never idle.
        self._subscriber.get_msg = _next_batch  # type: ignore[method-assign]

    @property
    def client(self) -> AIOKafkaConsumer:
        """aiokafka's consumer, to seek and to ask with. Raises ConnectionError before the broker has started and after it has stopped."""
        if self._subscriber.consumer is None:
            raise ConnectionError("FastStream has no consumer")
        return self._subscriber.consumer


class ErrorLog:
    """Takes the place of FastStream's logger: an authorization that Kafka refuses must end the process."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error

    def log(self, level: int, msg: Any, /, *, exc_info: Any = None, extra: Any = None) -> None:  # noqa: ARG002
        """FastStream's LoggerProto."""
        if isinstance(exc_info, BaseException):
            self._on_error(exc_info)
            log.warning("kafka", error=type(exc_info).__name__)


async def _next_batch(consumer: AIOKafkaConsumer) -> RawBatch:
    """What has come, as soon as it has; nothing after a second, so that FastStream may stop."""
    # While a batch is handled for longer than this, aiokafka polls the other partitions alone: what comes to this one waits until that
    # poll ends. By its own tenth of a second, that is most polls of a busy service; so it polls for all, once the batch is taken.
    consumer._fetcher._prefetch_backoff = NEVER
    return tuple(chain.from_iterable((await consumer.getmany(timeout_ms=1000, max_records=MOST)).values()))


async def _keep_raw(records: Any) -> KafkaMessage:
    return KafkaMessage(records, body=b"", consumer=FAKE_CONSUMER)


async def _decode_nothing(message: KafkaMessage) -> Any:
    return message.raw_message
