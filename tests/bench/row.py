"""A row of the table: a ratio that was measured in one run, and what it is made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """What one measure gave. `ratio` is what the goal is about; machines differ in everything else."""

    what: str
    ratio: str
    goal: str
    met: bool
    figures: str
    """Absolute, for information."""
    how: str


Row = Callable[[bool], Awaitable[list[Result]]]
"""Measures; a short run when told to. It starts what it needs, and ends it."""

HEAD = "| row | measured | goal | | figures, for information | how it was measured |\n|---|---|---|---|---|---|\n"


def table(results: list[Result]) -> str:
    """The page's table."""
    return HEAD + "".join(
        f"| {result.what} | **{result.ratio}** | {result.goal} | {'met' if result.met else 'not met'} | {result.figures} | {result.how} |\n"
        for result in results
    )
