"""`make sandbox` and `make conformance`: Kafka, PostgreSQL and the service that answers, in a folder and on ports of their own."""

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.kafka import as_record
from sesame_local import kafka, sample
from sesame_local.place import READER, Place, Trouble
from sesame_local.supervise import Installation
from sesame_local.up import Up

from .exchanges import conversation
from .finance import FINANCE
from .partner import Partner
from .programme import PROGRAMME
from .report import Report, report
from .stage import Stage, read_all, stage

PARTNERS: Mapping[str, Partner] = {partner.name: partner for partner in (FINANCE, PROGRAMME)}


@dataclass(frozen=True)
class Sandbox(Up):
    """The steps of `make sandbox`."""

    partner: Partner = FINANCE

    @property
    def installation(self) -> Installation:
        return Installation(self.place, ("kafka", "postgres"), (self.partner.service,), (self.partner.service,))

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
            asyncio.run(self._on_stage(lambda opened: self.partner.play(opened, self.say)))
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

    def act(self, act: str) -> None:
        """Lets one of the partner's acts happen. Raises Trouble."""
        self.must_run()
        asyncio.run(self._on_stage(self.partner.acts[act][0]))

    def report(self) -> Report:
        """What a client did here. Raises Trouble."""
        self.must_run()
        return asyncio.run(report_of(self.partner, login(self.place, READER)))

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

    async def _on_stage(self, act: Callable[[Stage], Awaitable[None]]) -> None:
        async with stage(login(self.place, "admin")) as opened:
            await act(opened)


def of(name: str) -> Sandbox:
    """A partner's sandbox. Raises Trouble when there is no such partner."""
    if name not in PARTNERS:
        raise Trouble(f"Il n'y a pas de bac à sable pour « {name} » ; PARTNER est l'un de : {', '.join(PARTNERS)}.")
    partner = PARTNERS[name]
    return Sandbox(Place.from_environment(partner.folder, partner.port), lambda _line: None, partner)


def run(name: str, arguments: Sequence[str]) -> None:
    """`make sandbox`; with a word `reset`, `down`, one of the partner's acts, or a command of its sample. Raises Trouble."""
    sandbox = of(name)
    partner = sandbox.partner
    match arguments:
        case []:
            print("Le bac à sable s'ouvre (une minute la première fois)…")
            sandbox.open()
            print(told(sandbox))
        case ["reset"]:
            sandbox.begin_anew()
            print(told(sandbox))
        case ["down"]:
            sandbox.down()
            print("Le bac à sable est arrêté.")
        case [act] if act in partner.acts:
            sandbox.act(act)
            print(partner.acts[act][1])
        case [word, *command] if word == name:
            sandbox.must_run()
            sample.run(sandbox.place, name, command, partner.today)
        case _:
            acts = ", ".join(("reset", *partner.acts, "down"))
            raise Trouble(f"« make sandbox » ouvre le bac à sable ; autrement CMD={acts}, ou CMD='{partner.name} list'.")


def check(name: str) -> None:
    """`make conformance`: ends with an error when something is wrong. Raises Trouble."""
    came = of(name).report()
    print("\n".join(came.lines()))
    sys.exit(1 if came.is_wrong else 0)


async def report_of(partner: Partner, login: dict[str, Any]) -> Report:
    """What was said on an installation, as whoever may read its topics sees it."""
    facts, sent, replies = [
        [as_record(raw) for raw in await read_all(login, topic)] for topic in (partner.reads, partner.writes, partner.replies)
    ]
    return report(partner, conversation(sent, replies, partner.answer, partner.facts(facts)))


def told(sandbox: Sandbox) -> str:
    """How a client connects, and what there is to do."""
    place, partner = sandbox.place, sandbox.partner
    lines = [
        f"\nKafka {sandbox.installation.broker.kafka.bootstrap}, SASL_PLAINTEXT, SCRAM-SHA-512",
        f"utilisateur {partner.name}, mot de passe {place.secrets[f'kafka.{partner.name}']}, groupes « {partner.name}.… »",
        f"Ici, nous sommes le {partner.today:%d/%m/%Y}, pour toujours.\n",
    ]
    for scenario in partner.scenarios:
        lines.append(f"  {scenario.name:<4}{scenario.contracts[0]}  {scenario.there}")
        lines += [f"{'':<17}{words}" for words, _ in scenario.steps]
        lines += [f"{'':<17}ne pas {words}" for words, _ in scenario.never]
    of = "" if partner is FINANCE else f" PARTNER={partner.name}"
    lines.append(
        f"\n« make conformance{of} » dit ce qui est fait et ce qui est faux, « make sandbox{of} CMD=reset » recommence, CMD=down arrête."
    )
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
