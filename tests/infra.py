"""Kafka and PostgreSQL for tests: one of each for the whole run, the real ones, started when the first test needs it.

    def test_...(infra): ...

gives an `Infra`. Each suite takes its own topics (`fresh_topics`, with their ACLs) and databases (`fresh_database`, copied from a
template that was migrated once), so that suites do not see each other. They are what `make up` runs (package `sesame_local`); with
TEST_INFRA=docker they are the same in containers.
"""

import functools
import hashlib
import json
import os
import random
import secrets
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Set
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sesame_local import acls, topics
from sesame_local.kafka import Broker, Kafka
from sesame_local.place import GUESTS, PORTS, READER, Place, kafka_users
from sesame_local.postgres import Postgres, Server
from sesame_local.process import Child
from sesame_local.up import Up

# Each client of Kafka would salt its password anew, in 4,096 rounds, for each connection.
hashlib.pbkdf2_hmac = functools.cache(hashlib.pbkdf2_hmac)
SHARED = "TEST_INFRA_SHARED"  # how pytest-xdist's workers find what their controller started
PARTITIONS = 4
"""Of a topic in tests, where the table says 12: broker and clients pay for each in every suite, and no promise rests on the number."""


@dataclass
class Infra:
    """PostgreSQL, which runs; and Kafka, which `start_kafka` starts when the first test needs it: pages and mails do without."""

    postgres: Postgres
    start_kafka: Callable[[], Kafka]
    partitions: int = PARTITIONS
    _templates: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def kafka(self) -> Kafka:
        return self.start_kafka()

    def fresh_topics(self, *principals: str) -> str:
        """Makes anew the topics that these principals read or write, with everybody's rights on them; returns the prefix of their names.

        (SESAME_TOPIC_PREFIX.)
        """
        prefix, table = f"{secrets.token_hex(4)}.", topics.load()
        known = {name for principal in principals for name in table.principals[principal].reads | table.principals[principal].writes}
        acls.apply(self.kafka.admin(), few_partitions(table, known, self.partitions), prefix)
        return prefix

    async def fresh_database(self, service: str, migrate: Callable[[str], Awaitable[None]] | None = None, of: str = "") -> str:
        """A new database, owned by the role `service`; returns its DSN. `migrate(dsn)` runs once per service and test run.

        With a `migrate`, a copy of the migrated template; without, an empty database. `of` tells apart the templates of one role.
        """
        template = await self._template(service, migrate, of) if migrate else "template1"
        return await self._create(f"{service}_{secrets.token_hex(4)}", service, template)

    async def _create(self, name: str, service: str, template: str = "template1") -> str:
        guests = {guest: role_password(guest) for guest in GUESTS.get(service, ())}
        return await self.postgres.create_database(name, service, role_password(service), template, guests, {READER: role_password(READER)})

    async def _template(self, service: str, migrate: Callable[[str], Awaitable[None]], of: str) -> str:
        if (service, of) not in self._templates:
            name = f"{service}_template_{secrets.token_hex(4)}"
            await migrate(await self._create(name, service))
            self._templates[service, of] = name
        return self._templates[service, of]

    def environment(self, principal: str, prefix: str, dsn: str = "") -> dict[str, str]:
        """The SESAME_… variables of a process that runs as `principal` on the topics of `prefix` and the database `dsn`."""
        environment = {
            "SESAME_KAFKA": self.kafka.bootstrap,
            "SESAME_KAFKA_USER": principal,
            "SESAME_KAFKA_PASSWORD": self.kafka.passwords[principal],
            "SESAME_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "SESAME_TOPIC_PREFIX": prefix,
        }
        if principal == "gateway":
            environment["SESAME_REGION_SIRET"] = "23340000100019"
        return environment | ({"SESAME_DATABASE": dsn} if dsn else {})


