"""Accounts: ACC-1, ACC-2, ACC-6."""

from typing import Any
from uuid import UUID

import pytest

from contracts.access import agent, holder
from contracts.identity import (
    AccountActivated,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    ChangeOrganisation,
    OrganisationChanged,
)
from contracts.personal import UserRecord
from contracts.refusals.common import NotFound
from identity.rules.member import (
    Accounts,
    activate,
    awaits_credentials,
    award,
    change_organisation,
    create_agent,
    disable,
    enable,
    of_an_organisation,
    send_credentials,
)
from tests.guide import AGENT, HOLDER, ORGANISATION, OTHER_SIRET, SIRET, organisation, organisation_registered
from tests.refused import cells, codes

MOVED = ChangeOrganisation(address="5 place de la Gare", postcode="34000", town="Montpellier", base_version=1)
MARIE = create_agent(UUID(int=7), "Marie DURAND", "marie@region.example")
FIRST = award(None, ORGANISATION).state.member().user_id


def known() -> Accounts:
    """The organisation, since its first award."""
    return award(None, ORGANISATION).state


def test_acc_01_the_first_award_registers_the_organisation_and_gives_it_an_account():
    first = award(None, ORGANISATION)
    registered, created = first.events
    [user] = first.records
    assert registered == organisation_registered()
    assert isinstance(created, AccountCreated) and isinstance(user, UserRecord)
    assert (created.user_id, created.siret) == (FIRST, SIRET)
    assert (created.user.id, created.user.version) == (user.id, user.version)
    assert (user.name, user.email) == (ORGANISATION.name, ORGANISATION.email)
    assert awaits_credentials(None, first.state) == first.state.member()


def test_acc_01_the_same_organisation_gets_the_same_account_when_a_restored_database_makes_it_again():
    assert award(None, ORGANISATION) == award(None, ORGANISATION)
    assert award(None, organisation(siret=OTHER_SIRET)).state.member().user_id != FIRST


def test_acc_01_a_later_award_that_says_the_same_changes_nothing():
    again = award(known(), ORGANISATION)
    assert (again.state, again.events, again.records) == (known(), (), ()) and not awaits_credentials(known(), again.state)


@pytest.mark.parametrize(
    ("said", "active", "user_versions", "mails"),
    [
        ({"town": "MONTPELLIER"}, False, [], False),
        ({"address_complement": "Bâtiment B"}, True, [], False),
        ({"name": "SCENES & FORMATIONS"}, False, [2], False),
        ({"email": "bureau@scenes.example"}, False, [2], True),
        ({"email": "bureau@scenes.example"}, True, [2], False),
    ],
)
def test_acc_01_a_later_contract_corrects_what_it_says_and_mails_again_only_to_who_never_got_in(
    said: dict[str, str], active: bool, user_versions: list[int], mails: bool
):
    before = activate(known(), FIRST).state if active else known()
    later = award(before, organisation(**said))
    [changed] = later.events
    assert isinstance(changed, OrganisationChanged) and changed.version == 2
    assert {name: getattr(changed, name) for name in said} == said
    assert [user.version for user in later.records] == user_versions
    assert bool(awaits_credentials(before, later.state)) == mails
    assert later.state.member().active == active


def test_acc_02_no_contract_takes_back_the_address_that_the_user_gave():
    mine = change_organisation(known(), MOVED)
    [changed] = mine.events
    assert isinstance(changed, OrganisationChanged)
    assert (changed.address, changed.town, changed.version) == ("5 place de la Gare", "Montpellier", 2)
    [later] = award(mine.state, organisation(address="1 RUE NEUVE", name="SCENES")).events
    assert isinstance(later, OrganisationChanged) and (later.name, later.address) == ("SCENES", "5 place de la Gare")


def test_acc_02_the_same_address_again_changes_nothing_whichever_version_was_shown():
    mine = change_organisation(known(), MOVED).state
    again = change_organisation(mine, MOVED)
    assert (again.state, again.events) == (mine, ())


def test_acc_02_of_two_people_who_change_the_address_the_second_is_told():
    mine = change_organisation(known(), MOVED).state
    assert codes(lambda: change_organisation(mine, MOVED.model_copy(update={"town": "Lattes"}))) == ["changed-meanwhile"]


def test_acc_02_everything_wrong_with_an_address_is_said_at_once():
    wrong = ChangeOrganisation(address=" ", postcode="٣٤٠٠٠", town="", base_version=1)
    assert cells(lambda: change_organisation(known(), wrong)) == [
        ("address-missing", "address"),
        ("town-missing", "town"),
        ("postcode-wrong", "postcode"),
    ]


def test_acc_02_only_the_first_choice_of_a_password_is_told():
    active = activate(known(), FIRST)
    assert active.events == (AccountActivated(user_id=FIRST),)
    assert activate(active.state, FIRST).events == ()


def test_acc_01_credentials_are_sent_again_until_a_password_was_chosen():
    assert send_credentials(known()) == known().member()
    assert codes(lambda: send_credentials(activate(known(), FIRST).state)) == ["already-active"]


def test_acc_06_an_agent_has_an_account_without_an_organisation():
    [created], [user] = MARIE.events, MARIE.records
    assert isinstance(created, AccountCreated) and (created.user_id, created.siret) == (UUID(int=7), None)
    assert user.email == "marie@region.example"


def test_prv_01_the_state_of_an_agent_says_nothing_personal():
    assert "marie" not in f"{MARIE.state}{MARIE.events}".lower()


@pytest.mark.parametrize(
    "step",
    [
        lambda: holder(MARIE.state, HOLDER),
        lambda: change_organisation(MARIE.state, MOVED),
        lambda: send_credentials(agent(MARIE.state, AGENT)),
    ],
)
def test_acc_06_what_is_asked_of_an_organisation_finds_no_agents_account(step: Any):
    with pytest.raises(NotFound):
        step()


def test_acc_09_a_disabled_account_stays_so_until_it_is_enabled():
    disabled = disable(known(), {FIRST: 4})
    assert disabled.events == (AccountDisabled(user_id=FIRST, access=4),)
    assert codes(lambda: disable(disabled.state, {FIRST: 5})) == codes(lambda: send_credentials(disabled.state)) == ["account-is-disabled"]
    assert not awaits_credentials(disabled.state, award(disabled.state, organisation(email="bureau@scenes.example")).state)
    enabled = enable(disabled.state, [FIRST])
    assert enabled.state == known() and enabled.events == (AccountEnabled(user_id=FIRST),)
    assert codes(lambda: enable(known(), [FIRST])) == ["account-is-not-disabled"]


def test_acc_09_an_agent_disables_an_organisation_and_no_agent():
    assert of_an_organisation(known()) == known()
    with pytest.raises(NotFound):
        of_an_organisation(MARIE.state)
