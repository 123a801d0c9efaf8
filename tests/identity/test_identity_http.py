"""Logging in, passwords and mails (ACC-1 to ACC-3, ACC-7), over HTTP on the real PostgreSQL."""

import asyncio
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from contracts import identity_http
from identity import hashing
from identity.store import claim_mail
from tests.guide import ORGANISATION, OTHER_SIRET, SIRET
from tests.identity.conftest import LEASE, Place, answering, password_in

GOOD, BETTER = "cheval agrafe pile", "un petit vélo rouge"
WRONG = {"wrong-credentials": None}
SLOW = {"slowed-down": None}


async def let_time_pass(place: Place) -> None:
    """What is slowed down may be tried again."""
    await place.pool.execute("UPDATE throttles SET blocked_until = now() - interval '1 second'")


async def lease_over(place: Place) -> None:
    await place.pool.execute("UPDATE mailings SET next_try = now()")


async def test_acc_1_the_first_award_mails_a_login_and_a_password_that_must_be_changed(place: Place):
    await place.award()
    password = await place.mail()
    [mail] = place.mails
    text = mail.get_content()
    assert mail["To"] == ORGANISATION.email
    assert mail["Subject"] == "Votre accès à Sésame"
    assert all(said in text for said in ("https://sesame.example", SIRET, "14 jours", ORGANISATION.name))
    account = await place.log_in(SIRET, password)
    assert (account["role"], account["siret"], account["name"]) == ("organisation", SIRET, ORGANISATION.name)
    assert account["must_choose_password"]
    chosen = await place.choose(account["user_id"], GOOD)
    assert not chosen["must_choose_password"]
    assert not (await place.log_in(SIRET, GOOD))["must_choose_password"]
    assert await place.log_in(SIRET, password) == WRONG
    assert await place.told() == [
        "identity.organisation-registered.v1",
        "identity.account-created.v1",
        "identity.credentials-sent.v1",
        "identity.account-activated.v1",
    ]


async def test_acc_1_a_second_award_mails_nothing(place: Place):
    await place.award()
    await place.mail()
    await place.award()
    await place.mail()
    assert len(place.mails) == 1


async def test_acc_1_a_password_that_is_copied_with_a_space_too_many_opens(place: Place):
    await place.award()
    assert "user_id" in await place.log_in(f" {SIRET} ", f" {await place.mail()}\n")


async def test_acc_1_another_address_before_the_first_login_gets_another_password(place: Place):
    await place.award()
    first = await place.mail()
    await place.award(email="bureau@scenes.example")
    second = await place.mail()
    assert [mail["To"] for mail in place.mails] == [ORGANISATION.email, "bureau@scenes.example"]
    assert await place.log_in(SIRET, first) == WRONG
    assert (await place.log_in(SIRET, second))["email"] == "bureau@scenes.example"


async def test_acc_1_the_first_password_lives_14_days_and_only_who_knows_it_learns_that_it_is_over(place: Place):
    await place.award()
    password = await place.mail()
    left = await place.pool.fetchval("SELECT password_expires_at - now() FROM accounts")
    assert 13.9 < left.total_seconds() / 86400 <= 14
    await place.pool.execute("UPDATE accounts SET password_expires_at = now() - interval '1 minute'")
    assert await place.log_in(SIRET, password) == {"temporary-password-expired": None}
    assert await place.log_in(SIRET, GOOD) == WRONG


