"""Settings of a process, from environment variables that begin with `SESAME_`."""

from typing import Literal, TypeVar

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from .trouble import Trouble

EVENTS = "events"
"""The log: every event of every service, and the answer to every command."""
MAX_MESSAGE_BYTES = 5 * 1024 * 1024
Of = TypeVar("Of", bound=BaseSettings)


class Settings(BaseSettings):
    """What every process is told. A service adds its own in a subclass, named in `Service.settings`."""

    model_config = SettingsConfigDict(env_prefix="SESAME_", extra="ignore", frozen=True)

    kafka: str
    """Bootstrap servers, `host:port,host:port`."""
    kafka_user: str = ""
    """The process's own SCRAM principal: nobody comes without one."""
    kafka_password: SecretStr = SecretStr("")
    kafka_security: Literal["SASL_SSL", "SASL_PLAINTEXT"] = "SASL_SSL"
    """SASL_PLAINTEXT is for brokers on the same machine."""
    kafka_ca: str = ""
    """A file of the authorities that sign the brokers' certificates; the machine's own when empty."""
    replica: str = ""
    """A name that this replica keeps over restarts and shares with no other: after a crash it has its partitions back at once."""
    topic_prefix: str = ""
    """Put before every topic's name: several installations, or tests, on one cluster."""
    max_message_bytes: int = MAX_MESSAGE_BYTES
    """As `max.message.bytes` of `events` and of the commands' topics; other topics take 1 MiB, Kafka's default."""

    database: str
    """PostgreSQL DSN of the process's own database; `?sslmode=verify-full&sslrootcert=<file>` encrypts, and checks whom it reaches."""
    search_path: str = ""
    """Schemas, for a process that has several; otherwise the database's own default."""

    http_host: str = "127.0.0.1"
    http_port: int = 0
    """Of the HTTP that a process serves to others than the operator, where it does; 0 takes a free one."""
    http_certificate: str = ""
    """A file: the certificate, and those that lead from it to its authority. With it the process's HTTP is HTTPS."""
    http_key: str = ""
    """A file: the certificate's private key; empty when it stands in the same."""
    health_host: str = "127.0.0.1"
    health_port: int = 0
    """Of `/live`, `/ready` and `/metrics`, which are the operator's alone; 0 takes a free one."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def topic(self, name: str) -> str:
        """The topic's name in Kafka."""
        return self.topic_prefix + name

    def limit(self, topic: str) -> int:
        """How many bytes a record of `topic` may have."""
        return self.max_message_bytes if topic == EVENTS or topic.endswith(".commands") else 1024 * 1024


def read(kind: type[Of]) -> Of:
    """The process's settings. Raises Trouble that names those that are missing or wrong."""
    try:
        return kind()
    except ValidationError as error:
        names = ", ".join(f"SESAME_{'.'.join(str(part) for part in fault['loc']).upper()} ({fault['msg']})" for fault in error.errors())
        raise Trouble("Settings are missing or wrong: {names}.", names=names) from error
