"""Who may act: ACC-6."""

import pytest

from actions.rules.access import agent, for_agent, holder
from actions.rules.action import Action
from contracts.envelope import Actor, Role
from contracts.refusals.common import NotFound
from tests.rules.actions.life import AGENT, HOLDER, SIRET, Life

OTHER = Actor("secretary", "organisation", "35600000000048")


def test_acc_06_the_holder_and_agents_find_the_action():
    action = Life().action
    assert holder(action, HOLDER) is action and for_agent(action, AGENT) is action
    agent(AGENT)


@pytest.mark.parametrize("actor", [OTHER, Actor("secretary", "organisation"), AGENT, Actor("agent", "agent", SIRET), None])
@pytest.mark.parametrize("action", [Life().action, None])
def test_acc_06_for_anybody_else_an_organisations_command_is_about_nothing(action: Action | None, actor: Actor | None):
    with pytest.raises(NotFound):
        holder(action, actor)


@pytest.mark.parametrize("role", ["organisation", "operator", "finance", "system"])
def test_acc_06_the_regions_commands_are_the_agents_alone(role: Role):
    with pytest.raises(NotFound):
        agent(Actor("somebody", role, SIRET))
    with pytest.raises(NotFound):
        for_agent(Life().action, Actor("somebody", role, SIRET))


def test_acc_06_an_action_that_was_never_awarded_is_not_found():
    for find in (lambda: holder(None, HOLDER), lambda: for_agent(None, AGENT), lambda: agent(None)):
        with pytest.raises(NotFound):
            find()
