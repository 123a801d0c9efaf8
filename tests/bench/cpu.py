"""What processes cost: their CPU time, with that of their children."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

import psutil


def used(pids: Iterable[int]) -> float:
    """CPU seconds of these processes and of every process below them, since each began."""
    total = 0.0
    for pid in pids:
        for process in _family(pid):
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def memory(pid: int) -> int:
    """Bytes that a process and those below it hold for themselves."""
    total = 0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            held = process.memory_info()
            total += held.rss - held.shared
    return total


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The seconds of each name between two looks."""
    return {name: after[name] - before[name] for name in before}


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
