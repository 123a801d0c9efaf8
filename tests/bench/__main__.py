"""`make bench`: measures the rows of the table, prints it, and keeps it in RESULTS.md.

python -m tests.bench                # every row
python -m tests.bench entries idle   # these alone; nothing is kept
python -m tests.bench --short …      # a smaller run
"""

import argparse
import asyncio
from collections.abc import Mapping

from . import entries, growth, home, installed, queue, visible
from .row import Row, table

ROWS: Mapping[str, Row] = {
    "entries": entries.measure,
    "home": home.measure,
    "queue": queue.measure,
    "visible": visible.measure,
    "growth": growth.measure,
    "idle": installed.idle,
    "start": installed.start,
}


async def run(names: list[str], short: bool) -> None:
    """Measures these rows, one after the other, and prints them."""
    results = []
    for name in names:
        results += await ROWS[name](short)
    print(table(results))


def main() -> None:
    """What the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []])
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    asyncio.run(run(given.rows or list(ROWS), given.short))


if __name__ == "__main__":
    main()
