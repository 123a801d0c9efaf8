"""A newcomer asks for an account: ACC-4."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import AccountRight
from contracts.identity import (
    AcceptAccountRequest,
    AccountCreated,
    AccountRequestAccepted,
    AccountRequested,
    AccountRequestExpired,
    AccountRequestRefused,
    OrganisationRegistered,
    RefuseAccountRequest,
)
from contracts.identity_http import Newcomer
from contracts.refusals.common import NotFound
from identity.rules.member import Accounts, activate, award, disable
from identity.rules.request import Request, accept, admit, ask, check, expire, refuse
from tests.guide import ORGANISATION, OTHER_SIRET, SIRET, organisation
from tests.refused import cells, codes

REQUEST, ANNE, DAY = UUID(int=9), UUID(int=3), date(2008, 3, 6)
SAID = {
    "siret": SIRET,
    "organisation": "SCENES",
    "name": "Anne LEROY",
    "email": "anne@scenes.example",
    "address": "2 rue Victor Hugo",
    "postcode": "34800",
    "town": "Clermont",
}
COMMAND = AcceptAccountRequest(request_id=REQUEST, **SAID)
FIRST = award(None, ORGANISATION).state.member().user_id


def asked() -> Request:
    """Without an answer."""
    return ask(REQUEST, SIRET, DAY).state


def scenes() -> Accounts:
    """The organisation, whose first user has logged in."""
    return activate(award(None, ORGANISATION).state, FIRST).state


def test_acc_04_a_request_says_on_the_log_for_which_organisation_and_not_who_asks():
    assert ask(REQUEST, SIRET, DAY).events == (AccountRequested(request_id=REQUEST, siret=SIRET),)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"siret": "73282932000075"}, [("siret-wrong", "siret")]),
        ({"siret": "1"}, [("siret-wrong", "siret")]),
        (
            {"organisation": "", "name": "", "email": "anne"},
            [("organisation-missing", "organisation"), ("user-name-missing", "name"), ("account-email-wrong", "email")],
        ),
        (
            {"postcode": "348", "town": "", "address": ""},
            [("address-missing", "address"), ("town-missing", "town"), ("postcode-wrong", "postcode")],
        ),
    ],
)
def test_acc_04_everything_wrong_with_what_a_newcomer_says_is_said_at_once(changed: dict[str, str], wrong: list[tuple[str, str]]):
    said = Newcomer(**SAID | changed)
    if wrong:
        assert cells(lambda: check(said)) == wrong
    else:
        check(said)


def test_acc_04_who_is_accepted_for_an_organisation_that_nobody_knows_has_its_first_account():
    admitted = admit(None, COMMAND, ANNE, is_known=False)
    registered, created = admitted.events
    [record] = admitted.records
    assert isinstance(registered, OrganisationRegistered) and (registered.siret, registered.name) == (SIRET, "SCENES")
    assert "anne" not in f"{admitted.events}{admitted.state}".lower()
    assert isinstance(created, AccountCreated)
    assert (created.user_id, created.right, created.request_id) == (ANNE, AccountRight.ADMINISTERS, REQUEST)
    assert (record.name, record.email) == ("Anne LEROY", "anne@scenes.example")
    assert admitted.state.member().first_mail == "accepted"


def test_acc_04_a_contract_that_comes_later_corrects_the_organisation_and_not_who_asked():
    held = admit(None, COMMAND, ANNE, is_known=False).state
    later = award(held, organisation())
    assert later.records == () and [member.user_id for member in later.state.members] == [ANNE]
    assert later.state.organisation and later.state.organisation.name == ORGANISATION.name


def test_acc_04_who_is_accepted_for_a_known_organisation_joins_who_is_there():
    admitted = admit(scenes(), COMMAND, ANNE, is_known=False)
    assert [member.user_id for member in admitted.state.members] == [FIRST, ANNE]
    [created] = admitted.events
    assert isinstance(created, AccountCreated) and created.request_id == REQUEST


@pytest.mark.parametrize(
    ("known", "is_known", "code"),
    [(scenes(), True, "colleague-known"), (disable(scenes(), {FIRST: 2}).state, False, "account-is-disabled")],
)
def test_acc_04_nobody_has_two_accounts_of_an_organisation_nor_one_of_a_disabled_one(known: Accounts, is_known: bool, code: str):
    assert codes(lambda: admit(known, COMMAND, ANNE, is_known=is_known)) == [code]


def test_acc_04_a_request_is_answered_once():
    accepted = accept(asked(), COMMAND, ANNE)
    assert accepted.events == (AccountRequestAccepted(request_id=REQUEST, siret=SIRET, user_id=ANNE),)
    refused = refuse(asked(), RefuseAccountRequest(request_id=REQUEST, email="anne@scenes.example", reason="Déjà un compte."))
    assert refused.events == (AccountRequestRefused(request_id=REQUEST, siret=SIRET),)
    expired = expire(asked())
    assert expired.events == (AccountRequestExpired(request_id=REQUEST, siret=SIRET),)
    steps: tuple[Any, ...] = (
        lambda request: accept(request, COMMAND, ANNE),
        lambda request: refuse(request, RefuseAccountRequest(request_id=REQUEST, email="x", reason="non")),
    )
    for answered in (accepted.state, refused.state, expired.state):
        assert [codes(lambda step=step, answered=answered: step(answered)) for step in steps] == [["account-request-answered"]] * 2
        assert expire(answered).events == ()


def test_acc_04_a_refusal_has_its_reason():
    empty = RefuseAccountRequest(request_id=REQUEST, email="anne@scenes.example", reason=" ")
    assert cells(lambda: refuse(asked(), empty)) == [("answer-unexplained", "reason")]


def test_acc_06_a_request_makes_no_account_of_another_organisation():
    with pytest.raises(NotFound):
        accept(asked(), COMMAND.model_copy(update={"siret": OTHER_SIRET}), ANNE)
