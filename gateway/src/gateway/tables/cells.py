"""From a file's bytes (XLSX, ODS, CSV) to the text of its cells, in a process of its own with limits.

A few kilobytes can unpack to gigabytes (a zip bomb, one cell in the last row and column): what is too big ends that process, not the
portal. Every cell becomes the text that a French reader would have typed: `40600,5`, `03/02/2008`, `oui`.
"""

import asyncio
import codecs
import csv
import json
import resource
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

Rows = list[tuple[int, list[str]]]
"""A sheet's rows that are not empty, with their line numbers, from 1."""

MOST_ROWS = 20_000
"""Of one sheet."""
MOST_CELLS = 1_000_000
"""Of all sheets that are read, empty ones before a filled one included: ten times 2,000 contracts with all their parts."""
MOST_TEXT = 4 * 1024 * 1024
"""Characters in all of them: no more goes into one import."""
LARGEST_UNPACKED, MOST_PARTS = 200 * 1024 * 1024, 1_000
"""Bytes that a workbook's parts say they unpack to, and how many parts there are; one that lies meets the process's limits."""
MEMORY, SECONDS = 1024**3, 20

NOT_A_WORKBOOK = "Ce fichier n’est pas un classeur lisible. Envoyez un fichier .xlsx ou .ods, par exemple le modèle rempli."
WITH_PASSWORD = "Ce classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis envoyez-le de nouveau."
NOT_A_TABLE = "Ce fichier n’est pas un tableau lisible. Envoyez un fichier .xlsx, .ods ou .csv, par exemple le modèle rempli."
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of spreadsheet programs begin; what begins otherwise is taken for a CSV."""
DELIMITERS, LOOKED_AT = ";\t,", 20
"""What may separate the cells of a CSV: whatever cuts most of its first rows into the same number of cells."""
TOO_LARGE = (
    f"Ce fichier est trop grand, il faut {MOST_ROWS} lignes au plus par feuille. Supprimez les lignes et les colonnes vides après la "
    "dernière ligne remplie, ou partagez-le en plusieurs fichiers."
)
TOO_MUCH_TEXT = "Ce fichier contient trop de texte pour un seul import. Partagez-le en plusieurs fichiers."
_at_once = asyncio.Semaphore(2)
"""Files that are read at the same time; others wait their turn."""


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
    if isinstance(cell, time):
        return f"{cell.hour}h{cell.minute:02}"  # hours, in a spreadsheet's h:mm
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}h{minutes % 60:02}"
    if isinstance(cell, datetime):
        return text_of(cell.date()) if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    # Control characters come from pasting; PostgreSQL refuses one of them.
    return "".join(letter for letter in str(cell) if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cs"}).strip()


async def read_sheets(file: bytes, wanted: Iterable[str]) -> dict[str, Rows]:
    """The wanted sheets that a workbook has. Raises NotReadable."""
    return await _read(file, "sheets", *wanted)


async def read_table(file: bytes, sheet: str) -> Rows:
    """The rows of a CSV, or of a workbook's `sheet`, its first one when it has none of that name. Raises NotReadable."""
    return next(iter((await _read(file, "table", sheet)).values()), [])


async def _read(file: bytes, *arguments: str) -> dict[str, Rows]:
    async with _at_once:
        answer = json.loads(await _in_a_process(file, arguments))
    if "refused" in answer:
        raise NotReadable(answer["refused"])
    return {name: [(line, cells) for line, cells in rows] for name, rows in answer["sheets"].items()}


async def _in_a_process(file: bytes, arguments: Iterable[str]) -> bytes:
    """What `main` says of the file."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        *arguments,
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
    return said


def main() -> None:
    """Reads a file on standard input, writes its rows by sheet on standard output; the arguments are `_read`'s."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    kind, *wanted = sys.argv[1:]
    read = {"sheets": _sheets, "table": _table}[kind]
    try:
        answer: dict[str, Any] = {"sheets": dict(read(sys.stdin.buffer.read(), wanted))}
    except NotReadable as refused:
        answer = {"refused": str(refused)}
    except PasswordError:
        answer = {"refused": WITH_PASSWORD}
    except (CalamineError, zipfile.BadZipFile):
        answer = {"refused": NOT_A_WORKBOOK if kind == "sheets" else NOT_A_TABLE}
    json.dump(answer, sys.stdout)


