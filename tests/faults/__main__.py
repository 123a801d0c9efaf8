"""`make faults`: a long run, its table, and what does not hold. Ends with an error when something does not. KILLS=100 SEED=…"""

import asyncio
import os
import secrets
import sys

from tests.faults.faults import Run


def main() -> None:
    """As many faults as are asked for, and people enough to be in their way."""
    kills, seed = int(os.environ.get("KILLS") or 100), int(os.environ.get("SEED") or secrets.randbelow(10_000))
    print(f"{kills} faults, SEED={seed}", flush=True)
    size = max(1, kills // 25)
    run = Run(kills, seed, organisations=1 + size, actions=3, trainees=3, agents=1 + size // 2)
    try:
        asyncio.run(run.play())
    finally:
        print(run.waits.table())
    print(f"\nDrained. {run.commands} commands, an answer to each." if not run.wrong else "\n" + "\n".join(run.wrong))
    if run.wrong:
        sys.exit(f"{len(run.wrong)} things do not hold: make faults KILLS={kills} SEED={seed}")


if __name__ == "__main__":
    main()
