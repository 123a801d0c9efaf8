"""Where the declarations stand, as the log is told: DEC-1, DEC-6 to DEC-8, TRN-6, CLO-1, BIL-4, BIL-7."""

from uuid import UUID

from contracts.codes import Standing
from contracts.declarations import AskRefused, DeclarationsChanged, MonthStanding
from contracts.month import Month
from declarations.rules.action import awarded, registered
from declarations.rules.overview import overview, overview_changed
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, NADAL, DeclaredAction, day, early, ended, terms

DRAFT, CONFIRMED, REOPENED, PASSED_OVER, EMPTY = Standing


def winter(*trainees: UUID) -> DeclaredAction:
    """From October 2007 to February 2008; everybody enters on the first day."""
    return DeclaredAction(start="2007-10-01", end="2008-02-28", trainees=trainees or (BORG,))


def standings(action: DeclaredAction) -> list[tuple[str, Standing]]:
    return [(str(month.month)[2:], month.standing) for month in action.overview.months]


def of(action: DeclaredAction, month: str) -> MonthStanding:
    return next(standing for standing in action.overview.months if standing.month == month)


def test_dec_01_nothing_is_told_before_the_opening_and_all_months_from_it_on():
    not_opened = awarded(terms("2007-10-01", "2007-12-21"))
    assert overview(not_opened) is None
    assert overview_changed(None, not_opened) == overview_changed(not_opened, registered(not_opened, BORG)) == ()
    action = DeclaredAction(start="2007-10-01", end="2007-12-21", trainees=())
    assert action.overviews == [
        DeclarationsChanged(
            months=tuple(MonthStanding(month=Month(month), standing=EMPTY, present=0) for month in ("2007-10", "2007-11", "2007-12")),
            to_declare=(),
            without_exit=(),
            without_entry=(),
            closes_on=day("2007-12-21"),
            can_enter=True,
        )
    ]


def test_dec_02_each_month_says_how_many_are_present():
    action = winter().enters(KOURNIKOVA, "2007-12-03").leaves(BORG, early("2007-11-20"))
    assert [month.present for month in action.overview.months] == [1, 1, 1, 1, 1]
    action.enters(NADAL, "2007-11-05")
    assert [month.present for month in action.overview.months] == [1, 2, 2, 2, 2]


def test_dec_01_each_draft_waits_for_the_oldest_one():
    action = winter()
    assert [month.waits_for for month in action.overview.months] == [None, *["2007-10"] * 4]
    action.declares("2007-10")
    assert [month.waits_for for month in action.overview.months] == [None, None, *["2007-11"] * 3]


def test_dec_06_a_reopened_month_holds_up_reopened_ones_only_and_says_until_when_it_can_be_corrected():
    action = winter().declares("2007-10").declares("2007-11").rejects("2007-10", "2007-11", correct_by="2007-12-20")
    assert standings(action)[:3] == [("07-10", REOPENED), ("07-11", REOPENED), ("07-12", DRAFT)]
    assert [of(action, month).waits_for for month in ("2007-10", "2007-11", "2007-12")] == [None, "2007-10", None]
    assert [month.correct_by for month in action.overview.months] == [day("2007-12-20")] * 2 + [None] * 3
    action.confirms("2007-10", on="2007-12-18")
    assert (of(action, "2007-10").correct_by, of(action, "2007-11").waits_for) == (None, None)


def test_dec_07_a_month_without_anybody_is_empty_until_a_later_one_is_confirmed():
    action = winter().leaves(BORG, early("2007-10-20")).enters(KOURNIKOVA, "2007-12-03")
    assert standings(action)[:3] == [("07-10", DRAFT), ("07-11", EMPTY), ("07-12", DRAFT)]
    action.declares("2007-10").declares("2007-12")
    assert standings(action)[:3] == [("07-10", CONFIRMED), ("07-11", PASSED_OVER), ("07-12", CONFIRMED)]


def test_bil_04_when_everybody_has_left_nothing_is_to_declare_until_somebody_enters():
    action = winter().leaves(BORG, ended("2007-11-30")).declares("2007-10")
    assert action.overview.to_declare == ("2007-11",)
    action.declares("2007-11")
    assert action.overview.to_declare == ()
    action.registers(NADAL).asks_entry((NADAL, "2007-12-02"))
    assert action.overview.to_declare == ("2007-12", "2008-01", "2008-02")


def test_bil_07_a_reopened_month_is_to_declare_again():
    action = winter().leaves(BORG, early("2007-10-20")).declares("2007-10").rejects("2007-10")
    assert action.overview.to_declare == ("2007-10",)


def test_dec_08_who_holds_up_the_last_month_is_named():
    action = winter(BORG, KOURNIKOVA).registers(NADAL).leaves(BORG, early("2007-10-20"))
    assert (action.overview.without_exit, action.overview.without_entry) == ((KOURNIKOVA,), (NADAL,))
    action.asks_removal(NADAL).leaves(KOURNIKOVA, early("2007-10-20"))
    assert (action.overview.without_exit, action.overview.without_entry) == ((), ())


def test_trn_06_nobody_can_enter_once_no_month_takes_an_entry_or_the_action_is_closed():
    action = DeclaredAction(start="2008-01-07", end="2008-02-28").leaves(BORG, early("2008-01-20"))
    assert action.overview.can_enter
    action.declares("2008-01")
    assert action.overview.can_enter  # February is still empty
    action.asks_closing()
    assert not action.overview.can_enter
    whole = DeclaredAction(start="2008-01-07", end="2008-02-28").declares("2008-01").leaves(BORG, ended("2008-02-28")).declares("2008-02")
    assert not whole.overview.can_enter
    assert whole.rejects("2008-01").overview.can_enter  # a reopened month counts as not confirmed


def test_dec_07_who_comes_to_reach_into_a_confirmed_month_is_told_with_zeros_there():
    action = winter().declares("2007-10").declares("2007-11").rejects("2007-10").registers(NADAL)
    action.asks_entry((NADAL, "2007-10-15"))
    assert [month.with_zeros for month in action.overview.months] == [(), (NADAL,), (), (), ()]
    action.leaves(NADAL, early("2007-10-20"))
    assert of(action, "2007-11").with_zeros == ()


def test_dec_07_an_exit_moved_over_a_confirmed_month_counts_there_with_zeros():
    action = winter(BORG, KOURNIKOVA).leaves(BORG, early("2007-10-20")).declares("2007-10").declares("2007-11").rejects("2007-10")
    action.leaves(BORG, early("2007-12-10"))
    assert of(action, "2007-11").with_zeros == (BORG,)
    action.rejects("2007-11")
    assert of(action, "2007-11").with_zeros == ()  # a line is needed there again


def test_it_is_told_only_when_it_changes_and_never_because_hours_were_typed():
    action = winter().saves(BORG, "2007-10", "10 0 0 0 0 0")
    told = len(action.overviews)
    action.saves(BORG, "2007-10", "20 0 0 0 0 0").leaves(BORG, early("2007-10-20")).leaves(BORG, early("2007-10-22"))
    assert len(action.overviews) == told + 1  # the second exit is in the same month
    assert all(now != before for before, now in zip(action.overviews, action.overviews[1:], strict=False))


def test_clo_01_the_closing_waits_for_exactly_what_is_told():
    action = winter(BORG, KOURNIKOVA).registers(NADAL).declares("2007-10").rejects("2007-10")
    action.asks_closing()
    (refused,), told = action.said, action.overview
    assert isinstance(refused, AskRefused)
    assert [fault.item for fault in refused.faults] == [*told.to_declare, *map(str, told.without_exit), *map(str, told.without_entry)]