def few_partitions(table: topics.Table, names: Set[str] | None = None, partitions: int = PARTITIONS) -> topics.Table:
    """The table of these topics alone, or of all, each of so many partitions at most."""
    names = table.topics.keys() if names is None else names
    return topics.Table(
        {name: replace(table.topics[name], partitions=min(table.topics[name].partitions, partitions)) for name in names},
        {
            name: replace(principal, reads=principal.reads & names, writes=principal.writes & names)
            for name, principal in table.principals.items()
        },
    )


def role_password(role: str) -> str:
    return f"password-of-{role}"


def as_role(dsn: str, role: str) -> str:
    """The same database, for another role."""
    address = urlsplit(dsn)
    return address._replace(netloc=f"{role}:{role_password(role)}@{address.netloc.rpartition('@')[2]}").geturl()


def free_port() -> int:
    """A port that nobody listens on now; none of those that outgoing connections are given, of which one would soon take it."""
    while True:
        port = 11_000 + secrets.randbelow(9_000)  # Chromium does not go to 10080
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def installation(say: Callable[[str], None] = print, start: datetime | None = None) -> Iterator[Place]:
    """All of Sésame, as `make up` starts it, in a folder of its own and on free ports, at `start`; half a minute.

    Not below pytest's own temporary folder: each run of pytest shuts that to others, PostgreSQL's user among them.
    """
    folder = Path(tempfile.mkdtemp(prefix="sesame-tests-"))
    up = Up(Place(folder, free_ports(len(PORTS))), say)
    try:
        up.up(start)
        yield up.place
    finally:
        up.down()
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(number: int) -> int:
    """The first of `number` free ports in a row."""
    for base in random.sample(range(21_000, 30_000, 50), 180):  # two runs on one machine do not meet
        try:
            for port in range(base, base + number):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return base
    raise AssertionError(f"no {number} free ports in a row")


@contextmanager
def local(partitions: int = PARTITIONS, *, durable: bool = False) -> Iterator[Infra]:
    """A broker and a server of our own, in a folder that goes with them."""
    folder = Path(tempfile.mkdtemp(prefix="sesame-tests-"))
    broker = Broker(folder / "kafka", free_port(), free_port(), {user: f"password-of-{user}" for user in kafka_users()})
    server = Server(folder / "postgres", free_port(), "password-of-postgres", durable=durable)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)

        def started(part: Broker | Server) -> Child:
            part.prepare()
            child = Child(part.command, folder / f"{type(part).__name__.lower()}.log")
            stack.callback(child.stop, timeout=5)
            return child

        def kafka() -> Kafka:
            child = started(broker)
            broker.kafka.wait_ready(gone=lambda: child.ended)
            return broker.kafka

        child = started(server)
        server.postgres.wait_ready(gone=lambda: child.ended)
        yield Infra(server.postgres, kafka, partitions)


@contextmanager
def start() -> Iterator[Infra]:
    """What TEST_INFRA asks for: `local` (the default) or `docker`. Raises ValueError for anything else."""
    kind = os.environ.get("TEST_INFRA", "local")
    if kind == "docker":
        from tests.infra_docker import containers as chosen
    elif kind == "local":
        chosen = local
    else:
        raise ValueError(f"TEST_INFRA is local or docker, not {kind!r}")
    with chosen() as infra:
        yield infra


@pytest.fixture(scope="session")
def infra() -> Iterator[Infra]:
    if shared := os.environ.get(SHARED):
        addresses = json.loads(shared)
        yield Infra(Postgres(**addresses["postgres"]), lambda: Kafka(**addresses["kafka"]))
        return
    with start() as started:
        yield started


_started_for_workers = pytest.StashKey[object]()


def pytest_configure(config: pytest.Config) -> None:
    """Under pytest-xdist the controller starts the one Kafka and PostgreSQL that its workers share."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        running = start()
        infra = running.__enter__()
        config.stash[_started_for_workers] = running
        os.environ[SHARED] = json.dumps({"kafka": asdict(infra.kafka), "postgres": asdict(infra.postgres)})


def pytest_unconfigure(config: pytest.Config) -> None:
    if running := config.stash.get(_started_for_workers, None):
        os.environ.pop(SHARED, None)
        running.__exit__(None, None, None)  # type: ignore[attr-defined]
