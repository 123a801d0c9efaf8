"""Pay after an admissible exit: DEC-5, “Made precise”."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.added import Remainder, remaining
from contracts.codes import AbsenceReason, ExitReason, Place, Standing
from contracts.declarations import AddedHours, Exit, MonthConfirmed, SeenLine
from contracts.lines import QUARTER
from contracts.month import Month, months_between
from contracts.refusals.common import ChangedMeanwhile
from declarations.rules.action import Declaration, Period
from declarations.rules.added import foreseen
from declarations.rules.hours import Added
from tests.guide import day
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, DeclaredAction, absence, cells, codes, early, ended, faults

ZEROS = "0 0 0 0 0 0"


def employed(on: str) -> Exit:
    return early(on, ExitReason.EMPLOYMENT, proofs=True)


def action(centre: str = "200", company: str = "0", end: str = "2007-03-31") -> DeclaredAction:
    """From January to March 2007, every day in centre. BORG did 10 h of the 200 and left on 20 January."""
    return DeclaredAction(start="2007-01-02", end=end, centre=centre, company=company).leaves(BORG, employed("2007-01-20"))


def left() -> DeclaredAction:
    return action().saves(BORG, "2007-01", "10 0 0 0 0 0")


def added(declared: DeclaredAction) -> tuple[str, str]:
    """What the month that was just confirmed added for BORG."""
    (event,) = declared.said
    assert isinstance(event, MonthConfirmed)
    (line,) = (line for line in event.lines if line.trainee_id == BORG)
    assert line.added
    return str(line.added.centre), str(line.added.company)


def told(declared: DeclaredAction) -> list[tuple[str, str]]:
    """What is foreseen of BORG's months, in centre."""
    return [(str(month.month), str(month.centre)) for trainee in foreseen(declared.state).trainees for month in trainee.months]


def test_dec_05_190_hours_after_an_exit_on_20_january_are_spread_over_three_months():
    """190 × 11 ÷ 70 = 29.86, 160.25 × 28 ÷ 59 = 76.05, the rest."""
    declared = left()
    assert told(declared) == [("2007-01", "29.75"), ("2007-02", "76.00"), ("2007-03", "84.25")]
    assert added(declared.confirms("2007-01")) == ("29.75", "0.00")
    assert added(declared.confirms("2007-02")) == ("76.00", "0.00")
    assert added(declared.confirms("2007-03")) == ("84.25", "0.00")


def test_dec_05_added_hours_are_excused_hours_beside_those_that_were_typed():
    (event,) = left().saves(BORG, "2007-01", "10 0 0 0 0 0").confirms("2007-01").said
    assert isinstance(event, MonthConfirmed)
    (line,) = event.lines
    assert (line.centre.attended, line.centre.excused, line.centre.unexcused) == (10, Decimal("29.75"), 0)
    assert line.added == AddedHours(centre=Decimal("29.75"), company=Decimal(0))


def test_dec_05_who_is_present_or_left_otherwise_adds_nothing():
    declared = DeclaredAction(start="2007-01-02", end="2007-03-31").leaves(BORG, early("2007-01-20", ExitReason.DROPPED_OUT))
    (event,) = declared.saves(BORG, "2007-01", "10 0 0 0 0 0").confirms("2007-01").said
    assert isinstance(event, MonthConfirmed) and event.lines[0].added is None and event.lines[0].centre.excused == 0
    assert declared.standing("2007-02") is Standing.EMPTY and told(declared) == []


@pytest.mark.parametrize(
    ("planned", "end", "exit_on", "attended", "expected"),
    [
        ("200", "2008-03-31", "2008-01-20", "10", ["29.25", "77.50", "83.25"]),  # a leap year: 190 × 11 ÷ 71, 160.75 × 29 ÷ 60
        ("200", "2007-03-31", "2007-01-31", "10", ["0.00", "90.00", "100.00"]),  # no day left in January: 190 × 28 ÷ 59 = 90.17
        ("20", "2007-03-31", "2007-01-20", "19.75", ["0.00", "0.00", "0.25"]),  # a quarter of an hour is for the last
        ("20", "2007-03-31", "2007-01-20", "20", ["0.00", "0.00", "0.00"]),
        ("200", "2007-02-01", "2007-01-31", "10", ["0.00", "190.00"]),  # the last day of all takes all, whatever a day holds
    ],
)
def test_dec_05_tables_worked_out_by_hand(planned: str, end: str, exit_on: str, attended: str, expected: list[str]):
    declared = DeclaredAction(start=f"{end[:4]}-01-02", end=end, centre=planned, company="0").leaves(BORG, employed(exit_on))
    declared.saves(BORG, declared.state.months[0], f"{attended} 0 0 0 0 0")
    assert [added(declared.confirms(month))[0] for month in declared.state.months] == expected


