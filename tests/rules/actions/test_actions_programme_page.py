"""The page that the programme system is built against says what the code does (ACT-1)."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

import contracts.programme
from actions.rules import programme
from contracts.awards import MOST_MONTHS, MOST_SUBCONTRACTORS, MOST_TRAINEES, Advance, Organisation, PlaceTerms, Subcontractor, Terms
from contracts.message import Message
from contracts.periods import Period
from contracts.personal import AgentContact, TrainerSheet
from contracts.programme import MOST_BYTES, MOST_FAULTS, MOST_LISTED, ContractAward, ProgrammeFault
from contracts.refusals import Refusal, catalogue
from contracts.refusals.actions import PeriodOutsideAction, PeriodReversed, PeriodsOverlap
from contracts.refusals.awards import ContractTwice, MoreFaults, NoContract
from contracts.refusals.common import EmailWrong, PeopleAreErased
from contracts.registry import MESSAGES

PAGE = (Path(__file__).parents[3] / "contracts/PROGRAMME.md").read_text()
EXAMPLES = re.findall(r"```json (\S+)\n(.*?)```", PAGE, re.DOTALL)
OURS = [kind for kind in MESSAGES.values() if kind.__module__ == contracts.programme.__name__]
PARTS: list[type[BaseModel]] = [Terms, Organisation, PlaceTerms, Period, Subcontractor, Advance, AgentContact, TrainerSheet, ProgrammeFault]
OF_A_FILE: set[type[Refusal]] = {NoContract, ContractTwice, MoreFaults}
"""What only a workbook is refused for."""
GIVEN = {
    refusal
    for refusal in catalogue().values()
    if refusal.__module__ in {"contracts.refusals.programme", "contracts.refusals.awards"} and refusal not in OF_A_FILE
} | {PeriodOutsideAction, PeriodReversed, PeriodsOverlap, EmailWrong, PeopleAreErased}


@pytest.mark.parametrize("part", [*OURS, *PARTS])
def test_act_01_every_type_and_field_is_on_the_page(part: type[BaseModel]):
    if issubclass(part, Message):
        assert f"`{part.TYPE}`" in PAGE
    for name in part.model_fields:
        assert f"`{name}`" in PAGE, name


@pytest.mark.parametrize("refusal", sorted(GIVEN, key=lambda refusal: refusal.code()))
def test_act_01_every_code_is_on_the_page(refusal: type[Refusal]):
    assert f"`{refusal.code()}`" in PAGE


def test_act_01_no_code_is_on_the_page_that_nobody_gives():
    table = PAGE.split("| code | what is wrong |")[1].split("## The same again")[0]
    assert set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", table)) == {refusal.code() for refusal in GIVEN}


@pytest.mark.parametrize(("kind", "body"), EXAMPLES)
def test_act_01_every_example_on_the_page_is_read(kind: str, body: str):
    assert MESSAGES[kind].parse(body.encode())


def test_act_01_the_contract_on_the_page_is_a_right_one():
    (body,) = [body for kind, body in EXAMPLES if kind == ContractAward.TYPE]
    asked = programme.read(b"2007QCA0266", body.encode())
    assert isinstance(asked, ContractAward)
    assert {kind for kind, _ in EXAMPLES} == {kind.TYPE for kind in OURS}


def test_act_01_the_limits_on_the_page_are_those_of_the_code():
    for said in (f"{MOST_BYTES:,} bytes", f"{MOST_LISTED:,} elements", f"first {MOST_FAULTS}", f"{MOST_MONTHS} calendar months"):
        assert said in PAGE
    assert f"{MOST_TRAINEES} at most" in PAGE and f"{MOST_SUBCONTRACTORS} at most" in PAGE
