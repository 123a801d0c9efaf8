"""What is told of the end of a contract's people: that they were erased, and why then (PRV-1)."""

from typing import Any

from contracts import erasure as events

from .row import Figures, Told


def _due(event: events.ErasureDue) -> Figures:
    return {"ended": event.end, "ended_on": event.ended_on, "years": event.years}


ROWS: tuple[Told[Any], ...] = (
    Told(
        events.ErasureDue,
        line="Données personnelles effacées, {years:plural an} après le 31 décembre qui suit : {ended:ContractEnd}, le {ended_on:date}",
        figures=_due,
    ),
)
