"""The month by exception, before anything is saved: hours laid over the lines, absences and exits, in any order (DEC-11)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from contracts.codes import AbsenceReason, ExitKind, Place
from contracts.declarations import Line, PlaceDays, PlaceFigures
from contracts.month import Month
from gateway.areas.declarations import asking, proposal
from gateway.areas.declarations.proposal import Plan
from gateway.areas.declarations.queries import Row
from gateway.web.values import Values

FEBRUARY, ENDS = Month("2008-02"), date(2008, 4, 25)
ZERO = Decimal(0)


def weekdays(first: int, last: int) -> tuple[date, ...]:
    return tuple(day for number in range(first, last + 1) if (day := date(2008, 2, number)).weekday() < 5)


CENTRE = PlaceDays(place=Place.CENTRE, hours=Decimal(105), days=weekdays(4, 22))
COMPANY = PlaceDays(place=Place.COMPANY, hours=Decimal(35), days=weekdays(25, 29))
PLAN = Plan(FEBRUARY, {Place.CENTRE: CENTRE, Place.COMPANY: COMPANY}, ENDS)
"""Fifteen days of 7 h in centre, then five in company: nothing is left of the plan after February."""


def row(number: int = 1, *, since: int = 4, others: dict[Month, Line] | None = None) -> Row:
    first = date(2008, 2, since)
    return Row(
        trainee_id=UUID(int=number),
        name=f"MARTIN {number}",
        sheet=None,
        entered_on=first,
        exit=None,
        exit_version=0,
        planned_end=ENDS,
        first=first,
        last=FEBRUARY.last,
        line=Line(),
        version=0,
        complete=False,
        saved_at=None,
        saved_by=None,
        others=others or {},
    )


def page(rows: Sequence[Row], plan: Plan = PLAN) -> Values:
    """What a browser posts of a page that nobody touched."""
    values = Values({name: texts for one in rows for name, texts in asking.stored(one).items()})
    proposal.begin(values, plan, rows)
    return values


def lays(values: Values, rows: Sequence[Row], way: str, plan: Plan = PLAN, **typed: str) -> None:
    """Fields, then a button: `absence_start` is `absence.start`."""
    values.typed |= {name.replace("_", ".", 1): [text] for name, text in typed.items()}
    proposal.WAYS[way](values, rows, plan)


def absent(values: Values, rows: Sequence[Row], whose: Row, days: tuple[int, int], reason: AbsenceReason) -> None:
    start, end = (str(day) for day in days)
    lays(values, rows, "absence", absence_trainee=whose.key, absence_start=start, absence_end=end, absence_reason=reason)


def hours(values: Values, of: Row) -> list[str]:
    return [values.value(f"{of.key}.{path}") for path in asking.FIGURES]


def test_dec_11_everybody_has_the_hours_of_who_is_present_less_for_who_came_within_the_month():
    rows = (row(), row(2, since=18))
    values = page(rows)
    lays(values, rows, "presents")
    assert hours(values, rows[0]) == ["105,00", "0,00", "0,00", "35,00", "0,00", "0,00"]
    assert hours(values, rows[1]) == ["35,00", "0,00", "0,00", "35,00", "0,00", "0,00"]


def test_dec_11_at_most_what_remains_of_the_trainees_plan():
    declared = Line(centre=PlaceFigures(attended=Decimal("90.50")), company=PlaceFigures(unexcused=Decimal(40)))
    rows = (row(others={Month("2008-01"): declared}),)
    values = page(rows)
    lays(values, rows, "presents")
    assert hours(values, rows[0])[::3] == ["14,50", "0,00"]


@pytest.mark.parametrize(
    ("typed", "place"),
    [({"present_centre": "104,10"}, "centre"), ({"present_company": "-7"}, "company"), ({"present_centre": "3h20"}, "centre")],
)
def test_dec_03_what_is_no_quarter_hour_is_said_and_no_line_is_touched(typed: dict[str, str], place: str):
    rows = (row(),)
    values = page(rows)
    lays(values, rows, "presents", **typed)
    assert values.errors.keys() == {f"present.{place}"} and hours(values, rows[0]) == [""] * 6


def test_dec_11_an_absence_is_in_the_place_where_the_plan_has_hours_on_these_days():
    rows = (row(),)
    values = page(rows)
    absent(values, rows, rows[0], (26, 27), AbsenceReason.FAMILY)
    absent(values, rows, rows[0], (22, 25), AbsenceReason.LATE)
    assert values.errors.keys() == {"absence.place"}, "Friday in centre, Monday in company: one says which"
    assert hours(values, rows[0]) == ["", "", "", "", "14,00", ""]


@pytest.mark.parametrize("typed", ["0", "-7", "0h20"])
def test_dec_11_an_absence_has_hours(typed: str):
    rows = (row(),)
    values = page(rows)
    lays(values, rows, "absence", absence_trainee=rows[0].key, absence_start="5", absence_reason="late", absence_hours=typed)
    assert values.errors.keys() == {"absence.hours"} and hours(values, rows[0]) == [""] * 6


def test_dec_04_an_absence_is_offered_no_more_than_ten_hours_a_day():
    plan = Plan(FEBRUARY, {Place.CENTRE: CENTRE.model_copy(update={"hours": Decimal(300)}), Place.COMPANY: COMPANY}, ENDS)
    rows = (row(),)
    values = page(rows, plan)
    lays(values, rows, "absence", plan, absence_trainee=rows[0].key, absence_start="5", absence_end="6", absence_reason="late")
    assert values.value(f"{rows[0].key}.absences.0.hours") == "20,00", "the plan has 40 h on two days"


def test_dec_11_once_saved_the_hours_of_who_is_present_are_those_that_were_typed():
    def saved(one: Row, attended: int, unexcused: int = 0) -> Row:
        centre = PlaceFigures(attended=Decimal(attended), excused=ZERO, unexcused=Decimal(unexcused))
        return replace(one, line=Line(centre=centre, company=PlaceFigures()), version=1)

    rows = (saved(row(), 91, 7), saved(row(2), 98), saved(row(3), 80), saved(row(4, since=18), 30), saved(row(5, since=18), 30), row(6))
    values = page(rows)
    assert (values.value("present.centre"), values.value("present.company")) == ("98,00", "35,00")
    absent(values, rows, rows[1], (5, 5), AbsenceReason.LATE)
    assert hours(values, rows[1])[:3] == ["91,50", "0,00", "6,50"], "98 h on 15 days, not the plan's 7 h a day"


def test_dec_11_hours_that_no_two_share_are_nobodys_rule():
    rows = tuple(
        replace(row(number), line=Line(centre=PlaceFigures(attended=Decimal(60 + number)), company=PlaceFigures())) for number in (1, 2)
    )
    assert page(rows).value("present.centre") == "105,00", "as planned"


def test_dec_11_like_last_month_takes_absences_as_attended_and_a_new_trainee_as_present():
    plan = Plan(FEBRUARY, {Place.CENTRE: CENTRE.model_copy(update={"hours": Decimal(500)}), Place.COMPANY: COMPANY}, ENDS)
    known = Line(centre=PlaceFigures(attended=Decimal(60), excused=Decimal(7), unexcused=ZERO))
    rows = (row(others={Month("2007-12"): Line(), Month("2008-01"): known}), row(2))
    values = page(rows, plan)
    lays(values, rows, "precedent", plan, present_centre="90", present_company="0")
    assert [hours(values, one)[0] for one in rows] == ["67,00", "90,00"]
    assert hours(values, rows[0])[1] == "0,00"


def test_dec_08_in_the_last_month_who_has_no_exit_leaves_at_the_end_of_the_training():
    plan = Plan(FEBRUARY, PLAN.places, date(2008, 2, 29))
    rows = (row(), row(2))
    values = page(rows, plan)
    lays(values, rows, "sortie", plan, leaving_trainee=rows[1].key, leaving_on="15", leaving_kind="early", leaving_reason="dropped_out")
    lays(values, rows, "presents", plan)
    assert [values.value(f"{one.key}.exit.on") for one in rows] == ["29/02/2008", "15/02/2008"]
    assert [values.value(f"{one.key}.exit.kind") for one in rows] == [ExitKind.END_OF_TRAINING, ExitKind.EARLY]
    assert [hours(values, one)[0] for one in rows] == ["105,00", "70,00"]


def test_dec_11_an_exit_leaves_hours_that_were_typed_as_they_are():
    rows = (row(),)
    values = page(rows)
    values.typed[f"{rows[0].key}.centre.attended"] = ["33,00"]
    lays(values, rows, "sortie", leaving_trainee=rows[0].key, leaving_on="15", leaving_kind="early", leaving_reason="dropped_out")
    assert values.ok and hours(values, rows[0])[0] == "33,00"
