"""Logging in, passwords and mails (ACC-1 to ACC-3, ACC-7), over HTTP on the real PostgreSQL."""

import asyncio
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from contracts import identity_http
from contracts.identity import DisableAccount, EnableAccount
from identity import handlers, hashing
from identity.store import claim_mail
from identity.tries import Attempt, Tries
from tests.guide import ORGANISATION, OTHER_SIRET, SIRET
from tests.identity.conftest import LEASE, IdentityInstallation, answering, password_in

GOOD, BETTER = "cheval agrafe pile", "un petit vélo rouge"
WRONG = {"wrong-credentials": None}
SLOW = {"slowed-down": None}


async def let_time_pass(installation: IdentityInstallation) -> None:
    """What is slowed down may be tried again."""
    await installation.pool.execute("UPDATE throttles SET blocked_until = now() - interval '1 second'")


async def lease_over(installation: IdentityInstallation) -> None:
    await installation.pool.execute("UPDATE mailings SET next_try = now()")


async def test_acc_1_the_first_award_mails_a_login_and_a_password_that_must_be_changed(installation: IdentityInstallation):
    await installation.award()
    password = await installation.mail()
    [mail] = installation.mails
    text = mail.get_content()
    assert mail["To"] == ORGANISATION.email
    assert mail["Subject"] == "Votre accès à Sésame"
    assert all(said in text for said in ("https://sesame.example", SIRET, "14 jours", ORGANISATION.name))
    account = await installation.log_in(SIRET, password)
    assert (account["role"], account["siret"], account["name"]) == ("organisation", SIRET, ORGANISATION.name)
    assert account["must_choose_password"]
    chosen = await installation.choose(account["user_id"], GOOD)
    assert not chosen["must_choose_password"]
    assert not (await installation.log_in(SIRET, GOOD))["must_choose_password"]
    assert await installation.log_in(SIRET, password) == WRONG
    assert await installation.told() == [
        "identity.organisation-registered.v1",
        "identity.account-created.v1",
        "identity.access-changed.v1",
        "identity.credentials-sent.v1",
        "identity.access-changed.v1",
        "identity.account-activated.v1",
    ]


async def test_acc_1_a_second_award_mails_nothing(installation: IdentityInstallation):
    await installation.award()
    await installation.mail()
    await installation.award()
    await installation.mail()
    assert len(installation.mails) == 1


async def test_acc_1_a_password_that_is_copied_with_a_space_too_many_opens(installation: IdentityInstallation):
    await installation.award()
    assert "user_id" in await installation.log_in(f" {SIRET} ", f" {await installation.mail()}\n")


async def test_acc_1_another_address_before_the_first_login_gets_another_password(installation: IdentityInstallation):
    await installation.award()
    first = await installation.mail()
    await installation.award(email="bureau@scenes.example")
    second = await installation.mail()
    assert [mail["To"] for mail in installation.mails] == [ORGANISATION.email, "bureau@scenes.example"]
    assert await installation.log_in(SIRET, first) == WRONG
    assert (await installation.log_in(SIRET, second))["email"] == "bureau@scenes.example"


async def test_acc_1_the_first_password_lives_14_days_and_only_who_knows_it_learns_that_it_is_over(installation: IdentityInstallation):
    await installation.award()
    password = await installation.mail()
    left = await installation.pool.fetchval("SELECT password_expires_at - now() FROM accounts")
    assert 13.9 < left.total_seconds() / 86400 <= 14
    await installation.pool.execute("UPDATE accounts SET password_expires_at = now() - interval '1 minute'")
    assert await installation.log_in(SIRET, password) == {"temporary-password-expired": None}
    assert await installation.log_in(SIRET, GOOD) == WRONG


