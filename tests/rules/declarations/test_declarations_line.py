"""A trainee's six figures: DEC-2, DEC-3."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codes import AbsenceReason, Place
from contracts.declarations import LineSaved
from contracts.lines import days, is_complete, total, wrong_figures
from contracts.refusals.common import ChangedMeanwhile
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, DeclaredAction, absence, cells, codes, early, faults, figures


def saved(action: DeclaredAction) -> LineSaved:
    (event,) = action.said
    assert isinstance(event, LineSaved)
    return event


def test_dec_03_what_is_half_done_is_kept():
    action = DeclaredAction().saves(BORG, "2007-09", "- 2 - - - -")
    assert (saved(action).line, saved(action).complete, saved(action).version) == (figures("- 2 - - - -"), False, 1)


def test_dec_02_a_line_is_complete_when_its_six_figures_are_there_zeros_too():
    assert is_complete(figures("0 0 0 0 0 0")) and not is_complete(figures("41 2 0 15 3 -"))
    assert saved(DeclaredAction().saves(BORG, "2007-09", "41 2 0 15 3 0")).complete


def test_dec_03_sums_and_absences_are_not_checked_when_a_line_is_saved():
    DeclaredAction().saves(BORG, "2007-09", "900 900 900 900 900 900")


@pytest.mark.parametrize(
    ("typed", "below", "above"),
    [("77.20", "77.00", "77.25"), ("0.1", "0.00", "0.25"), ("3.4999", "3.25", "3.50"), ("3.74", "3.50", "3.75")],
)
def test_dec_03_a_figure_finer_than_a_quarter_hour_is_refused_with_the_quarters_around_it(typed: str, below: str, above: str):
    (fault,) = faults(lambda: DeclaredAction().saves(BORG, "2007-09", f"{typed} 0 0 0 0 0"))
    assert (fault.code, fault.field, fault.item) == ("not-quarter-hour", "centre.attended", str(BORG))
    assert {name: Decimal(value) for name, value in fault.figures.items()} == {
        "typed": Decimal(typed),
        "below": Decimal(below),
        "above": Decimal(above),
    }


def test_dec_03_every_wrong_figure_of_a_line_is_refused_at_once_absences_too():
    gap = absence("2007-09-10", "2007-09-10", AbsenceReason.FAMILY, Place.CENTRE, "3.1")
    assert cells(lambda: DeclaredAction().saves(BORG, "2007-09", "-1 2.3 0 0 -0.25 0", gap, gap)) == [
        ("negative-hours", "centre.attended"),
        ("not-quarter-hour", "centre.excused"),
        ("negative-hours", "company.excused"),
        ("not-quarter-hour", "absences.0.hours"),
        ("not-quarter-hour", "absences.1.hours"),
    ]


@given(st.decimals(-(10**5), 10**5, places=6))
def test_dec_03_quarter_hours_and_only_they_are_kept(typed: Decimal):
    wrong = wrong_figures(figures(f"{typed} 0 0 0 0 0"), "")
    assert bool(wrong) == (typed < 0 or typed % Decimal("0.25") != 0)
    if wrong and typed > 0:
        below, above = wrong[0].figures["below"], wrong[0].figures["above"]
        assert isinstance(below, Decimal) and isinstance(above, Decimal)
        assert below < typed < above and above - below == Decimal("0.25") and below % Decimal("0.25") == 0


def test_dec_03_two_people_at_the_same_line_the_second_is_told():
    action = DeclaredAction(trainees=(BORG, KOURNIKOVA)).saves(BORG, "2007-09", "41 0 0 0 0 0")
    action.saves(KOURNIKOVA, "2007-09", "1 0 0 0 0 0", base=0)
    with pytest.raises(ChangedMeanwhile):
        action.saves(BORG, "2007-09", "40 0 0 0 0 0", base=0)
    assert saved(action.saves(BORG, "2007-09", "40 0 0 0 0 0", base=1)).version == 2


def test_dec_03_the_same_figures_again_change_nothing_whoever_types_them():
    action = DeclaredAction().saves(BORG, "2007-09", "41 0 0 0 0 0").saves(BORG, "2007-09", "41.00 0.00 0 0 0 0", base=0)
    assert action.said == []


@pytest.mark.parametrize(
    ("entry", "leaves", "hours", "accepted"),
    [
        ("2007-09-03", None, "280", True),  # 28 days, 3 to 30 September
        ("2007-09-03", None, "280.25", False),
        ("2007-09-03", "2007-09-12", "100", True),
        ("2007-09-03", "2007-09-12", "100.25", False),
        ("2007-09-30", None, "10", True),
        ("2007-09-30", None, "10.25", False),
    ],
)
def test_dec_03_the_six_figures_hold_at_most_10_h_per_calendar_day_of_presence(entry, leaves, hours, accepted):
    action = DeclaredAction(trainees=()).enters(BORG, entry)
    if leaves:
        action.leaves(BORG, early(leaves))
    action.saves(BORG, "2007-09", f"{hours} 0 0 0 0 0")
    if accepted:
        action.confirms("2007-09")
    else:
        (fault,) = faults(lambda: action.confirms("2007-09"))
        assert (fault.code, fault.figures["typed"], fault.figures["first"]) == ("too-many-hours", hours, entry)


def test_dec_03_the_10_h_a_day_are_of_both_places_and_of_absences_together():
    action = DeclaredAction(trainees=()).enters(BORG, "2007-09-30")
    gaps = [absence("2007-09-30", "2007-09-30", AbsenceReason.FAMILY, place, "2.5") for place in Place]
    action.saves(BORG, "2007-09", "2.5 2.5 0 2.5 2.5 0", *gaps).confirms("2007-09")
    other = DeclaredAction(trainees=()).enters(BORG, "2007-09-30")
    assert codes(lambda: other.saves(BORG, "2007-09", "2.5 2.5 0 2.75 2.5 0", *gaps).confirms("2007-09")) == ["too-many-hours"]


@pytest.mark.parametrize(
    ("second", "refused"),
    [
        ("20 0 0 10 0 0", []),
        ("20.25 0 0 10 0 0", [("planned-centre-exceeded", "centre.attended", "0.25", "120")]),
        ("20 0 0 10.5 0 0", [("planned-company-exceeded", "company.attended", "0.50", "60")]),
        (
            "25 0 0 11 0 0",
            [("planned-centre-exceeded", "centre.attended", "5", "120"), ("planned-company-exceeded", "company.attended", "1", "60")],
        ),
    ],
)
def test_dec_03_over_the_whole_action_a_trainees_hours_never_exceed_the_planned_ones_of_each_place(second, refused):
    action = DeclaredAction(centre="120", company="60").declares("2007-09", "100 0 0 50 0 0").saves(BORG, "2007-10", second)
    if not refused:
        action.confirms("2007-10")
    else:
        named = [
            (fault.code, fault.field, Decimal(fault.figures["excess"]), Decimal(fault.figures["planned"]))
            for fault in faults(lambda: action.confirms("2007-10"))
        ]
        assert named == [(code, field, Decimal(excess), Decimal(planned)) for code, field, excess, planned in refused]


def test_dec_03_absences_count_in_the_planned_hours_excused_or_not():
    action = DeclaredAction(centre="120", company="60").declares("2007-09", "100 0 0 0 0 0")
    gaps = (
        absence("2007-10-01", "2007-10-02", AbsenceReason.SUMMONS, Place.CENTRE, "11"),
        absence("2007-10-01", "2007-10-01", AbsenceReason.LATE, Place.CENTRE, "10"),
    )
    action.saves(BORG, "2007-10", "0 11 10 0 0 0", *gaps)
    assert codes(lambda: action.confirms("2007-10")) == ["planned-centre-exceeded"]


def test_dec_03_the_refusal_names_the_months_that_make_the_sum_and_no_other():
    action = DeclaredAction(centre="120", company="60").declares("2007-09", "100 0 0 50 0 0").declares("2007-10", "0 0 0 10 0 0")
    action.saves(BORG, "2007-11", "21 0 0 0 0 0")
    (fault,) = faults(lambda: action.confirms("2007-11"))
    assert (fault.code, fault.figures["months"]) == ("planned-centre-exceeded", "2007-09,2007-11")


def test_dec_03_the_sum_counts_the_stored_line_of_a_reopened_month_and_the_refusal_names_it():
    action = DeclaredAction(centre="120", company="60").declares("2007-09", "60 0 0 0 0 0").rejects("2007-09")
    action.saves(BORG, "2007-09", "110 0 0 0 0 0").saves(BORG, "2007-10", "20 0 0 0 0 0")
    (fault,) = faults(lambda: action.confirms("2007-10"))
    assert (fault.code, fault.figures["months"], fault.figures["excess"]) == ("planned-centre-exceeded", "2007-09,2007-10", "10.00")
    action.saves(BORG, "2007-09", "100 0 0 0 0 0").confirms("2007-10")


def test_dec_03_one_trainees_hours_say_nothing_about_anothers():
    action = DeclaredAction(centre="100", company="0", trainees=(BORG, KOURNIKOVA)).declares("2007-09", "100 0 0 0 0 0")
    assert action.standing("2007-09") == "confirmed"


QUARTERS = st.integers(0, 400).map(lambda quarters: Decimal(quarters) / 4)


@given(st.lists(st.tuples(QUARTERS, QUARTERS, QUARTERS), min_size=1, max_size=10), st.integers(0, 400).map(Decimal))
@settings(deadline=None)
def test_dec_03_the_ceiling_holds_whatever_is_declared_month_after_month(months: list[tuple[Decimal, Decimal, Decimal]], planned: Decimal):
    """Attended hours only, in centre: no absence to explain. What is refused is declared as zeros."""
    action = DeclaredAction(centre=str(planned), company="1000")
    for month, typed in zip(action.state.months, months, strict=False):
        hours = sum(typed)
        before = sum((total(line.centre) for _, line in action.state.lines(BORG)), Decimal(0))
        if month == action.state.last_month:
            action.leaves(BORG, early("2008-06-27"))
        action.saves(BORG, month, f"{hours} 0 0 0 0 0")
        first, last = action.state.presence(BORG, month) or (month.first, month.first)
        if before + hours > planned or hours > 10 * days(first, last):
            assert set(codes(lambda month=month: action.confirms(month))) <= {"planned-centre-exceeded", "too-many-hours"}
            action.saves(BORG, month, "0 0 0 0 0 0")
        action.confirms(month)
        assert sum(total(line.centre) for _, line in action.state.lines(BORG)) <= planned


@given(st.lists(st.one_of(st.none(), QUARTERS), min_size=6, max_size=6))
def test_dec_03_a_lines_total_is_the_sum_of_the_cells_that_are_filled(typed: list[Decimal | None]):
    line = figures(" ".join("-" if cell is None else str(cell) for cell in typed))
    assert total(line.centre) + total(line.company) == sum((cell for cell in typed if cell is not None), Decimal(0))
