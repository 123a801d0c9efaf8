"""Absence periods explain excused and unexcused hours: DEC-4."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import UNEXCUSED, AbsenceReason, Place
from contracts.declarations import Absence, Line
from contracts.lines import SUMS, explained
from tests.rules.declarations.declared_action import BORG, DeclaredAction, absence, cells, codes, day, early, faults

FAMILY, SUMMONS, LATE, NO_REASON = AbsenceReason.FAMILY, AbsenceReason.SUMMONS, AbsenceReason.LATE, AbsenceReason.NO_REASON
CENTRE, COMPANY = Place.CENTRE, Place.COMPANY


def month_with(typed: str, *absences: Absence) -> DeclaredAction:
    """September of one trainee, who entered on the 3rd and left on the 20th."""
    return DeclaredAction().leaves(BORG, early("2007-09-20")).saves(BORG, "2007-09", typed, *absences)


def test_dec_04_the_guides_line_41_2_0_15_3_0_is_confirmed_with_its_two_periods():
    month_with(
        "41 2 0 15 3 0",
        absence("2007-09-10", "2007-09-10", FAMILY, CENTRE, "2"),
        absence("2007-09-11", "2007-09-12", SUMMONS, COMPANY, "3"),
    ).confirms("2007-09")


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ("0 7 0 0 0 0", "excused-centre-unexplained", "centre.excused"),
        ("0 0 7 0 0 0", "unexcused-centre-unexplained", "centre.unexcused"),
        ("0 0 0 0 7 0", "excused-company-unexplained", "company.excused"),
        ("0 0 0 0 0 7", "unexcused-company-unexplained", "company.unexcused"),
    ],
)
def test_dec_04_hours_of_absence_without_a_period_are_missing(typed: str, code: str, field: str):
    (fault,) = faults(lambda: month_with(typed).confirms("2007-09"))
    assert (fault.code, fault.field, Decimal(fault.figures["missing"])) == (code, field, 7)


def test_dec_04_what_is_missing_is_said_to_the_quarter_hour():
    action = month_with("0 7 0 0 0 0", absence("2007-09-10", "2007-09-10", FAMILY, CENTRE, "3.5"))
    (fault,) = faults(lambda: action.confirms("2007-09"))
    assert (fault.code, Decimal(fault.figures["missing"])) == ("excused-centre-unexplained", Decimal("3.50"))


@pytest.mark.parametrize(
    ("reason", "place", "code"),
    [
        (FAMILY, CENTRE, "excused-centre-overexplained"),
        (LATE, CENTRE, "unexcused-centre-overexplained"),
        (SUMMONS, COMPANY, "excused-company-overexplained"),
        (NO_REASON, COMPANY, "unexcused-company-overexplained"),
    ],
)
def test_dec_04_a_period_without_hours_in_the_line_is_too_much(reason: AbsenceReason, place: Place, code: str):
    action = month_with("0 0 0 0 0 0", absence("2007-09-10", "2007-09-10", reason, place, "2.25"))
    (fault,) = faults(lambda: action.confirms("2007-09"))
    assert (fault.code, Decimal(fault.figures["excess"])) == (code, Decimal("2.25"))


@pytest.mark.parametrize("reason", list(AbsenceReason))
def test_dec_04_the_reason_tells_excused_from_unexcused(reason: AbsenceReason):
    typed = "0 0 2 0 0 0" if reason in UNEXCUSED else "0 2 0 0 0 0"
    month_with(typed, absence("2007-09-10", "2007-09-10", reason, CENTRE, "2")).confirms("2007-09")
    assert {FAMILY, SUMMONS, AbsenceReason.PERSONAL, AbsenceReason.CENTRE_CLOSED}.isdisjoint(UNEXCUSED) and {LATE, NO_REASON} == UNEXCUSED


def test_dec_04_every_part_of_a_period_is_needed_at_confirming_and_none_before():
    action = month_with("0 0 0 0 0 0", Absence())
    assert cells(lambda: action.confirms("2007-09")) == [
        ("absence-part-missing", f"absences.0.{part}") for part in ("start", "end", "reason", "place", "hours")
    ]


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        ("2007-09-03", "2007-09-20", []),
        ("2007-09-02", "2007-09-05", ["start"]),  # before the entry
        ("2007-09-19", "2007-09-21", ["end"]),  # after the exit
        ("2007-08-31", "2007-10-01", ["start", "end"]),
        ("2007-10-01", "2007-10-02", ["start", "end"]),  # another month
    ],
)
def test_dec_04_a_period_lies_within_the_month_and_the_presence(start: str, end: str, wrong: list[str]):
    action = month_with("0 2 0 0 0 0", absence(start, end, FAMILY, CENTRE, "2"))
    if wrong:
        refused = faults(lambda: action.confirms("2007-09"))
        assert [(fault.code, fault.field) for fault in refused] == [("absence-outside-presence", f"absences.0.{part}") for part in wrong]
        assert {(fault.figures["first"], fault.figures["last"]) for fault in refused} == {("2007-09-03", "2007-09-20")}
    else:
        action.confirms("2007-09")


def test_dec_04_a_period_does_not_end_before_it_starts():
    action = month_with("0 2 0 0 0 0", absence("2007-09-12", "2007-09-11", FAMILY, CENTRE, "2"))
    assert cells(lambda: action.confirms("2007-09")) == [("absence-dates-reversed", "absences.0.end")]


@pytest.mark.parametrize(
    ("end", "hours", "accepted"), [("2007-09-10", "10", True), ("2007-09-10", "10.25", False), ("2007-09-11", "20", True)]
)
def test_dec_04_a_period_holds_at_most_10_h_per_calendar_day(end: str, hours: str, accepted: bool):
    action = month_with(f"0 {hours} 0 0 0 0", absence("2007-09-10", end, FAMILY, CENTRE, hours))
    if accepted:
        action.confirms("2007-09")
    else:
        assert cells(lambda: action.confirms("2007-09")) == [("absence-too-long", "absences.0.hours")]


def test_dec_04_periods_may_overlap():
    month_with(
        "0 4 2 0 0 0",
        absence("2007-09-10", "2007-09-12", FAMILY, CENTRE, "2"),
        absence("2007-09-10", "2007-09-10", SUMMONS, CENTRE, "2"),
        absence("2007-09-10", "2007-09-10", LATE, CENTRE, "2"),
    ).confirms("2007-09")


def test_dec_04_an_exit_set_later_puts_a_saved_absence_outside_the_presence():
    action = DeclaredAction().saves(BORG, "2007-09", "0 2 0 0 0 0", absence("2007-09-25", "2007-09-25", FAMILY, CENTRE, "2"))
    action.leaves(BORG, early("2007-09-20"))
    assert codes(lambda: action.confirms("2007-09")) == ["absence-outside-presence"] * 2


PERIODS = st.builds(
    Absence,
    start=st.just(day("2007-09-10")),
    end=st.just(day("2007-09-20")),
    reason=st.sampled_from(AbsenceReason),
    place=st.sampled_from(Place),
    hours=st.integers(0, 40).map(lambda quarters: Decimal(quarters) / 4),
)


@given(st.lists(PERIODS, max_size=8))
def test_dec_04_each_period_is_explained_in_exactly_one_of_the_four_sums(periods: list[Absence]):
    sums = {sum_of: explained(Line(absences=tuple(periods)), *sum_of) for sum_of in SUMS}
    assert sum(sums.values()) == sum(period.hours for period in periods if period.hours is not None)
    figures = " ".join(f"0 {sums[place, 'excused']} {sums[place, 'unexcused']}" for place in Place)
    action = month_with(figures, *periods)
    refused = codes(lambda: action.confirms("2007-09")) if sum(sums.values()) > 180 else []
    assert refused in ([], ["too-many-hours"])
    if not refused:
        action.confirms("2007-09")


@given(st.lists(PERIODS, min_size=1, max_size=8), st.data())
def test_dec_04_a_sum_that_is_off_by_a_quarter_hour_is_refused_with_that_quarter(periods: list[Absence], data: st.DataObject):
    sums = {sum_of: explained(Line(absences=tuple(periods)), *sum_of) for sum_of in SUMS}
    off = data.draw(st.sampled_from(sorted(sums)))
    sums[off] += Decimal("0.25")
    figures = " ".join(f"0 {sums[place, 'excused']} {sums[place, 'unexcused']}" for place in Place)
    missing = [fault for fault in faults(lambda: month_with(figures, *periods).confirms("2007-09")) if "missing" in fault.figures]
    assert [(fault.field, Decimal(fault.figures["missing"])) for fault in missing] == [(".".join(off), Decimal("0.25"))]
