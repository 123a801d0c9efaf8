"""`make drill`: what a drill did, how long each step took, and whether all holds. Ends with an error when something does not."""

import asyncio
import sys

from tests.operate.drill import Drill


def main() -> None:
    """Plays it on an installation of its own, which goes with it when all holds."""
    done = asyncio.run(Drill(say=lambda line: print(line, flush=True)).run())
    for line in done.all_wrong:
        print(f"WRONG: {line}")
    if done.all_wrong:
        sys.exit("The drill failed: the installation's folder is kept, with all logs.")
    print("Every command was answered once, nothing was refused, and the auditor finds every promise kept.")


if __name__ == "__main__":
    main()
