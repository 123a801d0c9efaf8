"""The second factor over HTTP on the real PostgreSQL (ACC-7): asked after the password, right once, helped when the phone is lost."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from pydantic import SecretStr

from contracts import factor_http, identity_http
from contracts.envelope import Actor
from contracts.factor import ResetFactor
from contracts.identity import DisableAccount
from contracts.refusals import Refusal
from identity import factor, factor_handlers, factor_store, factor_vault, handlers
from identity.factor_mail import FactorMailer
from identity.factor_store import REMEMBERED
from identity.own import own_transaction
from identity.rules.factor import STEP
from tests.guide import OTHER_SIRET, SIRET
from tests.identity.conftest import REGION, IdentityInstallation
from tests.identity.test_identity_http import BETTER, GOOD, SLOW, WRONG, let_time_pass

CODE_WRONG, CODE_SPENT, OVER = {"code-wrong": "code"}, {"code-spent": "code"}, {"log-in-over": None}


class Phones:
    """The time, and what the phones show then: each code is of a step of its own, as people wait for the next."""

    def __init__(self) -> None:
        self.at = datetime.fromisoformat("2027-03-01T09:00:10+00:00")

    def code(self, secret: str, steps: int = 0) -> str:
        """What a phone shows, `steps` early or late."""
        return pyotp.TOTP(secret).at(self.at + timedelta(seconds=steps * STEP))

    def next_code(self, secret: str) -> str:
        self.at += timedelta(seconds=STEP)
        return self.code(secret)


@pytest.fixture
def phones(monkeypatch: pytest.MonkeyPatch) -> Iterator[Phones]:
    phones = Phones()
    monkeypatch.setattr(factor, "now", lambda: phones.at)
    yield phones


class Somebody:
    """Somebody with a password, and soon with a phone."""

    def __init__(self, installation: IdentityInstallation, phones: Phones, user_id: str, login: str) -> None:
        self.installation, self.phones, self.user_id, self.login = installation, phones, UUID(user_id), login
        self.secret, self.codes = "", list[str]()

    async def begin(self, code: str | None = None, password: str = GOOD) -> dict[str, Any]:
        return await self.prove(factor_http.BEGIN, code, password)

    async def prove(self, path: str, code: str | None = None, password: str = GOOD) -> dict[str, Any]:
        shown = SecretStr(code) if code else None
        return await self.installation.ask(path, factor_http.Prove(user_id=self.user_id, password=SecretStr(password), code=shown))

    async def confirm(self, code: str) -> dict[str, Any]:
        return await self.installation.ask(factor_http.CONFIRM, factor_http.ConfirmFactor(user_id=self.user_id, code=SecretStr(code)))

    async def turn_on(self) -> None:
        self.secret = (await self.begin())["secret"]
        self.codes = (await self.confirm(self.phones.next_code(self.secret)))["codes"]

    async def half(self, password: str = GOOD, device: str | None = None, browser: str | None = None) -> str:
        """Log-in and password are right, a code is asked."""
        answer = await self.password(password, device)
        assert answer.keys() == {"half_open", "about"}, answer
        return str(answer["half_open"])

    async def password(self, password: str = GOOD, device: str | None = None) -> dict[str, Any]:
        shown = SecretStr(device) if device else None
        asked = identity_http.LogIn(login=self.login, password=SecretStr(password), client="192.0.2.1", device=shown)
        return await self.installation.ask(identity_http.LOG_IN, asked)

    async def enter(self, half_open: str, code: str, browser: str | None = None, remember: str | None = None) -> dict[str, Any]:
        asked = factor_http.EnterCode(half_open=SecretStr(half_open), code=SecretStr(code), browser=browser, remember=remember)
        return await self.installation.ask(factor_http.CODES, asked)

    async def come(self, **how: Any) -> dict[str, Any]:
        """All of a log-in, with the code that the phone shows next."""
        return await self.enter(await self.half(), self.phones.next_code(self.secret), **how)

    async def factor(self) -> dict[str, Any]:
        said: dict[str, Any] = (await self.installation.http.get(f"{factor_http.FACTORS}/{self.user_id}")).json()
        return said


@pytest.fixture
async def user(installation: IdentityInstallation, phones: Phones) -> Somebody:
    account = await installation.member(SIRET, GOOD)
    return Somebody(installation, phones, account["user_id"], SIRET)


@pytest.fixture
async def careful(user: Somebody) -> Somebody:
    """Whose factor is on."""
    await user.turn_on()
    return user


async def test_acc_7_a_phone_takes_the_secret_in_and_from_then_on_a_code_is_asked_after_the_password(user: Somebody):
    assert "user_id" in await user.password()
    begun = await user.begin()
    assert begun["uri"].startswith("otpauth://totp/S%C3%A9same:") and begun["secret"] in begun["uri"]
    again = (await user.installation.http.get(f"{factor_http.FACTORS}/{user.user_id}/begun")).json()
    assert again == begun, "the page is shown again after a wrong code"
    assert "user_id" in await user.password(), "nothing is asked before a code has come"
    assert await user.confirm("000000") == CODE_WRONG
    on = await user.confirm(user.phones.code(begun["secret"]))
    assert len(set(on["codes"])) == 10 and all(re.fullmatch(r"([a-z2-9]{4}-){2}[a-z2-9]{4}", code) for code in on["codes"])
    assert await user.confirm(user.phones.next_code(begun["secret"])) == {"factor-not-begun": None}, "codes are said once"
    user.secret = begun["secret"]
    half_open = await user.half()
    entered = await user.enter(half_open, user.phones.next_code(user.secret))
    assert UUID(entered["user_id"]) == user.user_id and entered["browser"] and entered["device"] is None
    known = await user.factor()
    assert known["on_since"] and (known["recovery_codes_left"], known["devices"], known["must"]) == (10, [], False)
    assert (await user.installation.told())[-1] == "identity.factor-turned-on.v1"


async def test_acc_7_a_wrong_password_says_nothing_of_a_factor(careful: Somebody):
    assert await careful.password(BETTER) == WRONG


@pytest.mark.parametrize("steps", [-1, 0, 1])
async def test_acc_7_a_phone_may_be_a_little_early_or_late(careful: Somebody, steps: int):
    careful.phones.at += timedelta(minutes=5)
    assert "user_id" in await careful.enter(await careful.half(), careful.phones.code(careful.secret, steps))


@pytest.mark.parametrize("steps", [-2, 2])
async def test_acc_7_and_no_more(careful: Somebody, steps: int):
    careful.phones.at += timedelta(minutes=5)
    assert await careful.enter(await careful.half(), careful.phones.code(careful.secret, steps)) == CODE_WRONG


async def test_acc_7_a_code_is_right_once_even_for_two_at_the_same_moment(careful: Somebody):
    code = careful.phones.next_code(careful.secret)
    one, other = await careful.half(), await careful.half()
    answers = await asyncio.gather(careful.enter(one, code), careful.enter(other, code))
    assert sorted("user_id" in answer for answer in answers) == [False, True]
    assert CODE_SPENT in answers
    assert await careful.enter(await careful.half(), code) == CODE_SPENT
    assert await careful.enter(await careful.half(), careful.phones.code(careful.secret, -1)) == CODE_SPENT, "nor is an earlier one"


async def test_acc_7_each_recovery_code_stands_in_for_the_phone_once_and_its_user_is_told(careful: Somebody):
    code = careful.codes[2]
    assert "user_id" in await careful.enter(await careful.half(), code.upper().replace("-", " "))
    assert await careful.enter(await careful.half(), code) == {"recovery-code-spent": "code"}
    assert await careful.enter(await careful.half(), "k7mw-pq2x-abcd") == CODE_WRONG
    assert (await careful.factor())["recovery_codes_left"] == 9
    said = await careful.installation.pool.fetchval(
        "SELECT convert_from(body, 'UTF8') FROM outbox WHERE headers LIKE '%recovery-code-used%'"
    )
    assert '"number":3' in said and code not in said
    halves = [await careful.half() for _ in range(2)]
    both = await asyncio.gather(*(careful.enter(half_open, careful.codes[0]) for half_open in halves))
    assert sorted("user_id" in answer for answer in both) == [False, True]


async def test_acc_7_renewed_recovery_codes_replace_the_earlier_ones(careful: Somebody):
    fresh = await careful.prove(factor_http.RECOVERY_CODES, careful.phones.next_code(careful.secret))
    assert len(fresh["codes"]) == 10 and not set(fresh["codes"]) & set(careful.codes)
    assert await careful.enter(await careful.half(), careful.codes[0]) == CODE_WRONG
    assert "user_id" in await careful.enter(await careful.half(), fresh["codes"][0])


async def test_acc_7_wrong_codes_slow_down_and_a_browser_that_logged_in_before_has_tries_of_its_own(careful: Somebody):
    known = (await careful.come())["browser"]
    half_open = await careful.half()
    for _ in range(5):
        assert await careful.enter(half_open, "000000") == CODE_WRONG
    right = careful.phones.next_code(careful.secret)
    assert await careful.enter(half_open, right) == SLOW, "whoever guesses"
    assert "user_id" in await careful.enter(half_open, right, browser=known), "their own browser does not wait"
    await let_time_pass(careful.installation)
    assert "user_id" in await careful.come()
    assert await careful.enter(await careful.half(), "000000") == CODE_WRONG, "a right one forgets the wrong ones"


async def test_acc_7_the_password_alone_opens_nothing_and_only_for_ten_minutes(careful: Somebody, monkeypatch: pytest.MonkeyPatch):
    half_open = await careful.half()
    assert await careful.enter("AAAA", "000000") == OVER
    assert await careful.enter(half_open[:-8] + "AAAAAAA=", "000000") == OVER
    assert await careful.enter("é", "000000") == OVER
    monkeypatch.setattr(factor_vault, "HALF_OPEN", -1.0)
    assert await careful.enter(await careful.half(), careful.phones.next_code(careful.secret)) == OVER
    assert "user_id" in await careful.enter(half_open, careful.phones.code(careful.secret))


async def test_acc_7_a_log_in_that_is_half_open_is_over_once_the_password_changes_or_the_account_is_disabled(careful: Somebody):
    half_open = await careful.half()
    await careful.installation.choose(careful.user_id, BETTER, GOOD)
    assert await careful.enter(half_open, careful.phones.next_code(careful.secret)) == OVER
    half_open = await careful.half(BETTER)
    await careful.installation.say(handlers.disable_account, DisableAccount())
    assert await careful.enter(half_open, careful.phones.next_code(careful.secret)) == {"account-is-disabled": None}


async def test_acc_3_a_mailed_password_takes_the_place_of_the_old_one_only_after_the_code(careful: Somebody):
    [email] = {mail["To"] for mail in careful.installation.mails}
    await careful.installation.forget(str(email))
    temporary = await careful.installation.mail()
    half_open = await careful.half(temporary)
    assert "half_open" in await careful.password(), "whoever reads the mailbox and has no phone takes the old one away from nobody"
    entered = await careful.enter(half_open, careful.phones.next_code(careful.secret))
    assert entered["must_choose_password"] and await careful.password() == WRONG


# Remembered browsers


async def test_acc_7_a_remembered_browser_is_asked_for_no_code_and_others_are(careful: Somebody):
    device = (await careful.come(remember="Firefox sous Windows"))["device"]
    assert "user_id" in await careful.password(device=device)
    await careful.half(device="another")
    assert await careful.password(BETTER, device) == WRONG, "the password is asked all the same"
    [shown] = (await careful.factor())["devices"]
    assert shown["browser"] == "Firefox sous Windows"
    assert device not in str(await careful.installation.pool.fetch("SELECT * FROM devices")), "nobody reads it out of the database"


async def test_acc_7_a_browser_is_remembered_thirty_days(careful: Somebody):
    device = (await careful.come(remember="Firefox"))["device"]
    pool = careful.installation.pool
    assert timedelta(days=30) == REMEMBERED
    await pool.execute("UPDATE devices SET remembered_at = now() - $1::interval", REMEMBERED - timedelta(minutes=1))
    assert "user_id" in await careful.password(device=device)
    await pool.execute("UPDATE devices SET remembered_at = now() - $1::interval", REMEMBERED)
    assert "half_open" in await careful.password(device=device)
    assert (await careful.factor())["devices"] == []


async def test_acc_7_another_password_forgets_remembered_browsers_and_so_does_their_user(careful: Somebody):
    first, second = [(await careful.come(remember=f"Firefox {number}"))["device"] for number in (1, 2)]
    shown = {device["browser"]: device["id"] for device in (await careful.factor())["devices"]}
    left = await careful.installation.ask(
        factor_http.FORGET, factor_http.ForgetDevices(user_id=careful.user_id, device=UUID(shown["Firefox 1"]))
    )
    assert [device["browser"] for device in left["devices"]] == ["Firefox 2"]
    assert "half_open" in await careful.password(device=first)
    assert "user_id" in await careful.password(device=second)
    another = await careful.installation.member(OTHER_SIRET, GOOD)
    await careful.installation.ask(factor_http.FORGET, factor_http.ForgetDevices(user_id=UUID(another["user_id"])))
    assert "user_id" in await careful.password(device=second), "nobody forgets another's"
    await careful.installation.choose(careful.user_id, BETTER, GOOD)
    assert "half_open" in await careful.password(BETTER, second)


# Changed, turned off, reset


async def test_acc_7_whoever_changes_the_factor_knows_the_password_and_has_the_phone(careful: Somebody):
    for path in (factor_http.BEGIN, factor_http.OFF, factor_http.RECOVERY_CODES):
        assert await careful.prove(path, careful.phones.next_code(careful.secret), BETTER) == {"current-password-wrong": "password"}
        assert await careful.prove(path) == CODE_WRONG
        assert await careful.prove(path, "000000") == CODE_WRONG


async def test_acc_7_another_phone_takes_the_place_of_the_first_once_a_code_of_it_comes(careful: Somebody):
    device = (await careful.come(remember="Firefox"))["device"]
    begun = await careful.begin(careful.phones.next_code(careful.secret))
    assert "user_id" in await careful.come(), "the first one is good until then"
    fresh = await careful.confirm(careful.phones.next_code(begun["secret"]))
    assert not set(fresh["codes"]) & set(careful.codes)
    assert "half_open" in await careful.password(device=device)
    assert await careful.enter(await careful.half(), careful.phones.next_code(careful.secret)) == CODE_WRONG
    careful.secret = begun["secret"]
    assert "user_id" in await careful.come()


async def test_acc_7_who_turns_it_off_is_asked_for_no_code_and_told_by_mail(careful: Somebody):
    off = await careful.prove(factor_http.OFF, careful.phones.next_code(careful.secret))
    assert off["on_since"] is None and off["recovery_codes_left"] == 0
    assert "user_id" in await careful.password()
    assert await careful.prove(factor_http.OFF, "000000") == {"factor-is-not-on": None}
    assert (await careful.installation.told())[-1] == "identity.factor-turned-off.v1"
    assert await subjects(careful) == ["Sésame : double authentification activée", "Sésame : double authentification désactivée"]


async def test_acc_7_an_agent_resets_that_of_an_organisation_s_user_whose_sessions_end(careful: Somebody):
    before = (await careful.come())["access"]
    await careful.installation.say(factor_handlers.reset_factor, ResetFactor(user_id=careful.user_id))
    after = await careful.password()
    assert after["access"] == before + 1, "sessions of an earlier access are over"
    assert (await careful.installation.told())[-1] == "identity.factor-reset.v1"
    assert (await subjects(careful))[-1] == "Sésame : double authentification remise à zéro"
    text = careful.installation.mails[-1].get_content()
    assert "La Région a remis à zéro" in " ".join(text.split()) and "https://sesame.example" in text


@pytest.mark.parametrize(
    ("actor", "siret", "code"),
    [
        (Actor("user", "organisation", SIRET), SIRET, "not-found"),
        (REGION, OTHER_SIRET, "not-found"),
        (REGION, SIRET, "factor-is-not-on"),
    ],
)
async def test_acc_7_nobody_else_resets_it_and_nothing_is_reset_twice(user: Somebody, actor: Actor, siret: str, code: str):
    await user.installation.award(siret=OTHER_SIRET)
    with pytest.raises(Refusal) as refused:
        async with own_transaction(user.installation.pool, user.installation.engine, siret, actor) as work:
            await factor_handlers.reset_factor(work, ResetFactor(user_id=user.user_id))  # type: ignore[arg-type]
    assert refused.value.code() == code


async def test_acc_7_agents_must_have_one_when_the_region_wants_it(user: Somebody, monkeypatch: pytest.MonkeyPatch):
    installation = user.installation
    monkeypatch.setitem(vars(installation.desk.settings), "agents_need_factor", True)
    assert not (await user.password())["must_turn_on_factor"], "organisations may"
    await installation.pool.execute("UPDATE accounts SET role = 'agent' WHERE user_id = $1", user.user_id)
    assert (await user.password())["must_turn_on_factor"]
    begun = await user.begin()
    on = await user.confirm(user.phones.next_code(begun["secret"]))
    assert not on["account"]["must_turn_on_factor"]
    user.secret = begun["secret"]
    assert not (await user.come())["must_turn_on_factor"]
    assert (await user.factor())["must"]
    assert await user.prove(factor_http.OFF, user.phones.next_code(user.secret)) == {"factor-is-a-must": None}


# What is kept


async def test_acc_7_the_database_alone_makes_no_code_and_nothing_of_it_is_on_the_log(careful: Somebody):
    pool = careful.installation.pool
    tables = ("factors", "recovery_codes", "devices", "factor_mails", "outbox")
    kept = [value for table in tables for row in await pool.fetch(f"SELECT * FROM {table}") for value in row.values()]
    raw = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in kept)
    assert careful.secret.encode() not in raw and not any(code.encode() in raw for code in careful.codes)


async def test_acc_7_a_secret_of_another_row_or_another_key_opens_nothing(careful: Somebody):
    pool = careful.installation.pool
    another = await careful.installation.member(OTHER_SIRET, GOOD)
    await pool.execute(
        "INSERT INTO factors (user_id, turned_on_at, secret) SELECT $1, turned_on_at, secret FROM factors", UUID(another["user_id"])
    )
    theirs = Somebody(careful.installation, careful.phones, another["user_id"], OTHER_SIRET)
    assert await theirs.enter(await theirs.half(), careful.phones.next_code(careful.secret)) == {"factor-lost": None}
    known = careful.installation.desk.factors
    other_key = replace(known, keys=("another key of second factors",))
    sealed = await pool.fetchval("SELECT secret FROM factors WHERE user_id = $1", careful.user_id)
    assert known.open(sealed, careful.user_id) == careful.secret
    with pytest.raises(Refusal):
        other_key.open(sealed, careful.user_id)


async def test_acc_7_what_is_over_is_tidied_away(careful: Somebody):
    pool = careful.installation.pool
    await careful.come(remember="Firefox")
    await careful.begin(careful.phones.next_code(careful.secret))
    await pool.execute("UPDATE devices SET remembered_at = now() - interval '31 days'")
    await pool.execute("UPDATE factors SET begun_at = now() - interval '1 hour'")
    assert (await careful.installation.http.get(f"{factor_http.FACTORS}/{careful.user_id}/begun")).status_code == 422
    await factor_store.tidy(pool)
    assert await pool.fetchval("SELECT count(*) FROM devices") == 0
    assert await pool.fetchval("SELECT begun FROM factors") is None
    assert "user_id" in await careful.come()


async def subjects(somebody: Somebody) -> list[str]:
    """Sends all that is due; what the mails about factors are called, in order."""
    mailer = FactorMailer(somebody.installation.pool, somebody.installation.mailer.postman)
    while await mailer.send_one():
        pass
    mails = [str(mail["Subject"]) for mail in somebody.installation.mails]
    return [subject for subject in mails if subject.startswith("Sésame : double") or "secours" in subject]


async def test_acc_7_a_mail_that_is_not_taken_goes_again_later(careful: Somebody):
    careful.installation.server.refuses = "451 try later"
    assert await subjects(careful) == []
    careful.installation.server.refuses = None
    await careful.installation.pool.execute("UPDATE factor_mails SET next_try = now()")
    assert await subjects(careful) == ["Sésame : double authentification activée"]
    assert await subjects(careful) == ["Sésame : double authentification activée"], "once"
