"""Who receives and who sends which messages: of a service its own table says it, of anybody else its rights in Kafka."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from chassis.service import Outside, Service, Subscription, Ticks
from contracts.answers import CommandAnswered
from contracts.message import Message
from contracts.registry import MESSAGES
from sesame_local import topics
from sesame_local.place import SERVICES

Kinds = tuple[type[Message], ...]


@dataclass(frozen=True)
class Application:
    """A principal of Kafka, and what it receives and sends, by topic."""

    name: str
    group_prefix: str
    receives: Mapping[str, Kinds]
    sends: Mapping[str, Kinds]


@dataclass(frozen=True)
class World:
    """All of it."""

    table: topics.Table
    applications: tuple[Application, ...]
    kinds: Mapping[str, Kinds]
    """What stands on each topic."""
    answers: Mapping[str, Kinds]
    """With what the messages of a topic are answered, one by one."""
    without_envelope: frozenset[str]
    """Topics that strangers write."""
    erasing: frozenset[str]
    """Topics on which a record without a body erases."""


def world() -> World:
    """As it is now. Raises ValueError when a table or a type names a topic that the table of topics does not."""
    table, services = topics.load(), _services()
    kinds: dict[str, list[type[Message]]] = {name: [] for name in table.topics}
    for type_ in sorted(MESSAGES):
        if (topic := MESSAGES[type_].topic()) not in kinds:
            raise ValueError(f"{type_} stands on {topic}, which topics.toml does not know")
        kinds[topic].append(MESSAGES[type_])
    on = {name: tuple(found) for name, found in kinds.items()}
    rows = [row for service in services.values() for row in service.subscriptions]
    outside = [row for row in rows if isinstance(row, Outside)]
    commands = {row.topic: (CommandAnswered,) for row in rows if isinstance(row, Subscription) and row.commands}
    return World(
        table,
        tuple(_application(principal, services.get(principal.name), on) for principal in table.principals.values()),
        on,
        commands | {row.topic: on[row.replies] for row in outside if row.replies},
        frozenset(row.topic for row in outside),
        frozenset(row.topic for row in rows if isinstance(row, Subscription) and row.erased),
    )


def _services() -> Mapping[str, Service]:
    """Every process that turns messages into messages, by its principal."""
    found = {name: import_module(f"{name}.app").service for name in SERVICES}
    return found | {"gateway": import_module("gateway.worker.service").service}


def _application(principal: topics.Principal, service: Service | None, kinds: Mapping[str, Kinds]) -> Application:
    listened = dict(_listened(service, kinds)) if service else {}
    if unknown := listened.keys() - principal.reads:
        raise ValueError(f"{principal.name} listens to {', '.join(sorted(unknown))}, which topics.toml does not let it read")
    # Whatever else it may read has no table: an outside system's topics, or its own messages, that a restored database reads again.
    receives = {topic: listened.get(topic, kinds[topic]) for topic in sorted(principal.reads)}
    sends = {topic: tuple(kind for kind in kinds[topic] if principal.name in kind.sources()) for topic in sorted(principal.writes)}
    return Application(principal.name, principal.group_prefix, receives, {topic: said for topic, said in sends.items() if said})


def _listened(service: Service, kinds: Mapping[str, Kinds]) -> Iterator[tuple[str, Kinds]]:
    listened: defaultdict[str, set[type[Message]]] = defaultdict(set)
    for row in service.subscriptions:
        match row:
            case Subscription():
                listened[row.topic] |= row.handlers.keys()
            case Ticks():
                listened[row.topic].add(row.message)
            case Outside():
                listened[row.topic].update(kinds[row.topic])
    if service.note:
        listened[CommandAnswered.topic()].add(CommandAnswered)
    for topic, found in listened.items():
        yield topic, in_order(found)


def in_order(kinds: Iterable[type[Message]]) -> Kinds:
    """By type."""
    return tuple(sorted(kinds, key=lambda kind: kind.TYPE))
