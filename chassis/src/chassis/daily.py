"""A day begins (T-2): the keys that want it, in chunks, each its own transaction; then the day itself is done."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from contracts.calendar import DayStarted

from .batch import Engine, Partition, Span
from .db import Connection
from .reading import CalendarReader, Item
from .service import OutsideRecord
from .trouble import is_transient
from .work import Work

CHUNK = 200


async def take_day(
    engine: Engine,
    reader: CalendarReader,
    connection: Connection,
    record: OutsideRecord,
    spans: Mapping[Partition, Span],
    between: Callable[[], None],
) -> None:
    """Does the day in `record`; its position moves with the last transaction. After a crash, the keys that had it are told by `seen`.

    `between` is called between chunks, and may raise to stop. Raises what `Engine.apply` raises.
    """
    try:
        item, day = day_of(reader, record)
    except Exception as error:
        await engine.apply(connection, [Item(record, None).spoilt(error)], spans)
        return
    try:
        keys = await wanting(engine, connection, day)
    except Exception as error:
        if is_transient(error, connection):
            raise
        await engine.apply(connection, [replace(item.spoilt(error), keys=())], spans)
        return
    await do_keys(engine, reader, connection, record, keys, between)
    await engine.apply(connection, [item], spans)


def day_of(reader: CalendarReader, record: OutsideRecord) -> tuple[Item, DayStarted]:
    """The day itself, to be done after its keys. Raises EnvelopeError or pydantic's ValidationError."""
    envelope, day = reader.read(record)

    async def begin(work: Work[Any]) -> None:
        await work.connection.execute(
            "INSERT INTO today (day) VALUES ($1) ON CONFLICT (one) DO UPDATE SET day = greatest(today.day, excluded.day)", day.day
        )

    numbered = (envelope.source, envelope.key, envelope.version)
    return Item(record, envelope, keys=(envelope.key,), act=begin, numbered=numbered, numbering=envelope.id), day


async def wanting(engine: Engine, connection: Connection, day: DayStarted) -> list[str]:
    """The keys that want `day`, sorted; none for a day that is not after today."""
    today: date | None = await connection.fetchval("SELECT day FROM today")
    if engine.service.daily_keys is None or (today and day.day <= today):
        return []
    return sorted(await engine.service.daily_keys(connection, day))


async def do_keys(
    engine: Engine,
    reader: CalendarReader,
    connection: Connection,
    record: OutsideRecord,
    keys: list[str],
    between: Callable[[], None] = lambda: None,
) -> None:
    """What the day does to each of `keys`."""
    for start in range(0, len(keys), CHUNK):
        between()
        items = [reader.sort(replace(record, key=key.encode())) for key in keys[start : start + CHUNK]]
        await engine.apply(connection, [item for item in items if item], {})
