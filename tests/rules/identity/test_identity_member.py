from uuid import UUID

import pytest

from contracts.actions import Organisation as Named
from contracts.codes import TaxRegime
from contracts.envelope import Actor
from contracts.identity import AccountActivated, AccountCreated, ChangeOrganisation, OrganisationChanged, OrganisationRegistered
from contracts.refusals import Refusal
from contracts.refusals.common import ChangedMeanwhile, NotFound
from contracts.refusals.identity import AlreadyActive
from identity.rules import access, member
from identity.rules.member import Member

SIRET = "73282932000074"
NAMED = Named(
    siret=SIRET,
    name="SCENES ET FORMATIONS",
    email="contact@scenes.example",
    address="2 RUE VICTOR HUGO",
    postcode="34800",
    town="CLERMONT-L'HERAULT",
    tax_regime=TaxRegime.EXEMPT,
)
MOVED = ChangeOrganisation(address="5 place de la Gare", postcode="34000", town="Montpellier", base_version=1)


@pytest.fixture
def known() -> Member:
    return member.award(None, NAMED).member


def moved(known: Member, command: ChangeOrganisation = MOVED) -> tuple[Member, list]:
    assert known.organisation
    return member.change_organisation(known, known.organisation, command)


def test_acc_1_the_first_award_registers_the_organisation_and_gives_it_an_account():
    first = member.award(None, NAMED)
    registered, created = first.events
    assert registered == OrganisationRegistered(version=1, **NAMED.model_dump(exclude={"tax_regime"}))
    assert isinstance(created, AccountCreated)
    assert (created.user_id, created.siret) == (first.member.user_id, SIRET)
    assert first.user is not None
    assert (created.user.id, created.user.version) == (first.user.id, first.user.version)
    assert (first.user.name, first.user.email) == (NAMED.name, NAMED.email)
    assert first.credentials


def test_acc_1_the_same_organisation_gets_the_same_account_when_a_restored_database_makes_it_again():
    other = NAMED.model_copy(update={"siret": "55208131766522"})
    assert member.award(None, NAMED) == member.award(None, NAMED)
    assert member.award(None, NAMED).member.user_id != member.award(None, other).member.user_id


def test_acc_1_a_later_award_that_says_the_same_changes_nothing(known):
    again = member.award(known, NAMED)
    assert (again.member, again.events, again.user, again.credentials) == (known, [], None, False)


@pytest.mark.parametrize(
    ("said", "active", "user_version", "mails"),
    [
        ({"town": "MONTPELLIER"}, False, None, False),
        ({"address_complement": "Bâtiment B"}, True, None, False),
        ({"name": "SCENES & FORMATIONS"}, False, 2, False),
        ({"email": "bureau@scenes.example"}, False, 2, True),
        ({"email": "bureau@scenes.example"}, True, 2, False),
    ],
)
def test_acc_1_a_later_contract_corrects_what_it_says_and_mails_again_only_to_who_never_got_in(known, said, active, user_version, mails):
    if active:
        known, _ = member.activate(known)
    later = member.award(known, NAMED.model_copy(update=said))
    [changed] = later.events
    assert isinstance(changed, OrganisationChanged)
    assert changed.version == 2
    assert {name: getattr(changed, name) for name in said} == said
    assert (later.user.version if later.user else None) == user_version
    assert later.credentials == mails
    assert later.member.active == active


def test_acc_2_no_contract_takes_back_the_address_that_the_user_gave(known):
    mine, [changed] = moved(known)
    assert (changed.address, changed.town, changed.version) == ("5 place de la Gare", "Montpellier", 2)
    later = member.award(mine, NAMED.model_copy(update={"address": "1 RUE NEUVE", "name": "SCENES"}))
    assert later.member.organisation
    assert later.member.organisation.address == mine.organisation.address
    assert later.events[0].name == "SCENES"
    assert later.events[0].address == "5 place de la Gare"


def test_acc_2_the_same_address_again_changes_nothing_whichever_version_was_shown(known):
    mine, _ = moved(known)
    assert moved(mine) == (mine, [])


def test_acc_2_of_two_people_who_change_the_address_the_second_is_told(known):
    mine, _ = moved(known)
    with pytest.raises(ChangedMeanwhile):
        moved(mine, MOVED.model_copy(update={"town": "Lattes"}))


def test_acc_2_everything_wrong_with_an_address_is_said_at_once(known):
    with pytest.raises(Refusal) as refused:
        moved(known, ChangeOrganisation(address=" ", postcode="٣٤٠٠٠", town="", base_version=1))
    assert {(fault.code, fault.field) for fault in refused.value.faults()} == {
        ("address-missing", "address"),
        ("town-missing", "town"),
        ("postcode-wrong", "postcode"),
    }


def test_acc_2_only_the_first_choice_of_a_password_is_told(known):
    active, [event] = member.activate(known)
    assert event == AccountActivated(user_id=known.user_id)
    assert member.activate(active) == (active, [])


def test_acc_1_credentials_are_sent_again_until_a_password_was_chosen(known):
    member.send_credentials(known)
    active, _ = member.activate(known)
    with pytest.raises(AlreadyActive):
        member.send_credentials(active)


def test_acc_6_an_agent_has_an_account_without_an_organisation():
    made = member.create_agent(UUID(int=7), "Marie DURAND", "marie@region.example")
    [created] = made.events
    assert (created.user_id, created.siret) == (UUID(int=7), None)
    assert made.user
    assert made.user.email == "marie@region.example"
    assert made.credentials


def test_prv_1_the_state_of_an_agent_says_nothing_personal():
    made = member.create_agent(UUID(int=7), "Marie DURAND", "marie@region.example")
    assert "marie" not in repr(made.member).lower()
    assert "marie" not in repr(made.events).lower()


@pytest.mark.parametrize(
    ("role", "siret", "holds", "is_agent"),
    [
        ("organisation", SIRET, True, False),
        ("organisation", "55208131766522", False, False),
        ("agent", None, False, True),
        ("operator", None, False, False),
        ("system", SIRET, False, False),
    ],
)
def test_acc_6_an_organisation_changes_itself_only_and_an_agent_sends_credentials(known, role, siret, holds, is_agent):
    an_agent = member.create_agent(UUID(int=7), "Marie DURAND", "marie@region.example").member
    actor = Actor("somebody", role, siret)
    for check, allowed in ((access.holder, holds), (access.agent, is_agent)):
        for one in (known, an_agent, None):
            if allowed and one is known:
                check(one, actor)
            else:
                with pytest.raises(NotFound):
                    check(one, actor)