def test_dec_05_unexcused_hours_do_not_remain_though_nobody_pays_them():
    gap = absence("2007-01-10", "2007-01-10", AbsenceReason.NO_REASON, Place.CENTRE, "2")
    assert added(action().saves(BORG, "2007-01", "8 0 2 0 0 0", gap).confirms("2007-01")) == ("29.75", "0.00")


def test_dec_05_each_place_is_spread_over_its_own_periods_and_over_the_calendar_where_none_are_left():
    """Centre until 10 February, company in January alone: 100 h in centre over 11 and 10 days, 60 h in company over all days."""
    periods = (
        Period(Place.CENTRE, day("2007-01-02"), day("2007-02-10")),
        Period(Place.COMPANY, day("2007-01-02"), day("2007-01-20")),
    )
    declared = action(centre="100", company="60")
    declared.state = replace(declared.state, periods=periods)
    declared.saves(BORG, "2007-01", ZEROS)
    assert added(declared.confirms("2007-01")) == ("52.25", "9.25")  # 100 × 11 ÷ 21 = 52.38, 60 × 11 ÷ 70 = 9.43
    assert added(declared.confirms("2007-02")) == ("47.75", "24.00")  # all that is left, 50.75 × 28 ÷ 59 = 24.08
    assert added(declared.confirms("2007-03")) == ("0.00", "26.75")


def test_dec_05_every_month_to_the_planned_end_needs_a_declaration_with_nothing_to_type():
    declared = left()
    assert [str(month) for month in declared.overview.to_declare] == ["2007-01", "2007-02", "2007-03"]
    assert [(month.present, month.owed) for month in declared.overview.months] == [(1, 0), (0, 1), (0, 1)]
    assert codes(lambda: declared.saves(BORG, "2007-02", ZEROS)) == ["earlier-month-first"]
    declared.confirms("2007-01")
    assert codes(lambda: declared.saves(BORG, "2007-02", ZEROS)) == ["not-present"]


def test_dec_05_they_are_confirmed_in_order_and_in_their_windows():
    declared = left()
    assert codes(lambda: declared.confirms("2007-02", "2007-03-01")) == ["earlier-month-first"]
    declared.confirms("2007-01")
    assert codes(lambda: declared.confirms("2007-02", "2007-02-28")) == ["confirmation-outside-window"]
    assert codes(lambda: declared.confirms("2007-02", "2007-03-16")) == ["confirmation-outside-window"]
    declared.confirms("2007-02", "2007-04-15").confirms("2007-03", "2007-04-15")
    declared.asks_closing("2007-03-31")
    assert declared.overview.to_declare == ()


def test_clo_01_the_closing_waits_for_the_months_that_are_owed():
    assert left().confirms("2007-01").asks_closing("2007-03-31").refused == [
        ("month-still-to-confirm", "2007-02"),
        ("month-still-to-confirm", "2007-03"),
    ]


def test_dec_05_reopening_a_month_removes_what_it_added():
    declared = left().confirms("2007-01").confirms("2007-02").rejects("2007-01", correct_by="2007-03-25")
    assert told(declared) == [("2007-01", "29.75"), ("2007-03", "84.00")]  # 114 × 11 ÷ 42 = 29.86, × 31 = 84.14
    declared.saves(BORG, "2007-01", "30 0 0 0 0 0")
    assert added(declared.confirms("2007-01", "2007-03-20")) == ("24.50", "0.00")  # 94 × 11 ÷ 42 = 24.62
    assert added(declared.confirms("2007-03")) == ("69.50", "0.00")


