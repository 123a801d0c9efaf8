"""Any history: what must hold after every step, and that a state survives being kept as JSON (ACT-2, TRN-1, TRN-5, TRN-6)."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from actions.rules.action import ALLOWED, Action, Stage
from actions.rules.asked import AskedDates, AskedSheet, AskedTrainers
from actions.rules.foreseen import foreseen
from actions.rules.grants import grant
from actions.rules.preparation import prepared
from contracts.actions import (
    ActionClosed,
    ActionOpened,
    RemovalRequested,
    TraineeEntered,
    TraineeNeverCame,
    TraineeRegistered,
    TraineeRemoved,
)
from contracts.awards import ImportContracts
from contracts.codes import ActionKind, PaidBy, Referrer, RequestObject
from contracts.message import Command
from contracts.refusals import Refusal
from contracts.registry import MESSAGES
from contracts.requests import AmendmentRequested, Change, GrantRequest
from tests.guide import END, START, day, period
from tests.often import often
from tests.rules.actions.action_in_preparation import ASKER, ActionInPreparation

STATE = TypeAdapter(Action)
PEOPLE = st.integers(1, 3).map(lambda number: UUID(int=number))
DAYS = st.integers(-1, 12).map(lambda days: str(day(START) + timedelta(days=days * 25)))
LATER, ENDS = "2007-09-10", st.sampled_from([END, "2008-07-25", "2008-01-11"])
FREE = st.sampled_from([PaidBy.REGION, PaidBy.NOBODY])


def test_act_02_every_command_of_this_service_but_the_import_has_its_states():
    commands = {kind for kind in MESSAGES.values() if issubclass(kind, Command) and kind.TYPE.startswith("actions.")}
    assert commands - {ImportContracts} == set(ALLOWED)


class Histories(RuleBasedStateMachine):
    """Two places, one of them paid; what is asked is granted or refused at some later time."""

    @initialize(kind=st.sampled_from(list(ActionKind)), runs=st.booleans())
    def awarded(self, kind: ActionKind, runs: bool) -> None:
        self.action = ActionInPreparation(headcount=2, paid_headcount=1, kind=kind)
        self.told: dict[UUID, str] = {}
        self.asked = 0
        self.opened = self.closed = False
        if runs:
            self.tries(lambda: self.action.registers(UUID(int=1)))
            self.get_ready_and_open()

    def tries(self, step: Callable[[], ActionInPreparation]) -> None:
        """A refusal leaves everything as it was; what is said is what a reader of the log then knows."""
        before = self.action.state
        try:
            step()
        except Refusal as refusal:
            assert refusal.faults() and self.action.state == before
            return
        for event in self.action.said:
            match event:
                case TraineeRegistered():
                    assert not self.closed
                    self.told.setdefault(event.trainee_id, "registered")
                case TraineeEntered():
                    assert self.opened and not self.closed and self.told[event.trainee_id] in ("registered", "entered")
                    self.told[event.trainee_id] = "entered"
                case TraineeNeverCame():
                    self.told[event.trainee_id] = "never_came"
                case TraineeRemoved():
                    self.told[event.trainee_id] = "removed"
                case ActionOpened():
                    self.opened = True
                case ActionClosed():
                    self.closed = True
                case _:
                    pass

    @rule(trainee=PEOPLE, payer=FREE, on=DAYS, partial=st.booleans())
    def register(self, trainee: UUID, payer: PaidBy, on: str, partial: bool) -> None:
        self.tries(lambda: self.action.registers(trainee, paid_by=payer, entry_date=day(on), partial=partial))

    @rule(trainee=PEOPLE, payer=FREE, lacking=st.booleans())
    def change(self, trainee: UUID, payer: PaidBy, lacking: bool) -> None:
        entry = self.action.sheets[trainee].entry_date if trainee in self.action.sheets else day(START)
        referrer = {"referrer": None} if lacking else {}
        self.tries(lambda: self.action.changes(trainee, paid_by=payer, entry_date=entry, partial=lacking, **referrer))

    @rule(trainee=PEOPLE)
    def remove(self, trainee: UUID) -> None:
        self.tries(lambda: self.action.removes(trainee))

    @rule(trainee=PEOPLE)
    def unlock(self, trainee: UUID) -> None:
        self.tries(lambda: self.action.unlocks(trainee))

    @rule(listed=st.lists(st.tuples(PEOPLE, st.none() | DAYS), min_size=1, max_size=3, unique_by=lambda pair: pair[0]))
    def confirm_entries(self, listed: list[tuple[UUID, str | None]]) -> None:
        self.tries(lambda: self.action.confirms_entries(*listed))

    @rule()
    def get_ready_and_open(self) -> None:
        start, end = str(self.action.state.planned.start), str(self.action.state.planned.end)
        self.tries(lambda: self.action.validates(period(start, end)))
        self.tries(lambda: self.action.confirms_trainers())
        here = [(trainee_id, start) for trainee_id, trainee in self.action.state.trainees.items() if trainee.counts and not trainee.entered]
        self.tries(lambda: self.action.confirms_entries(*here))
        self.tries(lambda: self.action.opens(start))

    @rule(start=st.sampled_from([START, LATER]), end=ENDS)
    def ask_for_other_planned_dates(self, start: str, end: str) -> None:
        if self.action.state.actual_start:
            start = str(self.action.state.planned.start)
        self.asks(lambda: self.action.other_planned(start, end))

    @rule(end=ENDS)
    def ask_for_other_periods(self, end: str) -> None:
        self.asks(lambda: self.action.other_dates(period(str(self.action.state.planned.start), end)))

    @rule(trainee=PEOPLE, payer=FREE)
    def ask_for_another_sheet(self, trainee: UUID, payer: PaidBy) -> None:
        if trainee in self.action.state.trainees:
            self.asks(lambda: self.action.other_sheet(trainee, paid_by=payer, referrer=Referrer.SELF))

    @rule()
    def ask_for_other_trainers(self) -> None:
        self.asks(lambda: self.action.other_trainers(*self.action.trainers[1:]))

    def asks(self, change: Callable[[], Change]) -> None:
        self.asked += 1
        self.tries(lambda: self.action.requests(change(), UUID(int=1000 + self.asked)))

    @precondition(lambda self: self.action.state.requests)
    @rule(data=st.data(), answer=st.sampled_from(["grant", "grant", "apply", "refuse", "withdraw"]))
    def answer(self, data: st.DataObject, answer: str) -> None:
        request_id = data.draw(st.sampled_from(sorted(self.action.state.requests)))
        match answer:
            case "refuse":
                self.tries(lambda: self.action.refuses(request_id))
            case "withdraw":
                self.tries(lambda: self.action.takes_request_back(request_id))
            case _:
                self.tries(lambda: self.action.grants(request_id, apply=answer == "apply"))

    @rule(of=st.sampled_from(RequestObject), trainee=PEOPLE, again=st.booleans())
    def unlock_or_lock_again(self, of: RequestObject, trainee: UUID, again: bool) -> None:
        whose = trainee if of is RequestObject.TRAINEE else None
        unlocks = {
            RequestObject.DATES: self.action.unlocks_dates,
            RequestObject.TRAINERS: self.action.unlocks_trainers,
            RequestObject.TRAINEE: lambda: self.action.unlocks(trainee),
        }
        self.tries(lambda: self.action.takes_unlocking_back(of, whose) if again or of not in unlocks else unlocks[of]())

    @rule()
    def use_an_unlocking(self) -> None:
        self.tries(lambda: self.action.validates(period(str(self.action.state.planned.start), str(self.action.state.planned.end))))
        self.tries(lambda: self.action.saves_trainers(*self.action.trainers))

    @rule()
    def close(self) -> None:
        end = str(self.action.state.planned.end)
        self.tries(lambda: self.action.asks_closing(end, sent=end))

    @precondition(lambda self: self.action.state.pending is not None)
    @rule(yes=st.booleans())
    def declarations_answers(self, yes: bool) -> None:
        self.action.said = [self.ask]
        self.tries(self.action.granted if yes else self.action.refused)

    @invariant()
    def remember_what_is_asked(self) -> None:
        if self.action.state.pending and self.action.said and self.action.state.pending.asked == self.action.said[0].TYPE:
            self.ask = self.action.said[0]

    @invariant()
    def the_ceilings_hold(self) -> None:
        counted = [trainee for trainee in self.action.state.trainees.values() if trainee.counts]
        assert len(counted) <= 2 and sum(trainee.paid_by is PaidBy.REGION for trainee in counted) <= 1

    @invariant()
    def the_log_tells_the_same_as_the_state(self) -> None:
        assert {trainee_id: trainee.presence.value for trainee_id, trainee in self.action.state.trainees.items()} == self.told
        assert self.action.state.opened == (self.opened and not self.closed)

    @invariant()
    def the_log_was_last_told_of_the_preparation_as_it_stands(self) -> None:
        assert self.action.told[-1] == prepared(self.action.state)
        assert all(before != after for before, after in pairwise(self.action.told))

    @invariant()
    def who_is_in_training_has_a_whole_sheet_and_a_date_within_the_action(self) -> None:
        for trainee_id, trainee in self.action.state.trainees.items():
            if trainee.entered:
                assert trainee.complete and trainee.entry and self.action.sheets[trainee_id].entry_date == trainee.entry
                assert (self.action.state.actual_start or date.max) <= trainee.entry <= self.action.state.planned.end

    @invariant()
    def the_sheet_in_the_table_of_people_is_the_one_that_counts(self) -> None:
        assert all(self.action.sheets[trainee_id].paid_by == trainee.paid_by for trainee_id, trainee in self.action.state.trainees.items())

    @invariant()
    def nothing_but_an_amendment_is_asked_of_an_action_that_is_not_open(self) -> None:
        state = self.action.state
        assert state.pending is None or state.opened or (state.stage is Stage.AWARDED and state.pending.asked == AmendmentRequested.TYPE)

    @invariant()
    def what_is_asked_about_is_locked_and_what_is_granted_unlocked(self) -> None:
        state = self.action.state
        for request in state.requests.values():
            match request.asked:
                case AskedDates():
                    assert state.dates_locked is not request.granted and state.dates_unlocked is request.granted
                case AskedTrainers():
                    assert state.trainers_unlocked is request.granted
                case AskedSheet(trainee_id=trainee_id):
                    assert state.trainees[trainee_id].entered and state.trainees[trainee_id].unlocked is request.granted
        subjects = [request.subject for request in state.requests.values()]
        assert len(set(subjects)) == len(subjects)

    @invariant()
    def the_log_was_last_told_of_each_open_request_as_it_stands(self) -> None:
        for request_id, told in foreseen(self.action.state).items():
            assert self.action.foreseen[UUID(request_id)] == told

    @invariant()
    def what_is_said_against_a_change_that_is_made_at_once_is_what_refuses_it(self) -> None:
        for request_id, told in foreseen(self.action.state).items():
            if not self.action.state.pending:
                command, told_codes = GrantRequest(request_id=UUID(request_id), apply=True), {fault.code for fault in told.against}
                try:
                    grant(self.action.state, command, ASKER, self.action.people, day(START))
                except Refusal as refusal:
                    assert {fault.code for fault in refusal.faults()} <= told_codes
                else:
                    assert not told_codes

    @invariant()
    def the_state_survives_being_kept_as_json(self) -> None:
        assert STATE.validate_json(STATE.dump_json(self.action.state)) == self.action.state


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=often(50), stateful_step_count=40, deadline=None)


def test_trn_05_a_state_that_waits_for_an_answer_survives_being_kept_as_json():
    trainee = UUID(int=1)
    action = ActionInPreparation().running(trainee).removes(trainee)
    kept = STATE.validate_json(STATE.dump_json(action.state))
    assert kept == action.state and kept.pending and kept.pending.asked == RemovalRequested.TYPE


def test_trn_05_a_state_of_an_earlier_version_is_read_with_what_it_lacks_at_rest():
    kept = STATE.dump_python(ActionInPreparation().state, mode="json")
    for name in ("pending", "actual_start", "trainees", "trainers_confirmed"):
        del kept[name]
    assert STATE.validate_python(kept) == ActionInPreparation().state
