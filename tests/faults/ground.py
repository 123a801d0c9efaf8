"""All of Sésame on ground that may give way: Kafka, PostgreSQL and every process of ours can be killed, and come back.

The processes are those of `make up`, forked instead of started from nothing, and kept up as a supervisor does: what ends is started again.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path as File
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka.errors import KafkaError

from clock.days import day_of
from sesame_local import acls, timeshift, topics
from sesame_local.move import pass_days
from sesame_local.place import DATABASES, GUESTS, PORTS, READER, Place
from sesame_local.place import Trouble as LocalTrouble
from sesame_local.postgres import Server
from sesame_local.process import Child, Command
from sesame_local.supervise import PROCESSES, Installation
from tests.backups import back_up, put_back
from tests.balancer import Balancer
from tests.faults.black_hole import Path, path_to_kafka, path_to_postgres
from tests.forks import Forked, is_ready, python_m, python_m_of
from tests.infra import few_partitions, free_port, free_ports

HAVE_A_PORT = {"gateway-web": "portal", "identity": "identity http"}
"""Whom people or the portal know by a port: of which one."""
CAN_JOIN = ("actions", "declarations", "billing", "surveys", "gateway-worker")
"""Of which a second one may run beside the first: the others have a port that people or the portal know."""
PATIENCE = 300.0
"""Seconds for a part to come up: a machine may do much else."""
AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)
"""What a question to a database raises while it is away."""


@dataclass
class Running:
    """One process of ours and what it was told."""

    name: str
    """Of the process; a second one of a kind has a number, `billing-2`."""
    arguments: tuple[str, ...]
    environment: dict[str, str]
    log: File
    tree: File | None = None
    """The files of another version, which it runs; today's otherwise."""
    port: int = 0
    """Where a server in front of it passes on what people ask; none by itself."""
    fork: Forked = field(init=False)
    started: int = 0
    """How often."""
    ends: list[str] = field(default_factory=list)
    """What it said last, each time that it ended by itself."""

    def start(self) -> None:
        """Starts it, the first time or again."""
        self.started += 1
        if self.tree:
            self.fork = Forked(python_m_of, str(self.tree), *self.arguments, environment=self.environment)
        else:
            self.fork = Forked(python_m, *self.arguments, environment=self.environment)

    @property
    def health(self) -> str:
        """Where it says whether it is ready."""
        return f"http://127.0.0.1:{self.environment['SESAME_HEALTH_PORT']}"

    def keep_said(self, said: str) -> None:
        """What it said goes to its log, where a person finds it."""
        with self.log.open("a") as log:
            log.write(said)


