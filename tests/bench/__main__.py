"""`make bench`: measures the rows of the table, prints it, and keeps it in RESULTS.md.

python -m tests.bench                # every row
python -m tests.bench entries idle   # these alone; nothing is kept
python -m tests.bench --short …      # a smaller run
"""

import argparse
import asyncio
import os
import platform
import signal
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil

from . import documents, entries, growth, home, installed, queue, rebuild, replicas, visible
from .row import Row, table

ROWS: Mapping[str, Row] = {
    "entries": entries.measure,
    "home": home.measure,
    "queue": queue.measure,
    "visible": visible.measure,
    "growth": growth.measure,
    "rebuild": rebuild.measure,
    "documents": documents.measure,
    "replicas": replicas.measure,
    "idle": installed.idle,
    "start": installed.start,
}


RESULTS = Path(__file__).with_name("RESULTS.md")
PAGE = """\
# Results

Measured by `make bench` on {day}: {machine}, at a load average of {load:.1f} (over 15 minutes, all that the machine
did included). What is compared is measured in one run, in turn; ratios are what the goals are about.
[README.md](README.md) says how, and where the time goes.

{table}"""


async def run(names: list[str], short: bool, keep: Callable[[str], object]) -> str:
    """The table of these rows, measured one after the other; kept after each, so that one which fails loses no other."""
    results = []
    for name in names:
        results += await ROWS[name](short)
        print(table(results[-1:]), flush=True)
        keep(table(results))
    return table(results)


def keep_page(measured: str) -> None:
    """Write the page of results."""
    machine = f"{psutil.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GB, Python {platform.python_version()}"
    RESULTS.write_text(PAGE.format(day=datetime.now(UTC).date(), machine=machine, load=os.getloadavg()[2], table=measured))


def main() -> None:
    """What the command line asks. Whoever ends it ends what it has started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="row", help=", ".join(ROWS))
    parser.add_argument("--short", action="store_true")
    given = parser.parse_args()
    if unknown := set(given.rows) - ROWS.keys():
        parser.error(f"no row {', '.join(sorted(unknown))}")
    whole = not given.rows and not given.short
    print(asyncio.run(run(given.rows or list(ROWS), given.short, keep_page if whole else lambda _measured: None)))


if __name__ == "__main__":
    main()
