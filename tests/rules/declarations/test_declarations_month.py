"""The order of months, their windows, who is present: DEC-1, DEC-2, DEC-6, T-3."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import Place, Standing
from contracts.declarations import MonthConfirmed, SeenLine
from contracts.month import Month
from contracts.refusals.common import NotFound
from declarations.rules.action import awarded
from declarations.rules.month import outside_window
from tests.guide import SIRET, day
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, NADAL, DeclaredAction, codes, early, faults, seen, terms


def confirmed(action: DeclaredAction) -> MonthConfirmed:
    (event,) = action.said
    assert isinstance(event, MonthConfirmed)
    return event


def test_dec_01_months_run_from_that_of_the_actual_start_to_that_of_the_planned_end():
    months = DeclaredAction(start="2007-09-03", end="2008-06-27").state.months
    assert (months[0], months[-1], len(months)) == ("2007-09", "2008-06", 10)


def test_dec_01_an_action_that_is_not_opened_has_no_hours():
    action = DeclaredAction()
    action.state = awarded(terms())
    action.enters(BORG, "2007-09-03")
    assert codes(lambda: action.saves(BORG, "2007-09", "1 0 0 0 0 0")) == ["not-opened"]
    assert codes(lambda: action.confirms("2007-09")) == ["not-opened"]
    assert codes(lambda: action.leaves(BORG, early("2007-09-10"))) == ["not-opened"]


def test_act_03_the_contract_plans_812_and_420_hours_for_each_trainee():
    action = awarded(terms())
    assert (action.siret, action.planned_end, action.planned) == (SIRET, day("2008-06-27"), {Place.CENTRE: 812, Place.COMPANY: 420})
    assert sum(action.planned.values()) == 1232


@pytest.mark.parametrize("month", ["2007-08", "2008-07"])
def test_dec_01_a_month_outside_the_action_is_refused_with_its_first_and_last(month: str):
    action = DeclaredAction()
    (fault,) = faults(lambda: action.saves(BORG, month, "1 0 0 0 0 0"))
    assert (fault.code, fault.figures) == ("month-outside-action", {"first": "2007-09", "last": "2008-06"})
    assert codes(lambda: action.confirms(month)) == ["month-outside-action"]


def test_dec_01_a_month_is_filled_in_only_once_the_month_before_is_confirmed():
    action = DeclaredAction()
    (fault,) = faults(lambda: action.saves(BORG, "2007-10", "1 0 0 0 0 0"))
    assert (fault.code, fault.figures) == ("earlier-month-first", {"before": "2007-09"})
    action.declares("2007-09").saves(BORG, "2007-10", "1 0 0 0 0 0")


@pytest.mark.parametrize(("on", "accepted"), [("2007-08-31", False), ("2007-09-01", True), ("2007-09-03", True), ("2007-12-01", True)])
def test_dec_01_the_current_month_can_be_filled_in_as_it_goes_a_month_to_come_cannot(on: str, accepted: bool):
    action = DeclaredAction()
    if accepted:
        action.saves(BORG, "2007-09", "1 0 0 0 0 0", on=on)
    else:
        (fault,) = faults(lambda: action.saves(BORG, "2007-09", "1 0 0 0 0 0", on=on))
        assert (fault.code, fault.figures) == ("month-not-begun", {"start": "2007-09-01"})


def test_dec_01_a_month_in_which_nobody_is_present_is_passed_over_and_the_next_confirmation_names_it():
    action = DeclaredAction(trainees=()).enters(BORG, "2007-09-03").enters(KOURNIKOVA, "2007-12-03")
    action.leaves(BORG, early("2007-09-20")).declares("2007-09")
    assert action.standing("2007-10") is action.standing("2007-11") is Standing.EMPTY
    assert codes(lambda: action.confirms("2007-10")) == ["nothing-to-declare"]
    assert codes(lambda: action.saves(BORG, "2007-10", "1 0 0 0 0 0")) == ["nothing-to-declare"]
    event = confirmed(action.declares("2007-12"))
    assert event.passed_over == ("2007-10", "2007-11")
    assert action.standing("2007-10") is action.standing("2007-11") is Standing.PASSED_OVER


def test_dec_01_a_month_without_anybody_at_the_very_start_is_passed_over_too():
    action = DeclaredAction(trainees=()).enters(BORG, "2007-10-01")
    assert confirmed(action.declares("2007-10")).passed_over == ("2007-09",)


def test_dec_01_an_entry_makes_an_empty_month_need_its_declaration_before_the_later_ones():
    action = DeclaredAction(trainees=()).enters(BORG, "2007-10-01").saves(BORG, "2007-10", "1 0 0 0 0 0")
    action.registers(NADAL).asks_entry((NADAL, "2007-09-10"))
    assert codes(lambda: action.confirms("2007-10", on="2007-11-02")) == ["earlier-month-first"]
    action.declares("2007-09", on="2007-11-02")


@pytest.mark.parametrize(
    ("entry", "leaves", "month", "presence"),
    [
        ("2008-02-12", None, "2008-01", None),
        ("2008-02-12", None, "2008-02", ("2008-02-12", "2008-02-29")),
        ("2008-02-12", None, "2008-06", ("2008-06-01", "2008-06-27")),
        ("2008-02-29", None, "2008-02", ("2008-02-29", "2008-02-29")),
        ("2007-09-03", "2008-02-15", "2008-02", ("2008-02-01", "2008-02-15")),
        ("2007-09-03", "2008-02-01", "2008-02", ("2008-02-01", "2008-02-01")),
        ("2007-09-03", "2008-01-31", "2008-02", None),
    ],
)
def test_dec_02_a_declaration_covers_who_is_present_at_least_one_day_of_the_month(entry, leaves, month, presence):
    action = DeclaredAction(trainees=()).enters(BORG, entry)
    if leaves:
        action.leaves(BORG, early(leaves))
    expected = tuple(day(text) for text in presence) if presence else None
    assert action.state.presence(BORG, Month(month)) == expected
    assert (BORG in action.state.present(Month(month))) == (expected is not None)


def test_dec_02_who_is_on_the_list_without_an_entry_date_is_in_no_month():
    assert DeclaredAction().registers(NADAL).state.present(Month("2007-09")) == (BORG,)


def test_dec_03_hours_of_a_trainee_who_is_not_present_in_the_month_are_refused():
    action = DeclaredAction().enters(NADAL, "2007-11-05")
    (fault,) = faults(lambda: action.saves(NADAL, "2007-09", "1 0 0 0 0 0"))
    assert (fault.code, fault.item) == ("not-present", str(NADAL))


def test_dec_03_hours_of_somebody_who_is_not_on_the_list_are_refused_as_not_found():
    with pytest.raises(NotFound):
        DeclaredAction().saves(NADAL, "2007-09", "1 0 0 0 0 0")


@pytest.mark.parametrize(
    ("on", "start"),
    [
        ("2007-09-15", "2007-10-01"),  # in the month itself, never
        ("2007-09-30", "2007-10-01"),
        ("2007-10-01", None),
        ("2007-10-15", None),
        ("2007-10-16", "2007-11-01"),
        ("2007-10-31", "2007-11-01"),
        ("2007-11-01", None),
        ("2007-11-16", "2007-12-01"),
        ("2007-12-31", "2008-01-01"),
        ("2008-01-15", None),
        ("2009-03-15", None),  # any later month, after the planned end too
    ],
)
def test_dec_06_a_month_is_confirmed_on_days_1_to_15_of_any_later_month(on: str, start: str | None):
    action = DeclaredAction().saves(BORG, "2007-09", "10 0 0 0 0 0")
    if start is None:
        assert confirmed(action.confirms("2007-09", on=on)).month == "2007-09"
    else:
        (fault,) = faults(lambda: action.confirms("2007-09", on=on))
        assert fault.code == "confirmation-outside-window"
        assert fault.figures == {"month": "2007-09", "start": start, "end": start[:8] + "15"}


@given(st.dates(date(2007, 9, 1), date(2010, 12, 31)))
def test_dec_06_outside_its_window_a_month_is_told_the_very_next_one(on: date):
    action = DeclaredAction().state
    september = Month("2007-09")
    wrong = outside_window(action, september, on)
    upcoming = next(day for day in (on + timedelta(days=more) for more in range(62)) if not outside_window(action, september, day))
    assert bool(wrong) == (upcoming > on)
    if wrong:
        assert wrong[0].figures["start"] == upcoming and wrong[0].figures["end"] == upcoming.replace(day=15)


def test_dec_06_january_is_confirmed_in_march_when_february_was_missed_and_then_february_in_the_same_window():
    action = DeclaredAction(start="2008-01-07").saves(BORG, "2008-01", "10 0 0 0 0 0")
    assert codes(lambda: action.confirms("2008-01", on="2008-02-16")) == ["confirmation-outside-window"]
    action.confirms("2008-01", on="2008-03-01").saves(BORG, "2008-02", "10 0 0 0 0 0", on="2008-03-02")
    action.confirms("2008-02", on="2008-03-15")


def test_dec_06_the_oldest_month_is_confirmed_first():
    action = DeclaredAction().declares("2007-09").saves(BORG, "2007-10", "1 0 0 0 0 0")
    (fault,) = faults(lambda: action.confirms("2007-11", on="2007-12-01"))
    assert (fault.code, fault.figures) == ("earlier-month-first", {"before": "2007-10"})


def test_dec_06_every_trainee_present_has_a_line_and_zeros_are_a_line():
    action = DeclaredAction(trainees=(BORG, KOURNIKOVA, NADAL)).saves(BORG, "2007-09", "0 0 0 0 0 0").saves(NADAL, "2007-09", "- - - - - -")
    assert [(fault.code, fault.item) for fault in faults(lambda: action.confirms("2007-09"))] == [
        ("line-missing", str(KOURNIKOVA)),
        ("line-missing", str(NADAL)),
    ]
    action.saves(KOURNIKOVA, "2007-09", "0 0 0 0 0 0").saves(NADAL, "2007-09", "0 0 0 0 0 0")
    assert [line.trainee_id for line in confirmed(action.confirms("2007-09")).lines] == [BORG, KOURNIKOVA, NADAL]


def test_dec_06_the_confirmation_carries_the_hours_that_can_be_invoiced():
    action = DeclaredAction().saves(BORG, "2007-09", "41 0 0 15.25 0 0").confirms("2007-09")
    (line,) = confirmed(action).lines
    assert line.model_dump(mode="json") == {
        "trainee_id": str(BORG),
        "centre": {"attended": "41.00", "excused": "0.00", "unexcused": "0.00"},
        "company": {"attended": "15.25", "excused": "0.00", "unexcused": "0.00"},
        "added": None,
        "proofs": [],
    }
    assert not confirmed(action).again and confirmed(action).remaining


def two_lines() -> DeclaredAction:
    """September of two trainees, whose lines are whole: the first was saved twice, the second has left."""
    action = DeclaredAction(trainees=(BORG, KOURNIKOVA)).saves(BORG, "2007-09", "90 0 0 0 0 0").saves(BORG, "2007-09", "100 0 0 0 0 0")
    return action.saves(KOURNIKOVA, "2007-09", "50 0 0 0 0 0").leaves(KOURNIKOVA, early("2007-09-20"))


def test_dec_06_a_month_is_confirmed_as_the_user_saw_it():
    event = confirmed(two_lines().confirms("2007-09", seen=(seen(KOURNIKOVA, 1, 1), seen(BORG, 2))))
    assert [str(line.centre.attended) for line in event.lines] == ["100.00", "50.00"]


def test_dec_06_a_line_saved_since_it_was_seen_is_not_confirmed():
    action = two_lines().saves(BORG, "2007-09", "120 0 0 0 0 0")
    refused = faults(lambda: action.confirms("2007-09", seen=(seen(BORG, 2), seen(KOURNIKOVA, 1, 1))))
    assert [(fault.code, fault.item) for fault in refused] == [("changed-meanwhile", str(BORG))]
    assert action.standing("2007-09") is Standing.DRAFT
    action.confirms("2007-09", seen=(seen(BORG, 3), seen(KOURNIKOVA, 1, 1)))


@pytest.mark.parametrize(
    ("shown", "changed"),
    [
        ((seen(BORG, 2), seen(KOURNIKOVA, 1)), [KOURNIKOVA]),  # the exit was set since
        ((seen(BORG, 2),), [KOURNIKOVA]),  # came in since
        ((seen(BORG, 2), seen(KOURNIKOVA, 1, 1), seen(NADAL, 1)), [NADAL]),  # gone since
        ((seen(BORG, 0), seen(KOURNIKOVA, 0, 1)), [BORG, KOURNIKOVA]),  # both lines were saved since
        ((), [BORG, KOURNIKOVA]),
    ],
)
def test_dec_06_each_trainee_about_whom_something_else_is_stored_is_named(shown: tuple[SeenLine, ...], changed: list[UUID]):
    refused = faults(lambda: two_lines().confirms("2007-09", seen=shown))
    assert [(fault.code, fault.item) for fault in refused] == [("changed-meanwhile", str(trainee)) for trainee in changed]


def test_dec_06_all_that_is_wrong_is_said_at_once_the_window_and_every_trainee():
    action = DeclaredAction(trainees=(BORG, KOURNIKOVA)).saves(BORG, "2007-09", "41 2 - 15 0 0")
    assert [(fault.code, fault.field) for fault in faults(lambda: action.confirms("2007-09", on="2007-10-20"))] == [
        ("confirmation-outside-window", None),
        ("figure-missing", "centre.unexcused"),
        ("excused-centre-unexplained", "centre.excused"),
        ("line-missing", None),
    ]


def test_dec_01_the_last_month_that_needs_a_declaration_says_that_none_remains():
    action = DeclaredAction(trainees=()).enters(BORG, "2007-09-03").leaves(BORG, early("2007-10-10")).declares("2007-09")
    assert confirmed(action).remaining
    assert not confirmed(action.declares("2007-10")).remaining