@dataclass
class Ground:
    """One installation. `crippled` names for a process what is run in its stead: a control that must fail."""

    place: Place
    crippled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fronts: dict[str, Balancer] = field(default_factory=dict)
    """By the name of a process that has a port, and may have replicas: what stands in front of them."""
    paths: dict[str, tuple[Path, Path]] = field(default_factory=dict)
    """Of the processes whose network can be cut: their ways to Kafka and to PostgreSQL."""
    children: dict[str, Child] = field(default_factory=dict)
    processes: dict[str, Running] = field(default_factory=dict)
    tree: File | None = None
    """Of the version with which it begins; today's otherwise."""
    recorded: dict[UUID, Any] = field(default_factory=dict)
    """Every command of the portal's, as it was last seen: it forgets those that were answered a week ago."""
    is_kept: bool = False
    _keeping: list["asyncio.Task[None]"] = field(default_factory=list)

    def keep(self) -> None:
        """Its folder stays, with the logs of all processes: something is to be found out."""
        self.is_kept = True

    @property
    def installation(self) -> Installation:
        """What runs, and with which settings."""
        return Installation(self.place)

    @property
    def server(self) -> Server:
        """PostgreSQL: a kill costs it nothing, and no disk is waited for."""
        return replace(self.installation.server, durable=False)

    @property
    def portal(self) -> str:
        """The address of the portal; `localhost`, so that browsers keep its cookies."""
        return self.place.portal_url

    async def start(self, instant: datetime) -> None:
        """From nothing to a portal that answers, at `instant`."""
        timeshift.write(self.place.time_shift, instant)
        self.place.mails.mkdir(parents=True, exist_ok=True)
        self.children["mail"] = Child(self.installation.command("mail"), self.place.logs / "mail.log")
        await asyncio.gather(self._make_kafka(), self._make_postgres(), *(front.start() for front in self.fronts.values()))
        for name in PROCESSES:
            self.add(name, tree=self.tree)
        await self.until_ready(PATIENCE)

    # Kafka and PostgreSQL

    async def _make_kafka(self) -> None:
        await asyncio.to_thread(self.installation.broker.prepare)
        self.rise("kafka")
        await self.until_risen("kafka")
        await asyncio.to_thread(acls.apply, self.installation.broker.kafka.admin(), few_partitions(topics.load()))

    async def lose_kafka(self) -> None:
        """Kafka's disk is gone; another broker comes, with topics that are new."""
        self.fall("kafka")
        shutil.rmtree(self.place.folder / "kafka")
        await self._make_kafka()

    async def _make_postgres(self) -> None:
        await asyncio.to_thread(self.server.prepare)
        self.rise("postgres")
        await self.until_risen("postgres")
        for name in DATABASES:
            await self.create_database(name)

    def rise(self, name: str) -> None:
        """Kafka or PostgreSQL comes up, unless it is."""
        if name in self.children and not self.children[name].ended:
            return
        command: Command = self.installation.broker.command if name == "kafka" else self.server.command
        self.children[name] = Child(command, self.place.logs / f"{name}.log")

    async def until_risen(self, name: str) -> None:
        """Until Kafka or PostgreSQL answers."""
        part = self.installation.broker.kafka if name == "kafka" else self.server.postgres
        await asyncio.to_thread(part.wait_ready, PATIENCE)

    def fall(self, name: str) -> None:
        """kill -9 of Kafka or PostgreSQL."""
        self.children[name].kill()

    async def create_database(self, name: str) -> None:
        """An empty one, as its owner finds it."""
        guests = {guest: self.place.secrets[f"postgres.{guest}"] for guest in GUESTS.get(name, ())}
        readers = {READER: self.place.secrets[f"postgres.{READER}"]}
        await self.server.postgres.create_database(name, name, self.place.secrets[f"postgres.{name}"], guests=guests, readers=readers)

    async def restore(self, name: str, later: Callable[[], Awaitable[None]]) -> None:
        """A backup of a service's database is taken under load; `later`, all that came since is lost and the backup comes in its place."""
        backup = await back_up(self.dsn(name), self.place.folder / f"{name}.backup")
        await later()
        replicas = [process for process in self.processes if process.removesuffix("-2") == name]
        for process in replicas:
            self.stop(process)
        await self.server.postgres.drop_database(name)
        await self.create_database(name)
        await put_back(self.dsn(name), backup)
        self.add(name)

    # Ours

    def add(self, name: str, number: int = 1, tree: File | None = None) -> Running:
        """A process joins: the first of its kind, or another replica; today's version, or that of `tree`."""
        module, _, role = name.partition("-")
        called = name if number == 1 else f"{name}-{number}"
        environment = dict(self.installation.environment(name))
        if name in self.paths:
            kafka, postgres = self.paths[name]
            environment |= {"SESAME_KAFKA": kafka.address, "SESAME_DATABASE": postgres.through(environment["SESAME_DATABASE"])}
        if number > 1:
            environment |= {"SESAME_REPLICA": called, "SESAME_HEALTH_PORT": str(free_port())}
        arguments = self.crippled.get(name, (module, *([role] if role else ())))
        port = free_port() if name in self.fronts else 0
        environment |= {"SESAME_HTTP_PORT": str(port)} if port else {}
        running = Running(called, arguments, environment, self.place.logs / f"{called}.log", tree, port)
        running.start()
        if port:
            self.fronts[name].ports.append(port)
        self.processes[called] = running
        self._keeping.append(asyncio.create_task(self._keep(running)))
        return running

    async def leave(self, name: str) -> None:
        """A replica leaves in good order, if it is still here."""
        running = self.processes.pop(name, None)
        if running is None:
            return
        if running.port:
            self.fronts[name.removesuffix("-2")].ports.remove(running.port)
        with suppress(FileNotFoundError):  # it was killed a moment ago, and its log is kept already
            _, said = await running.fork.stop()
            running.keep_said(said)

    def stop(self, name: str) -> None:
        """A process is down until it is added again."""
        self.kill(self.processes.pop(name))

    def kill(self, running: Running) -> None:
        """kill -9."""
        with suppress(FileNotFoundError):
            running.keep_said(running.fork.said())
            running.fork.kill()

    async def _keep(self, running: Running) -> None:
        """As a supervisor does: what ends is started again, a second later when it ended by itself."""
        while self.processes.get(running.name) is running:
            await asyncio.sleep(0.1)
            if self.processes.get(running.name) is not running or running.fork.is_running:
                continue
            with suppress(FileNotFoundError):  # it was killed, and its log is kept already
                _, said = await running.fork.ended()
                running.keep_said(said)
                running.ends.append(said.strip().rpartition("\n")[2])
                await asyncio.sleep(1)
            if self.processes.get(running.name) is running:
                running.start()

    async def is_ready(self, names: Iterable[str] = ()) -> bool:
        """Whether these processes, or all, say that they serve."""
        wanted = [self.processes[name] for name in (names or list(self.processes)) if name in self.processes]
        for running in wanted:
            if not await is_ready(running.environment["SESAME_HEALTH_PORT"]):
                return False
        return True

    async def until_ready(self, within: float, names: Iterable[str] = ()) -> None:
        """Until they serve. Raises TimeoutError, with the last word of each that does not run."""
        give_up, names = monotonic() + within, list(names)
        while not await self.is_ready(names):
            if monotonic() > give_up:
                said = {name: running.ends[-1:] for name, running in self.processes.items() if not await self.is_ready([name])}
                raise TimeoutError(f"not ready: {said}; their logs are in {self.place.logs}")
            await asyncio.sleep(0.1)

    # What is asked of all

    async def fetch(self, database: str, query: str, *values: object) -> list[Any]:
        """The rows of a query; asked again while the server is away."""
        schema = {"gateway": "own,view"}.get(database, "public")
        while True:
            try:
                connection = await asyncpg.connect(self.dsn(database), timeout=5, server_settings={"search_path": schema})
                try:
                    return list(await connection.fetch(query, *values, timeout=10))
                finally:
                    connection.terminate()
            except asyncpg.UndefinedTableError:
                raise
            except AWAY:
                await asyncio.sleep(0.2)

    async def note_commands(self) -> None:
        """Notes what the portal has recorded, before time moves on."""
        self.recorded |= {row["id"]: row for row in await self.fetch("gateway", "SELECT id, type, key, faults FROM commands")}

    def dsn(self, database: str) -> str:
        """A database's address for the administrator, past any hole in the network."""
        return self.server.postgres.dsn(database)

    async def operate(self, process: str, *arguments: str) -> str:
        """What an operator's command says."""
        command = self.installation.command(process)
        module = command.arguments[2]
        code, said = await Forked(python_m, module, *arguments, environment=command.environment).ended(60)
        assert code == 0, said
        return said

    async def it_becomes(self, instant: datetime) -> None:
        """Time moves: every day in between is lived through by every service. Tried again while something is away."""
        while True:
            try:
                await pass_days(self.installation, day_of(instant))
                break
            except (*AWAY, LocalTrouble, KafkaError):
                await asyncio.sleep(0.5)
        timeshift.write(self.place.time_shift, instant)

    async def end(self) -> None:
        """Ends every process of ours in good order, then what they stand on."""
        running, self.processes = list(self.processes.values()), {}
        for task in self._keeping:
            task.cancel()
        await asyncio.gather(*self._keeping, return_exceptions=True)
        for one, ended in zip(running, await asyncio.gather(*(one.fork.stop() for one in running), return_exceptions=True), strict=True):
            one.keep_said(ended[1] if isinstance(ended, tuple) else str(ended))
        for front in self.fronts.values():
            await front.close()
        for child in self.children.values():
            child.kill()


