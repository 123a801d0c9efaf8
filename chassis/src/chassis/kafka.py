"""How to reach Kafka: the same settings for consumers, the relay's producer and FastStream's broker."""

import ssl
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import create_conn
from aiokafka.errors import KafkaError
from faststream.security import BaseSecurity, SASLScram512

from .settings import Settings


def is_secured(settings: Settings) -> bool:
    """Whether the process logs in; without a user it comes as nobody, in plain text."""
    return bool(settings.kafka_user) and settings.kafka_security != "PLAINTEXT"


def client_options(settings: Settings) -> dict[str, Any]:
    """For aiokafka's own clients."""
    options: dict[str, Any] = {"bootstrap_servers": settings.kafka, "client_id": settings.kafka_user or "sesame"}
    if not is_secured(settings):
        return options
    return options | {
        "security_protocol": settings.kafka_security,
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": settings.kafka_user,
        "sasl_plain_password": settings.kafka_password.get_secret_value(),
        "ssl_context": _tls(settings),
    }


def security(settings: Settings) -> BaseSecurity | None:
    """For FastStream's broker."""
    if not is_secured(settings):
        return None
    tls = _tls(settings)
    return SASLScram512(settings.kafka_user, settings.kafka_password.get_secret_value(), ssl_context=tls, use_ssl=tls is not None)


async def partitions(settings: Settings) -> dict[str, set[int]]:
    """Every topic that this principal may see, and its partitions. Raises KafkaError or OSError, the one that says why."""
    admin = AIOKafkaAdminClient(**client_options(settings))
    try:
        await admin.start()
        return {one["topic"]: {each["partition"] for each in one["partitions"]} for one in await admin.describe_topics()}
    except KafkaError:
        await _say_why(settings)
        raise
    finally:
        await admin.close()


async def _say_why(settings: Settings) -> None:
    """aiokafka's clients only say that they could not connect: a connection of our own says why."""
    host, _, port = settings.kafka.split(",")[0].rpartition(":")
    options = {name: value for name, value in client_options(settings).items() if name != "bootstrap_servers"}
    (await create_conn(host, int(port), **options)).close()


def _tls(settings: Settings) -> ssl.SSLContext | None:
    return ssl.create_default_context() if settings.kafka_security == "SASL_SSL" else None
