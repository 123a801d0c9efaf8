"""What every body has in common: it is frozen, it has a versioned type, and a reader skips fields that it does not know."""

from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict

from .envelope import owner_of


class Part(BaseModel):
    """A value inside a message."""

    # Built when the first is read or written: a process knows them all, and uses a few. That is a third of what its start computes.
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False, defer_build=True)


class Message(Part):
    """A body that travels on a topic. `TYPE` is its CloudEvents type: service, past tense (event) or imperative (command), version."""

    TYPE: ClassVar[str]

    @classmethod
    def sources(cls) -> frozenset[str]:
        """Who may say it, as the envelope names its source: the process that the type begins with. A reader believes nobody else."""
        return frozenset({cls.TYPE.partition(".")[0]})

    @classmethod
    def may_come_from(cls, source: str) -> bool:
        """Whether `source`, as an envelope names it, is one that may say it."""
        return source in cls.sources()

    @classmethod
    def topic(cls) -> str:
        """Where it stands, without prefix (`deploy/kafka/topics.toml`)."""
        raise NotImplementedError(f"{cls.__name__} stands on no topic")

    def body(self) -> bytes:
        """The body as UTF-8 JSON."""
        return self.model_dump_json().encode()

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """The message in `body`. Raises pydantic's ValidationError when it is not one."""
        return cls.model_validate_json(body)


class Command(Message):
    """What somebody asks of a service, whose name its type begins with: it ends in exactly one `CommandAnswered`."""

    @classmethod
    def sources(cls) -> frozenset[str]:
        """The portal alone asks, whoever clicked."""
        return frozenset({"gateway"})

    @classmethod
    def may_come_from(cls, source: str) -> bool:
        """The portal, in whichever epoch it counted its commands: `gateway/3f9a0c1e`."""
        return owner_of(source) in cls.sources()

    @classmethod
    def topic(cls) -> str:
        """That of the service that it asks."""
        return f"{cls.TYPE.partition('.')[0]}.commands"


class Event(Message):
    """A fact that one service decided and published on the log."""

    @classmethod
    def topic(cls) -> str:
        """The log."""
        return "events"
