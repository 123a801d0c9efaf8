"""How a command ends: one `CommandAnswered` on the log, accepted or refused with codes and figures, never with free text."""

from collections.abc import Iterable
from typing import ClassVar, Self
from uuid import UUID

from pydantic import Field

from .message import Event, Part


class Fault(Part):
    """Why something was refused: a stable code, the figures of its sentence, the field or item that it is about."""

    code: str
    figures: dict[str, str | int] = Field(default_factory=dict)
    field: str | None = None
    item: str | None = None


class PersonalRef(Part):
    """Points at a record of the `personal` topic, in the version that the fact is about."""

    id: str
    version: int


class CommandAnswered(Event):
    """The answer to a command, under the command's key, after every event that it caused. No fault means accepted.

    `personal` names what the command wrote on the `personal` topic, so that a page can wait until it shows it.
    """

    TYPE: ClassVar[str] = "command-answered.v1"

    command_id: UUID
    faults: tuple[Fault, ...] = ()
    personal: tuple[PersonalRef, ...] = ()

    @classmethod
    def sources(cls) -> frozenset[str]:
        """Every service that commands are for; which of them answers a command follows from that command's type."""
        return frozenset({"actions", "billing", "declarations", "identity", "surveys"})

    @classmethod
    def of(cls, command_id: UUID, faults: tuple[Fault, ...], records: Iterable[tuple[str, int]]) -> Self:
        """The answer to a command which wrote `records`, told by id and version."""
        return cls(command_id=command_id, faults=faults, personal=tuple(PersonalRef(id=id, version=version) for id, version in records))
