"""The operator's commands: `parked list | show ID | replay KEY | discard ID`, and `migrate`."""

import argparse

from .db import Connection
from .engine import parked
from .engine.batch import Batch, Engine
from .engine.parked import Parked
from .migrate import migrate
from .reading.readers import readers
from .service import Service
from .settings import Settings
from .trouble import Trouble
from .words import Words, say


def add_commands(parser: argparse.ArgumentParser, words: Words) -> None:
    """The commands, each a method of Operator; `command` is None without one."""
    parser.set_defaults(command=None)
    group = parser.add_subparsers(title=say(words, "commands"))
    migrating = group.add_parser("migrate", help=say(words, "brings the database to what this version needs, and ends"))
    migrating.set_defaults(command=Operator.migrate)
    commands = group.add_parser("parked", help=say(words, "the messages that are parked")).add_subparsers(required=True)
    commands.add_parser("list", help=say(words, "all of them, in order")).set_defaults(command=Operator.list_all)
    show = commands.add_parser("show", help=say(words, "a message and its error"))
    show.add_argument("id", type=int)
    show.set_defaults(command=Operator.show)
    discard = commands.add_parser("discard", help=say(words, "gives a message up, and tells whoever waits for it"))
    discard.add_argument("id", type=int)
    discard.set_defaults(command=Operator.discard)
    replay = commands.add_parser("replay", help=say(words, "handles again, in order, all that waits for a key"))
    replay.add_argument("key", nargs="?")
    replay.add_argument("--id", type=int, help=say(words, "a single message, without a readable key"))
    replay.set_defaults(command=Operator.replay)


class Operator:
    """Lists, shows, replays and discards what is parked in a service's database, and brings that to what this version needs."""

    def __init__(self, service: Service, settings: Settings, words: Words, connection: Connection) -> None:
        self._engine, self._readers = Engine(service, settings), readers(service, settings)
        self._service, self._settings = service, settings
        self._words, self._connection = words, connection

    async def migrate(self, _chosen: argparse.Namespace) -> None:
        """What a process does first when it starts, alone: for who wants it done before the first of them is replaced. Raises Trouble."""
        await migrate(self._service, self._settings)
        self._say("The database is as this version needs it.")

    async def list_all(self, _chosen: argparse.Namespace) -> None:
        """A line for each."""
        for message in await parked.every(self._connection):
            why = message.error.strip().splitlines()[-1][:120] if message.error else say(self._words, "waits for those before it")
            keys = " ".join(message.keys[:5]) or say(self._words, "(no key)")
            print(message.id, f"{message.parked_at:%F %T}", _position(message), _type(message), keys, why, sep="  ")

    async def show(self, chosen: argparse.Namespace) -> None:
        """Everything that is known of one, its body and error too."""
        message = await self._find(chosen.id)
        self._say(
            "{id}  {position}  written on {written}, parked on {parked}",
            id=message.id,
            position=_position(message),
            written=f"{message.record.timestamp:%F %T}",
            parked=f"{message.parked_at:%F %T}",
        )
        self._say("keys: {keys}", keys=" ".join(message.keys) or say(self._words, "(none: the message stands alone)"))
        for name, value in message.record.headers:
            print(f"{name}: {value.decode(errors='backslashreplace') if value is not None else say(self._words, '(null)')}")
        print("", (message.record.body or b"").decode(errors="backslashreplace"), sep="\n")
        if message.error:
            print("", message.error, sep="\n")

    async def replay(self, chosen: argparse.Namespace) -> None:
        """Handles all that waits for a key again, or one message by its id. Raises Trouble at the first that still cannot be handled."""
        if chosen.id is None and not chosen.key:
            raise Trouble("Give a key, or --id.")
        waiting = await parked.of_key(self._connection, chosen.key) if chosen.id is None else [await self._find(chosen.id)]
        if not waiting:
            raise Trouble("Nothing waits for “{key}”.", key=chosen.key)
        for message in waiting:
            await self._replay(message)
            self._say("{id}: handled", id=message.id)

    async def discard(self, chosen: argparse.Namespace) -> None:
        """Gives one up: a command is answered refused, an ask too, by what its subscription says."""
        message = await self._find(chosen.id)
        incoming = self._readers[message.record.topic].read(message.record) if message.record.topic in self._readers else None
        if incoming is None or incoming.envelope is None:
            await parked.remove(self._connection, message.id)
        else:
            await self._engine.replay(self._connection, message.id, incoming, incoming.give_up)
        self._say("{id}: discarded", id=message.id)

    async def _find(self, number: int) -> Parked:
        message = await parked.find(self._connection, number)
        if message is None:
            raise Trouble("No parked message has the number {number}.", number=number)
        return message

    async def _replay(self, message: Parked) -> None:
        """Raises Trouble when another goes first, or when it still cannot be handled: it then stays parked."""
        *before, last = await self._batches(message)
        keys = {*message.keys, *(key for incoming in last.messages for key in incoming.keys)}
        if (first := await parked.first_before(self._connection, message.id, keys)) is not None:
            raise Trouble(
                "Message {id} touches a key of message {first} too, which goes first: replay or discard that one before.",
                id=message.id,
                first=first,
            )
        for batch in before:
            await self._engine.apply(self._connection, batch)
        if not last.messages:
            await parked.remove(self._connection, message.id)
            return
        (incoming,) = last.messages
        if incoming.poison:
            reason = incoming.poison.strip().splitlines()[-1]
            raise Trouble("Message {id} still cannot be read: {reason}", id=message.id, reason=reason)
        try:
            await self._engine.replay(self._connection, message.id, incoming, incoming.handler)
        except Exception as error:
            raise Trouble(
                "Message {id} fails again ({kind}: {error}). It stays in its place.", id=message.id, kind=type(error).__name__, error=error
            ) from error

    async def _batches(self, message: Parked) -> list[Batch]:
        """What its record asks for: with keys it is one message, without it may be more, done in several transactions."""
        reader = self._readers.get(message.record.topic)
        if reader is None:
            return [Batch([])]
        if message.keys:
            incoming = reader.read(message.record)
            return [Batch([incoming] if incoming else [])]
        return [batch async for batch in reader.batches(self._connection, [message.record], {})]

    def _say(self, sentence: str, **figures: object) -> None:
        print(say(self._words, sentence, **figures))


def _position(message: Parked) -> str:
    return f"{message.record.topic}-{message.record.partition}@{message.record.offset}"


def _type(message: Parked) -> str:
    return next(((value or b"?").decode(errors="replace") for name, value in message.record.headers if name == "ce_type"), "?")
