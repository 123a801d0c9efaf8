"""What a line still lacks before its month can be confirmed, as the page says it while it is typed (DEC-3 to DEC-6)."""

from collections.abc import Iterator

from contracts.actions import Terms
from contracts.codes import Place
from contracts.declarations import Line
from contracts.lines import total, wrong_line
from contracts.refusals import Refusal
from contracts.refusals.declarations import PlannedCentreExceeded, PlannedCompanyExceeded

from .queries import Row

EXCEEDED = {Place.CENTRE: PlannedCentreExceeded, Place.COMPANY: PlannedCompanyExceeded}


def lacking(row: Row, line: Line, terms: Terms) -> Iterator[Refusal]:
    """Everything for which a line that can be saved cannot be confirmed yet."""
    yield from wrong_line(line, (row.first, row.last), str(row.trainee_id))
    for place in Place:
        planned, so_far = getattr(terms, place).hours, row.used(place) + total(getattr(line, place))
        if so_far > planned:
            yield EXCEEDED[place](field=f"{place}.attended", excess=so_far - planned, planned=planned)
