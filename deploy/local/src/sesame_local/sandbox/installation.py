"""`make sandbox` and `make conformance`: Kafka, PostgreSQL and billing in a folder and on ports of their own."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.kafka import as_record
from gateway.facturx.invoice import Party
from sesame_local import kafka, sample
from sesame_local.place import READER, Place, Trouble
from sesame_local.supervise import DEMO_REGION, Installation
from sesame_local.up import Up

from .exchanges import conversation
from .finance import FINANCE
from .finance.history import TODAY
from .finance.play import acknowledge, play
from .partner import Partner
from .report import Report, report
from .stage import read_all, stage

FOLDER, PORT = ".local-sandbox", 8400


@dataclass(frozen=True)
class Sandbox(Up):
    """The steps of `make sandbox`."""

    @property
    def installation(self) -> Installation:
        return Installation(self.place, ("kafka", "postgres"), ("billing",), ("billing",))

    def open(self) -> None:
        """Does what is missing: begins anew what was not played to its end. Raises Trouble."""
        self._check_place()
        if (self.place.folder / "kafka").exists() and not self._marker.exists():
            raise Trouble(
                f"{self.place.folder} est le dossier d'une installation, pas d'un bac à sable : donnez-en un autre (SESAME_FOLDER)."
            )
        if self._state == "begun":
            self._forget()
        self._marker.write_text(self._state or "begun")
        self.fetch()
        (self.place.folder / "port").write_text(str(self.place.base_port))
        self._start_foundation()
        self._make_topics()
        asyncio.run(self._make_databases())
        self._start_processes()
        if self._state == "begun":
            asyncio.run(self._play())
            self._marker.write_text("played")

    def fetch(self) -> None:
        """Kafka's files alone: there is no portal."""
        kafka.jars()

    def begin_anew(self) -> None:
        """The history as on the first day; passwords stay, so that a client's settings do. Raises Trouble."""
        if (self.place.folder / "kafka").exists() and not self._marker.exists():
            raise Trouble(f"{self.place.folder} n'est pas un bac à sable : rien n'est effacé.")
        self._forget()
        self.open()

    def acknowledge(self) -> None:
        """An agent acknowledges the balance's report. Raises Trouble."""
        self.must_run()
        asyncio.run(self._acknowledge())

    def report(self) -> Report:
        """What a client did here. Raises Trouble."""
        self.must_run()
        return asyncio.run(report_of(FINANCE, login(self.place, READER)))

    def must_run(self) -> None:
        """Raises Trouble when it does not."""
        if not self.supervisor.running:
            raise Trouble("Le bac à sable ne tourne pas ; lancez d'abord « make sandbox ».")

    @property
    def _marker(self) -> Path:
        return self.place.folder / "sandbox"

    @property
    def _state(self) -> str:
        return self._marker.read_text() if self._marker.exists() else ""

    def _forget(self) -> None:
        self.supervisor.stop()
        for name in ("kafka", "postgres", "logs"):
            shutil.rmtree(self.place.folder / name, ignore_errors=True)
        self._marker.unlink(missing_ok=True)

    async def _play(self) -> None:
        async with stage(login(self.place, "admin")) as opened:
            await play(opened, region(), self.say)

    async def _acknowledge(self) -> None:
        async with stage(login(self.place, "admin")) as opened:
            await acknowledge(opened)


def run(arguments: Sequence[str]) -> None:
    """`make sandbox`, with what is to be done: nothing, `reset`, `report`, `down`, `finance …`. Raises Trouble."""
    sandbox = Sandbox(Place.from_environment(FOLDER, PORT), lambda _line: None)
    match arguments:
        case []:
            print("Le bac à sable s'ouvre (une minute la première fois)…")
            sandbox.open()
            print(told(sandbox.place))
        case ["reset"]:
            sandbox.begin_anew()
            print(told(sandbox.place))
        case ["report"]:
            sandbox.acknowledge()
            print("L'agent a accusé réception du bilan : le solde peut être accepté.")
        case ["finance", *command]:
            sandbox.must_run()
            sample.run(sandbox.place, "finance", command, TODAY)
        case ["down"]:
            sandbox.down()
            print("Le bac à sable est arrêté.")
        case _:
            raise Trouble('« make sandbox » ouvre le bac à sable ; CMD=reset, report ou down ; CMD="finance list" pour l\'exemple.')


def check() -> None:
    """`make conformance`: ends with an error when something is wrong. Raises Trouble."""
    came = Sandbox(Place.from_environment(FOLDER, PORT)).report()
    print("\n".join(came.lines()))
    sys.exit(1 if came.is_wrong else 0)


async def report_of(partner: Partner, login: dict[str, Any]) -> Report:
    """What was said on an installation, as whoever may read its topics sees it."""
    facts, sent, replies = [
        [as_record(raw) for raw in await read_all(login, topic)] for topic in (partner.reads, partner.writes, partner.replies)
    ]
    return report(partner, conversation(sent, replies, partner.answer, partner.facts(facts)))


def told(place: Place) -> str:
    """How a client connects, and what there is to do."""
    lines = [
        f"\nKafka {Installation(place).broker.kafka.bootstrap}, SASL_PLAINTEXT, SCRAM-SHA-512",
        f"utilisateur finance, mot de passe {place.secrets['kafka.finance']}, groupes « finance.… »",
        f"Ici, nous sommes le {TODAY:%d/%m/%Y}, pour toujours.\n",
    ]
    for scenario in FINANCE.scenarios:
        lines.append(f"  {scenario.name:<4}{scenario.contracts[0]}  {scenario.there}")
        lines += [f"{'':<17}{words}" for words, _ in scenario.steps]
        lines += [f"{'':<17}ne pas {words}" for words, _ in scenario.never]
    lines.append("\n« make conformance » dit ce qui est fait et ce qui est faux, « make sandbox CMD=reset » recommence, CMD=down arrête.")
    return "\n".join(lines)


def login(place: Place, user: str) -> dict[str, Any]:
    """How one of Kafka's users comes to it with aiokafka."""
    return {
        "bootstrap_servers": Installation(place).broker.kafka.bootstrap,
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": user,
        "sasl_plain_password": place.secrets[f"kafka.{user}"],
    }


def region() -> Party:
    """For whom the sandbox's invoices are."""
    of = DEMO_REGION
    return Party(
        of["SESAME_REGION"],
        of["SESAME_REGION_SIRET"],
        (of["SESAME_REGION_ADDRESS"],),
        of["SESAME_REGION_POSTCODE"],
        of["SESAME_REGION_TOWN"],
    )