async def test_acc_1_a_crash_between_mail_and_note_sends_another_password_and_loses_none(place: Place, monkeypatch):
    await place.award()
    send = type(place.mailer.postman).send

    async def killed(*given: Any) -> None:
        await send(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(type(place.mailer.postman), "send", killed)
    mailing = await claim_mail(place.pool, LEASE)
    assert mailing
    with pytest.raises(KeyboardInterrupt):
        await place.mailer.deliver(mailing)
    monkeypatch.undo()
    assert await claim_mail(place.pool, LEASE) is None, "nobody else sends it while it may still be on its way"
    await lease_over(place)
    second = await place.mail()
    first = password_in(place.mails[0])
    assert len(place.mails) == 2
    assert await place.log_in(SIRET, first) == WRONG
    assert "user_id" in await place.log_in(SIRET, second)
    assert (await place.told()).count("identity.credentials-sent.v1") == 1


@pytest.mark.parametrize(("answer", "at_least"), [("451 try later", 1), ("550 no such user", 3600)])
async def test_acc_1_a_mail_that_is_not_taken_goes_again_later(place: Place, answer, at_least):
    await place.award()
    place.server.refuses = answer
    mailing = await claim_mail(place.pool, LEASE)
    assert mailing
    delivery = await place.mailer.deliver(mailing)
    assert not delivery.sent
    assert delivery.password not in repr(delivery)
    wait = await place.pool.fetchval("SELECT next_try - now() FROM mailings")
    assert wait.total_seconds() > at_least
    place.server.refuses = None
    await lease_over(place)
    assert "user_id" in await place.log_in(SIRET, await place.mail())


async def test_acc_1_two_mailers_share_the_work(place: Place):
    await place.award()
    await place.award(siret=OTHER_SIRET)
    claims = await asyncio.gather(*(claim_mail(place.pool, LEASE) for _ in range(4)))
    assert len({claim.user_id for claim in claims if claim}) == 2
    assert claims.count(None) == 2


async def test_acc_1_a_chosen_password_calls_off_what_is_on_its_way(place: Place):
    await place.award()
    account = await place.log_in(SIRET, await place.mail())
    async with place.pool.acquire() as connection:
        await connection.execute("INSERT INTO mailings (user_id, kind) VALUES ($1, 'first')", account["user_id"])
        late = await claim_mail(place.pool, LEASE)
        assert late
    await place.choose(account["user_id"], GOOD)
    assert await place.pool.fetchval("SELECT count(*) FROM mailings") == 0
    assert not (await place.mailer.deliver(late)).sent
    assert "user_id" in await place.log_in(SIRET, GOOD)
    assert len(place.mails) == 1


async def test_acc_2_a_choice_names_everything_that_is_wrong_with_it(place: Place):
    await place.member(OTHER_SIRET, GOOD)
    await place.award()
    password = await place.mail()
    user_id = (await place.log_in(SIRET, password))["user_id"]
    assert await place.choose(user_id, "motdepasse", new_login=OTHER_SIRET) == {
        "password-too-short": "new",
        "login-is-a-siret": "new_login",
        "login-taken": "new_login",
    }
    assert await place.choose(user_id, password) == {"password-unchanged": "new"}
    assert (await place.log_in(SIRET, password))["must_choose_password"]


async def test_acc_2_the_first_login_may_change_the_login_too_in_one_go(place: Place):
    await place.award()
    user_id = (await place.log_in(SIRET, await place.mail()))["user_id"]
    assert (await place.choose(user_id, GOOD, new_login=" Scenes.Formations "))["login"] == "Scenes.Formations"
    assert await place.log_in(SIRET, GOOD) == WRONG
    assert (await place.log_in("scenes.FORMATIONS", GOOD))["user_id"] == user_id


async def test_acc_2_nobody_takes_a_login_by_its_capitals(place: Place):
    one = await place.member(SIRET, GOOD)
    other = await place.member(OTHER_SIRET, GOOD)
    assert (await place.choose(one["user_id"], BETTER, GOOD, "Accueil"))["login"] == "Accueil"
    asked = identity_http.ChooseLogin(user_id=other["user_id"], password=SecretStr(GOOD), new_login="ACCUEIL")
    assert await place.ask(identity_http.LOGINS, asked) == {"login-taken": "new_login"}


async def test_acc_2_password_and_login_change_at_any_time_with_the_current_password(place: Place):
    user_id = (await place.member(SIRET, GOOD))["user_id"]
    assert await place.choose(user_id, BETTER) == {"current-password-wrong": "current"}
    assert await place.choose(user_id, BETTER, "une autre idée") == {"current-password-wrong": "current"}
    assert await place.choose(user_id, GOOD, GOOD) == {"password-unchanged": "new"}
    assert "user_id" in await place.choose(user_id, BETTER, GOOD)
    wrong = identity_http.ChooseLogin(user_id=user_id, password=SecretStr(GOOD), new_login="accueil")
    assert await place.ask(identity_http.LOGINS, wrong) == {"current-password-wrong": "password"}
    right = identity_http.ChooseLogin(user_id=user_id, password=SecretStr(BETTER), new_login="accueil")
    assert (await place.ask(identity_http.LOGINS, right))["login"] == "accueil"


async def test_acc_2_a_double_click_chooses_once_and_is_refused_nothing(place: Place):
    await place.award()
    user_id = (await place.log_in(SIRET, await place.mail()))["user_id"]
    answers = await asyncio.gather(*(place.choose(user_id, GOOD) for _ in range(3)))
    assert [answer.get("must_choose_password") for answer in answers] == [False, False, False]
    assert (await place.told()).count("identity.account-activated.v1") == 1
    assert "user_id" in await place.choose(user_id, GOOD)


async def test_acc_3_the_old_password_works_until_the_temporary_one_is_used(place: Place):
    user_id = (await place.member(SIRET, GOOD))["user_id"]
    assert await place.forget("CONTACT@scenes.example") == {"hours": 24}
    temporary = await place.mail()
    assert place.mails[-1]["Subject"] == "Sésame : votre mot de passe provisoire"
    assert "24 heures" in place.mails[-1].get_content()
    assert not (await place.log_in(SIRET, GOOD))["must_choose_password"]
    assert (await place.log_in(SIRET, temporary))["must_choose_password"]
    assert await place.log_in(SIRET, GOOD) == WRONG
    assert (await place.log_in(SIRET, temporary))["must_choose_password"]
    assert "user_id" in await place.choose(user_id, BETTER)
    assert await place.log_in(SIRET, temporary) == WRONG
    assert not (await place.log_in(SIRET, BETTER))["must_choose_password"]
    assert (await place.told()).count("identity.credentials-sent.v1") == 1


async def test_acc_3_asking_cannot_lock_out_who_has_not_logged_in_yet(place: Place):
    await place.award()
    first = await place.mail()
    await place.forget(ORGANISATION.email)
    await place.mail()
    assert (await place.log_in(SIRET, first))["must_choose_password"]


async def test_acc_3_a_temporary_password_lives_24_hours(place: Place):
    await place.member(SIRET, GOOD)
    await place.forget(ORGANISATION.email)
    temporary = await place.mail()
    left = await place.pool.fetchval("SELECT forgotten_expires_at - now() FROM accounts")
    assert 23.9 < left.total_seconds() / 3600 <= 24
    await place.pool.execute("UPDATE accounts SET forgotten_expires_at = now() - interval '1 minute'")
    assert await place.log_in(SIRET, temporary) == {"temporary-password-expired": None}
    assert "user_id" in await place.log_in(SIRET, GOOD)


async def test_acc_3_an_unknown_address_is_refused(place: Place):
    assert await place.forget("personne@scenes.example") == {"email-unknown": "email"}
    assert await claim_mail(place.pool, LEASE) is None


async def test_acc_3_two_establishments_with_one_address_get_a_mail_each(place: Place):
    await place.member(SIRET, GOOD)
    await place.member(OTHER_SIRET, GOOD)
    await place.forget(ORGANISATION.email)
    await place.mail()
    texts = [mail.get_content() for mail in place.mails[-2:]]
    assert {siret for siret in (SIRET, OTHER_SIRET) for text in texts if siret in text} == {SIRET, OTHER_SIRET}


async def test_acc_3_asked_twice_before_it_goes_out_it_goes_once(place: Place):
    await place.member(SIRET, GOOD)
    await place.forget(ORGANISATION.email)
    await place.forget(ORGANISATION.email)
    await place.mail()
    assert len(place.mails) == 2


async def test_acc_3_requests_are_limited_per_address_and_per_client(place: Place):
    spelt = ("contact@scenes.example", "Contact@Scenes.example", " CONTACT@SCENES.EXAMPLE ", "contact@scenes.example")
    answers = [await place.forget(email, client=f"192.0.2.{number}") for number, email in enumerate(spelt)]
    assert answers == [{"email-unknown": "email"}] * 3 + [SLOW]
    answers = [await place.forget(f"a{number}@example", client="198.51.100.1") for number in range(11)]
    assert answers == [{"email-unknown": "email"}] * 10 + [SLOW]


async def test_acc_7_five_wrong_passwords_slow_a_client_down_for_that_login_known_or_not(place: Place):
    await place.member(SIRET, GOOD)
    heard = {}
    for login in (SIRET, "personne"):
        heard[login] = [await place.log_in(login, "pas celui-ci") for _ in range(5)]
        heard[login].append(await place.log_in(login, GOOD))
    assert heard[SIRET] == heard["personne"] == [WRONG] * 5 + [SLOW]
    await let_time_pass(place)
    assert "user_id" in await place.log_in(SIRET, GOOD)
    assert [await place.log_in(SIRET, "pas celui-ci") for _ in range(5)] == [WRONG] * 5, "a right one clears what was wrong before"


async def test_acc_7_a_drip_of_wrong_passwords_does_not_lock_a_login_for_others(place: Place):
    await place.member(SIRET, GOOD)
    for number in range(12):
        for _ in range(6):
            await place.log_in(SIRET, "pas celui-ci", client=f"192.0.2.{number}")
    assert "user_id" in await place.log_in(SIRET, GOOD, client="203.0.113.9")


async def test_acc_7_a_browser_that_logged_in_before_always_gets_in_from_where_others_try_too(place: Place):
    await place.member(SIRET, GOOD)
    await place.member(OTHER_SIRET, GOOD)
    known = (await place.log_in(SIRET, GOOD))["browser"]
    for number in range(31):
        await place.log_in(SIRET if number < 6 else f"personne{number}", "pas celui-ci")
    assert await place.log_in(SIRET, GOOD) == SLOW
    assert await place.log_in(SIRET, GOOD, browser=known.replace(".", "x.")) == SLOW, "nobody makes one up"
    assert "user_id" in await place.log_in(SIRET, GOOD, browser=known)
    assert await place.log_in(OTHER_SIRET, GOOD, browser=known) == SLOW, "it is of one account"
    assert [await place.log_in(SIRET, "non", browser=known) for _ in range(6)] == [WRONG] * 5 + [SLOW], "nor does it guess for ever"


async def test_acc_7_who_guesses_from_many_places_waits_in_each_after_two_and_the_owner_after_none(place: Place):
    await place.member(SIRET, GOOD)
    for number in range(50):
        await place.log_in(SIRET, "pas celui-ci", client=f"192.0.2.{number}")
    assert [await place.log_in(SIRET, "pas celui-ci", client="198.51.100.1") for _ in range(3)] == [WRONG, WRONG, SLOW]
    assert "user_id" in await place.log_in(SIRET, GOOD, client="203.0.113.9")
    await let_time_pass(place)
    assert "user_id" in await place.log_in(SIRET, GOOD, client="198.51.100.1"), "after the wait, a right one gets in"


async def test_acc_7_one_machine_is_one_client_however_many_addresses_it_takes(place: Place):
    heard = [await place.log_in("personne", "non", client=f"2001:db8:0:1::{number:x}") for number in range(6)]
    assert heard == [WRONG] * 5 + [SLOW]
    assert await place.log_in("personne", "non", client="2001:db8:0:2::1") == WRONG
    mapped = [await place.log_in("personne", "non", client=f"::ffff:192.0.2.{number}") for number in (1, 2)]
    assert mapped == [WRONG] * 2


async def test_acc_7_it_gets_slower_with_each_wrong_one_up_to_fifteen_minutes(place: Place):
    waits = []
    for _ in range(10):
        assert await place.log_in("personne", "non") == WRONG
        wait = await place.pool.fetchval("SELECT extract(epoch FROM max(blocked_until) FILTER (WHERE tries > 4) - now()) FROM throttles")
        waits.append(round(float(wait) / 60) if wait and wait > 0 else None)
        await let_time_pass(place)
    assert waits == [None, None, None, None, 1, 2, 4, 8, 15, 15]


async def test_acc_7_many_at_once_get_no_more_tries_than_one_after_the_other(place: Place):
    answers = await asyncio.gather(*(place.log_in(SIRET, "pas celui-ci") for _ in range(20)))
    assert answers.count(WRONG) == 5
    assert answers.count(SLOW) == 15


async def test_acc_7_one_client_cannot_try_many_logins(place: Place):
    await place.member(SIRET, GOOD)
    answers = [await place.log_in(f"personne{number}", "non", client="198.51.100.1") for number in range(30)]
    assert answers == [WRONG] * 30
    assert await place.log_in(SIRET, GOOD, client="198.51.100.1") == SLOW
    assert "user_id" in await place.log_in(SIRET, GOOD, client="198.51.100.2")


async def test_acc_7_a_right_password_gives_a_client_its_try_back_and_no_more(place: Place):
    await place.member(SIRET, GOOD)
    await place.pool.execute("DELETE FROM throttles")
    for _ in range(3):
        await place.log_in("personne", "non", client="198.51.100.1")
        await place.log_in(SIRET, GOOD, client="198.51.100.1")
    assert sorted(row["tries"] for row in await place.pool.fetch("SELECT tries FROM throttles")) == [0, 3, 3, 3]


async def test_acc_3_a_session_from_before_cannot_choose_a_password_while_the_owner_recovers_the_account(place: Place):
    account = await place.member(SIRET, GOOD)
    await place.forget(ORGANISATION.email)
    owner = await place.log_in(SIRET, await place.mail())
    assert owner["must_choose_password"] and owner["access"] > account["access"]
    assert await place.choose(account["user_id"], "volé par un autre", access=account["access"]) == {"access-over": None}
    assert "user_id" in await place.choose(account["user_id"], BETTER, access=owner["access"])


async def test_acc_1_who_got_a_first_password_by_mistake_cannot_choose_one_when_another_was_mailed(place: Place):
    await place.award()
    stranger = await place.log_in(SIRET, await place.mail())
    await place.award(email="bureau@scenes.example")
    await place.mail()
    assert await place.choose(stranger["user_id"], GOOD, access=stranger["access"]) == {"access-over": None}


async def test_acc_7_every_new_password_and_login_is_another_access(place: Place):
    user_id = (await place.member(SIRET, GOOD))["user_id"]
    seen = [(await place.log_in(SIRET, GOOD))["access"], (await place.choose(user_id, BETTER, GOOD))["access"]]
    asked = identity_http.ChooseLogin(user_id=user_id, password=SecretStr(BETTER), new_login="accueil")
    seen.append((await place.ask(identity_http.LOGINS, asked))["access"])
    assert seen == sorted(set(seen))


async def test_acc_7_an_unknown_login_costs_as_many_verifications_as_a_known_one(place: Place, monkeypatch):
    await place.member(SIRET, GOOD)
    await place.forget(ORGANISATION.email)
    await place.mail()
    counted: list[str] = []
    verify = hashing.PasswordHasher.verify

    def counting(self: hashing.PasswordHasher, known: str, password: str) -> bool:
        counted.append(password)
        return verify(self, known, password)

    monkeypatch.setattr(hashing.PasswordHasher, "verify", counting)
    for login in (SIRET, "personne"):
        counted.clear()
        await place.log_in(login, "pas celui-ci")
        assert len(counted) == 2


async def test_acc_7_a_hijacked_session_cannot_guess_the_current_password(place: Place):
    user_id = (await place.member(SIRET, GOOD))["user_id"]
    answers = [await place.choose(user_id, BETTER, f"essai {number}") for number in range(6)]
    assert answers == [{"current-password-wrong": "current"}] * 5 + [SLOW]


async def test_old_tries_and_lapsed_passwords_are_forgotten(place: Place):
    from identity import store

    await place.member(SIRET, GOOD)
    await place.forget(ORGANISATION.email)
    await place.mail()
    await place.log_in("personne", "non")
    await place.pool.execute("UPDATE throttles SET tried_at = now() - interval '2 days'")
    await place.pool.execute("UPDATE accounts SET forgotten_expires_at = now() - interval '32 days'")
    await store.tidy(place.pool)
    assert await place.pool.fetchval("SELECT count(*) FROM throttles") == 0
    assert await place.pool.fetchval("SELECT forgotten_hash FROM accounts") is None
    assert "user_id" in await place.log_in(SIRET, GOOD)


async def test_only_the_gateway_s_key_opens(place: Place):
    body = identity_http.LogIn(login=SIRET, password=SecretStr(GOOD), client="1").model_dump_json()
    for headers in ({"Authorization": "Bearer another-key-of-somebody"}, {"Authorization": ""}):
        assert (await place.http.post("/log-in", content=body, headers=headers)).status_code == 401
    async with httpx.AsyncClient(transport=httpx.ASGITransport(answering(place.desk)), base_url="http://identity") as stranger:
        assert (await stranger.post("/log-in", content=body)).status_code == 401
        assert (await stranger.get("/accounts/00000000-0000-0000-0000-000000000000")).status_code == 401


async def test_what_is_not_understood_is_said_so(place: Place):
    assert (await place.http.post("/log-in", content=b"{")).status_code == 400
    assert (await place.http.post("/log-in", content=b'{"login": "a"}')).status_code == 400
    assert (await place.http.post("/log-in", content=b" " * 70_000)).status_code == 413
    assert (await place.http.get("/log-in")).status_code == 405
    assert (await place.http.post("/elsewhere", content=b"{}")).status_code == 404
    assert (await place.http.get("/accounts/nobody")).status_code == 404
    unknown = await place.http.get("/accounts/00000000-0000-0000-0000-000000000000")
    assert (unknown.status_code, unknown.json()["faults"][0]["code"]) == (422, "not-found")


async def test_an_account_is_shown_as_it_stands(place: Place):
    account = await place.member(SIRET, GOOD)
    found = await place.http.get(f"/accounts/{account['user_id']}")
    assert found.json() == account
    assert found.headers["cache-control"] == "no-store"


async def test_it_answers_again_when_its_database_is_back(place: Place):
    await place.member(SIRET, GOOD)
    async with place.pool.acquire() as connection:
        await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    body = identity_http.LogIn(login=SIRET, password=SecretStr(GOOD), client="1").model_dump_json()
    answers = await asyncio.gather(*(place.http.post("/log-in", content=body) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert "user_id" in await place.log_in(SIRET, GOOD)


async def test_without_its_database_it_says_that_one_may_ask_again(place: Place, monkeypatch):
    async def away(*_given: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("identity.store.charge", away)
    body = identity_http.LogIn(login=SIRET, password=SecretStr(GOOD), client="1").model_dump_json()
    assert (await place.http.post("/log-in", content=body)).status_code == 503
