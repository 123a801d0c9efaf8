"""What the Region's programme system asks on its topic: ACT-1."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.rules import programme
from actions.rules.action import Action, Stage
from actions.rules.contract_faults import wrong_contract
from chassis.decision import Decision
from contracts.awards import ActionAwarded, ActionWithdrawn, Contract, ContractReplaced, ProgrammeAnswered
from contracts.envelope import Position
from contracts.programme import MOST_BYTES, MOST_FAULTS, MOST_LISTED, ContractAward, ProgrammeReply
from contracts.refusals import Refusal
from contracts.schemas import EXAMPLES
from tests import guide
from tests.guide import CONTRACT, DURAND, TRAINER, period
from tests.refused import cells, codes
from tests.rules.actions.action_in_preparation import AWARDED_AT, ActionInPreparation

LATER = AWARDED_AT + timedelta(days=1)
EXAMPLE = json.loads((EXAMPLES / "programme.contract-award.v1.json").read_text())


def record(body: bytes | dict[str, Any], key: bytes | None = CONTRACT.encode()) -> tuple[bytes | None, bytes]:
    """Key and body of a record."""
    return key, json.dumps(body).encode() if isinstance(body, dict) else body


def told(came: tuple[bytes | None, bytes], refusal: Refusal | None) -> tuple[ProgrammeAnswered, ProgrammeReply]:
    """What is said of a record that is refused, on the log and to the programme system."""
    reply = programme.reply(came[0], "refused", programme.ask_of(*came), Position("region.contracts", 7, 41), refusal)
    said = programme.told(reply, refusal)
    assert said
    return said, reply


def asks(contract: Contract, ask: str = "award") -> ContractAward:
    asked = programme.read(*record({"ask": ask, **contract.model_dump(mode="json")}))
    assert isinstance(asked, ContractAward)
    return asked


def awarded(action: ActionInPreparation | None = None, ask: str = "award", **changed: Any) -> tuple[list[Decision[Action]], str]:
    """What is decided when the guide's contract comes, otherwise `changed`, of an action that is known or of none."""
    known, people = (action.state, action.people) if action else (None, {})
    return programme.award(asks(guide.contract(**changed), ask), known, people, LATER)


def test_act_01_a_contract_that_comes_on_the_topic_is_awarded_as_an_import_awards_it():
    [decision], outcome = awarded()
    imported = ActionInPreparation()
    assert outcome == "awarded" and isinstance(decision.events[0], ActionAwarded)
    assert decision.state.terms == imported.state.terms and decision.state.trainers == imported.state.trainers
    assert {person.id: person for person in decision.records} == imported.people


def test_act_01_the_example_that_partners_are_given_is_awarded():
    asked = programme.read(*record(EXAMPLE))
    assert isinstance(asked, ContractAward) and programme.award(asked, None, {}, LATER)[1] == "awarded"


def test_act_01_the_same_contract_again_changes_nothing_however_it_comes():
    for ask in ("award", "replace"):
        assert awarded(ActionInPreparation(), ask) == ([], "known")


def test_act_01_another_content_is_refused_unless_it_is_sent_as_a_replacement():
    action = ActionInPreparation()
    assert cells(lambda: awarded(action, headcount=12)) == [("contract-differs", "number")]
    [decision], outcome = awarded(action, "replace", headcount=12)
    assert outcome == "replaced" and isinstance(decision.events[0], ContractReplaced) and decision.state.award == 2


def test_act_01_a_replacement_of_what_nobody_knows_awards_it():
    assert awarded(ask="replace")[1] == "awarded"


def test_act_01_what_an_organisation_has_worked_on_is_neither_replaced_nor_withdrawn():
    action = ActionInPreparation().registers(DURAND)
    assert codes(lambda: awarded(action, "replace", headcount=12)) == ["contract-in-use"]
    assert codes(lambda: programme.withdraw(action.state)) == ["contract-in-use"]


def test_act_01_a_contract_is_withdrawn_once_and_its_number_serves_no_more():
    [decision], outcome = programme.withdraw(ActionInPreparation().state)
    assert outcome == "withdrawn" and decision.events == (ActionWithdrawn(),) and decision.state.stage is Stage.WITHDRAWN
    assert programme.withdraw(decision.state) == ([], "known")
    assert codes(lambda: programme.award(asks(guide.contract()), decision.state, ActionInPreparation().people, LATER)) == [
        "contract-withdrawn"
    ]
    assert codes(lambda: programme.withdraw(None)) == ["nothing-to-withdraw"]


