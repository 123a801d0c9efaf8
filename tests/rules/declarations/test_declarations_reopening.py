"""What is confirmed stays, until a rejected invoice reopens it: DEC-7, BIL-7."""

import pytest

from contracts.codes import Standing
from contracts.declarations import MonthConfirmed, MonthReopened
from contracts.month import Month
from tests.rules.declarations.declared_action import BORG, INVOICE, KOURNIKOVA, NADAL, DeclaredAction, codes, day, early, faults


def spring(*trainees) -> DeclaredAction:
    """January, February and March 2008 are confirmed, April is next."""
    action = DeclaredAction(start="2008-01-07", end="2008-06-27", centre="400", company="100", trainees=trainees or (BORG,))
    return action.declares("2008-01", "100 0 0 0 0 0").declares("2008-02", "100 0 0 0 0 0").declares("2008-03", "100 0 0 0 0 0")


def test_dec_07_a_confirmed_declaration_is_immutable():
    action = spring()
    assert codes(lambda: action.saves(BORG, "2008-02", "1 0 0 0 0 0")) == ["month-already-confirmed"]
    assert codes(lambda: action.confirms("2008-02", on="2008-04-02")) == ["month-already-confirmed"]


def test_bil_07_a_rejection_reopens_each_of_its_months_oldest_first():
    action = spring().rejects("2008-02", "2008-01", correct_by="2008-04-25")
    assert action.said == [
        MonthReopened(month=Month(month), invoice_id=INVOICE, correct_by=day("2008-04-25")) for month in ("2008-01", "2008-02")
    ]
    assert [action.standing(month) for month in ("2008-01", "2008-02", "2008-03")] == ["reopened", "reopened", "confirmed"]


@pytest.mark.parametrize("month", ["2008-04", "2008-06"])
def test_bil_07_only_a_confirmed_month_can_be_reopened(month: str):
    with pytest.raises(ValueError, match="cannot become reopened"):
        spring().rejects(month)


@pytest.mark.parametrize(
    ("on", "start"),
    [
        ("2008-04-10", None),  # the day of the rejection
        ("2008-04-20", None),  # outside the window, within the fifteen days
        ("2008-04-25", None),  # the fifteenth day
        ("2008-04-26", "2008-05-01"),
        ("2008-04-30", "2008-05-01"),
        ("2008-05-01", None),
        ("2008-05-15", None),  # every window
        ("2008-05-16", "2008-06-01"),
        ("2008-12-03", None),
    ],
)
def test_bil_07_a_reopened_month_is_confirmed_until_the_fifteenth_day_and_in_every_window(on: str, start: str | None):
    action = spring().rejects("2008-03", correct_by="2008-04-25").saves(BORG, "2008-03", "90 0 0 0 0 0")
    if start is None:
        (event,) = action.confirms("2008-03", on=on).said
        assert isinstance(event, MonthConfirmed)
        assert (event.again, event.remaining, event.passed_over) == (True, True, ())
        assert [str(line.centre.attended) for line in event.lines] == ["90.00"]
    else:
        (fault,) = faults(lambda: action.confirms("2008-03", on=on))
        assert fault.code == "correction-outside-window"
        assert fault.figures == {"correct_by": "2008-04-25", "start": start, "end": start[:8] + "15"}


def test_bil_07_a_reopened_month_can_be_confirmed_as_it_was():
    assert spring().rejects("2008-02").confirms("2008-02", on="2008-03-25").standing("2008-02") == "confirmed"


def test_dec_06_a_reopened_month_holds_nothing_up():
    action = spring().rejects("2008-02").declares("2008-04")
    assert (action.standing("2008-04"), action.standing("2008-02")) == ("confirmed", "reopened")


def test_dec_06_reopened_months_among_themselves_are_confirmed_oldest_first():
    action = spring().rejects("2008-01", "2008-03", correct_by="2008-04-25")
    (fault,) = faults(lambda: action.confirms("2008-03", on="2008-04-20"))
    assert (fault.code, fault.figures) == ("earlier-month-first", {"before": "2008-01"})
    action.saves(BORG, "2008-03", "99 0 0 0 0 0").confirms("2008-01", on="2008-04-20").confirms("2008-03", on="2008-04-20")


def test_bil_07_a_correction_is_checked_with_the_later_months_and_names_the_one_in_the_way():
    action = spring().declares("2008-04", "100 0 0 0 0 0").rejects("2008-01").saves(BORG, "2008-01", "103.25 0 0 0 0 0")
    (fault,) = faults(lambda: action.confirms("2008-01", on="2008-03-20"))
    assert fault.code == "planned-centre-exceeded-later"
    assert fault.figures == {"months": "2008-01,2008-02,2008-03,2008-04", "excess": "3.25", "planned": "400.00", "later": "2008-04"}
    action.saves(BORG, "2008-01", "100 0 0 0 0 0").confirms("2008-01", on="2008-03-20")


