"""A month filled in at once: DEC-11, under the rules that its lines and exits obey alone."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.answers import Fault
from contracts.codes import AbsenceReason, Place
from contracts.declarations import FilledExit, FilledRow, MonthFilled, TraineeExited
from contracts.refusals import Refusal
from tests.rules.declarations.declared_action import (
    BORG,
    FRANCO,
    KOURNIKOVA,
    NADAL,
    DeclaredAction,
    absence,
    checked,
    codes,
    early,
    ended,
    faults,
    figures,
    row,
)

MONTH = "2007-09"
THREE = (BORG, KOURNIKOVA, NADAL)
PRESENT = "77 0 0 0 0 0"


def action() -> DeclaredAction:
    return DeclaredAction(trainees=THREE)


def test_dec_11_every_line_of_a_month_is_kept_by_one_command():
    filled = action().fills(MONTH, *(row(trainee, PRESENT) for trainee in THREE))
    (event,) = filled.said
    assert isinstance(event, MonthFilled) and event.month == MONTH
    assert [(line.trainee_id, line.line, line.complete, line.version) for line in event.lines] == [
        (trainee, figures(PRESENT), True, 1) for trainee in THREE
    ]


def test_dec_11_absences_and_an_exit_come_with_the_lines():
    gap = absence("2007-09-10", "2007-09-10", AbsenceReason.FAMILY, Place.CENTRE, "7")
    filled = action().fills(
        MONTH,
        row(BORG, "70 7 0 0 0 0", gap),
        row(KOURNIKOVA, "21 0 0 0 0 0", exits=FilledExit(exit=early("2007-09-07"), base_version=0)),
        row(NADAL, None, exits=FilledExit(exit=ended("2007-09-28"), base_version=0)),
    )
    assert [type(event) for event in filled.said] == [TraineeExited, TraineeExited, MonthFilled]
    assert [line.line.absences for line in filled.said[-1].lines] == [(gap,), ()]  # type: ignore[attr-defined]


def test_dec_11_a_row_that_is_stored_already_says_nothing():
    assert action().saves(BORG, MONTH, PRESENT).fills(MONTH, row(BORG, PRESENT)).said == []


def test_dec_11_one_wrong_row_keeps_all_from_being_kept_and_every_fault_names_its_trainee():
    before = action().saves(KOURNIKOVA, MONTH, "3 0 0 0 0 0")
    stored = before.state
    refused = faults(
        lambda: before.fills(
            MONTH,
            row(BORG, PRESENT),
            row(KOURNIKOVA, PRESENT),
            row(NADAL, "77.1 0 0 -1 0 0", exits=FilledExit(exit=early("2007-09-07", None), base_version=0)),
            row(FRANCO, PRESENT),
        )
    )
    assert [(fault.code, fault.item, fault.field) for fault in refused] == [
        ("changed-meanwhile", str(KOURNIKOVA), None),
        ("exit-reason-missing", str(NADAL), "exit.reason"),
        ("not-quarter-hour", str(NADAL), "centre.attended"),
        ("negative-hours", str(NADAL), "company.attended"),
        ("not-found", str(FRANCO), None),
    ]
    assert before.state is stored


def test_dec_11_a_line_and_an_exit_each_have_the_version_that_was_seen():
    left = action().saves(BORG, MONTH, "3 0 0 0 0 0").leaves(BORG, early("2007-09-07"))
    exits = FilledExit(exit=early("2007-09-14"), base_version=1)
    assert codes(lambda: left.fills(MONTH, row(BORG, PRESENT, base=1, exits=FilledExit(exit=None, base_version=0)))) == [
        "changed-meanwhile"
    ]
    assert codes(lambda: left.fills(MONTH, row(BORG, PRESENT, base=2, exits=exits))) == ["changed-meanwhile"]
    assert len(left.fills(MONTH, row(BORG, PRESENT, base=1, exits=exits)).said) == 2


def test_dec_05_the_exit_that_comes_with_a_line_counts_for_it():
    reopened = action().leaves(BORG, early("2007-09-14")).declares(MONTH).declares("2007-10").rejects(MONTH, "2007-10")
    taken_back = FilledExit(exit=None, base_version=1)
    assert codes(lambda: reopened.fills("2007-10", row(BORG, PRESENT))) == ["not-present"]
    assert len(reopened.fills("2007-10", row(BORG, PRESENT, exits=taken_back)).said) == 2


@pytest.mark.parametrize(
    ("month", "on", "code"),
    [
        ("2007-09", "2007-08-31", "month-not-begun"),
        ("2007-10", "2007-10-31", "earlier-month-first"),
        ("2008-07", "2008-07-01", "month-outside-action"),
    ],
)
def test_dec_01_a_month_that_cannot_be_filled_in_is_refused_once_whatever_its_rows(month: str, on: str, code: str):
    assert codes(lambda: action().fills(month, *(row(trainee, PRESENT) for trainee in THREE), on=on)) == [code]


def test_dec_07_a_confirmed_month_takes_no_line():
    assert codes(lambda: action().declares(MONTH).fills(MONTH, row(BORG, PRESENT, base=1))) == ["month-already-confirmed"]


TYPED = st.sampled_from(["77 0 0 0 0 0", "- - - - - -", "70 7 0 0 0 0", "1.1 0 0 0 0 0", "-1 0 0 0 0 0"])
EXITS = st.sampled_from(
    [
        None,
        FilledExit(exit=early("2007-09-07"), base_version=0),
        FilledExit(exit=early("2007-09-07", None), base_version=0),
        FilledExit(exit=ended("2009-01-01"), base_version=0),
        FilledExit(exit=ended("2007-09-28"), base_version=3),
    ]
)
ROWS = st.lists(st.builds(row, st.sampled_from([*THREE, FRANCO]), st.none() | TYPED, base=st.integers(0, 1), exits=EXITS), max_size=5)


@given(ROWS)
def test_dec_11_filling_a_month_gives_what_line_after_line_would_have_given_or_nothing(rows: list[FilledRow]):
    """Refused exactly when one of them would be, for the same reasons."""
    alone, wrong = action(), []
    for filled in rows:
        steps = [lambda done=filled.exit, to=filled.trainee_id: alone.leaves(to, done.exit, done.base_version)] if filled.exit else []
        steps += (
            [lambda done=filled.line, to=filled.trainee_id: alone.keeps(to, MONTH, done.line, done.base_version)] if filled.line else []
        )
        wrong += [fault for step in steps for fault in refused(step)]
    together = action()
    assert refused(lambda: together.fills(MONTH, *rows)) == wrong
    assert together.state == (action() if wrong else alone).state


def refused(step: Callable[[], object]) -> list[Fault]:
    """What `step` is refused for; nothing when it is not."""
    try:
        step()
    except Refusal as refusal:
        return checked(list(refusal.faults()))
    return []
