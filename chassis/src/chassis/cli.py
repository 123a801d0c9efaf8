"""The operator's commands: `parked list | show ID | replay KEY | discard ID`."""

from __future__ import annotations

import argparse
from typing import Any

from contracts.refusals.common import Discarded

from . import parked
from .batch import Engine, refused
from .daily import day_of, do_keys, wanting
from .db import Connection, connect
from .reading import CalendarReader, Item, Reader, readers
from .service import Service
from .settings import Settings
from .trouble import Trouble


def add_to(parser: argparse.ArgumentParser) -> None:
    """The commands; `command` is None without one."""
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="commandes")
    group = commands.add_parser("parked", help="les messages mis de côté").add_subparsers(required=True)
    group.add_parser("list", help="tous, dans l’ordre").set_defaults(command=_list)
    for name, command, text in (
        ("show", _show, "un message et son erreur"),
        ("discard", _discard, "écarte un message et le dit à qui l’attend"),
    ):
        one = group.add_parser(name, help=text)
        one.add_argument("id", type=int)
        one.set_defaults(command=command)
    replay = group.add_parser("replay", help="traite à nouveau, dans l’ordre, tout ce qui attend pour une clé")
    replay.add_argument("key", nargs="?")
    replay.add_argument("--id", type=int, help="un seul message, sans clé lisible")
    replay.set_defaults(command=_replay)


async def _list(service: Service, settings: Settings, _chosen: argparse.Namespace) -> None:
    async with _Desk(service, settings) as desk:
        for one in await parked.every(desk.connection):
            why = one.error.strip().splitlines()[-1][:120] if one.error else "attend les précédents"
            print(
                one.id,
                f"{one.parked_at:%F %T}",
                desk.place(one),
                _kind(one),
                " ".join(one.keys[:5]) or "(sans clé)",
                why,
                sep="  ",
            )


async def _show(service: Service, settings: Settings, chosen: argparse.Namespace) -> None:
    async with _Desk(service, settings) as desk:
        one = await desk.get(chosen.id)
        print(f"{one.id}  {desk.place(one)}  écrit le {one.record.timestamp:%F %T}, mis de côté le {one.parked_at:%F %T}")
        print("clés :", " ".join(one.keys) or "(aucune : le message est seul)")
        for name, value in one.record.headers:
            print(f"{name}: {value.decode(errors='backslashreplace') if value is not None else '(nul)'}")
        print()
        print((one.record.body or b"").decode(errors="backslashreplace"))
        if one.error:
            print()
            print(one.error)


async def _replay(service: Service, settings: Settings, chosen: argparse.Namespace) -> None:
    async with _Desk(service, settings) as desk:
        if chosen.id is not None:
            waiting = [await desk.get(chosen.id)]
        elif chosen.key:
            waiting = await parked.of_key(desk.connection, chosen.key)
        else:
            raise Trouble("Donnez une clé, ou --id.")
        if not waiting:
            raise Trouble(f"Rien n’attend pour « {chosen.key} ».")
        for one in waiting:
            await desk.replay(one)
            print(f"{one.id} : traité")


async def _discard(service: Service, settings: Settings, chosen: argparse.Namespace) -> None:
    async with _Desk(service, settings) as desk:
        one = await desk.get(chosen.id)
        item = desk.sort(one)
        if item is None or item.envelope is None:
            await parked.remove(desk.connection, one.id)
        else:
            answer = refused(*Discarded().faults()) if item.command else None

            async def act(work: Any) -> None:
                if item.on_discard:
                    await item.on_discard(work)
                if answer:
                    await answer(work)

            await desk.engine.replay(desk.connection, one.id, item, act)
        print(f"{one.id} : écarté")


class _Desk:
    """The service's database and readers, for one command."""

    connection: Connection

    def __init__(self, service: Service, settings: Settings) -> None:
        self.engine = Engine(service, settings)
        self._settings, self._readers = settings, readers(service, settings)

    async def __aenter__(self) -> _Desk:
        self.connection = await connect(self._settings)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()

    def place(self, one: parked.Parked) -> str:
        return f"{one.record.topic}-{one.record.partition}@{one.record.offset}"

    async def get(self, number: int) -> parked.Parked:
        """The parked message. Raises Trouble when there is none."""
        found = await parked.one(self.connection, number)
        if found is None:
            raise Trouble(f"Aucun message mis de côté ne porte le numéro {number}.")
        return found

    def sort(self, one: parked.Parked) -> Item | None:
        reader: Reader | None = self._readers.get(one.record.topic)
        return reader.sort(one.record) if reader else None

    async def replay(self, one: parked.Parked) -> None:
        """Handles `one` again. Raises Trouble when another goes first, or when it still cannot be handled: it then stays parked."""
        if (first := await parked.before(self.connection, one)) is not None:
            raise Trouble(
                f"Le message {one.id} touche aussi une clé du message {first}, qui passe avant : rejouez ou écartez celui-ci d’abord."
            )
        reader = self._readers.get(one.record.topic)
        item: Item | None
        if isinstance(reader, CalendarReader) and not one.keys:
            item, day = day_of(reader, one.record)
            await do_keys(self.engine, reader, self.connection, one.record, await wanting(self.engine, self.connection, day))
        else:
            item = self.sort(one)
        if item is None:
            await parked.remove(self.connection, one.id)
            return
        if item.poison:
            raise Trouble(f"Le message {one.id} ne se lit toujours pas : {item.poison.strip().splitlines()[-1]}")
        try:
            await self.engine.replay(self.connection, one.id, item, item.act)
        except Exception as error:
            raise Trouble(f"Le message {one.id} échoue encore ({type(error).__name__}: {error}). Il reste à sa place.") from error


def _kind(one: parked.Parked) -> str:
    return next(((value or b"?").decode(errors="replace") for name, value in one.record.headers if name == "ce_type"), "?")