def test_bil_07_the_month_in_the_way_is_the_one_with_which_the_sum_goes_beyond_not_those_after_it():
    action = spring().declares("2008-04", "50 0 0 0 0 0").declares("2008-05", "50 0 0 0 0 0")
    action.rejects("2008-01").saves(BORG, "2008-01", "180 0 0 0 0 0")
    (fault,) = faults(lambda: action.confirms("2008-01", on="2008-03-20"))
    assert (fault.figures["later"], fault.figures["excess"]) == ("2008-04", "80.00")


def test_bil_07_another_reopened_month_counts_with_its_line_as_it_stands():
    action = spring().declares("2008-04", "100 0 0 0 0 0").rejects("2008-01", "2008-04").saves(BORG, "2008-01", "150 0 0 0 0 0")
    (fault,) = faults(lambda: action.confirms("2008-01", on="2008-03-20"))
    assert (fault.figures["later"], fault.figures["excess"]) == ("2008-04", "50.00")
    action.saves(BORG, "2008-04", "50 0 0 0 0 0").confirms("2008-01", on="2008-03-20").confirms("2008-04", on="2008-05-02")


def test_bil_07_a_correction_that_exceeds_by_itself_names_no_later_month():
    action = spring().rejects("2008-03").saves(BORG, "2008-03", "200.25 0 0 0 0 0")
    assert codes(lambda: action.confirms("2008-03", on="2008-03-25")) == ["planned-centre-exceeded"]


def test_bil_07_an_exit_moved_into_a_reopened_month_is_checked_with_the_later_months_and_names_the_one_in_the_way():
    action = spring().rejects("2008-01")
    (fault,) = faults(lambda: action.leaves(BORG, early("2008-01-20")))
    assert (fault.code, fault.figures) == ("hours-after-exit", {"month": "2008-02"})


def test_dec_07_who_comes_to_reach_into_a_confirmed_month_counts_there_with_zeros():
    action = spring().rejects("2008-01").registers(NADAL).asks_entry((NADAL, "2008-01-14"))
    assert action.state.presence(NADAL, Month("2008-02")) and action.standing("2008-02") == "confirmed"
    action.saves(NADAL, "2008-01", "5 0 0 0 0 0", on="2008-03-20").confirms("2008-01", on="2008-03-20")
    for trainee in (BORG, NADAL):
        action.saves(trainee, "2008-04", "1 0 0 0 0 0")
    action.confirms("2008-04")


def test_dec_07_an_exit_moved_later_over_a_confirmed_month_leaves_it_as_it_is():
    action = DeclaredAction(start="2008-01-07", trainees=(BORG, KOURNIKOVA)).leaves(BORG, early("2008-01-20"))
    action.declares("2008-01").declares("2008-02").rejects("2008-01").leaves(BORG, early("2008-03-10"))
    assert BORG not in action.state.declaration(Month("2008-02")).lines
    action.confirms("2008-01", on="2008-03-20").declares("2008-03")


def test_dec_07_a_passed_over_month_stays_so_and_nobody_enters_or_leaves_in_it():
    action = DeclaredAction(start="2008-01-07", trainees=(BORG,)).leaves(BORG, early("2008-01-20")).enters(KOURNIKOVA, "2008-03-03")
    action.declares("2008-01").declares("2008-03").rejects("2008-01")
    assert action.standing("2008-02") is Standing.PASSED_OVER
    assert codes(lambda: action.leaves(BORG, early("2008-02-10"))) == ["exit-month-passed-over"]
    action.registers(NADAL).asks_entry((NADAL, "2008-02-10"))
    assert [fault.code for event in action.said for fault in event.faults] == ["entry-month-passed-over"]
    action.leaves(BORG, early("2008-04-10"))  # over it: it stays without a declaration
    assert codes(lambda: action.saves(BORG, "2008-02", "1 0 0 0 0 0")) == ["nothing-to-declare"]


def test_bil_07_after_closing_a_rejection_reopens_too_and_the_action_stays_closed():
    action = spring().leaves(BORG, early("2008-04-10")).declares("2008-04").asks_closing().rejects("2008-02")
    assert action.state.closed
    action.saves(BORG, "2008-02", "80 0 0 0 0 0").confirms("2008-02", on="2008-03-25")
    (event,) = action.said
    assert isinstance(event, MonthConfirmed) and event.again and not event.remaining


def test_bil_11_an_exit_moved_after_closing_into_a_month_that_nobody_was_in_leaves_that_month_to_declare():
    action = DeclaredAction(start="2008-01-07", trainees=(BORG,)).leaves(BORG, early("2008-05-20"))
    for month in ("2008-01", "2008-02", "2008-03", "2008-04", "2008-05"):
        action.declares(month)
    action.asks_closing().rejects("2008-05", correct_by="2008-06-30").leaves(BORG, early("2008-06-05"))
    (confirmed,) = action.declares("2008-05", on="2008-06-16").said
    assert isinstance(confirmed, MonthConfirmed) and confirmed.remaining
    (confirmed,) = action.declares("2008-06", on="2008-07-02").said
    assert isinstance(confirmed, MonthConfirmed) and not confirmed.remaining
    assert action.state.closed
