"""Who may declare, and what counts as when: ACC-6, T-1."""

from datetime import UTC, datetime

import pytest

from contracts.access import holder
from contracts.envelope import Actor
from contracts.month import paris_day
from contracts.refusals.common import NotFound
from tests.guide import SIRET
from tests.rules.declarations.declared_action import BORG, DeclaredAction, codes

OURS = Actor("somebody", "organisation", SIRET)


def test_acc_06_an_organisation_declares_for_its_own_actions():
    action = DeclaredAction().state
    assert holder(action, OURS) is action


@pytest.mark.parametrize(
    "actor",
    [
        None,
        Actor("other", "organisation", "55203253400646"),
        Actor("nobody", "organisation"),
        Actor("agent", "agent"),
        Actor("agent", "agent", SIRET),
    ],
)
def test_acc_06_to_anybody_else_an_action_is_as_if_it_did_not_exist(actor: Actor | None):
    with pytest.raises(NotFound):
        holder(DeclaredAction().state, actor)


def test_acc_06_so_is_an_action_that_was_never_awarded():
    with pytest.raises(NotFound):
        holder(None, OURS)


@pytest.mark.parametrize(
    ("accepted_at", "in_time"),
    [
        (datetime(2007, 10, 15, 21, 59, tzinfo=UTC), True),  # 23:59 in Paris, in summer
        (datetime(2007, 10, 15, 22, 0, tzinfo=UTC), False),  # the 16th, 00:00
        (datetime(2007, 11, 15, 22, 59, tzinfo=UTC), True),  # in winter
        (datetime(2007, 11, 15, 23, 0, tzinfo=UTC), False),
        (datetime(2007, 10, 31, 22, 59, tzinfo=UTC), False),
        (datetime(2007, 10, 31, 23, 0, tzinfo=UTC), True),  # the 1st of November
    ],
)
def test_t_01_the_instant_of_acceptance_in_paris_decides_the_window(accepted_at: datetime, in_time: bool):
    action = DeclaredAction().saves(BORG, "2007-09", "1 0 0 0 0 0")
    on = paris_day(accepted_at).isoformat()
    if in_time:
        action.confirms("2007-09", on=on)
    else:
        assert codes(lambda: action.confirms("2007-09", on=on)) == ["confirmation-outside-window"]
