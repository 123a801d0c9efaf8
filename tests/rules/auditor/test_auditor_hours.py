"""Each promise about hours, kept by an honest month and broken by one fault."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from auditor.finding import Promise
from auditor.promises.added import added
from auditor.promises.hours import confirmed as confirmed_as_saved
from auditor.promises.hours import planned, presence
from contracts.actions import EntryDate, PathwayPlan, TraineeChanged, TraineeNeverCame, TraineeRemoved
from contracts.answers import PersonalRef
from contracts.codes import AbsenceReason, ExitKind, ExitReason, Place
from contracts.declarations import (
    Absence,
    AddedHours,
    ConfirmedLine,
    EntryGranted,
    Exit,
    LineSaved,
    MonthConfirmed,
    PathwayGranted,
    PlaceHours,
    TraineeExitChanged,
    TraineeExited,
)
from tests.rules.auditor.story import ANNE, BRUNO, CONTRACT, OCTOBER, SEPTEMBER, Story, confirmed, declared, invoiced, left, line, rejected


def broken(story: Story) -> set[Promise]:
    """Which promises the auditor finds broken."""
    return {finding.promise for check in (presence, planned, confirmed_as_saved, added) for finding in check(story.history())}


@pytest.mark.parametrize("story", [declared, invoiced, rejected])
def test_honest_hours_are_found_in_order(story: Callable[[], Story]) -> None:
    assert broken(story()) == set()


def after_an_exit(story: Story) -> None:
    story.say(left(ANNE, date(2007, 9, 28)))


def before_an_entry(story: Story) -> None:
    story.say(EntryGranted(entries=(EntryDate(trainee_id=BRUNO, entered_on=date(2007, 10, 1)),)))


def of_somebody_removed(story: Story) -> None:
    story.say(TraineeRemoved(trainee_id=BRUNO))


def of_somebody_who_never_came(story: Story) -> None:
    story.say(TraineeNeverCame(trainee_id=BRUNO))


def absent_before_the_entry(story: Story) -> None:
    away = Absence(start=date(2007, 9, 1), end=date(2007, 9, 4), reason=AbsenceReason.FAMILY, place=Place.CENTRE, hours=Decimal(10))
    told = next(each for each in story.told if each.type == LineSaved.TYPE)
    with_absence = line(90, 10, 5, 20).model_copy(update={"absences": (away,)})
    story.instead(told, LineSaved(month=SEPTEMBER, trainee_id=ANNE, line=with_absence, complete=True, version=1))


def more_than_planned(story: Story) -> None:
    story.say(LineSaved(month=OCTOBER.next(), trainee_id=ANNE, line=line(628), complete=True, version=1))
    story.say(MonthConfirmed(month=OCTOBER.next(), lines=(confirmed(ANNE, 628),)))


def more_than_the_pathway_plans(story: Story) -> None:
    """105 h in the centre and 80 h more are confirmed of Anne, whose pathway plans 184.75 h."""
    story.say(changed(ANNE, PathwayPlan(centre=Decimal("184.75"), company=Decimal(20))))


def more_than_a_granted_pathway_plans(story: Story) -> None:
    story.say(
        PathwayGranted(
            trainee_id=ANNE, pathway=PathwayPlan(centre=Decimal(185), company=Decimal("19.75")), sheet=PersonalRef(id="sheet", version=1)
        )
    )


def changed(trainee: UUID, pathway: PathwayPlan) -> TraineeChanged:
    """Another sheet, with this pathway."""
    none = dict.fromkeys(("paid_by", "entry_level", "age_bracket", "planned_entry"))
    sheet = PersonalRef(id=f"{CONTRACT}/{trainee}", version=2)
    return TraineeChanged(trainee_id=trainee, sheet=sheet, complete=True, pathway=pathway, **none)


def confirmed_otherwise(story: Story) -> None:
    story.instead(story.last(MonthConfirmed), MonthConfirmed(month=OCTOBER, lines=(confirmed(ANNE, 81), confirmed(BRUNO, 0))))


@pytest.mark.parametrize(
    ("fault", "promise"),
    [
        (after_an_exit, Promise.PRESENCE),
        (before_an_entry, Promise.PRESENCE),
        (of_somebody_removed, Promise.PRESENCE),
        (of_somebody_who_never_came, Promise.PRESENCE),
        (absent_before_the_entry, Promise.PRESENCE),
        (more_than_planned, Promise.PLANNED),
        (more_than_the_pathway_plans, Promise.PLANNED),
        (more_than_a_granted_pathway_plans, Promise.PLANNED),
        (confirmed_otherwise, Promise.CONFIRMED),
    ],
)
def test_a_fault_is_named(fault: Callable[[Story], None], promise: Promise) -> None:
    story = declared()
    fault(story)
    assert broken(story) == {promise}


def test_hours_planned_to_the_last_are_no_fault() -> None:
    story = declared()
    story.say(LineSaved(month=OCTOBER.next(), trainee_id=ANNE, line=line(627), complete=True, version=1))
    story.say(MonthConfirmed(month=OCTOBER.next(), lines=(confirmed(ANNE, 627),)))
    assert broken(story) == set()


def test_hours_of_a_pathway_to_the_last_are_no_fault() -> None:
    story = declared()
    story.say(changed(ANNE, PathwayPlan(centre=Decimal(185), company=Decimal(20))))
    assert broken(story) == set()


def test_what_declarations_has_not_read_yet_is_in_flight() -> None:
    story = declared()
    story.behind["declarations"] = len(story.told)
    story.say(TraineeRemoved(trainee_id=BRUNO))
    assert broken(story) == set()


def test_half_of_what_one_command_says_is_no_fault() -> None:
    """A month that was filled in says the line first and the exit after; the topic may end between the two."""
    story = declared()
    waiting = story.say(left(BRUNO, date(2007, 9, 28)), waits=True)
    assert waiting.version == story.history().counted("declarations")
    assert broken(story) == set()


def owed(centre: str, company: str, attended: int = 0) -> ConfirmedLine:
    """ANNE's hours of a month, with what it added."""
    added_hours = AddedHours(centre=Decimal(centre), company=Decimal(company))
    places = {
        "centre": PlaceHours(attended=Decimal(attended), excused=added_hours.centre, unexcused=Decimal()),
        "company": PlaceHours(attended=Decimal(), excused=added_hours.company, unexcused=Decimal()),
    }
    return ConfirmedLine(trainee_id=ANNE, added=added_hours, **places)


