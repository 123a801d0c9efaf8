"""Another planned end, in every state of an action: REQ-3, REQ-4, DAT-4, and DEC-1, DEC-5, DEC-8, CLO-1 by them."""

from uuid import UUID

import pytest

from contracts.codes import ExitKind, Standing
from contracts.declarations import (
    AmendmentEffect,
    AmendmentForeseen,
    AmendmentGranted,
    ClosingGranted,
    FallenLine,
    TraineeExitChanged,
    TraineeExited,
)
from contracts.month import Month
from declarations.rules.presence import offer
from tests.guide import START, day
from tests.rules.declarations.declared_action import BORG, FRANCO, KOURNIKOVA, NADAL, REQUEST, DeclaredAction, cells, codes, early, ended

START_2008, END_2008 = "2008-01-07", "2008-05-30"


def running(*trainees: UUID, until: str | None = None) -> DeclaredAction:
    """January to May 2008, with these trainees since the first day; `until` is the last month that is confirmed."""
    action = DeclaredAction(START_2008, END_2008, trainees=trainees or (BORG, KOURNIKOVA))
    for month in ("2008-01", "2008-02", "2008-03", "2008-04"):
        if until and month <= until:
            action.declares(month)
    return action


def ended_in_may(*trainees: UUID) -> DeclaredAction:
    """Everybody is out on the planned end, and all is confirmed."""
    action = running(*trainees, until="2008-04")
    for trainee in action.state.trainees:
        action.leaves(trainee, ended(END_2008))
    return action.declares("2008-05")


def months(*texts: str) -> tuple[Month, ...]:
    return tuple(Month(text) for text in texts)


def nothing(*to_declare: str) -> AmendmentEffect:
    return AmendmentEffect(appear=(), vanish=(), exits=(), fallen=(), to_declare=months(*to_declare))


# Before the opening, and a lengthening


def test_req_03_before_the_opening_another_end_is_another_end():
    action = DeclaredAction(START, "2008-06-27", trainees=())
    action.state = type(action.state)(**{**vars(action.state), "actual_start": None})
    assert action.asks_amendment("2008-05-30").effect == nothing()
    assert action.state.planned_end == day("2008-05-30") and action.state.months == ()


def test_dec_01_lengthened_months_to_declare_appear_and_the_last_one_moves():
    action = running(until="2008-02").asks_amendment("2008-07-11")
    assert action.effect == AmendmentEffect(
        appear=months("2008-06", "2008-07"),
        vanish=(),
        exits=(),
        fallen=(),
        to_declare=months("2008-03", "2008-04", "2008-05", "2008-06", "2008-07"),
    )
    assert action.overview.months[-1].month == "2008-07" and action.overview.closes_on == day("2008-07-11")
    assert action.overview.to_declare == action.effect.to_declare


def test_dec_08_everybody_leaves_in_the_new_last_month_and_no_longer_in_the_old_one():
    action = running(until="2008-04").asks_amendment("2008-06-27")
    action.declares("2008-05")
    for trainee in action.state.trainees:
        action.saves(trainee, "2008-06", "10 0 0 0 0 0")
    assert [code for code, _ in cells(lambda: action.confirms("2008-06"))] == ["exit-missing", "exit-missing"]
    action.leaves(BORG, ended("2008-06-27")).leaves(KOURNIKOVA, ended("2008-06-27")).confirms("2008-06")
    assert isinstance(action.asks_closing("2008-06-27").said[0], ClosingGranted)


def test_dec_08_shortened_everybody_leaves_in_the_new_last_month():
    action = running(until="2008-02").asks_amendment("2008-03-21")
    assert action.effect.vanish == months("2008-04", "2008-05") and action.effect.to_declare == months("2008-03")
    assert [code for code, _ in cells(lambda: action.declares("2008-03"))] == ["exit-missing", "exit-missing"]
    action.leaves(BORG, ended("2008-03-21")).leaves(KOURNIKOVA, ended("2008-03-21")).confirms("2008-03")
    assert isinstance(action.asks_closing("2008-03-21").said[0], ClosingGranted)


def test_req_03_within_one_month_presence_ends_on_the_new_end():
    action = running(until="2008-04").asks_amendment("2008-05-16")
    assert action.effect == nothing("2008-05")
    assert action.state.presence(BORG, Month("2008-05")) == (day("2008-05-01"), day("2008-05-16"))
    assert codes(lambda: action.leaves(BORG, ended("2008-05-17"))) == ["exit-outside-training"]


