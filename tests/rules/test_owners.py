"""Whose a record is says its id: nobody makes, reads or overwrites the record of another owner."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from contracts.envelope import made_id
from contracts.personal import PersonalRecord, UserRecord, record_id
from contracts.registry import MESSAGES
from contracts.schemas import examples_of
from tests import guide
from tests.guide import DURAND
from tests.rules.actions.action_in_preparation import ActionInPreparation

COMMAND, USER = UUID(int=7), UUID(int=8)
OTHER = "2007QCA0999"
RECORDS = [kind for kind in MESSAGES.values() if issubclass(kind, PersonalRecord)]
OF_CONTRACTS = [kind for kind in RECORDS if kind is not UserRecord]


def example(kind: type[PersonalRecord]) -> dict[str, Any]:
    """What a record of this kind holds."""
    return kind.parse(examples_of(kind.TYPE)[0].read_bytes()).model_dump()


@pytest.mark.parametrize("kind", OF_CONTRACTS)
@pytest.mark.parametrize("id_", [record_id(OTHER, "agent"), record_id("2007QCA02661", "agent"), "2007QCA0266", "2007QCA0266/", str(USER)])
def test_prv_01_no_record_of_a_contract_has_the_id_of_another_owners(kind: type[PersonalRecord], id_: str) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(example(kind) | {"contract_number": "2007QCA0266", "id": id_})


@pytest.mark.parametrize("kind", OF_CONTRACTS)
@pytest.mark.parametrize(
    ("number", "id_"), [(None, "2007QCA0266/agent"), (None, str(USER)), ("", "/agent"), ("2007/QCA", "2007/QCA/agent")]
)
def test_prv_01_a_record_without_a_contract_is_nobodys_but_a_users(kind: type[PersonalRecord], number: str | None, id_: str) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(example(kind) | {"contract_number": number, "id": id_})


@pytest.mark.parametrize("changes", [{"id": "2007QCA0266/agent", "contract_number": "2007QCA0266"}, {"id": str(COMMAND)}])
def test_prv_01_a_users_record_has_the_users_own_id(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        UserRecord.model_validate(example(UserRecord) | changes)


def test_trn_01_the_same_command_makes_another_trainee_on_every_action() -> None:
    assert made_id("2007QCA0266", COMMAND) != made_id(OTHER, COMMAND)
    assert made_id("2007QCA0266", COMMAND) == made_id("2007QCA0266", COMMAND)


def test_act_01_ids_that_somebody_took_before_an_award_are_none_of_the_contracts_own() -> None:
    """Contract numbers can be guessed: whatever is registered elsewhere first, the contract finds its contact and trainers its own."""
    taken = {record.id for record in ActionInPreparation(number=OTHER).registers(DURAND).kept}
    awarded = {record.id for record in ActionInPreparation().kept}
    assert awarded == {record_id(guide.CONTRACT, "agent"), record_id(guide.CONTRACT, "trainer-0")}
    assert taken == {record_id(OTHER, DURAND)}


def test_prv_01_one_trainee_id_on_two_actions_is_two_sheets() -> None:
    [mine], [theirs] = ActionInPreparation().registers(DURAND).kept, ActionInPreparation(number=OTHER).registers(DURAND).kept
    assert mine.id != theirs.id
