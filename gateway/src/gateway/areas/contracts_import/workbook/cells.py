"""From a workbook's bytes (xlsx, ods) to the text of its cells, in a process of its own with limits.

A few kilobytes can unpack to gigabytes (a zip bomb, one cell in the last row and column): what is too big ends that process, not the
portal. Every cell becomes the text that a French reader would have typed: `40600,5`, `03/02/2008`, `oui`.
"""

import asyncio
import io
import json
import resource
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

Rows = list[tuple[int, list[str]]]
"""A sheet's rows that are not empty, with their line numbers, from 1."""

MOST_ROWS = 20_000
"""Of one sheet."""
MEMORY, SECONDS = 1024**3, 20

NOT_A_WORKBOOK = "Ce fichier n’est pas un classeur lisible. Envoyez un fichier .xlsx ou .ods, par exemple le modèle rempli."
WITH_PASSWORD = "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis envoyez-le de nouveau."
TOO_LARGE = (
    f"Ce classeur est trop grand, il faut {MOST_ROWS} lignes au plus par feuille. Supprimez les lignes et les colonnes vides après la "
    "dernière ligne remplie, ou partagez-le en plusieurs fichiers."
)


class NotReadable(Exception):
    """The file cannot be read at all; the message is the French sentence beside its field."""


def comparable(text: str) -> str:
    """What names of sheets, columns and values are compared by: without case, accents, kinds of apostrophe and space."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(plain.casefold().replace("’", "'").split())


def text_of(cell: object) -> str:
    """A cell as text. Figures have the 15 digits that a spreadsheet keeps, so that a computed 0.1 + 0.2 is 0,3."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, int | float):
        return f"{cell:.15g}".replace(".", ",")
    if isinstance(cell, datetime):
        return text_of(cell.date()) if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    # Control characters come from pasting; PostgreSQL refuses one of them.
    return "".join(letter for letter in str(cell) if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs"}).strip()


async def read_cells(file: bytes, wanted: Iterable[str]) -> dict[str, Rows]:
    """The wanted sheets that the workbook has. Raises NotReadable."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        *wanted,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(file), SECONDS + 10)
    except TimeoutError:
        raise NotReadable(TOO_LARGE) from None
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode != 0:
        raise NotReadable(TOO_LARGE)
    answer = json.loads(said)
    if "refused" in answer:
        raise NotReadable(answer["refused"])
    return {name: [(line, cells) for line, cells in rows] for name, rows in answer["sheets"].items()}


def main() -> None:
    """Reads a workbook on standard input, writes the sheets named by the arguments on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer: dict[str, Any] = {"sheets": dict(_sheets(sys.stdin.buffer.read(), sys.argv[1:]))}
    except NotReadable as refused:
        answer = {"refused": str(refused)}
    except PasswordError:
        answer = {"refused": WITH_PASSWORD}
    except CalamineError:
        answer = {"refused": NOT_A_WORKBOOK}
    json.dump(answer, sys.stdout)


def _sheets(file: bytes, wanted: list[str]) -> Iterator[tuple[str, Rows]]:
    with CalamineWorkbook.from_filelike(io.BytesIO(file)) as workbook:
        names = {comparable(name): name for name in reversed(workbook.sheet_names)}
        for name in wanted:
            if comparable(name) in names:
                yield name, _rows(workbook.get_sheet_by_name(names[comparable(name)]).iter_rows())


def _rows(cells: Iterable[list[int | float | str | bool | time | date | datetime | timedelta]]) -> Rows:
    rows: Rows = []
    for line, row in enumerate(cells, start=1):
        texts = [text_of(cell) for cell in row] if any(cell != "" for cell in row) else []
        if any(texts):
            rows.append((line, texts))
        if len(rows) > MOST_ROWS + 1:
            raise NotReadable(TOO_LARGE)
    return rows


if __name__ == "__main__":
    main()
