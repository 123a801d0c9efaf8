"""Rebuilding the portal's views from the topics of a year, against the time in which the year was played."""

from tests.year.afterwards import rebuild
from tests.year.play import play

from .installed import installed
from .row import Result


async def measure(short: bool) -> list[Result]:
    """A small year, then its views."""
    actions = 5 if short else 100
    async with installed() as place:
        year = await play(place, actions, lambda _line: None)
        took = await rebuild(place)
    ratio = year.seconds / took
    figures = f"{year.events:,} events in {took:.1f} s: {year.events / took:.0f} /s; played in {year.seconds:.0f} s"
    how = f"`python -m gateway rebuild` while the installation runs, after a year of {actions} actions"
    return [Result("rebuilding the views", f"{ratio:.1f} ×", "≥ 5 ×", ratio >= 5, figures, how)]
