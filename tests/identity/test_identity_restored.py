"""Identity, restored from a backup: what people chose over HTTP since then opens nothing, and they get another password by mail."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
from pydantic import SecretStr

from contracts import factor_http
from contracts.factor import ResetFactor
from contracts.identity import DisableAccount
from tests.backups import back_up, restored
from tests.forks import Forked, python_m
from tests.guide import CONTRACT, OTHER_SIRET, SIRET, awarded
from tests.identity.test_identity_service import AGENT, BETTER, GOOD, Running, running
from tests.infra import Infra
from tests.running import Process

__all__ = ["running"]

THIRD_SIRET = "35600000000048"


async def test_acc_7_who_changed_the_password_after_the_backup_gets_another_and_the_old_one_opens_nothing(
    infra: Infra, running: Running, tmp_path: Path
):
    for contract, siret in ((CONTRACT, SIRET), ("2007QCA0999", OTHER_SIRET)):
        award = awarded(siret=siret)
        await running.log.publish("events", running.log.envelope("actions", contract, type(award)), award)
        account = await running.log_in(siret, await running.mailed(1 if siret == SIRET else 2))
        await running.choose(account["user_id"], GOOD)
    changed = await running.log_in(SIRET, GOOD)
    backup = await back_up(running.dsn, tmp_path / "backup")

    await running.choose(changed["user_id"], BETTER, GOOD)
    late = await running.log_in(SIRET, BETTER)
    agents = await running.agent("--name", "Marie Dupont", "--email", "marie@region.example")
    assert agents[0] == 0
    await running.mailed(3)
    disabled = await running.log.command("identity", OTHER_SIRET, DisableAccount(), AGENT)
    assert (await running.log.answer(disabled)).faults == ()
    before = await running.types(SIRET), await running.types(OTHER_SIRET)
    await running.process.stop()

    environment = running.environment | {"SESAME_DATABASE": await restored(infra, "identity", backup)}
    again = Process("identity.app:service", environment)
    try:
        await running.is_ready(again)
        temporary = await running.mailed(4)
        assert {fault["code"] for old in (GOOD, BETTER) for fault in (await running.log_in(SIRET, old))["faults"]} == {"wrong-credentials"}
        account = await running.log_in(SIRET, temporary)
        assert account["must_choose_password"] and account["access"] > late["access"]
        assert (await running.log_in(OTHER_SIRET, GOOD))["faults"][0]["code"] == "account-is-disabled"
        after = await running.types(SIRET), await running.types(OTHER_SIRET)
        assert after == ([*before[0], "access-changed.v1"], before[1])  # the mailed password was used
        assert "make another with `identity agent create`" in again.said()
    finally:
        await again.stop()


async def turn_on(running: Running, user_id: str) -> list[str]:
    """A phone of theirs takes a secret in; the ten recovery codes."""
    begun = await running.post(factor_http.BEGIN, factor_http.Prove(user_id=UUID(user_id), password=SecretStr(GOOD)))
    code = SecretStr(pyotp.TOTP(begun["secret"]).now())
    codes: list[str] = (await running.post(factor_http.CONFIRM, factor_http.ConfirmFactor(user_id=UUID(user_id), code=code)))["codes"]
    return codes


async def enter(running: Running, siret: str, code: str) -> dict[str, Any]:
    """A log-in with its second step."""
    half_open = (await running.log_in(siret, GOOD))["half_open"]
    return await running.post(factor_http.CODES, factor_http.EnterCode(half_open=SecretStr(half_open), code=SecretStr(code)))


async def test_acc_7_no_older_backup_is_a_way_past_a_second_factor_or_makes_a_used_code_good_again(
    infra: Infra, running: Running, tmp_path: Path
):
    users: dict[str, str] = {}
    for number, siret in enumerate((SIRET, OTHER_SIRET, THIRD_SIRET), start=1):
        award = awarded(siret=siret)
        await running.log.publish("events", running.log.envelope("actions", f"2007QCA099{number}", type(award)), award)
        users[siret] = (await running.log_in(siret, await running.mailed(number)))["user_id"]
        await running.choose(users[siret], GOOD)
    codes = await turn_on(running, users[SIRET])
    await turn_on(running, users[THIRD_SIRET])
    backup = await back_up(running.dsn, tmp_path / "backup")

    assert "user_id" in await enter(running, SIRET, codes[0])
    await turn_on(running, users[OTHER_SIRET])
    reset = await running.log.command("identity", THIRD_SIRET, ResetFactor(user_id=UUID(users[THIRD_SIRET])), AGENT)
    assert (await running.log.answer(reset)).faults == ()
    before = {siret: await running.types(siret) for siret in users}
    await running.process.stop()

    environment = running.environment | {"SESAME_DATABASE": await restored(infra, "identity", backup)}
    again = Process("identity.app:service", environment)
    try:
        await running.is_ready(again)
        assert (await enter(running, SIRET, codes[0]))["faults"][0]["code"] == "recovery-code-spent"
        assert "user_id" in await enter(running, SIRET, codes[1])
        assert (await enter(running, OTHER_SIRET, "123456"))["faults"][0]["code"] == "factor-lost"
        assert "user_id" in await running.log_in(THIRD_SIRET, GOOD), "it had been reset"
        assert "a second factor is lost" in again.said()
        after = {siret: await running.types(siret) for siret in users}
        assert after == before | {SIRET: [*before[SIRET], "recovery-code-used.v1"]}
        code, said = await Forked(python_m, "identity", "factor", "reset", OTHER_SIRET, environment=environment).ended()
        assert code == 0 and "remise à zéro" in said
        assert "user_id" in await running.log_in(OTHER_SIRET, GOOD)
    finally:
        await again.stop()