def employed(on: date) -> Exit:
    return Exit(on=on, kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT, proofs_announced=True)


def after_an_admissible_exit() -> Story:
    """ANNE did 185 of 812 h in centre, and 20 of 420 in company, when she left on 20 October."""
    story = declared()
    story.without(story.last(MonthConfirmed))
    story.say(TraineeExited(trainee_id=ANNE, exit=employed(date(2007, 10, 20)), version=1))
    return story


def test_dec_05_what_a_month_added_is_worked_out_from_raw_facts() -> None:
    """627 h over the 186 days in centre from 21 October on: 37.08 of them in October's 11 days, then 590 × 30 ÷ 175 = 101.14. The 400 h in
    company begin in February.
    """
    story = after_an_admissible_exit()
    story.say(MonthConfirmed(month=OCTOBER, lines=(owed("37.00", "0.00", 80), confirmed(BRUNO, 0))))
    story.say(MonthConfirmed(month=OCTOBER.next(), lines=(owed("101.00", "0.00"),)))
    assert broken(story) == set()


@pytest.mark.parametrize("wrong", [owed("37.25", "0.00", 80), owed("37.00", "0.25", 80), confirmed(ANNE, 80)])
def test_dec_05_other_hours_than_these_or_none_are_found(wrong: ConfirmedLine) -> None:
    story = after_an_admissible_exit()
    story.say(MonthConfirmed(month=OCTOBER, lines=(wrong, confirmed(BRUNO, 0))))
    assert broken(story) == {Promise.ADDED}


def test_dec_05_hours_after_an_exit_that_is_admissible_no_more_are_found() -> None:
    story = after_an_admissible_exit()
    dropped_out = Exit(on=date(2007, 10, 20), kind=ExitKind.EARLY, reason=ExitReason.DROPPED_OUT)
    story.say(TraineeExitChanged(trainee_id=ANNE, exit=dropped_out, version=2))
    story.say(MonthConfirmed(month=OCTOBER, lines=(owed("37.00", "0.00", 80), confirmed(BRUNO, 0))))
    assert broken(story) == {Promise.ADDED}