# Borders of a shortening


@pytest.mark.parametrize(
    ("confirmed", "end", "expected"),
    [
        ("2008-03", "2008-03-31", None),
        ("2008-03", "2008-03-30", "2008-03-31"),
        ("2008-03", "2008-02-29", "2008-03-31"),
        ("2008-03", "2008-04-01", None),
        ("2008-01", "2008-01-31", None),
        ("2008-01", "2008-01-30", "2008-01-31"),
    ],
)
def test_req_03_the_end_does_not_come_before_the_last_day_of_a_confirmed_month(confirmed: str, end: str, expected: str | None):
    action = running(until=confirmed).asks_amendment(end)
    if expected:
        assert action.refused == [("end-before-confirmed", None)]
        assert action.said[0].faults[0].figures == {"month": confirmed, "first": expected}  # type: ignore[attr-defined]
    else:
        assert action.state.planned_end == day(end)


def test_req_03_nor_before_that_of_a_reopened_month_which_everybody_leaves_before_it_is_confirmed_again():
    action = running(until="2008-03").rejects("2008-03", correct_by="2008-04-25")
    assert action.asks_amendment("2008-03-30").refused == [("end-before-confirmed", None)]
    assert action.asks_amendment("2008-03-31").effect.exits == ()
    assert [code for code, _ in cells(lambda: action.confirms("2008-03", "2008-04-03"))] == ["exit-missing", "exit-missing"]
    action.leaves(BORG, ended("2008-03-31")).leaves(KOURNIKOVA, ended("2008-03-31")).confirms("2008-03", "2008-04-03")


def test_req_03_once_the_month_of_the_old_end_is_confirmed_the_end_comes_no_earlier_than_the_old_one():
    action = ended_in_may()
    for end in ("2008-05-29", "2008-04-30"):
        assert ("end-before-confirmed", None) in action.asks_amendment(end).refused
    assert action.asks_amendment("2008-05-31").effect == nothing()


def test_req_03_the_end_does_not_come_before_an_entry_or_an_exit():
    action = running(until="2008-01").registers(NADAL).asks_entry((NADAL, "2008-03-10")).leaves(BORG, early("2008-03-12"))
    assert action.asks_amendment("2008-03-07").refused == [("end-before-exit", str(BORG)), ("end-before-entry", str(NADAL))]
    assert action.asks_amendment("2008-03-11").refused == [("end-before-exit", str(BORG))]
    assert action.asks_amendment("2008-03-12").state.planned_end == day("2008-03-12")


def test_req_03_the_end_does_not_come_before_the_actual_start():
    action = DeclaredAction(START_2008, END_2008, trainees=())
    assert action.asks_amendment("2008-01-06", start="2008-01-02").refused == [("end-before-start", None)]
    assert action.asks_amendment("2008-01-07").state.months == months("2008-01")


def test_req_03_hours_after_the_new_end_are_in_the_way_and_zeros_fall_away():
    action = running(until="2008-02").saves(BORG, "2008-03", "0 0 0 0 0 0").saves(KOURNIKOVA, "2008-03", "0 0 0.25 0 0 0")
    assert action.asks_amendment("2008-02-29").refused == [("hours-after-end", str(KOURNIKOVA))]
    action.saves(KOURNIKOVA, "2008-03", "- 0 - - - -").asks_amendment("2008-02-29")
    assert action.effect.fallen == (
        FallenLine(month=Month("2008-03"), trainee_id=BORG),
        FallenLine(month=Month("2008-03"), trainee_id=KOURNIKOVA),
    )
    assert list(action.state.lines(BORG))[-1][0] == "2008-02"


def test_trn_05_who_had_zeros_only_beyond_the_new_end_has_no_hours_recorded():
    action = running(until="2008-02").registers(NADAL).asks_entry((NADAL, "2008-03-03")).saves(NADAL, "2008-03", "0 0 0 0 0 0")
    action.asks_entry((NADAL, "2008-03-04")).asks_removal(NADAL)
    assert action.refused == [("hours-recorded", str(NADAL))]
    # The entry date holds the end: there is no way round it.
    assert action.asks_amendment("2008-02-29").refused == [("end-before-entry", str(NADAL))]


