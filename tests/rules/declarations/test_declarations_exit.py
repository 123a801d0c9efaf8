"""Leaving: DEC-5, DEC-8."""

import pytest

from contracts.codes import ADMISSIBLE, ExitKind, ExitReason
from contracts.declarations import Exit, TraineeExitChanged, TraineeExited
from contracts.refusals.common import ChangedMeanwhile, NotFound
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, NADAL, DeclaredAction, cells, codes, day, early, ended, faults


def reasons(reason: ExitReason) -> Exit:
    return early("2007-09-20", reason, proofs=reason in ADMISSIBLE)


def test_dec_05_the_first_exit_is_said_as_such_then_its_changes_and_its_taking_back():
    action = DeclaredAction().leaves(BORG, early("2007-09-20"))
    assert action.said == [TraineeExited(trainee_id=BORG, exit=early("2007-09-20"), version=1)]
    action.leaves(BORG, ended("2007-09-28"))
    assert action.said == [TraineeExitChanged(trainee_id=BORG, exit=ended("2007-09-28"), version=2)]
    action.leaves(BORG, None)
    assert action.said == [TraineeExitChanged(trainee_id=BORG, exit=None, version=3)]
    action.leaves(BORG, early("2007-09-21"))
    assert action.said == [TraineeExitChanged(trainee_id=BORG, exit=early("2007-09-21"), version=4)]


def test_dec_05_the_same_exit_again_changes_nothing():
    assert DeclaredAction().leaves(BORG, ended("2007-09-28")).leaves(BORG, ended("2007-09-28"), base=0).said == []
    assert DeclaredAction().leaves(BORG, None).said == []


def test_dec_05_two_people_at_the_same_exit_the_second_is_told():
    with pytest.raises(ChangedMeanwhile):
        DeclaredAction().leaves(BORG, ended("2007-09-28")).leaves(BORG, ended("2007-09-27"), base=0)


@pytest.mark.parametrize(
    ("on", "accepted"), [("0207-09-20", False), ("2007-09-16", False), ("2007-09-17", True), ("2008-06-27", True), ("2008-06-28", False)]
)
def test_dec_05_entry_before_exit_before_planned_end(on: str, accepted: bool):
    action = DeclaredAction(trainees=()).enters(BORG, "2007-09-17")
    if accepted:
        action.leaves(BORG, ended(on))
    else:
        (fault,) = faults(lambda: action.leaves(BORG, ended(on)))
        assert (fault.code, fault.field) == ("exit-outside-training", "exit.on")
        assert fault.figures == {"first": "2007-09-17", "last": "2008-06-27"}


@pytest.mark.parametrize("reason", list(ExitReason))
def test_dec_05_an_early_exit_takes_any_reason_of_the_list(reason: ExitReason):
    assert DeclaredAction().leaves(BORG, reasons(reason)).said == [TraineeExited(trainee_id=BORG, exit=reasons(reason), version=1)]


def test_dec_05_an_early_exit_without_a_reason_and_an_end_of_training_with_one_are_refused():
    assert cells(lambda: DeclaredAction().leaves(BORG, early("2007-09-20", None))) == [("exit-reason-missing", "exit.reason")]
    end = Exit(on=day("2007-09-20"), kind=ExitKind.END_OF_TRAINING, reason=ExitReason.OTHER)
    assert cells(lambda: DeclaredAction().leaves(BORG, end)) == [("exit-reason-unexpected", "exit.reason")]


@pytest.mark.parametrize("reason", sorted(ADMISSIBLE))
def test_dec_05_an_admissible_reason_needs_its_documents_announced(reason: ExitReason):
    assert cells(lambda: DeclaredAction().leaves(BORG, early("2007-09-20", reason))) == [("proofs-not-announced", "exit.proofs_announced")]
    assert {ExitReason.EMPLOYMENT, ExitReason.PERSONAL} == ADMISSIBLE


def test_dec_05_all_that_is_wrong_with_an_exit_is_said_at_once():
    assert cells(lambda: DeclaredAction().leaves(BORG, early("2008-07-01", None))) == [
        ("exit-outside-training", "exit.on"),
        ("exit-reason-missing", "exit.reason"),
    ]


def test_dec_05_an_exit_in_a_confirmed_month_is_refused():
    action = DeclaredAction().declares("2007-09")
    (fault,) = faults(lambda: action.leaves(BORG, early("2007-09-28")))
    assert (fault.code, fault.figures) == ("exit-month-confirmed", {"month": "2007-09"})


