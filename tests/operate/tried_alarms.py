"""Runbooks of what should never happen. What is made up on the topics stays there: an auditor is believed where nothing was made up."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from contracts.codes import PublicText
from contracts.envelope import Actor
from contracts.identity import AcceptAccountRequest, PublishText, request_key, text_key
from contracts.identity_http import REQUESTS, AccountRequest, AccountRequests, AskAccount
from tests.backups import back_up
from tests.identity.test_identity_newcomers import ANNE, SIRETS
from tests.operate.runbooks import Page, Watched, runbook
from tests.small import AGENT, KEY

BY = Actor(str(AGENT.user_id), "agent")


def text(name: PublicText) -> tuple[str, PublishText]:
    """The first version of a text, and its key."""
    return text_key(name), PublishText(name=name, markdown="Un texte", base_version=0)


@runbook("AlarmAfterPastEnd", service="identity")
async def views_stand_in_a_database_that_saw_another_log(on: Watched, page: Page) -> AsyncIterator[None]:
    await on.works("De ce journal")
    await on.fetch("worker", 'UPDATE view.applied SET "offset" = "offset" + 1000000')
    await on.publish("D’un autre")
    yield
    page.says("Compare the ends of the topics with `positions` in each database")
    for part in ("identity", "worker"):
        rows = await on.fetch(part, 'SELECT max("offset") AS last FROM positions')
        assert rows[0]["last"] < 1000, "the log lost nothing"
    auditor = page.typed("python -m auditor")
    page.says("if views come from elsewhere")
    await on.run(page.typed("python -m gateway rebuild"), "worker")
    yield
    page.over("no other comes, and the auditor finds nothing new")
    await on.shows("D’un autre")
    await on.works("De ce journal, de nouveau")
    said = await on.audits(auditor)
    page.over("commands that were decided without what their authors had seen, it goes on naming")
    assert "@1000" in said and "Constats : 1." in said, said


@runbook("AlarmImpostor", service="identity")
async def a_message_is_not_its_owner_s(on: Watched, page: Page) -> AsyncIterator[None]:
    key, command = text(PublicText.LEGAL_NOTICE)
    async with on.log() as log:
        await log.publish("identity.commands", replace(log.envelope("gateway", key, type(command), BY), source="billing"), command)
    yield
    number = (await on.run("parked list", "identity")).split()[0]
    shown = await on.run(page.typed("parked show ID", ID=number), "identity")
    assert "billing" in shown and "identity.commands" in shown
    await on.audits(page.typed("python -m auditor"))
    await on.run(page.typed("parked discard ID", ID=number), "identity")
    yield
    page.over("no other comes")
    assert await on.run("parked list", "identity") == ""


@runbook("AlarmNumberTaken", service="identity")
async def two_commands_have_one_number(on: Watched, page: Page) -> AsyncIterator[None]:
    key, command = text(PublicText.LEGAL_NOTICE)
    async with on.log() as log:
        first = log.envelope("gateway", key, type(command), BY)
        await log.publish("identity.commands", first, command)
        assert (await log.answer(first.id)).faults == ()
        second = uuid4()
        await log.publish("identity.commands", replace(first, id=second, correlation=second), command)
        yield
        page.says("look who has been restored. The portal: restart `gateway worker`, which looks")
        await on.small.restart("worker")
        on.look()
        page.says("A service: restart it")
        await on.small.restart("identity")
        on.look()
        page.says("Nobody was: see [AlarmImpostor]")
        assert [fault.code for fault in (await log.answer(second)).faults] == ["failed"]
        yield
    page.over("no other comes")


@runbook("AlarmCommandFailed", service="identity")
async def a_command_of_many_keys_fails(on: Watched, page: Page) -> AsyncIterator[None]:
    request = await requested(on)
    command = AcceptAccountRequest(**request.model_dump())
    # What a fault of ours would do: it meets what nobody foresaw.
    await on.fetch("identity", "ALTER TABLE account_requests RENAME TO account_requests_gone")
    try:
        async with on.log() as log:
            asked = await log.command("identity", request_key(request.request_id), command, BY)
            assert [fault.code for fault in (await log.answer(asked)).faults] == ["failed"]
        yield
        page.says("look for `command of many keys refused` in the service's log: the error and its place")
        assert "UndefinedTable" in await on.logged("identity", "command of many keys refused")
        page.says("nothing is parked")
        assert await on.run("parked list", "identity") == ""
    finally:
        await on.fetch("identity", "ALTER TABLE account_requests_gone RENAME TO account_requests")
    yield
    page.over("the new version has taken the same")
    async with on.log() as log:
        envelope = replace(log.envelope("gateway", request_key(request.request_id), type(command), BY), version=2)
        await log.publish("identity.commands", envelope, command)
        assert (await log.answer(envelope.id)).faults == ()


async def requested(on: Watched) -> AccountRequest:
    """Somebody asks for an account."""
    address, headers = f"http://127.0.0.1:{on.small.fronts['identity'].port}{REQUESTS}", {"Authorization": f"Bearer {KEY}"}
    asked = AskAccount(**ANNE | {"siret": SIRETS[0]}, client="192.0.2.1")
    assert (await on.small.http.post(address, content=asked.model_dump_json(), headers=headers)).status_code == 200
    listed = AccountRequests.model_validate_json((await on.small.http.get(address, headers=headers)).content)
    return listed.requests[0]


@runbook("AlarmOwnEventsAhead", service="identity")
async def a_service_is_restored(on: Watched, page: Page) -> AsyncIterator[None]:
    backup = await back_up(on.small.settings["identity"]["SESAME_DATABASE"], Path(on.watcher.folder) / "identity.backup")
    await on.works("Après sa sauvegarde")
    await on.small.end("identity")
    await on.restore("identity", backup)
    await on.start("identity")
    yield
    page.says("let it run: at its start it does again what led to them, before anything else, and says `the database is brought back`")
    await on.logged("identity", "the database is brought back")
    yield
    page.over("it is ready")
    assert (await on.ready("identity")).status_code == 200
    await on.works("Après le retour")


@runbook("AlarmRestored", service="gateway")
async def the_portal_is_restored(on: Watched, page: Page) -> AsyncIterator[None]:
    backup = await back_up(on.small.settings["worker"]["SESAME_DATABASE"], Path(on.watcher.folder) / "gateway.backup")
    await on.works("Après la sauvegarde du portail")
    for name in ("web", "worker"):
        await on.small.end(name)
    await on.restore("worker", backup, ("web", "gateway_web"))
    await on.start("worker")
    yield
    page.says("restart `gateway web`, too; everybody logs in again")
    await on.start("web")
    assert "restored" in on.said("worker")
    yield
    page.over("views have caught up (lag 0)")
    await on.shows("Après la sauvegarde du portail")
    await on.works("Dans la nouvelle époque")
