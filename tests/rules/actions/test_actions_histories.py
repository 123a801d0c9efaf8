"""Any history: what must hold after every step, and that a state survives being kept as JSON (ACT-2, TRN-1, TRN-5, TRN-6)."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import TypeAdapter

from actions.rules.action import ALLOWED, Action
from actions.rules.preparation import prepared
from contracts import actions as messages
from contracts.actions import (
    ActionClosed,
    ActionOpened,
    RemovalRequested,
    TraineeEntered,
    TraineeNeverCame,
    TraineeRegistered,
    TraineeRemoved,
)
from contracts.codes import ActionKind, PaidBy
from contracts.message import Command
from contracts.refusals import Refusal
from tests.guide import END, START, day
from tests.rules.actions.action_in_preparation import ActionInPreparation

STATE = TypeAdapter(Action)
PEOPLE = st.integers(1, 3).map(lambda number: UUID(int=number))
DAYS = st.integers(-1, 12).map(lambda days: str(day(START) + timedelta(days=days * 25)))
FREE = st.sampled_from([PaidBy.REGION, PaidBy.NOBODY])


def test_act_02_every_command_of_this_service_but_the_import_has_its_states():
    commands = {one for one in vars(messages).values() if isinstance(one, type) and issubclass(one, Command) and one is not Command}
    assert commands - {messages.ImportContracts} == set(ALLOWED)


class Histories(RuleBasedStateMachine):
    """Two places, one of them paid; what is asked is granted or refused at some later time."""

    @initialize(kind=st.sampled_from(list(ActionKind)), runs=st.booleans())
    def awarded(self, kind: ActionKind, runs: bool) -> None:
        self.action = ActionInPreparation(headcount=2, paid_headcount=1, kind=kind)
        self.told: dict[UUID, str] = {}
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

    @rule(one=PEOPLE, payer=FREE, on=DAYS, partial=st.booleans())
    def register(self, one: UUID, payer: PaidBy, on: str, partial: bool) -> None:
        self.tries(lambda: self.action.registers(one, paid_by=payer, entry_date=day(on), partial=partial))

    @rule(one=PEOPLE, payer=FREE, lacking=st.booleans())
    def change(self, one: UUID, payer: PaidBy, lacking: bool) -> None:
        entry = self.action.sheets[one].entry_date if one in self.action.sheets else day(START)
        referrer = {"referrer": None} if lacking else {}
        self.tries(lambda: self.action.changes(one, paid_by=payer, entry_date=entry, partial=lacking, **referrer))

    @rule(one=PEOPLE)
    def remove(self, one: UUID) -> None:
        self.tries(lambda: self.action.removes(one))

    @rule(one=PEOPLE)
    def unlock(self, one: UUID) -> None:
        self.tries(lambda: self.action.unlocks(one))

    @rule(listed=st.lists(st.tuples(PEOPLE, st.none() | DAYS), min_size=1, max_size=3, unique_by=lambda pair: pair[0]))
    def confirm_entries(self, listed: list[tuple[UUID, str | None]]) -> None:
        self.tries(lambda: self.action.confirms_entries(*listed))

    @rule()
    def get_ready_and_open(self) -> None:
        self.tries(lambda: self.action.validates())
        self.tries(lambda: self.action.confirms_trainers())
        here = [(one, START) for one, trainee in self.action.state.trainees.items() if trainee.counts and not trainee.entered]
        self.tries(lambda: self.action.confirms_entries(*here))
        self.tries(lambda: self.action.opens())

    @rule()
    def close(self) -> None:
        self.tries(lambda: self.action.asks_closing(END))

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
        assert {one: trainee.presence.value for one, trainee in self.action.state.trainees.items()} == self.told
        assert self.action.state.opened == (self.opened and not self.closed)

    @invariant()
    def the_log_was_last_told_of_the_preparation_as_it_stands(self) -> None:
        assert self.action.told[-1] == prepared(self.action.state)
        assert all(before != after for before, after in pairwise(self.action.told))

    @invariant()
    def who_is_in_training_has_a_whole_sheet_and_a_date_within_the_action(self) -> None:
        for one, trainee in self.action.state.trainees.items():
            if trainee.entered:
                assert trainee.complete and trainee.entry and self.action.sheets[one].entry_date == trainee.entry
                assert (self.action.state.actual_start or date.max) <= trainee.entry <= day(END)

    @invariant()
    def the_sheet_in_the_table_of_people_is_the_one_that_counts(self) -> None:
        assert all(self.action.sheets[one].paid_by == trainee.paid_by for one, trainee in self.action.state.trainees.items())

    @invariant()
    def nothing_is_asked_but_of_an_open_action(self) -> None:
        assert self.action.state.pending is None or self.action.state.opened

    @invariant()
    def the_state_survives_being_kept_as_json(self) -> None:
        assert STATE.validate_json(STATE.dump_json(self.action.state)) == self.action.state


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)


def test_trn_05_a_state_that_waits_for_an_answer_survives_being_kept_as_json():
    one = UUID(int=1)
    action = ActionInPreparation().running(one).removes(one)
    kept = STATE.validate_json(STATE.dump_json(action.state))
    assert kept == action.state and kept.pending and kept.pending.asked == RemovalRequested.TYPE


def test_trn_05_a_state_of_an_earlier_version_is_read_with_what_it_lacks_at_rest():
    kept = STATE.dump_python(ActionInPreparation().state, mode="json")
    for name in ("pending", "actual_start", "trainees", "trainers_confirmed"):
        del kept[name]
    assert STATE.validate_python(kept) == ActionInPreparation().state
