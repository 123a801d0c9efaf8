"""`make year`: a Region's year on an installation of its own, audited; how long it took, and what every process held meanwhile.

python -m tests.year --actions 2000
"""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
from functools import partial
from time import monotonic

from sesame_local.place import Place
from tests.infra import installation

from .afterwards import audit, rebuild
from .play import play


async def run(place: Place, actions: int) -> None:
    """Prints what came of it. Ends the process with an error when the auditor finds something."""
    year = await play(place, actions, partial(print, flush=True))
    print("\n".join(year.told()))
    took = await rebuild(place)
    print(f"the views built anew from its topics in {took:.0f} s: {year.seconds / took:.1f} × faster than it was played")
    began = monotonic()
    holds, said = await audit(place)
    print(f"{said}the auditor took {monotonic() - began:.0f} s")
    if not holds:
        raise SystemExit(1)


def main() -> None:
    """What the command line asks. Whoever ends it ends what it has started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=2000)
    given = parser.parse_args()
    with installation(lambda _line: None) as place:
        try:
            asyncio.run(run(place, given.actions))
        except BaseException:
            kept = tempfile.mkdtemp(prefix="sesame-year-")  # the installation goes, and its logs with it
            shutil.copytree(place.logs, kept, dirs_exist_ok=True)
            print(f"the logs are in {kept}", flush=True)
            raise


if __name__ == "__main__":
    main()
