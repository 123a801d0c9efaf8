"""Every advisory lock has a number of its own: two that share one wait for each other for nothing."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_no_two_locks_have_the_same_number() -> None:
    sources = [path.read_text() for folder in ("chassis", "services", "gateway", "clock") for path in (ROOT / folder).rglob("*.py")]
    numbers = Counter(number for source in sources for number in re.findall(r"^LOCK = (\w+)$", source, re.MULTILINE))
    assert len(numbers) >= 7 and set(numbers.values()) == {1}, numbers
