"""Lists as files (`tables/lists.py`): every page of one at once, filtered, searched and sorted as its address says.

A file is written whole before any of it is sent: a list that cannot be read ends in a page that says so, never in half a file, and who
reads slowly holds up nothing. It is written by a thread, some rows at a time, in its turn (`turns.py`): however long lists are, pages are
answered meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import aclosing
from os import SEEK_END
from tempfile import TemporaryFile
from typing import BinaryIO, LiteralString, TypeVar, cast

from asyncpg import Pool, Record
from litestar.response import Stream

from chassis.db import Connection
from gateway.tables.lists import Column, ListFile, TextList, WorkbookList
from gateway.tables.writing import XLSX, to_save

from .visit import Visit

Row = TypeVar("Row")
Parts = AsyncGenerator[Iterable[Row], None]
"""The rows of a list, some at a time. What is left to do for each is done in the thread that writes them."""
FORMATS: dict[str, tuple[type[ListFile[object]], str]] = {"csv": (TextList, "text/csv"), "xlsx": (WorkbookList, XLSX)}
CHUNK = 500
"""Rows that are read, and written, at once."""
SENT = 1 << 16
"""Bytes that are sent at once."""


def files(*paths: str) -> list[str]:
    """The addresses of a list as a file, one for each format, for those of its pages."""
    return [f"{path}.{kind}" for path in paths for kind in FORMATS]


def format_of(visit: Visit) -> str:
    """The format that the address asks for."""
    return visit.request.url.path.rpartition(".")[2]


async def read_all(db: Pool, query: LiteralString, *values: object) -> AsyncGenerator[list[Record], None]:
    """All rows of a query as they are at one moment, some at a time."""
    async with db.acquire() as connection, connection.transaction(readonly=True):
        cursor = await cast(Connection, connection).cursor(query, *values)
        while rows := await cursor.fetch(CHUNK):
            yield rows


async def in_parts(rows: Sequence[Row]) -> Parts[Row]:
    """Rows that are all there."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


async def download(visit: Visit, name: str, columns: Sequence[Column[Row]], parts: Parts[Row], *, about: str = "") -> Stream:
    """The list as the file that the address asks for, called after its `name`, what it is `about` and the day; it is noted who took it.

    Raises TooManyRequestsException when somebody takes too many at once.
    """
    request = visit.request
    kind = format_of(visit)
    await visit.portal.security.downloaded(request, visit.viewer.user_id)
    file = TemporaryFile()  # noqa: SIM115  # closed once it is sent
    try:
        async with aclosing(parts), visit.portal.turns.turn(visit.viewer.user_id):
            await write(file, kind, name, columns, parts)
        headers = to_save("-".join(filter(None, (name, about, f"{visit.today.isoformat()}.{kind}"))))
        headers["Content-Length"] = str(file.seek(0, SEEK_END))
    except BaseException:
        file.close()
        raise
    return Stream(sent(file), media_type=FORMATS[kind][1], headers=headers)


async def write(file: BinaryIO, kind: str, name: str, columns: Sequence[Column[Row]], parts: Parts[Row]) -> None:
    """Write the list into the file, in a thread: rows as they come."""
    begin = cast(type[ListFile[Row]], FORMATS[kind][0])
    listed = await asyncio.to_thread(begin, file, name.capitalize(), columns)
    try:
        async for rows in parts:
            await asyncio.to_thread(listed.add, rows)
    finally:
        await asyncio.to_thread(listed.close)


async def sent(file: BinaryIO) -> AsyncIterator[bytes]:
    """What the file holds; it is gone then."""
    with file:
        file.seek(0)
        while piece := await asyncio.to_thread(file.read, SENT):
            yield piece
