"""`make year`: a Region's year on an installation of its own, audited; how long it took, and what every process held meanwhile.

python -m tests.year --actions 2000
"""

import argparse
import asyncio
from time import monotonic

from tests.infra import installation

from .play import play


def main() -> None:
    """Prints what came of it; ends with an error when the auditor finds something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--actions", type=int, default=2000)
    given = parser.parse_args()
    began = monotonic()
    with installation(lambda _line: None) as place:
        print(f"the installation answers after {monotonic() - began:.0f} s")
        year = asyncio.run(play(place, given.actions, print))
        print("\n".join(year.told()))


if __name__ == "__main__":
    main()