async def test_acc_1_a_crash_between_mail_and_note_sends_another_password_and_loses_none(installation: IdentityInstallation, monkeypatch):
    await installation.award()
    send = type(installation.mailer.postman).send

    async def killed(*given: Any) -> None:
        await send(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(type(installation.mailer.postman), "send", killed)
    mailing = await claim_mail(installation.pool, LEASE)
    assert mailing
    with pytest.raises(KeyboardInterrupt):
        await installation.mailer.deliver(mailing)
    monkeypatch.undo()
    assert await claim_mail(installation.pool, LEASE) is None, "nobody else sends it while it may still be on its way"
    await lease_over(installation)
    second = await installation.mail()
    first = password_in(installation.mails[0])
    assert len(installation.mails) == 2
    assert await installation.log_in(SIRET, first) == WRONG
    assert "user_id" in await installation.log_in(SIRET, second)
    assert (await installation.told()).count("identity.credentials-sent.v1") == 1


@pytest.mark.parametrize(("answer", "at_least"), [("451 try later", 1), ("550 no such user", 3600)])
async def test_acc_1_a_mail_that_is_not_taken_goes_again_later(installation: IdentityInstallation, answer, at_least):
    await installation.award()
    installation.server.refuses = answer
    mailing = await claim_mail(installation.pool, LEASE)
    assert mailing
    delivery = await installation.mailer.deliver(mailing)
    assert not delivery.sent
    assert delivery.password not in repr(delivery)
    wait = await installation.pool.fetchval("SELECT next_try - now() FROM mailings")
    assert wait.total_seconds() > at_least
    installation.server.refuses = None
    await lease_over(installation)
    assert "user_id" in await installation.log_in(SIRET, await installation.mail())


async def test_acc_1_two_mailers_share_the_work(installation: IdentityInstallation):
    await installation.award()
    await installation.award(siret=OTHER_SIRET)
    claims = await asyncio.gather(*(claim_mail(installation.pool, LEASE) for _ in range(4)))
    assert len({claim.user_id for claim in claims if claim}) == 2
    assert claims.count(None) == 2


async def test_acc_1_a_chosen_password_calls_off_what_is_on_its_way(installation: IdentityInstallation):
    await installation.award()
    account = await installation.log_in(SIRET, await installation.mail())
    async with installation.pool.acquire() as connection:
        await connection.execute("INSERT INTO mailings (user_id, kind) VALUES ($1, 'first')", account["user_id"])
        late = await claim_mail(installation.pool, LEASE)
        assert late
    await installation.choose(account["user_id"], GOOD)
    assert await installation.pool.fetchval("SELECT count(*) FROM mailings") == 0
    assert not (await installation.mailer.deliver(late)).sent
    assert "user_id" in await installation.log_in(SIRET, GOOD)
    assert len(installation.mails) == 1


async def test_acc_2_a_choice_names_everything_that_is_wrong_with_it(installation: IdentityInstallation):
    await installation.member(OTHER_SIRET, GOOD)
    await installation.award()
    password = await installation.mail()
    user_id = (await installation.log_in(SIRET, password))["user_id"]
    assert await installation.choose(user_id, "motdepasse", new_login=OTHER_SIRET) == {
        "password-too-short": "new",
        "login-is-a-siret": "new_login",
        "login-taken": "new_login",
    }
    assert await installation.choose(user_id, password) == {"password-unchanged": "new"}
    assert (await installation.log_in(SIRET, password))["must_choose_password"]


async def test_acc_2_the_first_login_may_change_the_login_too_in_one_go(installation: IdentityInstallation):
    await installation.award()
    user_id = (await installation.log_in(SIRET, await installation.mail()))["user_id"]
    assert (await installation.choose(user_id, GOOD, new_login=" Scenes.Formations "))["login"] == "Scenes.Formations"
    assert await installation.log_in(SIRET, GOOD) == WRONG
    assert (await installation.log_in("scenes.FORMATIONS", GOOD))["user_id"] == user_id


async def test_acc_2_nobody_takes_a_login_by_its_capitals(installation: IdentityInstallation):
    member = await installation.member(SIRET, GOOD)
    other = await installation.member(OTHER_SIRET, GOOD)
    assert (await installation.choose(member["user_id"], BETTER, GOOD, "Accueil"))["login"] == "Accueil"
    asked = identity_http.ChooseLogin(user_id=other["user_id"], password=SecretStr(GOOD), new_login="ACCUEIL")
    assert await installation.ask(identity_http.LOGINS, asked) == {"login-taken": "new_login"}


async def test_acc_2_password_and_login_change_at_any_time_with_the_current_password(installation: IdentityInstallation):
    user_id = (await installation.member(SIRET, GOOD))["user_id"]
    assert await installation.choose(user_id, BETTER) == {"current-password-wrong": "current"}
    assert await installation.choose(user_id, BETTER, "une autre idée") == {"current-password-wrong": "current"}
    assert await installation.choose(user_id, GOOD, GOOD) == {"password-unchanged": "new"}
    assert "user_id" in await installation.choose(user_id, BETTER, GOOD)
    wrong = identity_http.ChooseLogin(user_id=user_id, password=SecretStr(GOOD), new_login="accueil")
    assert await installation.ask(identity_http.LOGINS, wrong) == {"current-password-wrong": "password"}
    right = identity_http.ChooseLogin(user_id=user_id, password=SecretStr(BETTER), new_login="accueil")
    assert (await installation.ask(identity_http.LOGINS, right))["login"] == "accueil"


async def test_acc_2_a_double_click_chooses_once_and_is_refused_nothing(installation: IdentityInstallation):
    await installation.award()
    user_id = (await installation.log_in(SIRET, await installation.mail()))["user_id"]
    answers = await asyncio.gather(*(installation.choose(user_id, GOOD) for _ in range(3)))
    assert [answer.get("must_choose_password") for answer in answers] == [False, False, False]
    assert (await installation.told()).count("identity.account-activated.v1") == 1
    assert "user_id" in await installation.choose(user_id, GOOD)


async def test_acc_3_the_old_password_works_until_the_temporary_one_is_used(installation: IdentityInstallation):
    user_id = (await installation.member(SIRET, GOOD))["user_id"]
    assert await installation.forget("CONTACT@scenes.example") == {"hours": 24}
    temporary = await installation.mail()
    assert installation.mails[-1]["Subject"] == "Sésame : votre mot de passe provisoire"
    assert "24 heures" in installation.mails[-1].get_content()
    assert not (await installation.log_in(SIRET, GOOD))["must_choose_password"]
    assert (await installation.log_in(SIRET, temporary))["must_choose_password"]
    assert await installation.log_in(SIRET, GOOD) == WRONG
    assert (await installation.log_in(SIRET, temporary))["must_choose_password"]
    assert "user_id" in await installation.choose(user_id, BETTER)
    assert await installation.log_in(SIRET, temporary) == WRONG
    assert not (await installation.log_in(SIRET, BETTER))["must_choose_password"]
    assert (await installation.told()).count("identity.credentials-sent.v1") == 1


async def test_acc_3_asking_cannot_lock_out_who_has_not_logged_in_yet(installation: IdentityInstallation):
    await installation.award()
    first = await installation.mail()
    await installation.forget(ORGANISATION.email)
    await installation.mail()
    assert (await installation.log_in(SIRET, first))["must_choose_password"]


async def test_acc_3_a_temporary_password_lives_24_hours(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    await installation.forget(ORGANISATION.email)
    temporary = await installation.mail()
    left = await installation.pool.fetchval("SELECT forgotten_expires_at - now() FROM accounts")
    assert 23.9 < left.total_seconds() / 3600 <= 24
    await installation.pool.execute("UPDATE accounts SET forgotten_expires_at = now() - interval '1 minute'")
    assert await installation.log_in(SIRET, temporary) == {"temporary-password-expired": None}
    assert "user_id" in await installation.log_in(SIRET, GOOD)


async def test_acc_3_an_unknown_address_is_refused(installation: IdentityInstallation):
    assert await installation.forget("personne@scenes.example") == {"email-unknown": "email"}
    assert await claim_mail(installation.pool, LEASE) is None


async def test_acc_3_two_establishments_with_one_address_get_a_mail_each(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    await installation.member(OTHER_SIRET, GOOD)
    await installation.forget(ORGANISATION.email)
    await installation.mail()
    texts = [mail.get_content() for mail in installation.mails[-2:]]
    assert {siret for siret in (SIRET, OTHER_SIRET) for text in texts if siret in text} == {SIRET, OTHER_SIRET}


async def test_acc_3_asked_twice_before_it_goes_out_it_goes_once(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    await installation.forget(ORGANISATION.email)
    await installation.forget(ORGANISATION.email)
    await installation.mail()
    assert len(installation.mails) == 2


async def test_acc_3_requests_are_limited_per_address_and_per_client(installation: IdentityInstallation):
    spelt = ("contact@scenes.example", "Contact@Scenes.example", " CONTACT@SCENES.EXAMPLE ", "contact@scenes.example")
    answers = [await installation.forget(email, client=f"192.0.2.{number}") for number, email in enumerate(spelt)]
    assert answers == [{"email-unknown": "email"}] * 3 + [SLOW]
    answers = [await installation.forget(f"a{number}@example", client="198.51.100.1") for number in range(11)]
    assert answers == [{"email-unknown": "email"}] * 10 + [SLOW]


async def test_acc_7_five_wrong_passwords_slow_a_client_down_for_that_login_known_or_not(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    heard = {}
    for login in (SIRET, "personne"):
        heard[login] = [await installation.log_in(login, "pas celui-ci") for _ in range(5)]
        heard[login].append(await installation.log_in(login, GOOD))
    assert heard[SIRET] == heard["personne"] == [WRONG] * 5 + [SLOW]
    await let_time_pass(installation)
    assert "user_id" in await installation.log_in(SIRET, GOOD)
    assert [await installation.log_in(SIRET, "pas celui-ci") for _ in range(5)] == [WRONG] * 5, "a right one clears what was wrong before"


async def test_acc_7_a_drip_of_wrong_passwords_does_not_lock_a_login_for_others(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    for number in range(12):
        for _ in range(6):
            await installation.log_in(SIRET, "pas celui-ci", client=f"192.0.2.{number}")
    assert "user_id" in await installation.log_in(SIRET, GOOD, client="203.0.113.9")


async def test_acc_7_a_browser_that_logged_in_before_always_gets_in_from_where_others_try_too(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    await installation.member(OTHER_SIRET, GOOD)
    known = (await installation.log_in(SIRET, GOOD))["browser"]
    for number in range(31):
        await installation.log_in(SIRET if number < 6 else f"personne{number}", "pas celui-ci")
    assert await installation.log_in(SIRET, GOOD) == SLOW
    assert await installation.log_in(SIRET, GOOD, browser=known.replace(".", "x.")) == SLOW, "nobody makes one up"
    assert "user_id" in await installation.log_in(SIRET, GOOD, browser=known)
    assert await installation.log_in(OTHER_SIRET, GOOD, browser=known) == SLOW, "it is of one account"
    assert [await installation.log_in(SIRET, "non", browser=known) for _ in range(6)] == [WRONG] * 5 + [SLOW], "nor does it guess for ever"


async def test_acc_7_who_guesses_from_many_places_waits_in_each_after_two_and_the_owner_after_none(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    for number in range(50):
        await installation.log_in(SIRET, "pas celui-ci", client=f"192.0.2.{number}")
    assert [await installation.log_in(SIRET, "pas celui-ci", client="198.51.100.1") for _ in range(3)] == [WRONG, WRONG, SLOW]
    assert "user_id" in await installation.log_in(SIRET, GOOD, client="203.0.113.9")
    await let_time_pass(installation)
    assert "user_id" in await installation.log_in(SIRET, GOOD, client="198.51.100.1"), "after the wait, a right one gets in"


async def test_acc_7_one_machine_is_one_client_however_many_addresses_it_takes(installation: IdentityInstallation):
    heard = [await installation.log_in("personne", "non", client=f"2001:db8:0:1::{number:x}") for number in range(6)]
    assert heard == [WRONG] * 5 + [SLOW]
    assert await installation.log_in("personne", "non", client="2001:db8:0:2::1") == WRONG
    mapped = [await installation.log_in("personne", "non", client=f"::ffff:192.0.2.{number}") for number in (1, 2)]
    assert mapped == [WRONG] * 2


async def test_acc_7_it_gets_slower_with_each_wrong_one_up_to_fifteen_minutes(installation: IdentityInstallation):
    waits = []
    for _ in range(10):
        assert await installation.log_in("personne", "non") == WRONG
        wait = await installation.pool.fetchval(
            "SELECT extract(epoch FROM max(blocked_until) FILTER (WHERE tries > 4) - now()) FROM throttles"
        )
        waits.append(round(float(wait) / 60) if wait and wait > 0 else None)
        await let_time_pass(installation)
    assert waits == [None, None, None, None, 1, 2, 4, 8, 15, 15]


async def test_acc_7_many_at_once_get_no_more_tries_than_one_after_the_other(installation: IdentityInstallation):
    answers = await asyncio.gather(*(installation.log_in(SIRET, "pas celui-ci") for _ in range(20)))
    assert answers.count(WRONG) == 5
    assert answers.count(SLOW) == 15


async def test_acc_7_one_client_cannot_try_many_logins(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    answers = [await installation.log_in(f"personne{number}", "non", client="198.51.100.1") for number in range(30)]
    assert answers == [WRONG] * 30
    assert await installation.log_in(SIRET, GOOD, client="198.51.100.1") == SLOW
    assert "user_id" in await installation.log_in(SIRET, GOOD, client="198.51.100.2")


async def test_acc_7_a_right_password_gives_a_client_its_try_back_and_no_more(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    await installation.pool.execute("DELETE FROM throttles")
    for _ in range(3):
        await installation.log_in("personne", "non", client="198.51.100.1")
        await installation.log_in(SIRET, GOOD, client="198.51.100.1")
    assert sorted(row["tries"] for row in await installation.pool.fetch("SELECT tries FROM throttles")) == [0, 3, 3, 3]


async def test_acc_3_a_session_from_before_cannot_choose_a_password_while_the_owner_recovers_the_account(
    installation: IdentityInstallation,
):
    account = await installation.member(SIRET, GOOD)
    await installation.forget(ORGANISATION.email)
    owner = await installation.log_in(SIRET, await installation.mail())
    assert owner["must_choose_password"] and owner["access"] > account["access"]
    assert await installation.choose(account["user_id"], "volé par un autre", access=account["access"]) == {"access-over": None}
    assert "user_id" in await installation.choose(account["user_id"], BETTER, access=owner["access"])


async def test_acc_1_who_got_a_first_password_by_mistake_cannot_choose_one_when_another_was_mailed(installation: IdentityInstallation):
    await installation.award()
    stranger = await installation.log_in(SIRET, await installation.mail())
    await installation.award(email="bureau@scenes.example")
    await installation.mail()
    assert await installation.choose(stranger["user_id"], GOOD, access=stranger["access"]) == {"access-over": None}


async def test_acc_9_nobody_logs_in_with_a_disabled_account_until_it_is_enabled(installation: IdentityInstallation):
    account = await installation.member(SIRET, GOOD)
    await installation.forget(ORGANISATION.email)
    mailed = await installation.mail()
    await installation.say(handlers.disable_account, DisableAccount())
    disabled = {"account-is-disabled": None}
    assert await installation.log_in(SIRET, GOOD) == disabled and await installation.log_in(SIRET, mailed) == WRONG
    assert await installation.log_in(SIRET, "ni l’un ni l’autre") == WRONG, "only who knows the password learns that it is disabled"
    assert await installation.choose(account["user_id"], BETTER, GOOD) == disabled
    assert await installation.forget(ORGANISATION.email, client="192.0.2.2") == {"email-unknown": "email"}
    await installation.say(handlers.enable_account, EnableAccount())
    again = await installation.log_in(SIRET, GOOD)
    assert again["access"] > account["access"], "no session from before"
    assert (await installation.told())[-2:] == ["identity.account-disabled.v1", "identity.account-enabled.v1"]


async def test_acc_7_a_log_in_is_of_the_password_that_it_was_tried_with(installation: IdentityInstallation, monkeypatch):
    account = await installation.member(SIRET, GOOD)
    was_right = Tries.was_right

    async def slowly(tries: Tries, attempt: Attempt) -> None:
        monkeypatch.undo()
        await installation.choose(account["user_id"], BETTER, GOOD)
        await was_right(tries, attempt)

    monkeypatch.setattr(Tries, "was_right", slowly)
    late = await installation.log_in(SIRET, GOOD)
    assert late["access"] < (await installation.log_in(SIRET, BETTER))["access"]


async def test_a_refused_log_in_says_to_the_portal_alone_whose_account_it_was_about(installation: IdentityInstallation):
    account = await installation.member(SIRET, GOOD)
    for login, about in ((SIRET, account["user_id"]), ("personne", None)):
        body = identity_http.LogIn(login=login, password=SecretStr("non"), client="1").model_dump_json()
        assert (await installation.http.post("/log-in", content=body)).json()["about"] == about


async def test_acc_7_every_new_password_and_login_is_another_access(installation: IdentityInstallation):
    user_id = (await installation.member(SIRET, GOOD))["user_id"]
    seen = [(await installation.log_in(SIRET, GOOD))["access"], (await installation.choose(user_id, BETTER, GOOD))["access"]]
    asked = identity_http.ChooseLogin(user_id=user_id, password=SecretStr(BETTER), new_login="accueil")
    seen.append((await installation.ask(identity_http.LOGINS, asked))["access"])
    assert seen == sorted(set(seen))


async def test_acc_7_an_unknown_login_costs_as_many_verifications_as_a_known_one(installation: IdentityInstallation, monkeypatch):
    await installation.member(SIRET, GOOD)
    await installation.forget(ORGANISATION.email)
    await installation.mail()
    counted: list[str] = []
    verify = hashing.PasswordHasher.verify

    def counting(self: hashing.PasswordHasher, known: str, password: str) -> bool:
        counted.append(password)
        return verify(self, known, password)

    monkeypatch.setattr(hashing.PasswordHasher, "verify", counting)
    for login in (SIRET, "personne"):
        counted.clear()
        await installation.log_in(login, "pas celui-ci")
        assert len(counted) == 2


async def test_acc_7_a_hijacked_session_cannot_guess_the_current_password(installation: IdentityInstallation):
    user_id = (await installation.member(SIRET, GOOD))["user_id"]
    answers = [await installation.choose(user_id, BETTER, f"essai {number}") for number in range(6)]
    assert answers == [{"current-password-wrong": "current"}] * 5 + [SLOW]


async def test_old_tries_and_lapsed_passwords_are_forgotten(installation: IdentityInstallation):
    from identity import store

    await installation.member(SIRET, GOOD)
    await installation.forget(ORGANISATION.email)
    await installation.mail()
    await installation.log_in("personne", "non")
    await installation.pool.execute("UPDATE throttles SET tried_at = now() - interval '2 days'")
    await installation.pool.execute("UPDATE accounts SET forgotten_expires_at = now() - interval '32 days'")
    await store.tidy(installation.pool)
    assert await installation.pool.fetchval("SELECT count(*) FROM throttles") == 0
    assert await installation.pool.fetchval("SELECT forgotten_hash FROM accounts") is None
    assert "user_id" in await installation.log_in(SIRET, GOOD)


async def test_only_the_gateway_s_key_opens(installation: IdentityInstallation):
    body = identity_http.LogIn(login=SIRET, password=SecretStr(GOOD), client="1").model_dump_json()
    for headers in ({"Authorization": "Bearer another-key-of-somebody"}, {"Authorization": ""}):
        assert (await installation.http.post("/log-in", content=body, headers=headers)).status_code == 401
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(answering(installation.desk, installation.reception)), base_url="http://identity"
    ) as stranger:
        assert (await stranger.post("/log-in", content=body)).status_code == 401
        assert (await stranger.get("/accounts/00000000-0000-0000-0000-000000000000")).status_code == 401


async def test_what_is_not_understood_is_said_so(installation: IdentityInstallation):
    assert (await installation.http.post("/log-in", content=b"{")).status_code == 400
    assert (await installation.http.post("/log-in", content=b'{"login": "a"}')).status_code == 400
    assert (await installation.http.post("/log-in", content=b" " * 70_000)).status_code == 413
    assert (await installation.http.get("/log-in")).status_code == 405
    assert (await installation.http.post("/elsewhere", content=b"{}")).status_code == 404
    assert (await installation.http.get("/accounts/nobody")).status_code == 404
    unknown = await installation.http.get("/accounts/00000000-0000-0000-0000-000000000000")
    assert (unknown.status_code, unknown.json()["faults"][0]["code"]) == (422, "not-found")


@pytest.mark.parametrize("text", ["\\u0000", "a\\u0000b", "\\ud800", "\\udfff\\ud800", "\x00", "a" * 301])
@pytest.mark.parametrize("path", ["/log-in", "/passwords", "/logins", "/forgotten"])
async def test_a_text_that_no_database_keeps_is_not_understood(installation: IdentityInstallation, path: str, text: str):
    user = "00000000-0000-0000-0000-000000000000"
    body = "{" + f'"login": "{text}", "email": "{text}", "new_login": "{text}", "client": "{text}", "user_id": "{user}"'
    body += ', "password": "a", "new": "b", "current": "c"}'
    assert (await installation.http.post(path, content=body)).status_code == 400


async def test_an_account_is_shown_as_it_stands(installation: IdentityInstallation):
    account = await installation.member(SIRET, GOOD)
    answer = await installation.http.get(f"/accounts/{account['user_id']}")
    assert answer.json() == account
    assert answer.headers["cache-control"] == "no-store"


async def test_it_answers_again_when_its_database_is_back(installation: IdentityInstallation):
    await installation.member(SIRET, GOOD)
    async with installation.pool.acquire() as connection:
        await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    body = identity_http.LogIn(login=SIRET, password=SecretStr(GOOD), client="1").model_dump_json()
    answers = await asyncio.gather(*(installation.http.post("/log-in", content=body) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert "user_id" in await installation.log_in(SIRET, GOOD)


async def test_without_its_database_it_says_that_one_may_ask_again(installation: IdentityInstallation, monkeypatch):
    async def away(*_given: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("identity.store.charge", away)
    body = identity_http.LogIn(login=SIRET, password=SecretStr(GOOD), client="1").model_dump_json()
    assert (await installation.http.post("/log-in", content=body)).status_code == 503
