"""Who may act, the same way in every service: ACC-6."""

from dataclasses import dataclass

import pytest

from contracts.access import agent, holder, holder_or_for_them, through_link
from contracts.awards import ImportContracts
from contracts.envelope import Actor, Role
from contracts.refusals.common import NotFound
from tests.guide import AGENT, HOLDER, SIRET, STRANGER


@dataclass(frozen=True)
class Thing:
    siret: str | None = SIRET


def test_acc_06_the_holder_and_agents_find_it():
    assert holder(Thing(), HOLDER) == agent(Thing(), AGENT) == Thing()


@pytest.mark.parametrize("thing", [Thing(), Thing(None), None])
@pytest.mark.parametrize("actor", [STRANGER, Actor("secretary", "organisation"), AGENT, Actor("agent", "agent", SIRET), None])
def test_acc_06_for_anybody_else_an_organisations_command_is_about_nothing(thing: Thing | None, actor: Actor | None):
    with pytest.raises(NotFound):
        holder(thing, actor)


@pytest.mark.parametrize("role", ["organisation", "operator", "finance", "programme", "system", "link"])
def test_acc_06_the_regions_commands_are_the_agents_alone(role: Role):
    for thing in (Thing(), None, ImportContracts(contracts=())):
        with pytest.raises(NotFound):
            agent(thing, Actor("somebody", role, SIRET))


def test_acc_06_what_does_not_exist_is_not_found():
    for find in (lambda: holder(None, HOLDER), lambda: agent(None, AGENT), lambda: agent(Thing(), None)):
        with pytest.raises(NotFound):
            find()


def test_acc_06_a_command_about_nothing_that_exists_yet_is_an_agents_too():
    command = ImportContracts(contracts=())
    assert agent(command, AGENT) is command


LINK = Actor("link", "link")


def test_surv_1_a_link_opens_what_links_open_and_nothing_else():
    assert through_link(Thing(), LINK) == Thing()
    for actor in (HOLDER, AGENT, STRANGER, None):
        with pytest.raises(NotFound):
            through_link(Thing(), actor)
    for find in (lambda: through_link(None, LINK), lambda: holder(Thing(), Actor("link", "link", SIRET)), lambda: agent(Thing(), LINK)):
        with pytest.raises(NotFound):
            find()


def test_surv_1_what_an_organisation_wants_done_by_itself_is_done_for_it_and_for_no_other():
    assert holder_or_for_them(Thing(), HOLDER) == holder_or_for_them(Thing(), Actor("portal", "system", SIRET)) == Thing()
    for actor in (STRANGER, AGENT, LINK, None, Actor("portal", "system"), Actor("portal", "system", "00000000000000")):
        with pytest.raises(NotFound):
            holder_or_for_them(Thing(), actor)
    with pytest.raises(NotFound):
        holder(Thing(), Actor("portal", "system", SIRET))
