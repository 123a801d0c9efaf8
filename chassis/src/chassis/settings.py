"""Settings of a process, from environment variables that begin with `SESAME_`, or from files that such variables name."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal, Self, TypeVar, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from .trouble import Trouble
from .words import Words, say

EVENTS = "events"
"""The log: every event of every service, and the answer to every command."""
MAX_MESSAGE_BYTES = 5 * 1024 * 1024
Of = TypeVar("Of", bound="Settings")


class Settings(BaseModel):
    """What every process is told. A service adds its own in a subclass, named in `Service.settings`.

    Each is the variable `SESAME_<NAME>`, or stands in the file that `SESAME_<NAME>_FILE` names. What is said below it is what an operator
    reads of it, in `deploy/SETTINGS.md` and when it is missing or wrong.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, validate_default=True, use_attribute_docstrings=True)
    leaves_out: ClassVar[frozenset[str]] = frozenset()
    """Those that a process has because others do, and never looks at."""

    kafka: str
    """Bootstrap servers, `host:port,host:port`."""
    kafka_user: str = ""
    """The process's own SCRAM principal: nobody comes without one."""
    kafka_password: SecretStr = SecretStr("")
    """Of that principal."""
    kafka_security: Literal["SASL_SSL", "SASL_PLAINTEXT"] = "SASL_SSL"
    """SASL_PLAINTEXT is for brokers on the same machine."""
    kafka_ca: str = ""
    """A file of the authorities that sign the brokers' certificates; the machine's own when empty."""
    replica: str = ""
    """A name that this replica keeps over restarts and shares with no other: after a crash it has its partitions back at once."""
    topic_prefix: str = ""
    """Put before every topic's name: several installations, or tests, on one cluster."""
    max_message_bytes: int = Field(default=MAX_MESSAGE_BYTES, gt=0)
    """As `max.message.bytes` of `events` and of the commands' topics; other topics take 1 MiB, Kafka's default."""

    database: str
    """PostgreSQL DSN of the process's own database; `?sslmode=verify-full&sslrootcert=<file>` encrypts, and checks whom it reaches."""
    search_path: str = ""
    """Schemas, for a process that has several; otherwise the database's own default."""

    http_host: str = "127.0.0.1"
    """The address on which the next is open."""
    http_port: int = Field(default=0, ge=0, le=65535)
    """Of the HTTP that a process serves to others than the operator, where it does; 0 takes a free one."""
    http_certificate: str = ""
    """A file: the certificate, and those that lead from it to its authority. With it the process's HTTP is HTTPS."""
    http_key: str = ""
    """A file: the certificate's private key; empty when it stands in the same."""
    health_host: str = "127.0.0.1"
    """The address on which the next is open."""
    health_port: int = Field(default=0, ge=0, le=65535)
    """Of `/live`, `/ready` and `/metrics`, which are the operator's alone; 0 takes a free one."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is logged: this, and what is worse."""

    @classmethod
    def told(cls, environment: Mapping[str, str]) -> Self:
        """What a process with this environment is told. Raises as `read`."""
        values = _values(cls, environment)
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_context=False, include_input=False)
            of_each = {str(fault["loc"][0]): (fault["type"], fault["msg"]) for fault in reversed(wrong)}
            raise SettingsWrong([_fault(cls, name, *of_each[name]) for name in cls.model_fields if name in of_each]) from None

    def topic(self, name: str) -> str:
        """The topic's name in Kafka."""
        return self.topic_prefix + name

    def limit(self, topic: str) -> int:
        """How many bytes a record of `topic` may have."""
        return self.max_message_bytes if topic == EVENTS or topic.endswith(".commands") else 1024 * 1024


class SettingsWrong(Trouble):
    """A sentence for each setting that is missing or wrong: its variable, and what is said of it. What it holds is never told."""

    def __init__(self, faults: list[tuple[str, dict[str, str]]]) -> None:
        self._faults = faults
        super().__init__("")
        self.args = (self.told({}),)

    def told(self, words: Words) -> str:
        """As `Trouble`."""
        return " ".join(say(words, sentence, **figures) for sentence, figures in self._faults)


def read(kind: type[Of]) -> Of:
    """The process's settings. Raises Trouble that names those that are missing or wrong, and says of each what it is."""
    return kind.told(os.environ)


def keys(secret: SecretStr) -> tuple[str, ...]:
    """Those of a setting that may hold two while one takes the other's place: one on each line, the newest first."""
    return tuple(line.strip() for line in secret.get_secret_value().splitlines() if line.strip())


def each_of(length: int) -> AfterValidator:
    """Such a setting holds a key, and each has so many characters at least."""

    def checked(secret: SecretStr) -> SecretStr:
        if not keys(secret) or min(map(len, keys(secret))) < length:
            raise ValueError
        return secret

    return AfterValidator(checked)


def variable(name: str) -> str:
    """Of the setting of that name."""
    return f"SESAME_{name.upper()}"


def is_of_many(kind: type[Settings], name: str) -> bool:
    """Whether a setting is JSON in the environment: it holds several values."""
    return get_origin(kind.model_fields[name].annotation) in {dict, tuple, Mapping}


def _values(kind: type[Settings], environment: Mapping[str, str]) -> dict[str, object]:
    """Raises SettingsWrong for what cannot be read."""
    values: dict[str, object] = {}
    faults: list[tuple[str, dict[str, str]]] = []
    for name in kind.model_fields:
        figures = _figures(kind, name)
        text, file = environment.get(variable(name)), environment.get(f"{variable(name)}_FILE")
        if text is not None and file is not None:
            faults.append(("{name} and {name}_FILE are both there: leave one out.", figures))
            continue
        try:
            if file is not None:
                text = Path(file).read_text().strip()
            if text or (
                text is not None and not kind.model_fields[name].is_required()
            ):  # what must hold something, and is empty, is missing
                values[name] = json.loads(text) if is_of_many(kind, name) else text
        except (OSError, UnicodeDecodeError):
            faults.append(("The file that {name}_FILE names cannot be read by this process.", figures))
        except ValueError:
            faults.append(("{name} is no JSON. What it says: {what}", figures))
    if faults:
        raise SettingsWrong(faults)
    return values


def _fault(kind: type[Settings], name: str, type_: str, message: str) -> tuple[str, dict[str, str]]:
    figures = _figures(kind, name)
    if type_ == "missing":
        return "{name} is missing. What it says: {what}", figures
    # Of a check of ours, the message could hold what it looked at.
    return "{name} is wrong{fault}. What it says: {what}", figures | {"fault": "" if type_ == "value_error" else f" ({message})"}


def _figures(kind: type[Settings], name: str) -> dict[str, str]:
    return {"name": variable(name), "what": " ".join((kind.model_fields[name].description or "").split())}
