"""What each process may be told, for who holds a deployment against it."""

from collections.abc import Mapping

from chassis.settings import Settings
from sesame_local.settings import PROCESSES


def kind_of(process: str) -> type[Settings]:
    """The settings of a process."""
    return PROCESSES[process.replace("-", " ")]


def known(process: str) -> set[str]:
    """The variables that it looks at."""
    kind = kind_of(process)
    return {f"SESAME_{name.upper()}" for name in kind.model_fields.keys() - kind.leaves_out}


def read(process: str, told: Mapping[str, str]) -> Settings:
    """What it understands. Raises SettingsWrong, as it would itself."""
    return kind_of(process).told(told)
