"""The programme system and somebody else at once on one contract (ACT-1): what comes of it is what comes of one after the other."""

import json
from datetime import UTC, datetime

import pytest

from contracts.actions import RegisterTrainee
from contracts.awards import WithdrawContract
from tests import guide
from tests.guide import AGENT
from tests.messages.batches import Applied
from tests.messages.samples import Said
from tests.messages.test_two_at_once import Pair, acting, in_order, is_serial
from tests.rules.actions.action_in_preparation import imported

__all__ = ["acting"]
AWARDED_AT = datetime(2007, 6, 1, 9, tzinfo=UTC)


def workbook(key: str) -> Said:
    """An agent imports the contract."""
    return Said("actions.commands", imported(guide.contract(key)), f"import-{key}", actor=AGENT, at=AWARDED_AT)


def programme(key: str, ask: str = "award", **changed: int) -> Said:
    """The programme system sends it."""
    body = {"ask": ask, **guide.contract(key, **changed).model_dump(mode="json")}
    return Said("region.contracts", json.dumps(body).encode(), key, "programme", at=AWARDED_AT)


SENT: dict[str, tuple[bool, Pair]] = {
    "a new contract, from two systems": (False, lambda key: (workbook(key), programme(key, headcount=12))),
    "a new contract, the same from both": (False, lambda key: (workbook(key), programme(key))),
    "a new contract, twice otherwise": (False, lambda key: (programme(key), programme(key, headcount=12))),
    "a replacement, and somebody who begins to work": (
        True,
        lambda key: (programme(key, "replace", headcount=12), in_order(key, RegisterTrainee(sheet=guide.sheet()))),
    ),
    "a replacement, and an agent's withdrawal": (
        True,
        lambda key: (programme(key, "replace", headcount=12), in_order(key, WithdrawContract(), AGENT)),
    ),
}
"""Whether the contract is awarded before."""


@pytest.mark.parametrize("name", SENT)
async def test_act_01_what_the_programme_system_sends_and_something_else_at_once_are_one_after_the_other(
    acting: Applied, name: str
) -> None:
    known, pair = SENT[name]
    await is_serial(acting, lambda key: [workbook(key)] if known else [], pair, f"P{list(SENT).index(name)}")
