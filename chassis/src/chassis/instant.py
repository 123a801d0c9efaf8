"""What time it is, for those who stamp messages. Rules never ask: business time comes with the message."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import entry_points


def now() -> datetime:
    """The installation's time, in UTC: the wall clock, or what a package installed under the entry-point group `sesame.clock` says.

    Only `sesame_local` installs one. Production does not install it, so there time cannot be moved. Raises RuntimeError when there
    are two.
    """
    return _source()()


@cache
def _source() -> Callable[[], datetime]:
    clocks = entry_points(group="sesame.clock")
    if len(clocks) > 1:
        raise RuntimeError(f"several clocks are installed: {', '.join(sorted(point.value for point in clocks))}")
    for point in clocks:
        source: Callable[[], datetime] = point.load()
        return source
    return _wall_clock


def _wall_clock() -> datetime:
    return datetime.now(UTC)
