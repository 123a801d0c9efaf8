"""What was read, kept in a file until all that is known of one key can be looked at together: memory holds one key at a time.

The file is the auditor's alone and goes with it. Of what is personal it keeps a digest and nothing else.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .history import Cut, History, Row, Told

TABLES = """
CREATE TABLE told (
    key TEXT, waits INTEGER, topic TEXT, partition INTEGER, offset INTEGER,
    source TEXT, version INTEGER, type TEXT, id TEXT, cause TEXT, written REAL, body BLOB, digest BLOB, sequence INTEGER, knew TEXT
);
CREATE TABLE held (key TEXT, database TEXT, name TEXT, row TEXT);
CREATE TABLE gathered (what TEXT, about TEXT, number INTEGER, owner TEXT);
"""
INDEXES = """
CREATE INDEX told_by_key ON told (key, waits, topic, partition, offset);
CREATE INDEX held_by_key ON held (key);
"""


class Notes:
    """The file. First everything is written, then it is read key by key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def tell(self, messages: Iterable[Told]) -> None:
        """Keeps messages."""
        self._connection.executemany(
            "INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    each.key,
                    each.waits,
                    each.topic,
                    each.partition,
                    each.offset,
                    each.source,
                    each.version,
                    each.type,
                    each.id,
                    each.cause,
                    each.written.timestamp(),
                    each.body,
                    each.digest,
                    each.sequence,
                    each.knew,
                )
                for each in messages
            ),
        )

    def hold(self, database: str, name: str, rows: Iterable[tuple[str, str]]) -> None:
        """Keeps rows of a database: each the key that it is about, and the row as JSON."""
        self._connection.executemany("INSERT INTO held VALUES (?, ?, ?, ?)", ((key, database, name, row) for key, row in rows))

    def gather(self, what: str, numbers: Iterable[tuple[str, int, str]]) -> None:
        """Keeps what must be one of its kind over all keys: what it is about, the number, who has it."""
        self._connection.executemany("INSERT INTO gathered VALUES (?, ?, ?, ?)", ((what, *each) for each in numbers))

    def histories(self, cut: Cut) -> Iterator[History]:
        """Each key with all that is known of it, one after the other."""
        self._connection.executescript(INDEXES)
        told = groupby(self._connection.execute("SELECT * FROM told ORDER BY key, waits, topic, partition, offset"), lambda row: row[0])
        held = groupby(self._connection.execute("SELECT * FROM held ORDER BY key"), lambda row: row[0])
        of_messages, of_rows = next(told, None), next(held, None)
        while of_messages or of_rows:
            key = min(each[0] for each in (of_messages, of_rows) if each)
            history = History(key, cut)
            if of_messages and of_messages[0] == key:
                history.told = [_told(row) for row in of_messages[1]]
                of_messages = next(told, None)
            if of_rows and of_rows[0] == key:
                for _, database, name, row in of_rows[1]:
                    history.held.setdefault((database, name), []).append(_row(row))
                of_rows = next(held, None)
            yield history

    def gathered(self, what: str) -> Iterator[tuple[str, list[tuple[int, str]]]]:
        """What was gathered, by what it is about: the numbers in order, each with what has it."""
        rows = self._connection.execute("SELECT about, number, owner FROM gathered WHERE what = ? ORDER BY about, number, owner", (what,))
        for about, numbers in groupby(rows, lambda row: str(row[0])):
            yield about, [(int(number), str(owner)) for _, number, owner in numbers]


@contextmanager
def notes() -> Iterator[Notes]:
    """A file that goes when the audit is over."""
    with TemporaryDirectory(prefix="sesame-audit-") as folder:
        connection = sqlite3.connect(Path(folder) / "notes")
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(TABLES)
            yield Notes(connection)
        finally:
            connection.close()


def _told(row: tuple[Any, ...]) -> Told:
    key, waits, topic, partition, offset, source, version, type_, id_, cause, written, *more = row
    at = datetime.fromtimestamp(written, UTC)
    return Told(topic, key, source, version, type_, id_, cause, partition, offset, bool(waits), at, *more)


def _row(text: str) -> Row:
    row: Row = json.loads(text, parse_float=Decimal)
    return row