def test_dec_05_changing_an_exit_needs_the_months_of_the_old_and_of_the_new_date_unconfirmed():
    action = DeclaredAction(trainees=(BORG, KOURNIKOVA)).leaves(BORG, early("2007-09-20")).declares("2007-09")
    assert [fault.figures for fault in faults(lambda: action.leaves(BORG, early("2007-10-10")))] == [{"month": "2007-09"}]
    assert [fault.figures for fault in faults(lambda: action.leaves(BORG, None))] == [{"month": "2007-09"}]
    assert [fault.figures for fault in faults(lambda: action.leaves(BORG, early("2007-09-21")))] == [{"month": "2007-09"}]
    action.leaves(KOURNIKOVA, early("2007-10-10"))
    assert [fault.figures for fault in faults(lambda: action.leaves(KOURNIKOVA, early("2007-09-10")))] == [{"month": "2007-09"}]


def test_dec_05_no_hours_in_a_later_month():
    action = (
        DeclaredAction(trainees=()).enters(BORG, "2007-09-03").declares("2007-09").rejects("2007-09").saves(BORG, "2007-10", "5 0 0 0 0 0")
    )
    (fault,) = faults(lambda: action.leaves(BORG, early("2007-09-28")))
    assert (fault.code, fault.figures) == ("hours-after-exit", {"month": "2007-10"})
    action.saves(BORG, "2007-10", "0 0 0 0 0 0").leaves(BORG, early("2007-09-28"))


def test_dec_05_after_the_exit_no_hours_are_saved_in_later_months():
    action = DeclaredAction(trainees=(BORG, KOURNIKOVA)).leaves(BORG, early("2007-09-20")).declares("2007-09")
    assert codes(lambda: action.saves(BORG, "2007-10", "1 0 0 0 0 0")) == ["not-present"]


def test_dec_05_who_is_not_on_the_list_or_has_not_entered_cannot_leave():
    with pytest.raises(NotFound):
        DeclaredAction().leaves(NADAL, early("2007-09-20"))
    assert codes(lambda: DeclaredAction().registers(NADAL).leaves(NADAL, early("2007-09-20"))) == ["exit-before-entry"]


def short(*trainees: str) -> DeclaredAction:
    """Three months, of which the first two are confirmed."""
    action = DeclaredAction(start="2008-04-07", end="2008-06-27", trainees=(BORG, KOURNIKOVA))
    return action.declares("2008-04").declares("2008-05")


def test_dec_08_the_month_of_the_planned_end_waits_for_every_exit_and_for_every_entry():
    action = short().registers(NADAL).leaves(KOURNIKOVA, ended("2008-06-27"))
    action.saves(BORG, "2008-06", "1 0 0 0 0 0").saves(KOURNIKOVA, "2008-06", "1 0 0 0 0 0")
    assert [(fault.code, fault.item) for fault in faults(lambda: action.confirms("2008-06"))] == [
        ("exit-missing", str(BORG)),
        ("entry-missing", str(NADAL)),
    ]
    action.leaves(BORG, ended("2008-06-27")).asks_entry((NADAL, None)).confirms("2008-06")


def test_dec_08_other_months_do_not_wait_for_exits():
    assert short().standing("2008-05") == "confirmed"


def test_dec_08_who_left_before_the_last_month_is_out_too():
    action = short().leaves(BORG, early("2008-06-02")).leaves(KOURNIKOVA, ended("2008-06-27"))
    action.declares("2008-06")


def test_dec_08_once_the_last_month_is_declared_no_exit_is_taken_back():
    action = DeclaredAction(start="2008-04-07", end="2008-06-27", trainees=(BORG, KOURNIKOVA)).leaves(BORG, early("2008-04-20"))
    action.leaves(KOURNIKOVA, ended("2008-06-27")).declares("2008-04").declares("2008-05").declares("2008-06").rejects("2008-04")
    assert codes(lambda: action.leaves(BORG, None)) == ["exit-still-needed"]
    action.leaves(BORG, early("2008-04-25"))


def test_dec_08_who_enters_a_reopened_month_when_the_last_is_declared_leaves_before_it_is_confirmed_again():
    action = short().leaves(BORG, ended("2008-06-27")).leaves(KOURNIKOVA, ended("2008-06-27")).declares("2008-06").rejects("2008-04")
    action.registers(NADAL).asks_entry((NADAL, "2008-04-14"))
    for trainee in (BORG, KOURNIKOVA, NADAL):
        action.saves(trainee, "2008-04", "2 0 0 0 0 0")
    assert codes(lambda: action.confirms("2008-04", on="2008-07-02")) == ["exit-missing"]
    action.leaves(NADAL, early("2008-04-30")).confirms("2008-04", on="2008-07-02")