def test_dec_03_hours_in_the_month_of_the_new_end_are_checked_when_it_is_confirmed():
    action = running(until="2008-02").saves(BORG, "2008-03", "200 0 0 0 0 0").saves(KOURNIKOVA, "2008-03", "8 0 0 0 0 0")
    action.asks_amendment("2008-03-05").leaves(BORG, ended("2008-03-05")).leaves(KOURNIKOVA, ended("2008-03-05"))
    assert action.standing("2008-03") is Standing.DRAFT
    assert cells(lambda: action.confirms("2008-03")) != []
    action.saves(BORG, "2008-03", "8 0 0 0 0 0").confirms("2008-03")


# The month of the new end is confirmed


def test_req_03_an_end_whose_month_is_confirmed_is_the_exit_of_whoever_has_none():
    action = running(BORG, KOURNIKOVA, NADAL, until="2008-03")
    action.state = action.leaves(NADAL, early("2008-04-10")).leaves(NADAL, None).state
    action.asks_amendment("2008-03-31")
    granted, *exits = action.said
    assert isinstance(granted, AmendmentGranted) and granted.effect.exits == (BORG, KOURNIKOVA, NADAL)
    assert exits == [
        TraineeExited(trainee_id=BORG, exit=ended("2008-03-31"), version=1),
        TraineeExited(trainee_id=KOURNIKOVA, exit=ended("2008-03-31"), version=1),
        TraineeExitChanged(trainee_id=NADAL, exit=ended("2008-03-31"), version=3),
    ]
    assert action.overview.without_exit == () and action.overview.to_declare == ()
    assert isinstance(action.asks_closing("2008-03-31").said[0], ClosingGranted)


def test_req_03_who_left_before_stays_out_as_they_left():
    action = running(until="2008-02").leaves(BORG, early("2008-03-14")).declares("2008-03").asks_amendment("2008-03-31")
    assert action.effect.exits == (KOURNIKOVA,)
    assert action.state.trainees[BORG].exit.on == day("2008-03-14")  # type: ignore[union-attr]


def test_dec_08_who_never_entered_is_still_to_be_removed_before_the_closing():
    action = running(until="2008-03").registers(FRANCO).asks_amendment("2008-03-31")
    assert action.overview.without_entry == (FRANCO,) and not action.overview.can_enter
    assert action.asks_closing("2008-03-31").refused == [("entry-missing", str(FRANCO))]


# After everybody has left


def test_dat_04_lengthened_after_everybody_left_months_are_there_and_need_nothing():
    action = ended_in_may().asks_amendment("2008-07-25")
    assert action.effect == AmendmentEffect(appear=months("2008-06", "2008-07"), vanish=(), exits=(), fallen=(), to_declare=())
    assert action.standing("2008-06") is Standing.EMPTY and action.overview.can_enter
    assert isinstance(action.asks_closing("2008-07-25").said[0], ClosingGranted)


def test_dec_05_after_a_lengthening_an_end_of_training_on_the_old_end_is_moved_later_though_its_month_is_confirmed():
    action = ended_in_may().asks_amendment("2008-07-25")
    lines = action.state.declaration(Month("2008-05")).lines
    action.leaves(BORG, ended("2008-07-25"))
    assert action.said == [TraineeExitChanged(trainee_id=BORG, exit=ended("2008-07-25"), version=2)]
    assert action.overview.to_declare == months("2008-06", "2008-07")
    assert action.standing("2008-05") is Standing.CONFIRMED and action.state.declaration(Month("2008-05")).lines == lines
    action.declares("2008-06").declares("2008-07")
    assert action.state.trainees[KOURNIKOVA].exit.on == day(END_2008)  # type: ignore[union-attr]


def test_dec_05_it_may_become_an_early_exit_but_not_be_taken_back_nor_come_earlier():
    action = ended_in_may().asks_amendment("2008-07-25")
    for leaving in (None, ended("2008-05-28"), early("2008-05-30")):
        assert codes(lambda leaving=leaving: action.leaves(BORG, leaving)) == ["exit-month-confirmed"]
    assert action.leaves(BORG, early("2008-06-20")).state.trainees[BORG].exit.kind is ExitKind.EARLY  # type: ignore[union-attr]


def test_dec_05_once_the_action_is_closed_nobody_is_out_later():
    action = ended_in_may().asks_amendment("2008-07-25").asks_closing("2008-07-25")
    assert codes(lambda: action.leaves(BORG, ended("2008-07-25"))) == ["exit-month-confirmed"]