def test_act_04_everything_that_is_wrong_with_a_contract_is_said_at_once_as_of_a_workbook():
    bad = guide.contract(paid_headcount=11, sector_code=" ", periods=(period("2007-08-01", "2007-09-30"),))
    expected = [(fault.code(), fault.field) for fault in wrong_contract(bad)]
    assert cells(lambda: programme.award(asks(bad), None, {}, LATER)) == expected and len(expected) == 3


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", [("message-unreadable", None)]),
        (b"\xff\xfe", [("message-unreadable", None)]),
        (b"[" * 100_000, [("message-unreadable", None)]),
        (b"[]", [("message-unreadable", None)]),
        (b'{"ask": "pay"}', [("message-unreadable", None)]),
        (b'{"number": "07-1"}', [("message-unreadable", None)]),
        (b'{"ask": "withdraw", "number": "\\ud800"}', [("message-unreadable", None)]),
        (b'{"ask": "withdraw"}', [("field-unreadable", "number")]),
        ({"ask": "award", "number": CONTRACT}, [("field-unreadable", field) for field in ("terms", "agent", "trainers")]),
        (EXAMPLE | {"terms": EXAMPLE["terms"] | {"headcount": "dix"}}, [("field-unreadable", "terms.headcount")]),
        (
            EXAMPLE | {"trainers": [{"last_name": "X"}]},
            [("field-unreadable", f"trainers.0.{name}") for name in list(EXAMPLE["trainers"][0])[1:]],
        ),
        (EXAMPLE | {"agent": EXAMPLE["agent"] | {"name": "VIDAL\0"}}, [("message-unreadable", None)]),
        (EXAMPLE | {"trainers": [{}] * (MOST_LISTED + 1)}, [("message-too-large", None)]),
        (EXAMPLE | {"more": [{"of": list(range(MOST_LISTED + 1))}]}, [("message-too-large", None)]),
        (b" " * (MOST_BYTES + 1), [("message-too-large", None)]),
    ],
)
def test_act_01_what_cannot_be_read_is_refused_with_the_path_of_each_field(body: Any, wrong: list[tuple[str, str | None]]):
    assert cells(lambda: programme.read(*record(body))) == wrong


@pytest.mark.parametrize("key", [None, b"", b"\xff", b"07/1", b"2007QCA0267"])
def test_act_01_the_key_is_the_number_of_the_contract(key: bytes | None):
    assert cells(lambda: programme.read(*record(EXAMPLE, key))) == [("key-differs", "number")]


def test_act_01_fields_that_nobody_knows_and_headers_are_skipped():
    assert programme.read(*record(EXAMPLE | {"later": {"than": "today"}})).number == CONTRACT


def test_a_backslash_before_a_zero_is_a_text_like_any_other():
    text = r"C:\u0000"
    asked = programme.read(*record(EXAMPLE | {"agent": EXAMPLE["agent"] | {"name": text}}))
    assert isinstance(asked, ContractAward) and asked.agent.name == text


@given(st.binary() | st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_whatever_a_stranger_sends_is_read_or_refused_and_answered(sent: Any):
    raw = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    for body in (raw, json.dumps(EXAMPLE | {"terms": sent}).encode() if not isinstance(sent, bytes) else raw):
        came = record(body)
        try:
            programme.read(*came)
        except Refusal as refusal:
            said, reply = told(came, refusal)
            assert reply.outcome == "refused" and reply.faults and len(said.faults) == len(reply.faults)


def test_an_answer_names_the_record_and_every_fault_in_a_sentence_with_its_figures():
    bad = asks(guide.contract(paid_headcount=11))
    with pytest.raises(Refusal) as refused:
        programme.award(bad, None, {}, LATER)
    said, reply = told(record(EXAMPLE), refused.value)
    assert (reply.partition, reply.offset, reply.contract_number, reply.ask) == (7, 41, CONTRACT, "award")
    assert reply.faults[0].reason.startswith("L’effectif rémunéré, 11, dépasse l’effectif total, 10.")
    assert said.faults[0].figures == {"paid": 11, "headcount": 10}
    price = asks(guide.contract(centre=TERMS.centre.model_copy(update={"price": TERMS.centre.price + 1})))
    with pytest.raises(Refusal) as refused:
        programme.award(price, None, {}, LATER)
    assert "812,00 h × 5,00 € × 10 = 40 600,00 €" in told(record(EXAMPLE), refused.value)[1].faults[0].reason


TERMS = guide.contract().terms


def test_of_what_was_done_already_the_programme_system_is_told_and_the_log_is_not():
    replied = programme.reply(CONTRACT.encode(), "known", "award", Position("region.contracts", 7, 41))
    assert replied.outcome == "known" and programme.told(replied) is None


def test_an_answer_lists_a_hundred_faults_and_counts_the_rest():
    came = record(EXAMPLE | {"trainers": [{}] * 40})
    with pytest.raises(Refusal) as refused:
        programme.read(*came)
    said, reply = told(came, refused.value)
    assert (len(reply.faults), reply.more) == (MOST_FAULTS, 140) and (len(said.faults), said.more) == (MOST_FAULTS, 140)


def test_no_answer_says_anything_of_the_people_whom_a_contract_names():
    wrong = EXAMPLE | {"trainers": [{**EXAMPLE["trainers"][0], "hours": "trop"}]}
    came = record(wrong)
    with pytest.raises(Refusal) as refused:
        programme.read(*came)
    for message in told(came, refused.value):
        assert TRAINER.last_name.encode() not in message.body() and b'trop"' not in message.body()


def test_t_01_what_comes_happens_when_the_last_day_began_but_never_before_the_award():
    morning = datetime(2007, 6, 1, tzinfo=UTC)
    assert programme.instant(morning, None) == morning
    assert programme.instant(morning, ActionInPreparation().state) == AWARDED_AT > morning
    assert programme.instant(LATER, ActionInPreparation().state) == LATER


def test_a_record_whose_key_is_no_number_names_no_contract():
    for key in (None, b"\xff", b"07/1"):
        assert [message.contract_number for message in told(record(EXAMPLE, key), None)] == [None, None]
