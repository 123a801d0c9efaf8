"""From a workbook that was read, and the pressed button, to the command that checks or imports it (ACT-1)."""

from collections.abc import Sequence

from contracts.awards import Contract, ImportContracts
from gateway.web.values import Values

from .queries import State, Step
from .workbook.reading import Reading

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_COMMAND = 4 * 1024 * 1024


def is_file_wrong(values: Values, file: bytes) -> bool:
    """Whether a file cannot even be opened: the values say why."""
    if not file:
        values.wrong("fichier", "Choisissez un fichier .xlsx ou .ods qui n’est pas vide.")
    elif len(file) > LARGEST_FILE:
        values.wrong("fichier", "Ce fichier dépasse 10 Mo. Partagez-le en plusieurs fichiers.")
    return not values.ok


def check(values: Values, reading: Reading) -> ImportContracts | None:
    """The command that checks what a file says and imports nothing; None when it is too much for one: the values say so."""
    command = ImportContracts(contracts=reading.contracts, check_only=True)
    if len(command.body()) < LARGEST_COMMAND:
        return command
    values.wrong("fichier", "Ce fichier contient trop de texte pour un seul import. Partagez-le en plusieurs fichiers.")
    return None


def step_of(values: Values, state: State) -> Step | None:
    """The step that the pressed button asks for; None when it cannot be done any more."""
    if values.value("faire") == "importer" and state.phase == "checked":
        return "import"
    if values.value("faire") == "remplacer" and state.can_replace:
        return "replacement"
    return None


def command_of(step: Step, state: State, contracts: Sequence[Contract]) -> ImportContracts:
    """The command of a step after the first check: import what was checked, or check what replaces known contracts."""
    replace = step == "replacement" or bool(state.figures and state.figures.replaced)
    return ImportContracts(contracts=tuple(contracts), replace=replace, check_only=step != "import")
