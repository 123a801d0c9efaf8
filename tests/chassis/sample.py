"""A tiny service of purses: coins go in and out, another service may be asked, strangers may drop coins in."""

import json
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import UUID

import asyncpg

from chassis.record import Record
from chassis.service import Outside, Service, Subscription, Ticks
from chassis.settings import EVENTS
from chassis.work import Work
from contracts.calendar import CALENDAR, DayStarted
from contracts.envelope import Envelope
from contracts.message import Command, Event, Message
from contracts.personal import PERSONAL
from contracts.refusals import Refusal


class Add(Command):
    TYPE: ClassVar[str] = "billing.add.v1"
    amount: int


class Share(Command):
    """Coins from one purse to others, in one command."""

    TYPE: ClassVar[str] = "billing.share.v1"
    to: tuple[str, ...]
    amount: int
    padding: str = ""
    crash: bool = False


class Ask(Command):
    TYPE: ClassVar[str] = "billing.ask.v1"


class Write(Command):
    """A note of `size` letters on `personal`, and what the handler does that it must not."""

    TYPE: ClassVar[str] = "billing.write.v1"
    size: int = 1
    crash: bool = False
    under: str = ""


class Poke(Command):
    """A row in the service's own table, which the handler writes before it looks whether it may."""

    TYPE: ClassVar[str] = "billing.poke.v1"
    refused: bool = False


class Added(Event):
    TYPE: ClassVar[str] = "billing.added.v1"
    amount: int
    total: int


class Asked(Event):
    """What the asker knew: how often the purse had been poked."""

    TYPE: ClassVar[str] = "billing.asked.v1"
    pokes: int = 0


class Aged(Event):
    """How many days a purse has seen, and what was in it then."""

    TYPE: ClassVar[str] = "billing.aged.v1"
    days: int
    total: int


class Erase(Command):
    """The note is no more."""

    TYPE: ClassVar[str] = "billing.erase.v1"


class Granted(Event):
    TYPE: ClassVar[str] = "surveys.granted.v1"


class Poked(Event):
    TYPE: ClassVar[str] = "surveys.poked.v1"
    crash: bool = False


class AskRefused(Event):
    TYPE: ClassVar[str] = "billing.ask-refused.v1"


class Note(Message):
    TYPE: ClassVar[str] = "personal.note.v1"
    id: str
    version: int
    text: str

    @classmethod
    def sources(cls) -> frozenset[str]:
        return frozenset({"billing"})


class Reply(Message):
    TYPE: ClassVar[str] = "billing.reply.v1"
    code: str


class TooMuch(Refusal):
    """Il n’y a que {total} pièces."""


class NoSuchPurse(Refusal):
    """Cette bourse n’existe pas."""


class NotCoins(Refusal):
    """Ce message ne se lit pas."""


@dataclass(frozen=True)
class Purse:
    total: int = 0
    days: int = 0
    pokes: int = 0
    notes: int = 0
    asked: UUID | None = None


async def break_down(work: Work[Purse]) -> None:
    """A bug, until the table says that it is repaired."""
    if not await work.connection.fetchval("SELECT true FROM repaired"):
        raise ZeroDivisionError


async def add(work: Work[Purse], command: Add) -> None:
    purse = work.state or Purse()
    total = purse.total + command.amount
    if total < 0:
        raise TooMuch(total=purse.total)
    work.save(replace(purse, total=total), Added(amount=command.amount, total=total))


async def share(work: Work[Purse], command: Share) -> None:
    for key in command.to:
        purse = work.state_of(key) or Purse()
        work.save(replace(purse, total=purse.total + command.amount), Added(amount=command.amount, total=purse.total), key=key)
    if command.crash:
        await break_down(work)
    work.emit(Asked())


async def ask(work: Work[Purse], command: Ask) -> None:
    purse = work.state or Purse()
    work.save(replace(purse, asked=work.answer_later()), Asked(pokes=purse.pokes))


