"""Identity, restored from a backup: what people chose over HTTP since then opens nothing, and they get another password by mail."""

from pathlib import Path

from contracts.identity import DisableAccount
from tests.backups import back_up, restored
from tests.guide import CONTRACT, OTHER_SIRET, SIRET, awarded
from tests.identity.test_identity_service import AGENT, BETTER, GOOD, Running, running
from tests.infra import Infra
from tests.running import Process

__all__ = ["running"]


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