def test_dec_05_an_early_exit_or_one_on_another_day_stays_in_its_confirmed_month():
    action = running(BORG, KOURNIKOVA, NADAL, until="2008-04").leaves(BORG, early(END_2008)).leaves(KOURNIKOVA, ended("2008-05-23"))
    action.leaves(NADAL, ended(END_2008)).declares("2008-05").asks_amendment("2008-07-25")
    for trainee in (BORG, KOURNIKOVA):
        assert codes(lambda trainee=trainee: action.leaves(trainee, ended("2008-07-25"))) == ["exit-month-confirmed"]
    assert action.leaves(NADAL, ended("2008-07-25")).said


def test_dec_07_an_exit_that_is_moved_over_a_month_confirmed_meanwhile_counts_there_with_zeros():
    action = ended_in_may().asks_amendment("2008-07-25").leaves(BORG, ended("2008-07-25")).declares("2008-06")
    action.leaves(KOURNIKOVA, ended("2008-07-25"))
    (june,) = [month for month in action.overview.months if month.month == "2008-06"]
    assert june.with_zeros == (KOURNIKOVA,)
    assert codes(lambda: action.leaves(BORG, ended("2008-06-27"))) == ["exit-month-confirmed"]


def test_dec_05_an_exit_that_a_shortening_recorded_is_moved_later_once_the_end_is_again():
    action = running(until="2008-03").asks_amendment("2008-03-31").asks_amendment("2008-04-25")
    action.leaves(BORG, ended("2008-04-25"))
    assert action.said == [TraineeExitChanged(trainee_id=BORG, exit=ended("2008-04-25"), version=2)]


def test_dec_05_within_the_month_of_the_old_end_it_is_moved_to_the_new_one():
    action = ended_in_may()
    action.asks_amendment("2008-05-31").leaves(BORG, ended("2008-05-31"))
    assert action.standing("2008-05") is Standing.CONFIRMED and action.state.trainees[BORG].exit.on == day("2008-05-31")  # type: ignore[union-attr]


def test_bil_07_the_old_last_month_that_is_reopened_after_a_lengthening_waits_for_nobody_to_leave():
    action = ended_in_may().asks_amendment("2008-07-25").leaves(BORG, ended("2008-07-25")).rejects("2008-05", correct_by="2008-06-25")
    assert action.confirms("2008-05", "2008-06-10").said


# What is said before, and what stays


def test_req_03_what_a_grant_would_do_is_said_and_again_whenever_it_changes():
    action = running(until="2008-02").is_asked_for("2008-03-31")
    effect = AmendmentEffect(appear=(), vanish=months("2008-04", "2008-05"), exits=(), fallen=(), to_declare=months("2008-03"))
    assert action.foreseen == [AmendmentForeseen(request_id=REQUEST, planned_end=day("2008-03-31"), effect=effect)]
    action.saves(BORG, "2008-03", "5 0 0 0 0 0").saves(KOURNIKOVA, "2008-03", "5 0 0 0 0 0")
    assert len(action.foreseen) == 1
    action.confirms("2008-03").saves(BORG, "2008-04", "0.25 0 0 0 0 0")
    confirmed, hours = action.foreseen[1:]
    assert confirmed.effect and confirmed.effect.exits == (BORG, KOURNIKOVA)
    assert hours.effect is None and [fault.code for fault in hours.against] == ["hours-after-end"]
    action.saves(BORG, "2008-04", "0 0 0 0 0 0")
    told = action.foreseen[-1].effect
    assert told and action.asks_amendment("2008-03-31").effect == told and action.state.asked is None


def test_req_01_nothing_more_is_said_of_a_request_that_was_decided_and_another_ones_decision_changes_nothing():
    action = running(until="2008-02").is_asked_for("2008-03-31").is_decided(UUID(int=501))
    assert action.state.asked
    action.is_decided().declares("2008-03")
    assert len(action.foreseen) == 1 and action.state.asked is None


def test_req_03_a_refused_amendment_changes_nothing_and_what_it_would_do_is_still_said():
    action = running(until="2008-03").is_asked_for("2008-03-07")
    before = action.state
    assert action.asks_amendment("2008-03-07").state == before and before.asked
    assert [fault.code for fault in action.foreseen[-1].against] == ["end-before-confirmed"]


def test_dec_11_what_is_offered_runs_to_the_new_end_over_the_new_periods():
    offered = offer(running(until="2008-04").asks_amendment("2008-06-06").state)
    assert offered and max(place.days[-1] for place in offered.places if place.days) == day("2008-06-06")


def test_req_04_the_new_end_may_be_past():
    """The order of events in the contract's log decides, not instants: nobody asks what day it is."""
    assert running(until="2008-02").asks_amendment("2008-02-29").effect.exits == (BORG, KOURNIKOVA)
