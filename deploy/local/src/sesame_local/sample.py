"""The samples of the Region's systems, `deploy/finance/finance.py` and `deploy/programme/programme.py`, run against an installation."""

import os
import runpy
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sesame_local.place import REPOSITORY, Place
from sesame_local.supervise import Installation, Supervisor


def script(name: str) -> Path:
    """Of the `finance` or `programme` system."""
    return REPOSITORY / "deploy" / name / f"{name}.py"


def run(place: Place, name: str, arguments: Sequence[str], today: date) -> None:
    """One of its commands. Raises Trouble when the installation does not run."""
    Supervisor(Installation(place)).must_run()
    os.environ |= environment(place, name, today)
    sys.argv = [f"{name}.py", *arguments]
    runpy.run_path(str(script(name)), run_name="__main__")


def environment(place: Place, name: str, today: date) -> dict[str, str]:
    """A sample knows none of our packages: it is given an address, a name and a password, as the Region's system would be."""
    settings = {
        "KAFKA": Installation(place).broker.kafka.bootstrap,
        "USER": name,
        "SECURITY": "SASL_PLAINTEXT",
        "PASSWORD": place.secrets[f"kafka.{name}"],
        "TODAY": today.isoformat(),
    }
    return {f"{name.upper()}_{setting}": value for setting, value in settings.items()}
