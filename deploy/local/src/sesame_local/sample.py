"""The sample of the Region's finance system, `deploy/finance/finance.py`, run against an installation."""

import os
import runpy
import sys
from collections.abc import Sequence
from datetime import date

from sesame_local.place import REPOSITORY, Place
from sesame_local.supervise import Installation, Supervisor

SAMPLE = REPOSITORY / "deploy" / "finance" / "finance.py"


def run(place: Place, arguments: Sequence[str], today: date) -> None:
    """One of its commands. Raises Trouble when the installation does not run."""
    Supervisor(Installation(place)).must_run()
    os.environ |= environment(place, today)
    sys.argv = ["finance.py", *arguments]
    runpy.run_path(str(SAMPLE), run_name="__main__")


def environment(place: Place, today: date) -> dict[str, str]:
    """The sample knows none of our packages: it is given an address, a name and a password, as the Region's system would be."""
    return {
        "FINANCE_KAFKA": Installation(place).broker.kafka.bootstrap,
        "FINANCE_USER": "finance",
        "FINANCE_SECURITY": "SASL_PLAINTEXT",
        "FINANCE_PASSWORD": place.secrets["kafka.finance"],
        "FINANCE_TODAY": today.isoformat(),
    }
