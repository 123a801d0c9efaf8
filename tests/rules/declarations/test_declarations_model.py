"""Whatever is sent in whatever order, granted or refused, these things hold (DEC-1 to DEC-8, TRN-5, TRN-6, BIL-7, CLO-1)."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from contracts import declarations as wire
from contracts.codes import AbsenceReason, ExitReason, Place, Standing
from contracts.declarations import AmendmentGranted, AskRefused, EntryGranted, MonthConfirmed, PlaceHours, RemovalGranted
from contracts.lines import QUARTER, ZERO, total
from contracts.month import Month
from contracts.refusals import Refusal
from declarations.rules.action import Action
from declarations.rules.added import foreseen as foreseen_hours
from declarations.rules.amendment import foreseen
from declarations.rules.entry import wrong_entry
from declarations.rules.hours import Line
from declarations.rules.line import has_hours
from declarations.rules.month import must_be_next
from declarations.rules.overview import overview
from tests.guide import day
from tests.often import often
from tests.rules.declarations.declared_action import BORG, FRANCO, KOURNIKOVA, NADAL, DeclaredAction, absence, early, ended

STORED = TypeAdapter(Action)
MONTHS = [Month(f"2008-0{number}") for number in range(1, 7)]
ENDS = st.sampled_from(["2008-01-31", "2008-02-29", "2008-03-14", "2008-03-31", "2008-04-30", "2008-05-30", "2008-05-31", "2008-06-27"])
DAYS = st.sampled_from(["01-07", "01-15", "01-31", "02-01", "02-10", "02-29", "03-05", "03-31", "04-10", "04-30", "05-02", "05-30"]).map(
    lambda text: f"2008-{text}"
)
TRAINEES = st.sampled_from([BORG, KOURNIKOVA, NADAL, FRANCO])
FIGURES = st.sampled_from(["0 0 0 0 0 0", "10 0 0 0 0 0", "20 0 0 5 0 0", "0 2 0 0 0 0", "5 - 0 0 0 0", "- - - - - -", "40 0 0 20 0 0"])
NEWCOMER = UUID(int=77)
SETTLED = (Standing.CONFIRMED, Standing.REOPENED, Standing.PASSED_OVER)


def declared(hours: PlaceHours) -> Decimal:
    return hours.attended + hours.excused + hours.unexcused


def added_of(event: MonthConfirmed) -> dict[UUID, tuple[Decimal, Decimal]]:
    return {line.trainee_id: (line.added.centre, line.added.company) for line in event.lines if line.added}


def refused(rule: Callable[[Action, Month], None], action: Action, month: Month) -> bool:
    try:
        rule(action, month)
    except Refusal:
        return True
    return False


class Declaring(RuleBasedStateMachine):
    """An action from January to May 2008, of 40 h in centre and 10 h in company, and four people who may be on it."""

    def __init__(self) -> None:
        super().__init__()
        self.action = DeclaredAction(start="2008-01-07", end="2008-05-30", centre="40", company="10", trainees=())
        self.confirmed: dict[Month, MonthConfirmed] = {}
        self.passed_over: set[Month] = set()

    def attempt(self, step: str, *arguments: object, **options: object) -> None:
        """A refusal changes nothing; what is refused and what is granted both leave the invariants."""
        before = self.action.state
        self.action.said = []
        try:
            getattr(self.action, step)(*arguments, **options)
        except Refusal:
            assert self.action.state == before and self.action.said == []
        for event in self.action.said:
            match event:
                case MonthConfirmed():
                    assert event.again == (before.standing(event.month) is Standing.REOPENED)
                    assert before.standing(event.month) in (Standing.DRAFT, Standing.REOPENED)
                    assert added_of(event) == {
                        owed.trainee_id: (adds.centre, adds.company)
                        for owed in foreseen_hours(before).trainees
                        for adds in owed.months
                        if adds.month == event.month
                    }
                    self.confirmed[event.month] = event
                    self.passed_over |= set(event.passed_over)
                case AskRefused():
                    assert self.action.state == before and event.faults

    @initialize(on=st.sampled_from(["2008-01-07", "2008-02-10"]))
    def opens(self, on: str) -> None:
        self.action.enters(BORG, "2008-01-07").enters(KOURNIKOVA, on)

    @rule(trainee=TRAINEES)
    def registers(self, trainee: UUID) -> None:
        if not self.action.state.closed:
            self.action.registers(trainee)

    @rule(trainee=TRAINEES, month=st.sampled_from(MONTHS), typed=FIGURES, explained=st.booleans())
    def saves(self, trainee: UUID, month: Month, typed: str, explained: bool) -> None:
        gaps = [absence(f"{month}-15", f"{month}-15", AbsenceReason.FAMILY, Place.CENTRE, "2")] if explained and " 2 " in typed else []
        self.attempt("saves", trainee, month, typed, *gaps)

    @rule(month=st.sampled_from(MONTHS), on=st.sampled_from(["next", "15", "20"]))
    def confirms(self, month: Month, on: str) -> None:
        self.attempt("confirms", month, month.next().first.isoformat() if on == "next" else f"{month.next()}-{on}")

    @rule(again=st.booleans())
    def declares(self, again: bool) -> None:
        """The month whose turn it is, or the oldest reopened one, with hours that are right."""
        wanted = Standing.REOPENED if again else Standing.DRAFT
        month = next((month for month in MONTHS if self.action.standing(month) is wanted), None)
        if month is None:
            return
        if month == self.action.state.last_month:
            for trainee in self.action.state.present(month):
                self.attempt("leaves", trainee, ended(str(self.action.state.planned_end)))
        for trainee in self.action.state.present(month):
            self.attempt("saves", trainee, month, "2 0 0 1 0 0")
        self.attempt("confirms", month)

    @rule(trainee=TRAINEES, on=st.one_of(st.none(), DAYS), reason=st.sampled_from([ExitReason.DROPPED_OUT, ExitReason.EMPLOYMENT]))
    def leaves(self, trainee: UUID, on: str | None, reason: ExitReason) -> None:
        self.attempt("leaves", trainee, early(on, reason, proofs=True) if on else None)

    @rule(entries=st.lists(st.tuples(TRAINEES, st.one_of(DAYS, DAYS, st.none())), min_size=1, max_size=2, unique_by=lambda entry: entry[0]))
    def asks_entry(self, entries: list[tuple[UUID, str | None]]) -> None:
        self.attempt("asks_entry", *[entry for entry in entries if entry[0] in self.action.state.trainees])
        assert len(self.action.said) == 1 and isinstance(self.action.said[0], EntryGranted | AskRefused)

    @rule(trainee=st.sampled_from([NADAL, FRANCO]))
    def asks_removal(self, trainee: UUID) -> None:
        lines = list(self.action.state.lines(trainee))
        self.attempt("asks_removal", trainee)
        assert isinstance(self.action.said[0], AskRefused if lines else RemovalGranted)

    @rule(end=ENDS)
    def is_asked_for_another_end(self, end: str) -> None:
        if not self.action.state.closed:
            self.action.is_asked_for(end)

    @rule()
    def is_decided(self) -> None:
        self.action.is_decided()

    @rule(end=st.one_of(st.none(), ENDS))
    def asks_amendment(self, end: str | None) -> None:
        """Of what was asked for, and foreseen; or of any end. What is granted is what was foreseen, and changes nothing but that."""
        if self.action.state.closed:
            return
        told, before = self.action.foreseen[-1] if self.action.state.asked else None, self.action.state
        end = end or (str(told.planned_end) if told else "2008-05-30")
        self.attempt("asks_amendment", end)
        answer = self.action.said[0]
        if told and str(told.planned_end) == end:
            assert answer.effect == told.effect if isinstance(answer, AmendmentGranted) else answer.faults == told.against  # type: ignore[attr-defined]
        if isinstance(answer, AmendmentGranted):
            self.amended(before, answer)

    def amended(self, before: Action, granted: AmendmentGranted) -> None:
        """Who was out stays out, whose months were settled keeps them, and the months are those of the new end (DEC-1)."""
        after, effect = self.action.state, granted.effect
        assert after.months[-1] == Month.of(granted.planned_end) and set(after.months) == (set(before.months) - set(effect.vanish)) | set(
            effect.appear
        )
        for month in before.months:
            if before.standing(month) in SETTLED:
                assert after.standing(month) is before.standing(month) and after.declaration(month) == before.declaration(month)
        for trainee_id, trainee in before.trainees.items():
            if trainee_id not in effect.exits:
                assert replace(after.trainees[trainee_id], paid_until=trainee.paid_until) == trainee
        assert {line.trainee_id for line in effect.fallen} <= set(before.trainees)
        assert effect.to_declare == self.action.overview.to_declare

    @precondition(lambda self: self.confirmed)
    @rule()
    def asks_closing(self) -> None:
        self.attempt("asks_closing")

    @precondition(lambda self: self.confirmed)
    @rule(data=st.data())
    def rejects(self, data: st.DataObject) -> None:
        standing = [month for month in self.confirmed if self.action.standing(month) is Standing.CONFIRMED]
        if standing:
            self.action.rejects(
                *data.draw(st.lists(st.sampled_from(standing), min_size=1, max_size=2, unique=True)), correct_by="2008-12-31"
            )

    @invariant()
    def a_confirmed_month_is_immutable(self) -> None:
        for month, event in self.confirmed.items():
            if self.action.standing(month) is Standing.CONFIRMED:
                lines = self.action.state.declaration(month).lines
                typed = {}
                for line in event.lines:
                    saved, (centre, company) = lines.get(line.trainee_id), added_of(event).get(line.trainee_id, (ZERO, ZERO))
                    typed[line.trainee_id] = declared(line.centre) + declared(line.company) - centre - company
                    assert (total(saved.line.centre) if saved else ZERO) == declared(line.centre) - centre
                    assert (total(saved.line.company) if saved else ZERO) == declared(line.company) - company
                assert self.hours_of(month) == {trainee for trainee, hours in typed.items() if hours}

    def hours_of(self, month: Month) -> set[UUID]:
        return {trainee for trainee, saved in self.action.state.declaration(month).lines.items() if has_hours(saved.line)}

    @invariant()
    def confirmed_hours_never_exceed_the_planned_ones(self) -> None:
        for place, planned in self.action.state.planned.items():
            sums: dict[UUID, Decimal] = {}
            for month, event in self.confirmed.items():
                if self.action.standing(month) is Standing.CONFIRMED:
                    for line in event.lines:
                        sums[line.trainee_id] = sums.get(line.trainee_id, Decimal(0)) + declared(getattr(line, place))
            assert all(hours <= planned for hours in sums.values())

    @invariant()
    def only_confirmed_months_hold_added_hours_and_all_is_added_once_they_are_confirmed(self) -> None:
        """What remains when every month from an admissible exit on is confirmed is what fell free since, or what an amendment took."""
        for month, declaration in self.action.state.declarations.items():
            said_ = added_of(self.confirmed[month]) if self.action.standing(month) is Standing.CONFIRMED else {}
            assert {trainee: (added.centre, added.company) for trainee, added in declaration.added.items()} == said_
            assert all(hours >= 0 and hours % QUARTER == 0 for added in said_.values() for hours in added)

    @invariant()
    def the_log_was_told_what_will_be_added(self) -> None:
        assert self.action.owed == foreseen_hours(self.action.state)

    @invariant()
    def nobody_has_hours_outside_their_presence(self) -> None:
        for month, declaration in self.action.state.declarations.items():
            for trainee_id, saved in declaration.lines.items():
                trainee = self.action.state.trainees[trainee_id]  # who has a line is on the list (TRN-5)
                assert trainee.entered_on and Month.of(trainee.entered_on) <= month
                if trainee.exit and Month.of(trainee.exit.on) < month:
                    assert not has_hours(saved.line)

    @invariant()
    def months_are_confirmed_in_order(self) -> None:
        settled = [self.action.standing(month) in SETTLED for month in self.action.state.months]
        assert settled == sorted(settled, reverse=True)

    @invariant()
    def a_passed_over_month_stays_so(self) -> None:
        assert {month for month in MONTHS if self.action.standing(month) is Standing.PASSED_OVER} == self.passed_over

    @invariant()
    def everybody_can_leave(self) -> None:
        """Once nothing remains to be confirmed and the last month is, everybody is out (DEC-8): the action can always be closed."""
        standings = {self.action.standing(month) for month in self.action.state.months}
        if self.action.standing(self.action.state.last_month) is Standing.CONFIRMED and Standing.REOPENED not in standings:
            assert all(trainee.exit for trainee in self.action.state.trainees.values() if trainee.entered_on)

    @invariant()
    def the_last_confirmation_says_whether_any_remains_after_it(self) -> None:
        for event in self.action.said:
            if isinstance(event, MonthConfirmed):
                later = {self.action.standing(month) for month in self.action.state.months if month > event.month}
                assert event.remaining == bool(later & {Standing.DRAFT, Standing.REOPENED})

    @invariant()
    def the_log_was_told_how_everything_stands_and_that_is_what_the_rules_decide(self) -> None:
        action, told = self.action.state, self.action.overview
        assert told == overview(action)
        for month in told.months:
            assert refused(must_be_next, action, month.month) == (month.month not in told.to_declare or month.waits_for is not None)
        days = [max(month.first, day("2008-01-07")) for month in action.months]
        assert told.can_enter == (not action.closed and any(not wrong_entry(action, NEWCOMER, on, "") for on in days))

    @invariant()
    def what_was_said_last_of_an_amendment_is_what_would_come_of_it(self) -> None:
        if self.action.state.asked:
            assert self.action.foreseen[-1] == foreseen(self.action.state)

    @invariant()
    def nobody_is_in_training_once_closed(self) -> None:
        if self.action.state.closed:
            assert all(trainee.entered_on and trainee.exit for trainee in self.action.state.trainees.values())

    def teardown(self) -> None:
        """The state is stored as JSON: it comes back as it was."""
        assert STORED.validate_json(STORED.dump_json(self.action.state)) == self.action.state


Declaring.TestCase.settings = settings(max_examples=often(60), stateful_step_count=40, deadline=None)
TestDeclaring = Declaring.TestCase


def test_dec_03_a_line_is_stored_as_it_was_typed() -> None:
    """An empty cell stays empty, a zero a zero."""
    sent = wire.Line.model_validate({"centre": {"attended": "0.00"}, "absences": [{"hours": "3.50"}]})
    line, stored = Line.of(sent), TypeAdapter(Line)
    assert stored.validate_json(stored.dump_json(line)) == line
    assert (line.centre.attended, line.centre.excused, line.absences[0].hours) == (0, None, Decimal("3.50"))
    assert stored.validate_json(sent.model_dump_json()) == line
