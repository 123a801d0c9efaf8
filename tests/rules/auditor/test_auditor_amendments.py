"""The promise about amendments, kept by an honest one and broken by one fault; and hours beside them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from auditor.finding import Promise
from auditor.promises.amendments import declared as declared_to_the_end
from auditor.promises.amendments import numbered
from auditor.promises.hours import presence
from contracts.codes import Standing
from contracts.declarations import AmendmentEffect, AmendmentGranted, DeclarationsChanged, FallenLine, LineSaved, MonthStanding
from contracts.month import Month, months_between
from contracts.requests import ContractAmended
from tests.rules.auditor.story import ANNE, AWARDED, BRUNO, OCTOBER, SEPTEMBER, Story, declared, line

START, END, NEW_END = AWARDED.terms.planned_start, AWARDED.terms.planned_end, date(2007, 11, 30)
NOVEMBER, DECEMBER = OCTOBER.next(), OCTOBER.next().next()


def granted(end: date = NEW_END, **effect: Any) -> AmendmentGranted:
    """`declarations` agreed."""
    nothing: dict[str, Any] = dict.fromkeys(("appear", "vanish", "exits", "fallen", "to_declare"), ())
    effects = AmendmentEffect.model_validate(nothing | effect)
    return AmendmentGranted(planned_start=START, planned_end=end, periods=(), effect=effects)


def amended(**more: Any) -> ContractAmended:
    """`actions` says so."""
    plain = {"number": 1, "request_id": UUID(int=5), "granted_on": date(2007, 11, 5), "periods": (), "dates_version": 2}
    dates = {"planned_start": START, "planned_end": NEW_END, "start_before": START, "end_before": END}
    return ContractAmended.model_validate(plain | dates | more)


def standing(until: Month) -> DeclarationsChanged:
    """Months to declare from the first on."""
    months = tuple(MonthStanding(month=month, standing=Standing.DRAFT, present=2) for month in months_between(SEPTEMBER, until))
    return DeclarationsChanged(months=months, to_declare=(), without_exit=(), without_entry=(), closes_on=NEW_END, can_enter=True)


def shortened() -> Story:
    """Zeros were saved in December, and the action ends in November."""
    story = declared()
    story.say(LineSaved(month=DECEMBER, trainee_id=ANNE, line=line(0), complete=True, version=1))
    story.say(standing(Month.of(END)))
    story.say(granted(fallen=(FallenLine(month=DECEMBER, trainee_id=ANNE),)))
    story.say(standing(NOVEMBER))
    story.say(amended())
    return story


def broken(story: Story) -> set[Promise]:
    """Which promises the auditor finds broken."""
    return {finding.promise for check in (numbered, declared_to_the_end, presence) for finding in check(story.history())}


def test_an_honest_amendment_is_found_in_order() -> None:
    story = shortened()
    assert broken(story) == set()
    story.say(granted(date(2008, 1, 18)))
    story.say(amended(number=2, planned_end=date(2008, 1, 18), end_before=NEW_END))
    assert broken(story) == set()


def misnumbered(story: Story) -> None:
    story.instead(story.last(ContractAmended), amended(number=2))


def amended_otherwise(story: Story) -> None:
    story.instead(story.last(ContractAmended), amended(planned_end=date(2007, 12, 7)))


def amended_unasked(story: Story) -> None:
    story.without(story.last(AmendmentGranted))
    story.without(story.last(DeclarationsChanged))


def of_other_dates(story: Story) -> None:
    story.instead(story.last(ContractAmended), amended(end_before=date(2008, 5, 30)))


def declared_beyond(story: Story) -> None:
    story.instead(story.last(DeclarationsChanged), standing(DECEMBER))


def hours_beyond(story: Story) -> None:
    story.say(LineSaved(month=DECEMBER, trainee_id=BRUNO, line=line(1), complete=True, version=1))


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (misnumbered, Promise.AMENDED),
        (amended_otherwise, Promise.AMENDED),
        (amended_unasked, Promise.AMENDED),
        (of_other_dates, Promise.AMENDED),
        (declared_beyond, Promise.AMENDED),
        (hours_beyond, Promise.PRESENCE),
    ],
)
def test_a_fault_is_named(fault: Callable[[Story], None], promise: Promise) -> None:
    story = shortened()
    fault(story)
    assert broken(story) == {promise}
