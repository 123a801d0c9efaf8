"""Present by default: DEC-11, what is offered and the hours that are made of it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.actions import Period
from contracts.awards import Terms
from contracts.codes import Place
from contracts.declarations import PlaceDays, PresenceOffered
from contracts.lines import QUARTER
from contracts.presence import count, offered, present, share
from declarations.rules.action import awarded, dated, opened
from declarations.rules.presence import offer, offer_changed
from tests.guide import PERIODS, START, period
from tests.rules.declarations.declared_action import BORG, DeclaredAction, day, early, terms


def guides() -> Terms:
    """The guide's action, September to June: in company from 18 February to 18 April 2008, in centre before and after."""
    return terms().model_copy(update={"periods": PERIODS})


def of(terms: Terms, start: str = START) -> dict[Place, PlaceDays]:
    """What is offered once the action runs."""
    told = offer(opened(awarded(terms), day(start)))
    assert told
    return {place.place: place for place in told.places}


def test_dec_11_the_planned_hours_are_spread_over_mondays_to_fridays_of_the_places_periods_without_public_holidays():
    """The guide's 812 h: 164 days in centre and 44 in company; All Saints', Christmas, New Year's Day, Easter Monday, 1, 8, 12 May fall."""
    centre, company = of(guides()).values()
    assert (len(centre.days), centre.hours, len(company.days), company.hours) == (164, Decimal(812), 44, Decimal(420))
    assert not {day(text) for text in ("2007-11-01", "2007-12-25", "2008-01-01", "2008-05-01", "2008-05-08", "2008-05-12")} & {*centre.days}
    assert day("2008-03-24") not in company.days and day("2008-03-25") in company.days
    assert not [worked for worked in (*centre.days, *company.days) if worked.weekday() > 4]


@pytest.mark.parametrize(
    ("first", "last", "centre", "company"),
    [
        ("2007-10-01", "2007-10-31", "113.75", "0"),  # 23 days × 812 ÷ 164 = 113.878
        ("2008-02-01", "2008-02-29", "54.25", "95.25"),  # 11 days, and 10 × 420 ÷ 44 = 95.4545
        ("2008-03-01", "2008-03-31", "0", "190.75"),
        ("2007-12-24", "2007-12-26", "9.75", "0"),  # Christmas Day falls: two days
        ("2007-10-06", "2007-10-07", "0", "0"),  # a weekend
    ],
)
def test_dec_11_a_month_is_offered_its_share_of_the_plan_down_to_the_quarter_hour(first: str, last: str, centre: str, company: str):
    assert [offered(place, (day(first), day(last))) for place in of(guides()).values()] == [Decimal(centre), Decimal(company)]


def test_dec_11_who_enters_or_leaves_within_the_month_is_offered_the_working_days_of_their_presence():
    centre = of(guides())[Place.CENTRE]
    whole = day("2007-10-01"), day("2007-10-31")
    from_the_15th, until_the_12th = (day("2007-10-15"), whole[1]), (whole[0], day("2007-10-12"))
    assert present(centre, Decimal("113.75"), whole, from_the_15th, Decimal(812)) == Decimal("64.25")  # 13 days × 812 ÷ 164 = 64.366
    assert present(centre, Decimal("113.75"), whole, until_the_12th, Decimal(812)) == Decimal("49.50")


def test_dec_11_what_is_typed_instead_is_everybodys_in_proportion_to_their_days():
    centre, company = of(guides()).values()
    whole, half = (day("2007-10-01"), day("2007-10-31")), (day("2007-10-15"), day("2007-10-31"))
    assert present(centre, Decimal(105), whole, whole, Decimal(812)) == Decimal(105)
    assert present(centre, Decimal(105), whole, half, Decimal(812)) == Decimal("59.25")  # 13 ÷ 23 of it
    assert present(company, Decimal(7), whole, half, Decimal(420)) == Decimal(7)  # no day of October is in company: as it is typed


def test_dec_11_at_most_what_remains_of_the_plan_is_offered_and_never_less_than_nothing():
    centre, whole = of(guides())[Place.CENTRE], (day("2007-10-01"), day("2007-10-31"))
    assert [present(centre, Decimal("113.75"), whole, whole, Decimal(most)) for most in ("100.25", "0", "-3")] == [Decimal("100.25"), 0, 0]


def test_dec_11_a_place_without_periods_offers_nothing_and_one_without_hours_zero():
    without = terms(company="0")
    assert [offered(place, (day("2007-10-01"), day("2007-10-31"))) for place in of(without).values()][1] == 0
    assert offered(of(terms())[Place.COMPANY], (day("2007-10-01"), day("2007-10-31"))) is None


def test_dec_11_an_individualised_action_that_starts_later_spreads_its_plan_over_the_days_that_are_left():
    assert of(guides(), "2008-05-13")[Place.CENTRE].days[0] == day("2008-05-13")
    assert of(guides(), "2008-05-13")[Place.COMPANY].days == ()


def test_dec_11_nothing_is_offered_before_the_opening_and_what_is_said_is_said_when_it_changes():
    action = awarded(guides())
    assert offer(action) is None and offer_changed(None, action) == ()
    running = opened(action, day(START))
    (told,) = offer_changed(action, running)
    assert isinstance(told, PresenceOffered)
    assert offer_changed(running, dated(running, PERIODS)) == ()
    (anew,) = offer_changed(running, dated(running, (period(START, "2008-06-27"),)))
    assert [len(place.days) for place in anew.places] == [208, 0]


def test_dec_11_hours_exits_and_months_change_nothing_of_what_is_offered():
    action = DeclaredAction().saves(BORG, "2007-09", "77 0 0 0 0 0")
    before = action.state
    action.leaves(BORG, early("2007-09-14")).confirms("2007-09")
    assert offer_changed(before, action.state) == ()


def test_dec_11_overlapping_periods_of_one_place_count_a_day_once():
    twice = guides().model_copy(update={"periods": (Period(place=Place.CENTRE, start=day(START), end=day("2007-09-07")),) * 2})
    assert len(of(twice)[Place.CENTRE].days) == 5


@given(st.integers(0, 4000), st.lists(st.integers(0, 23), min_size=1, max_size=12))
def test_dec_11_the_months_together_are_offered_no_more_than_the_plan(quarters: int, months: list[int]):
    planned, among = quarters * QUARTER, sum(months)
    shares = [share(planned, worked, among) for worked in months]
    assert sum(shares) <= planned
    assert not among or planned - sum(shares) < len(months) * QUARTER


def test_dec_11_days_are_counted_with_both_ends():
    centre = of(guides())[Place.CENTRE]
    assert count(centre, (day("2007-10-01"), day("2007-10-05"))) == 5
    assert count(centre, (day("2007-10-05"), day("2007-10-01"))) == 0