def check_parts(file: bytes) -> None:
    """Raises NotReadable when the parts of a workbook are too many, or would be too large once unpacked."""
    if not zipfile.is_zipfile(BytesIO(file)):
        return  # an older format, or none: whoever reads it says so
    with zipfile.ZipFile(BytesIO(file)) as packed:
        parts = packed.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise NotReadable(TOO_LARGE)


def _sheets(file: bytes, wanted: list[str]) -> Iterator[tuple[str, Rows]]:
    check_parts(file)
    room = Room()
    with CalamineWorkbook.from_filelike(BytesIO(file)) as workbook:
        names = {comparable(name): name for name in reversed(workbook.sheet_names)}
        for name in wanted:
            if comparable(name) in names:
                yield name, rows_of(workbook.get_sheet_by_name(names[comparable(name)]).iter_rows(), room)


def _table(file: bytes, wanted: list[str]) -> Iterator[tuple[str, Rows]]:
    if not file.startswith(WORKBOOKS):
        yield from ((name, rows_of(_csv(file), Room())) for name in wanted)
        return
    check_parts(file)
    with CalamineWorkbook.from_filelike(BytesIO(file)) as workbook:
        names = {comparable(name): name for name in reversed(workbook.sheet_names)}
        for name in wanted:
            sheet = names.get(comparable(name), next(iter(workbook.sheet_names), None))
            yield name, rows_of(workbook.get_sheet_by_name(sheet).iter_rows(), Room()) if sheet else []


def _csv(file: bytes) -> Iterator[list[str]]:
    """The rows of a CSV in whatever letters and with whatever delimiter spreadsheet programs write it. Raises NotReadable."""
    text = _decoded(file)
    delimiter = max(DELIMITERS, key=lambda one: _likelihood(text, one))
    try:
        yield from csv.reader(StringIO(text), delimiter=delimiter)
    except csv.Error:  # a cell without an end
        raise NotReadable(NOT_A_TABLE) from None


def _likelihood(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have the same number of cells, read with this delimiter, and how many cells those are: a comma of a
    sentence, or of a figure, is not in every row.
    """
    try:
        widths = Counter(map(len, islice(csv.reader(StringIO(text), delimiter=delimiter), LOOKED_AT)))
    except csv.Error:
        return 0, 0
    return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))


def _decoded(file: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, or else what Windows writes in French. Raises NotReadable."""
    marked = file.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = file.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotReadable(NOT_A_TABLE)


@dataclass(slots=True)
class Room:
    """How many cells and characters may still come."""

    cells: int = MOST_CELLS
    text: int = MOST_TEXT

    def take(self, texts: Sequence[str]) -> None:
        """A row takes its part. Raises NotReadable when there is not enough left."""
        self.cells -= len(texts)
        self.text -= sum(map(len, texts))
        if self.cells < 0 or self.text < 0:
            raise NotReadable(TOO_LARGE if self.cells < 0 else TOO_MUCH_TEXT)


def rows_of(cells: Iterable[Sequence[int | float | str | bool | time | date | datetime | timedelta]], room: Room) -> Rows:
    """The rows of a sheet that are not empty. Raises NotReadable."""
    rows: Rows = []
    for line, row in enumerate(cells, start=1):
        texts = [text_of(cell) for cell in row] if any(cell != "" for cell in row) else []
        if any(texts):
            room.take(texts)
            rows.append((line, texts))
        if len(rows) > MOST_ROWS + 1:
            raise NotReadable(TOO_LARGE)
    return rows


if __name__ == "__main__":
    main()