def test_dec_05_a_later_month_can_be_confirmed_before_the_reopened_one():
    """What is foreseen of each is what it adds when it is the next: 160.25 × 28 ÷ 70 of 190."""
    declared = left().confirms("2007-01").rejects("2007-01", correct_by="2007-03-25")
    assert told(declared) == [("2007-01", "29.75"), ("2007-02", "76.00"), ("2007-03", "84.25")]
    assert added(declared.confirms("2007-02", "2007-03-01")) == ("76.00", "0.00")
    assert added(declared.confirms("2007-01", "2007-03-20")) == ("29.75", "0.00")  # 114 × 11 ÷ 42 = 29.86


def test_dec_05_a_correction_that_takes_hours_already_added_is_refused_with_the_month():
    declared = left().confirms("2007-01").confirms("2007-02").confirms("2007-03").rejects("2007-01", correct_by="2007-04-25")
    declared.saves(BORG, "2007-01", "50 0 0 0 0 0")  # 50 + 76 + 84.25 > 200
    (fault,) = faults(lambda: declared.confirms("2007-01", "2007-04-20"))
    assert (fault.code, fault.figures["later"], fault.figures["excess"]) == ("planned-centre-exceeded-later", "2007-03", "10.25")


def test_dec_05_what_falls_free_when_every_month_is_confirmed_is_not_paid():
    declared = DeclaredAction(start="2007-01-02", end="2007-03-31", centre="200", company="0").declares("2007-01", "20 0 0 0 0 0")
    declared.leaves(BORG, employed("2007-02-10")).saves(BORG, "2007-02", ZEROS).confirms("2007-02").confirms("2007-03")
    declared.rejects("2007-01", correct_by="2007-04-25").saves(BORG, "2007-01", "10 0 0 0 0 0").confirms("2007-01", "2007-04-20")
    assert told(declared) == [] and sum(each.centre for _, each in declared.state.added(BORG)) == 180


def test_dec_05_an_admissible_exit_is_before_the_planned_end():
    declared = DeclaredAction(start="2007-01-02", end="2007-03-31")
    assert cells(lambda: declared.leaves(BORG, employed("2007-03-31"))) == [("admissible-exit-on-last-day", "exit.on")]
    declared.leaves(BORG, employed("2007-03-30"))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (None, "added-hours-taken-away"),
        (early("2007-01-20"), "added-hours-taken-away"),
        (ended("2007-01-20"), "added-hours-taken-away"),
        (employed("2007-03-10"), "added-hours-taken-away"),
        (employed("2007-01-25"), None),
        (early("2007-01-10", ExitReason.PERSONAL, proofs=True), None),
    ],
)
def test_dec_05_a_change_that_takes_added_hours_away_is_refused_with_their_month(changed: Exit | None, expected: str | None):
    declared = left().confirms("2007-01").confirms("2007-02").rejects("2007-01", correct_by="2007-03-25")
    if expected:
        assert [(fault.code, fault.figures["month"]) for fault in faults(lambda: declared.leaves(BORG, changed))] == [(expected, "2007-02")]
    else:
        declared.leaves(BORG, changed)


def test_dec_05_zeros_that_were_added_stand_in_no_way_and_count_once_when_the_exit_is_moved_later():
    declared = action(centre="10").saves(BORG, "2007-01", "10 0 0 0 0 0").confirms("2007-01").confirms("2007-02")
    declared.rejects("2007-01", correct_by="2007-03-25").leaves(BORG, employed("2007-03-10"))
    assert [month.with_zeros for month in declared.overview.months] == [(), (), ()]


def test_trn_05_who_has_added_hours_stays_on_the_list():
    declared = left()
    owed = {Month("2007-02"): Declaration(standing=Standing.CONFIRMED, added={BORG: Added(Decimal(1))})}
    declared.state = replace(declared.state, declarations=owed)
    assert declared.asks_removal(BORG).refused == [("hours-recorded", str(BORG))]


