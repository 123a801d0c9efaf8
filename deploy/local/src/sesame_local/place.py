"""Where one local installation lives: its folder, its ports, its secrets."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sesame_local import topics

REPOSITORY = Path(__file__).parents[4]
SERVICES = ("identity", "actions", "declarations", "billing", "surveys")
DATABASES = (*SERVICES, "gateway")
# Who may come to a database without owning anything in it, by the database.
GUESTS: Mapping[str, tuple[str, ...]] = {"gateway": ("gateway_web",)}
READER = "auditor"
"""Who may read every database, and write none."""
# Offsets from the base port. The portal has the base itself.
PORTS = (
    "portal",
    "postgres",
    "kafka",
    "controller",
    "mail",
    "supervisor",
    *SERVICES,
    "gateway-worker",
    "clock",
    "gateway-web",
    "identity http",
)


class Trouble(Exception):
    """What a person is told, in one French sentence, when a command cannot go on."""


@dataclass(frozen=True)
class Place:
    """A folder and a base port; two places with different ones run side by side."""

    folder: Path
    base_port: int

    @classmethod
    def from_environment(cls, folder: str = ".local", port: int = 8000) -> "Place":
        """SESAME_FOLDER (default `folder` in the repository) and SESAME_PORT (default: the folder's own, else `port`).

        Raises Trouble on a bad port.
        """
        there = (REPOSITORY / os.environ.get("SESAME_FOLDER", folder)).resolve()
        known = there / "port"  # so that `make down` finds what `make up SESAME_PORT=…` started
        text = os.environ.get("SESAME_PORT") or (known.read_text() if known.exists() else str(port))
        if not text.isdecimal() or not 1024 <= int(text) <= 65_535 - len(PORTS):
            raise Trouble(f"SESAME_PORT doit être un nombre de 1024 à {65_535 - len(PORTS)}, et non « {text} ».")
        return cls(there, int(text))

    def port(self, name: str) -> int:
        return self.base_port + PORTS.index(name)

    @property
    def portal_url(self) -> str:
        return f"http://localhost:{self.port('portal')}"

    @property
    def time_shift(self) -> Path:
        return self.folder / "time-shift"

    @property
    def mails(self) -> Path:
        return self.folder / "mails"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @cached_property
    def secrets(self) -> Mapping[str, str]:
        """Every password of the installation, made at random once, kept readable by its owner alone."""
        file = self.folder / "secrets.json"
        kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        missing = [name for name in secret_names() if name not in kept]
        if missing:
            kept |= {name: secrets.token_urlsafe(24) for name in missing}
            self.folder.mkdir(parents=True, exist_ok=True)
            fresh = file.with_suffix(".new")
            fresh.touch(0o600)
            fresh.write_text(json.dumps(kept, indent=1))
            fresh.replace(file)
        return kept

    @property
    def kafka_passwords(self) -> dict[str, str]:
        return {name: self.secrets[f"kafka.{name}"] for name in kafka_users()}


def kafka_users() -> tuple[str, ...]:
    """Every SCRAM user: the table's principals, the administrator and the broker itself."""
    return (*topics.load().principals, "admin", "broker")


def secret_names() -> tuple[str, ...]:
    return (
        *(f"kafka.{user}" for user in kafka_users()),
        "postgres.admin",
        *(f"postgres.{database}" for database in DATABASES),
        *(f"postgres.{guest}" for guests in GUESTS.values() for guest in guests),
        f"postgres.{READER}",
        "gateway-key",
        "factor-key",
        "supervisor",
    )
