"""`make up`, `down` and `reset`: an installation from nothing to a portal that answers."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from sesame_local import acls, frontend, kafka, timeshift, topics
from sesame_local.place import GUESTS, PORTS, READER, Place, Trouble
from sesame_local.supervise import Installation, Supervisor

ROOM = 2 * 1024**3
PATIENCE = 120


@dataclass(frozen=True)
class Up:
    """The steps of `make up`; `say` gets a line for each."""

    place: Place
    say: Callable[[str], None] = print

    @property
    def installation(self) -> Installation:
        return Installation(self.place)

    @property
    def supervisor(self) -> Supervisor:
        return Supervisor(self.installation)

    def up(self, start: datetime | None = None) -> None:
        """Does what is missing and waits until everything is ready. `start`: the instant at which a new installation begins.

        Raises Trouble.
        """
        self._check_place()
        self.fetch()
        if start:
            timeshift.write(self.place.time_shift, start)
        (self.place.folder / "port").write_text(str(self.place.base_port))
        self._start_foundation()
        self._make_topics()
        asyncio.run(self._make_databases())
        self._start_processes()
        self._first_agent()

    def down(self) -> None:
        """Stops everything."""
        self.say("Sésame est arrêté." if self.supervisor.stop() else "Rien ne tournait.")

    def reset(self) -> None:
        """Stops everything and forgets all data, passwords and mails. What was downloaded stays."""
        self.supervisor.stop()
        for name in ("kafka", "postgres", "mails", "logs"):
            shutil.rmtree(self.place.folder / name, ignore_errors=True)
        for file in ("secrets.json", "supervisor.conf", self.place.time_shift.name):
            (self.place.folder / file).unlink(missing_ok=True)
        self.say("Les données locales sont effacées.")

    def _check_place(self) -> None:
        self.place.folder.mkdir(parents=True, exist_ok=True)
        if (self.place.folder / "postgres").exists() and not (self.place.folder / "secrets.json").exists():
            raise Trouble(f"Il y a des données dans {self.place.folder}, mais plus leurs mots de passe (secrets.json) : « make reset ».")
        if shutil.disk_usage(self.place.folder).free < ROOM:
            raise Trouble(f"Il faut au moins 2 Go libres sur le disque de {self.place.folder}.")

    def fetch(self) -> None:
        """Downloads what is missing, and starts nothing. Raises Trouble."""
        self.say("Les fichiers du portail…")
        frontend.install()
        self.say("Les fichiers de Kafka…")
        kafka.jars(lambda done, total: self.say(f"  {done} sur {total}") if done % 10 == 0 or done == total else None)

    def _start_foundation(self) -> None:
        if not self.supervisor.running:
            self._check_ports()
        self.say("Kafka, PostgreSQL et la boîte aux lettres…")
        with ThreadPoolExecutor() as both:
            for prepared in [both.submit(part.prepare) for part in (self.installation.broker, self.installation.server)]:
                prepared.result()
        self.supervisor.start()
        self.supervisor.run(self.installation.foundation)
        self.installation.server.postgres.wait_ready()
        self.installation.broker.kafka.wait_ready()

    def _check_ports(self) -> None:
        for name in PORTS:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", self.place.port(name)))
                except OSError as error:
                    raise Trouble(
                        f"Le port {self.place.port(name)} ({name}) est déjà occupé ; arrêtez le programme qui l'utilise, "
                        "ou choisissez d'autres ports, par exemple : make up SESAME_PORT=8100."
                    ) from error

    def _make_topics(self) -> None:
        self.say("Les topics et les droits de chacun…")
        admin = self.installation.broker.kafka.admin()
        acls.apply_users(admin, self.place.kafka_passwords)
        acls.apply(admin, topics.load())

    async def _make_databases(self) -> None:
        self.say("Les bases de données…")
        for name in self.installation.databases:
            password, guests = self.place.secrets[f"postgres.{name}"], GUESTS.get(name, ())
            its_guests = {guest: self.place.secrets[f"postgres.{guest}"] for guest in guests}
            readers = {READER: self.place.secrets[f"postgres.{READER}"]}
            await self.installation.server.postgres.create_database(name, name, password, guests=its_guests, readers=readers)

    def _start_processes(self) -> None:
        processes = self.installation.processes
        self.supervisor.run(processes)
        self.say("Les services et le portail…")
        waiting, deadline = list(processes), time.monotonic() + PATIENCE
        while waiting:
            for name in [name for name in waiting if _is_ready(self.installation.health(name))]:
                waiting.remove(name)
                self.say(f"  {name} est prêt")
            if time.monotonic() > deadline:
                raise Trouble(f"Ne répond pas : {', '.join(waiting)} ; voyez {self.place.logs / waiting[0]}.log.")
            time.sleep(0.1)

    def _first_agent(self) -> None:
        """Makes the first agent of the Region when there is none."""
        email = os.environ.get("SESAME_AGENT_EMAIL", "agent@region.example")
        command = self.installation.command("identity")
        result = subprocess.run(
            [
                *command.arguments,
                "agent",
                "create",
                "--if-none",
                "--print",
                "--login",
                "agent",
                "--email",
                email,
                "--name",
                "Camille Martin",
            ],
            env=os.environ | dict(command.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise Trouble(f"Le premier agent n'a pas pu être créé : {result.stderr.strip() or result.stdout.strip()}")
        self.say(result.stdout.strip())


def set_start(place: Place, instant: datetime, say: Callable[[str], None] = print) -> None:
    """Makes an installation that nobody has used begin at `instant`, in the past or in the future, and starts it.

    What is in it (the first agent at most) is made anew. Raises Trouble when somebody has asked anything of it already.
    """
    up = Up(place, say)
    if up.supervisor.running and _is_used(up.installation):
        raise Trouble("Cette installation a déjà servi : son temps ne peut plus reculer ; « make reset » l'efface.")
    if not up.supervisor.running and (place.folder / "kafka" / "data").exists():
        raise Trouble("L'installation est arrêtée ; lancez d'abord « make up », ou effacez-la avec « make reset ».")
    up.supervisor.stop()
    for name in ("kafka", "postgres", "mails"):
        shutil.rmtree(place.folder / name, ignore_errors=True)
    up.up(instant)


def _is_used(installation: Installation) -> bool:
    """Whether anybody has ever sent a command."""
    commands = [topic for topic in topics.load().topics.values() if topic.name.endswith(".commands")]
    return any(installation.broker.kafka.written(topic.name, topic.partitions) for topic in commands)


def _is_ready(address: str) -> bool:
    opener = build_opener(ProxyHandler({}))  # never through a proxy of the machine's
    try:
        with opener.open(f"{address}/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except HTTPError as error:
        error.close()
        return False
    except (URLError, OSError):
        return False