@asynccontextmanager
async def ground(
    instant: datetime,
    *,
    by_paths: Iterable[str] = (),
    crippled: Mapping[str, tuple[str, ...]] | None = None,
    tree: File | None = None,
    doubled: bool = False,
) -> AsyncIterator[Ground]:
    """An installation in a folder of its own, begun at `instant`; the folder goes with it, unless the block raises or asks to keep it.

    The network of the processes `by_paths` can be cut; those that are `crippled` are run by another module, with these arguments. It begins
    with the version in `tree`, if there is one. Where it is `doubled`, something stands in front of those that have a port.
    """
    folder = File(tempfile.mkdtemp(prefix="sesame-faults-"))
    made = Ground(Place(folder, free_ports(len(PORTS))), dict(crippled or {}), tree=tree)
    if doubled:
        made.fronts = {name: Balancer(made.place.port(port)) for name, port in HAVE_A_PORT.items()}
    os.environ[timeshift.VARIABLE] = str(made.place.time_shift)
    with ExitStack() as stack:
        for name in by_paths:
            to_kafka = stack.enter_context(path_to_kafka(made.installation.broker.kafka.bootstrap))
            made.paths[name] = to_kafka, stack.enter_context(path_to_postgres(made.dsn("postgres")))
        try:
            await made.start(instant)
            yield made
        finally:
            os.environ.pop(timeshift.VARIABLE, None)
            await made.end()
    if not made.is_kept:
        shutil.rmtree(folder, ignore_errors=True)
