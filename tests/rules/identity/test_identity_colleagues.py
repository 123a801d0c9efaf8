"""The people of one organisation: ACC-8."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.codes import AccountRight
from contracts.envelope import Actor
from contracts.identity import AccountCreated, AccountDisabled, AccountRemoved, ChangeRight, ColleagueErased, InviteColleague, RightChanged
from contracts.refusals.common import NotFound
from contracts.refusals.identity import AccountIsDisabled, RightMissing
from identity.rules import colleagues
from identity.rules.colleagues import administrator, change_right, forget, invite, mail, remove
from identity.rules.member import Accounts, Departed, Mailed, activate, award, disable, send_credentials
from tests.guide import AGENT, ORGANISATION, OTHER_SIRET, SIRET, organisation
from tests.refused import cells, codes

DAY = date(2008, 3, 6)
ADMINISTERS, WORKS = AccountRight.ADMINISTERS, AccountRight.WORKS
FIRST, CAMILLE, PAUL = award(None, ORGANISATION).state.member().user_id, UUID(int=1), UUID(int=2)
ALONE = activate(award(None, ORGANISATION).state, FIRST).state


def invited(who: UUID, right: AccountRight, among: Accounts = ALONE, *, active: bool = True) -> Accounts:
    """One more, who has logged in unless it is said otherwise."""
    joined = invite(among, InviteColleague(name="X", email="x@scenes.example", right=right), who, is_known=False).state
    return activate(joined, who).state if active else joined


def actor(who: UUID, siret: str = SIRET) -> Actor:
    return Actor(str(who), "organisation", siret)


def test_acc_08_the_first_user_administers_the_accounts_and_stays_who_they_were():
    assert [(member.user_id, member.right) for member in ALONE.members] == [(FIRST, ADMINISTERS)]
    assert administrator(ALONE, actor(FIRST)) == ALONE


def test_acc_08_an_invited_colleague_has_an_account_and_a_right_and_the_log_says_nothing_personal_of_it():
    joined = invite(ALONE, InviteColleague(name=" Camille MARTIN ", email=" camille@scenes.example", right=WORKS), CAMILLE, is_known=False)
    [created], [record] = joined.events, joined.records
    assert isinstance(created, AccountCreated)
    assert (created.user_id, created.siret, created.right) == (CAMILLE, SIRET, WORKS)
    assert (record.name, record.email, record.id) == ("Camille MARTIN", "camille@scenes.example", str(CAMILLE))
    assert "camille" not in f"{joined.events}{joined.state}".lower()
    assert not joined.state.member(CAMILLE).active


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        (actor(FIRST), None),
        (actor(CAMILLE), RightMissing),
        (actor(PAUL), NotFound),  # was taken away, or never came
        (actor(FIRST, OTHER_SIRET), NotFound),
        (AGENT, NotFound),
        (None, NotFound),
    ],
)
def test_acc_08_only_who_administers_the_accounts_may_change_them(who: Actor | None, refused: type[Exception] | None):
    accounts = invited(CAMILLE, WORKS)
    if refused is None:
        assert administrator(accounts, who) == accounts
    else:
        with pytest.raises(refused):
            administrator(accounts, who)


def test_acc_09_who_is_disabled_administers_nothing():
    with pytest.raises(AccountIsDisabled):
        administrator(disable(ALONE, {FIRST: 2}).state, actor(FIRST))


@pytest.mark.parametrize(
    ("name", "email", "known", "wrong"),
    [
        ("", "nobody", False, [("user-name-missing", "name"), ("account-email-wrong", "email")]),
        (" \0", "camille@scenes.example", False, [("user-name-missing", "name")]),
        ("Camille", "camille@scènes.example", False, [("account-email-wrong", "email")]),
        ("Camille", "camille@scenes.example\nBcc: x@y.example", False, [("account-email-wrong", "email")]),
        ("Camille", f"{'c' * 70}@scenes.example", False, [("account-email-wrong", "email")]),
        ("Camille", "contact@scenes.example", True, [("colleague-known", "email")]),
    ],
)
def test_acc_08_everything_wrong_with_an_invitation_is_said_at_once(name: str, email: str, known: bool, wrong: list[tuple[str, str]]):
    asked = InviteColleague(name=name, email=email, right=WORKS)
    assert cells(lambda: invite(ALONE, asked, CAMILLE, is_known=known)) == wrong


def test_acc_08_an_organisation_has_fifty_accounts_at_most():
    accounts = ALONE
    for number in range(1, colleagues.MOST):
        accounts = invited(UUID(int=number), WORKS, accounts)
    assert len(accounts.members) == 50
    assert codes(lambda: invited(UUID(int=99), WORKS, accounts)) == ["too-many-colleagues"]


def test_acc_08_nobody_has_mails_sent_without_end():
    accounts = ALONE
    for _ in range(colleagues.MOST_MAILED):
        accounts = mail(accounts, DAY)
    assert codes(lambda: mail(accounts, DAY)) == ["too-many-invitations"]
    assert mail(accounts, DAY + timedelta(days=1)).mailed == Mailed(DAY + timedelta(days=1), 1)


def test_acc_08_a_right_is_given_and_taken():
    two = invited(CAMILLE, WORKS)
    given = change_right(two, ChangeRight(user_id=CAMILLE, right=ADMINISTERS))
    assert given.events == (RightChanged(user_id=CAMILLE, right=ADMINISTERS),)
    assert change_right(given.state, ChangeRight(user_id=CAMILLE, right=ADMINISTERS)).events == ()
    taken = change_right(given.state, ChangeRight(user_id=FIRST, right=WORKS))
    assert [member.right for member in taken.state.members] == [WORKS, ADMINISTERS]
    with pytest.raises(NotFound):
        change_right(two, ChangeRight(user_id=PAUL, right=WORKS))


def test_acc_08_a_colleague_is_taken_away_with_their_sessions():
    gone = remove(invited(CAMILLE, WORKS), CAMILLE, 3, DAY)
    assert gone.events == (AccountRemoved(user_id=CAMILLE, access=3),) and gone.state.members == ALONE.members
    with pytest.raises(NotFound):
        remove(gone.state, CAMILLE, 4, DAY)


@pytest.mark.parametrize(
    "others",
    [
        ALONE,
        invited(CAMILLE, WORKS),
        invited(CAMILLE, ADMINISTERS, active=False),  # their invitation may have gone astray
        disable(invited(CAMILLE, ADMINISTERS), {CAMILLE: 2}).state,
    ],
)
def test_acc_08_the_last_who_can_administer_the_accounts_neither_leaves_nor_loses_the_right(others: Accounts):
    assert codes(lambda: remove(others, FIRST, 2, DAY)) == ["last-administrator"]
    assert codes(lambda: change_right(others, ChangeRight(user_id=FIRST, right=WORKS))) == ["last-administrator"]


def test_acc_08_of_two_who_leave_at_once_the_second_stays():
    both = invited(CAMILLE, ADMINISTERS)
    one_left = remove(administrator(both, actor(FIRST)), FIRST, 2, DAY).state
    assert codes(lambda: remove(administrator(one_left, actor(CAMILLE)), CAMILLE, 2, DAY)) == ["last-administrator"]


def test_acc_08_of_two_who_take_each_other_away_the_second_is_no_longer_there():
    both = invited(CAMILLE, ADMINISTERS)
    one_left = remove(administrator(both, actor(FIRST)), CAMILLE, 2, DAY).state
    with pytest.raises(NotFound):
        administrator(one_left, actor(CAMILLE))


def test_prv_01_who_left_is_named_for_a_year_and_then_nobody():
    gone = remove(invited(CAMILLE, WORKS), CAMILLE, 3, DAY).state
    assert gone.forgets_on == DAY + timedelta(days=365)
    kept = forget(gone, DAY + timedelta(days=364))
    assert kept.events == () and kept.state == gone
    erased = forget(gone, DAY + timedelta(days=400))
    assert erased.events == (ColleagueErased(user_id=CAMILLE),)
    assert (erased.state.departed, erased.state.forgets_on) == ((), None) and erased.state == ALONE
    assert forget(erased.state, DAY + timedelta(days=900)).events == ()


def test_prv_01_each_who_left_has_a_year_of_their_own_and_who_stays_is_not_forgotten():
    both = replace(invited(CAMILLE, WORKS), departed=(Departed(PAUL, DAY - timedelta(days=100)),))
    gone = remove(both, CAMILLE, 3, DAY).state
    assert gone.forgets_on == DAY + timedelta(days=265)
    first = forget(gone, DAY + timedelta(days=265))
    assert first.events == (ColleagueErased(user_id=PAUL),) and first.state.forgets_on == DAY + timedelta(days=365)
    assert first.state.members == ALONE.members


def test_acc_01_a_contract_corrects_the_account_that_it_gave_and_no_colleagues():
    two = invited(CAMILLE, ADMINISTERS, active=False)
    later = award(two, organisation(email="bureau@scenes.example"))
    assert [record.user_id for record in later.records] == [FIRST]
    left = award(remove(invited(CAMILLE, ADMINISTERS), FIRST, 2, DAY).state, organisation(email="bureau@scenes.example"))
    assert left.records == () and left.state.organisation and left.state.organisation.email == "bureau@scenes.example"


def test_acc_01_credentials_are_sent_again_to_the_colleague_who_has_not_logged_in():
    two = invited(CAMILLE, WORKS, active=False)
    assert send_credentials(two, CAMILLE) == two.member(CAMILLE)
    assert codes(lambda: send_credentials(two, FIRST)) == ["already-active"]
    with pytest.raises(NotFound):
        send_credentials(two, PAUL)


def test_acc_09_an_agent_disables_everybody_of_an_organisation_at_once():
    two = invited(CAMILLE, WORKS)
    disabled = disable(two, {FIRST: 2, CAMILLE: 3})
    assert disabled.events == (AccountDisabled(user_id=FIRST, access=2), AccountDisabled(user_id=CAMILLE, access=3))
    assert two == replace(two, members=tuple(replace(member, disabled=False) for member in disabled.state.members))
