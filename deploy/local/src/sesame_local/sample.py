"""A sample of a system outside, `deploy/<name>/<name>.py`, run against an installation."""

import os
import runpy
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sesame_local.place import REPOSITORY, Place
from sesame_local.supervise import Installation


def run(place: Place, name: str, arguments: Sequence[str], today: date) -> None:
    """One of its commands, on an installation that runs."""
    os.environ |= environment(place, name, today)
    sys.argv = [f"{name}.py", *arguments]
    runpy.run_path(str(path(name)), run_name="__main__")


def path(name: str) -> Path:
    """Its file."""
    return REPOSITORY / "deploy" / name / f"{name}.py"


def environment(place: Place, name: str, today: date) -> dict[str, str]:
    """It knows none of our packages: it is given an address, a name and a password, as the Region's system would be."""
    settings = {
        "KAFKA": Installation(place).broker.kafka.bootstrap,
        "USER": name,
        "SECURITY": "SASL_PLAINTEXT",
        "PASSWORD": place.secrets[f"kafka.{name}"],
        "TODAY": today.isoformat(),
    }
    return {f"{name.upper()}_{setting}": value for setting, value in settings.items()}
