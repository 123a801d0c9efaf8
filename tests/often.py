"""How often a rule is tried with what hypothesis makes up: seldom in `make test`, as often as somebody has time for in `make rules`."""

import os

TIMES = int(os.environ.get("TIMES", "1"))


def often(examples: int) -> int:
    """So many examples, or so many times as many."""
    return examples * TIMES
