"""Results of surveys: no line tells anything of fewer than five people, nor do lines together (SURV-3)."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.areas.surveys.results import LEAST, Group, OfAction, Results, Tally, pieces_of, results
from tests.often import often


def action(number: str, asked: int, sector: str = "Spectacle", siret: str = "1", answered: int = 0) -> OfAction:
    tally = Tally(asked, by_link=answered, by_organisation=0, in_sector=answered)
    return OfAction(number, f"ACTION {number}", siret, f"ORGANISME {siret}", sector, tally)


def told(groups: Sequence[Group]) -> set[str]:
    """Of which groups more than the total is told."""
    return {group.key for group in groups if group.tally}


def test_surv_03_groups_of_five_are_broken_down_and_add_up():
    of = results([action("A", 6, answered=4), action("B", 5, "Commerce", "2", answered=5)])
    assert (told(of.actions), told(of.sectors), told(of.organisations)) == ({"A", "B"}, {"Spectacle", "Commerce"}, {"1", "2"})
    assert of.whole.tally == Tally(11, by_link=9, in_sector=9) and of.whole.tally.unanswered == 2


def test_surv_03_a_group_of_fewer_than_five_is_a_total_only():
    of = results([action("A", 4), action("B", 3), action("C", 12, "Commerce", "2")])
    assert told(of.actions) == {"C"} and told(of.sectors) == {"Spectacle", "Commerce"}
    assert [(group.key, group.asked) for group in of.actions] == [("C", 12), ("A", 4), ("B", 3)]


def test_surv_03_a_small_group_is_not_the_rest_of_its_total():
    """Twelve of fifteen: the total of the sector would tell the other three."""
    of = results([action("A", 12), action("B", 3), action("C", 9)])
    assert told(of.actions) == {"A"}, "the smallest other action is not told either"
    assert told(of.sectors) == {"Spectacle"} and of.whole.tally


def test_surv_03_where_only_one_organisation_would_hide_another_is_hidden_with_it():
    of = results([action("A", 3, siret="1"), action("B", 6, siret="2"), action("C", 9, siret="3")])
    assert told(of.organisations) == {"3"} and told(of.sectors) == {"Spectacle"}


def test_surv_03_two_tables_do_not_tell_what_one_does_not():
    """Sector and organisation cross in one small action: their totals less all others would tell it."""
    crossed = [action("A", 3), action("B", 4, siret="2"), action("C", 6, "Commerce", "1"), action("D", 9, "Commerce", "2")]
    assert leaks(results(crossed), crossed) == []


@pytest.mark.parametrize("asked", [[], [0], [4], [1, 3]])
def test_surv_03_where_there_are_not_five_in_all_nothing_is_broken_down(asked: list[int]):
    of = results([action(str(index), people) for index, people in enumerate(asked)])
    assert of.whole.tally is None and not told([*of.actions, *of.sectors, *of.organisations])
    assert of.whole.asked == sum(asked)


def test_surv_03_who_was_not_asked_is_in_no_line():
    assert [group.key for group in results([action("A", 0), action("B", 5)]).actions] == ["B"]


TABLES = st.lists(st.tuples(st.integers(1, 8), st.sampled_from("XYZ"), st.sampled_from("123")), min_size=1, max_size=7)


def leaks(of: Results, actions: Sequence[OfAction]) -> list[set[str]]:
    """Sets of actions with fewer than five people whose figures are a sum or difference of lines that are told, however often each is
    taken: their indicator lies in what those of the lines span.
    """
    numbers, size = [each.number for each in actions], {each.number: each.tally.asked for each in actions}
    lines = [{number} for number in told(of.actions)]
    lines += [{each.number for each in actions if each.sector == sector} for sector in told(of.sectors)]
    lines += [{each.number for each in actions if each.siret == siret} for siret in told(of.organisations)]
    lines += [set(numbers)] if of.whole.tally else []
    basis = [[Fraction(number in line) for number in numbers] for line in lines]
    some = (set(chosen) for count in range(1, len(numbers) + 1) for chosen in combinations(numbers, count))
    small = [chosen for chosen in some if sum(size[number] for number in chosen) < LEAST]
    return [chosen for chosen in small if rank([*basis, [Fraction(number in chosen) for number in numbers]]) == rank(basis)]


def rank(rows: list[list[Fraction]]) -> int:
    """How many of the rows are no sum of others."""
    left, found = [list(row) for row in rows], 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot:
            left.remove(pivot)
            left = [[a - b * row[column] / pivot[column] for a, b in zip(row, pivot, strict=True)] for row in left]
            found += 1
    return found


def test_a_leak_is_found():
    """The control: all lines are told but the small one's."""
    whole = Group("", "", 9, Tally(9))
    shown = Results(whole, (Group("A", "", 6, Tally(6)), Group("B", "", 3, None)), (), ())
    assert leaks(shown, [action("A", 6), action("B", 3)]) == [{"B"}]


@settings(max_examples=often(100), deadline=None)
@given(TABLES)
def test_surv_03_nothing_about_fewer_than_five_people_can_be_worked_out(table: list[tuple[int, str, str]]):
    actions = [action(str(index), people, sector, siret) for index, (people, sector, siret) in enumerate(table)]
    assert leaks(results(actions), actions) == []


@given(TABLES, st.randoms())
def test_surv_03_what_is_told_does_not_depend_on_the_order(table: list[tuple[int, str, str]], chance: object):
    actions = [action(str(index), people, sector, siret) for index, (people, sector, siret) in enumerate(table)]
    again = sorted(actions, key=lambda _each: chance.random())  # type: ignore[attr-defined]
    assert results(again) == results(actions)


@given(TABLES)
def test_surv_03_every_action_is_in_one_piece_of_five_at_the_least(table: list[tuple[int, str, str]]):
    actions = [action(str(index), people, sector, siret) for index, (people, sector, siret) in enumerate(table)]
    pieces = pieces_of(actions)
    assert sorted(number for piece in pieces for number in piece.numbers) == sorted(each.number for each in actions)
    assert len(pieces) == 1 or all(piece.people >= LEAST for piece in pieces)