async def write(work: Work[Purse], command: Write) -> None:
    if command.crash:
        await break_down(work)
    purse = work.state or Purse()
    note = Note(id=str(UUID(int=7)), version=purse.notes + 1, text="x" * command.size)
    work.save(replace(purse, notes=note.version))
    work.publish(PERSONAL, note.id, note)
    if command.under:
        work.emit(Asked(), key=command.under)


async def erase(work: Work[Purse], command: Erase) -> None:
    work.save(replace(work.state or Purse(), notes=0))
    work.erase([str(UUID(int=7))])


async def poke(work: Work[Purse], command: Poke) -> None:
    await note_poke(work)
    work.save(replace(work.state or Purse(), pokes=1), Asked())
    if command.refused:
        raise TooMuch(total=0)


async def note_poke(work: Work[Purse]) -> None:
    await work.connection.execute("INSERT INTO pokes (key) VALUES ($1)", work.key)


async def granted(work: Work[Purse], event: Granted) -> None:
    purse = work.state
    if purse and purse.asked:
        work.answer(purse.asked)
        work.save(replace(purse, asked=None), Added(amount=0, total=purse.total))


async def poked(work: Work[Purse], event: Poked) -> None:
    if event.crash:
        await break_down(work)
    purse = work.state or Purse()
    work.save(replace(purse, pokes=purse.pokes + 1))
    work.write_later("INSERT INTO pokes (key) VALUES ($1)", work.key)


async def poke_refused(work: Work[Purse], event: Poked) -> None:
    work.emit(AskRefused())


async def dropped(work: Work[Purse], record: Record) -> None:
    """`{"coins": n}`; whatever else is refused, what cannot be taken out after the row was written."""
    try:
        coins = int(json.loads(record.body or b"")["coins"])
    except (ValueError, KeyError, TypeError):
        raise NotCoins from None
    if coins == 13:
        await break_down(work)
    purse = work.state
    if purse is None:
        raise NoSuchPurse
    await note_poke(work)
    total = purse.total + coins
    if total < 0:
        raise TooMuch(total=purse.total)
    work.save(replace(purse, total=total), Added(amount=coins, total=total))


async def drop_refused(work: Work[Purse], record: Record, refusal: Refusal) -> None:
    work.publish("region.decisions.replies", work.key, Reply(code=refusal.code()))


def drop_keys(record: Record) -> list[str]:
    return [(record.key or b"").decode(errors="replace")]


async def aged(work: Work[Purse], event: DayStarted) -> None:
    purse = work.state or Purse()
    if purse.total == 13:
        await break_down(work)
    work.save(replace(purse, days=purse.days + 1))


async def aged_aloud(work: Work[Purse], event: DayStarted) -> None:
    purse = work.known
    work.save(replace(purse, days=purse.days + 1), Aged(days=purse.days + 1, total=purse.total))


async def purses(connection: asyncpg.Connection, event: DayStarted) -> list[str]:
    return [row["key"] for row in await connection.fetch("SELECT key FROM aggregates WHERE state IS NOT NULL")]


def share_keys(command: Message, envelope: Envelope) -> tuple[str, ...]:
    return command.to if isinstance(command, Share) else ()


SERVICE = Service(
    name="billing",
    state=Purse,
    subscriptions=(
        Subscription(EVENTS, {Granted: granted, Poked: poked}, on_discard={Poked: poke_refused}),
        Subscription("billing.commands", {Add: add, Share: share, Ask: ask, Write: write, Poke: poke, Erase: erase}, keys=share_keys),
        Outside("region.decisions", dropped, drop_keys, drop_refused, "region.decisions.replies"),
        Ticks(CALENDAR, DayStarted, keys=purses, handle=aged),
    ),
    migrations="tests.chassis.migrations",
    records_topic=PERSONAL,
)

ALOUD = replace(SERVICE, subscriptions=(*SERVICE.subscriptions[:-1], Ticks(CALENDAR, DayStarted, keys=purses, handle=aged_aloud)))
"""The same, of which the log hears what a day did to each purse."""

COMMANDS_ONLY = replace(SERVICE, state=None, subscriptions=(Subscription("billing.commands", {Add: add}),))
