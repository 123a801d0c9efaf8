"""What a message costs when there are ever more actions in the databases."""

from statistics import median

import asyncpg

from .entries import Ours, sides
from .row import Result

SIZES = (1_000, 10_000, 100_000)
FILL = """
    INSERT INTO aggregates (key, version, state)
    SELECT 'other' || lpad(n::text, 7, '0'), version, state
    FROM generate_series(1 + (SELECT count(*) FROM aggregates)::int, $1) AS n
    JOIN (SELECT version, state, row_number() OVER () - 1 AS place, count(*) OVER () AS of FROM aggregates WHERE key ~ '^2008B') AS own
        ON own.place = n % own.of
"""
"""As many keys as said, each with the state of one that is at work."""
SEEN = "INSERT INTO seen SELECT 'actions', key, version FROM aggregates ON CONFLICT DO NOTHING"


async def measure(short: bool) -> list[Result]:
    """The same entries among so many actions; the first size once more at the end would cost what it did."""
    sizes, many = (SIZES[:2], 1000) if short else (SIZES, 6000)
    each: dict[int, float] = {}
    async with sides(Ours) as (ours,):
        await ours.prepare()
        await ours.turn(many)
        for size in sizes:
            for dsn in ours.databases.values():
                connection = await asyncpg.connect(dsn)
                await connection.execute(FILL, size)
                await connection.execute(SEEN)
                await connection.execute("VACUUM ANALYZE")
                await connection.close()
            each[size] = median([(await ours.turn(many))[0].each for _ in range(3)])
    growth = max(each.values()) / each[sizes[0]] - 1
    figures = ", ".join(f"{size:,}: {value:.2f} ms" for size, value in each.items())
    how = f"CPU of an hour entry, everything counted, with so many actions in both databases; {many} entries, median of 3"
    return [Result("cost per message", f"{growth:+.0%}", "within 10 %", growth <= 0.1, figures, how)]
