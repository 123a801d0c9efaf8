"""What a line still lacks before its month can be confirmed, as the page says it while it is typed (DEC-3 to DEC-6)."""

from collections.abc import Iterator

from contracts.actions import Terms
from contracts.codes import Place
from contracts.declarations import Line
from contracts.lines import beyond_plan, wrong_line
from contracts.month import Month
from contracts.refusals import Refusal

from .queries import Row


def lacking(row: Row, line: Line, terms: Terms) -> Iterator[Refusal]:
    """Everything for which a line that can be saved cannot be confirmed yet."""
    yield from wrong_line(line, (row.first, row.last), str(row.trainee_id))
    for place in Place:
        yield from beyond_plan(Month.of(row.first), line, row.others, place, getattr(terms, place).hours)