def test_dec_06_nothing_is_confirmed_that_was_not_shown():
    declared = left()
    shown = SeenLine(trainee_id=BORG, version=1, exit_version=1, added=AddedHours(centre=Decimal("29.75"), company=Decimal(0)))
    with pytest.raises(ChangedMeanwhile):
        declared.confirms("2007-01", seen=(shown.model_copy(update={"added": AddedHours(centre=Decimal(30), company=Decimal(0))}),))
    declared.confirms("2007-01", seen=(shown,))
    with pytest.raises(ChangedMeanwhile):
        declared.confirms("2007-02", seen=())
    declared.confirms("2007-02", seen=(SeenLine(trainee_id=BORG, version=0, exit_version=1),))


def test_req_03_hours_that_a_shortening_leaves_unspread_are_not_paid_and_a_lengthening_adds_zeros():
    declared = left().confirms("2007-01").confirms("2007-02").asks_amendment("2007-02-28", "2007-01-02")
    assert told(declared) == []
    declared.asks_amendment("2007-04-30", "2007-01-02")
    assert told(declared) == [("2007-03", "0.00"), ("2007-04", "0.00")]
    assert added(declared.confirms("2007-03")) == ("0.00", "0.00")


def test_req_03_a_shortening_spreads_what_remains_over_fewer_days_and_a_lengthening_over_no_more():
    declared = left().confirms("2007-01").asks_amendment("2007-03-10", "2007-01-02")
    assert told(declared) == [("2007-02", "118.00"), ("2007-03", "42.25")]  # 160.25 × 28 ÷ 38 = 118.08
    declared.asks_amendment("2007-04-30", "2007-01-02")
    assert told(declared) == [("2007-02", "118.00"), ("2007-03", "42.25"), ("2007-04", "0.00")]


def test_req_03_a_shortening_to_the_day_of_the_exit_leaves_all_to_its_month():
    declared = left().asks_amendment("2007-01-20", "2007-01-02")
    assert added(declared.confirms("2007-01")) == ("190.00", "0.00")


def test_bil_02_everybody_who_is_owed_has_a_line_beside_who_is_present():
    declared = left().enters(KOURNIKOVA, "2007-01-02").declares("2007-01")
    (event,) = declared.declares("2007-02").said
    assert isinstance(event, MonthConfirmed)
    assert [(line.trainee_id, line.centre.attended, line.centre.excused) for line in event.lines] == [
        (KOURNIKOVA, 10, 0),
        (BORG, 0, Decimal("76.00")),
    ]


DAYS = st.dates(date(2007, 1, 1), date(2009, 12, 31))
QUARTERS = st.integers(0, 4000).map(lambda count: count * QUARTER)


@st.composite
def remainders(draw: st.DrawFn) -> tuple[Remainder, tuple[Month, ...]]:
    """Any exit, end and periods, and the months from the exit's to the end's."""
    left = draw(DAYS)
    until = left + timedelta(draw(st.integers(0, 500)))
    bounds = sorted(draw(st.lists(st.dates(left - timedelta(60), until + timedelta(60)), max_size=8, unique=True)))
    periods = tuple(Period(Place.CENTRE, first, last) for first, last in zip(bounds[::2], bounds[1::2], strict=False))
    return Remainder.of(Place.CENTRE, left, until, periods), months_between(Month.of(left), Month.of(until))


@given(remainders(), QUARTERS, st.data())
def test_dec_05_in_every_calendar_and_order_the_sum_is_what_remained_in_quarter_hours(
    of: tuple[Remainder, tuple[Month, ...]], hours: Decimal, data: st.DataObject
):
    owed, months = of
    foreseen_ = owed.foreseen(hours, months)
    assert list(foreseen_) == list(months) and sum(foreseen_.values()) == hours
    assert all(each >= 0 and each % QUARTER == 0 for each in foreseen_.values())
    open_, left = list(months), hours
    for month in data.draw(st.permutations(months)):  # rejections let later months be confirmed before earlier ones
        each = owed.hours(left, month, open_)
        assert 0 <= each <= left and each % QUARTER == 0
        left -= each
        open_.remove(month)
    assert left == 0


def test_dec_05_what_remains_is_never_below_zero():
    assert remaining(Place.CENTRE, Decimal(10), (), (Decimal(4), Decimal(8))) == 0
