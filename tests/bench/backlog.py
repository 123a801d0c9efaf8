"""Actions that are open and full, and the hour entries that wait for them: what declarations and billing are measured with."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from chassis.ids import uuid7
from contracts.actions import TraineeEntered
from contracts.declarations import Line, PlaceFigures, SaveLine
from contracts.envelope import Actor, Envelope, made_id
from contracts.message import Message
from contracts.month import Month
from tests import guide
from tests.rules.declarations import declared_action

START, AT = "2008-05-05", datetime(2008, 5, 28, 9, tzinfo=UTC)
NONE = PlaceFigures(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0))
Sent = tuple[Envelope, Message]


@dataclass
class Backlog:
    """So many actions of so many trainees; each entry changes another line, and never says the same twice."""

    actions: int = 100
    trainees: int = 10
    _versions: dict[tuple[str, UUID], int] = field(default_factory=lambda: defaultdict(int))
    _commands: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def before(self) -> Iterator[Sent]:
        """What `actions` says until the first line can be saved."""
        for key in self._keys():
            people = self._people(key)
            said: Sequence[Message] = (
                guide.awarded(declared_action.terms(START)),
                *(declared_action.registration(trainee) for trainee in people),
                declared_action.opening(START),
                *(TraineeEntered(trainee_id=trainee, entered_on=date(2008, 5, 5)) for trainee in people),
            )
            for version, message in enumerate(said, 1):
                yield _envelope("actions", key, version, message, None), message

    def entries(self, number: int) -> list[Sent]:
        """The next so many: one line of each action in turn."""
        cells = [(key, trainee) for index in range(self.trainees) for key in self._keys() for trainee in [self._people(key)[index]]]
        return [self._entry(*cells[place % len(cells)]) for place in range(number)]

    def _entry(self, key: str, trainee: UUID) -> Sent:
        version = self._versions[key, trainee]
        self._versions[key, trainee] += 1
        self._commands[key] += 1
        line = Line(centre=PlaceFigures(attended=Decimal(1 + version % 300) / 4, excused=Decimal(0), unexcused=Decimal(0)), company=NONE)
        command = SaveLine(month=Month("2008-05"), trainee_id=trainee, line=line, base_version=version)
        return _envelope("gateway", key, self._commands[key], command, Actor("u1", "organisation", guide.SIRET)), command

    def _keys(self) -> list[str]:
        return [f"2008B{number:06}" for number in range(self.actions)]

    def _people(self, key: str) -> list[UUID]:
        return [made_id(key, UUID(int=0), index) for index in range(self.trainees)]


def _envelope(source: str, key: str, version: int, message: Message, actor: Actor | None) -> Envelope:
    made = uuid7()
    return Envelope(made, source, message.TYPE, key, version, AT, made, actor=actor)
