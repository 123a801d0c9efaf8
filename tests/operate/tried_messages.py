"""Runbooks of messages: what waits, what is read slowly or not at all, what is put aside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import uuid4

from chassis.instant import now
from contracts.envelope import Envelope
from tests.log import Log, eventually
from tests.operate.runbooks import Page, Watched, runbook

LOCK = "LOCK TABLE positions"
RELAY = "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE objid = 6183486 AND datname = current_database()"


async def events(log: Log, number: int) -> None:
    """So many, each of a contract that nobody knows, of a kind that neither identity nor the portal's views take."""
    sent = (Envelope(uuid4(), "actions", "actions.what-comes-later.v1", f"2099QCA{each:04}", 1, now(), uuid4()) for each in range(number))
    await asyncio.gather(*(log.send("events", each.key.encode(), each.headers(), b"{}") for each in sent))


async def end_who_is_waited_for(on: Watched, page: Page) -> None:
    """As the page of ReadingStopped says it: the sessions that others wait for, and their end."""
    found = await on.as_administrator("identity", page.typed("SELECT pid, application_name, state FROM pg_stat_activity"))
    strangers = [row["pid"] for row in found if row["application_name"] == "somebody"]
    assert strangers, found
    await on.as_administrator("identity", page.typed("SELECT pg_terminate_backend", PID=str(strangers[0])))


@runbook("OutboxWaits", service="gateway")
async def nobody_relays(on: Watched, page: Page) -> AsyncIterator[None]:
    (relay,) = await on.as_administrator("worker", RELAY)
    async with on.held("worker", "SELECT 1") as somebody:
        waiting = asyncio.create_task(somebody.execute("SELECT pg_advisory_lock(6183486)"))
        await asyncio.sleep(0.3)
        await on.as_administrator("worker", f"SELECT pg_terminate_backend({relay['pid']})")
        await waiting
        said = await on.publish("Sans relais")
        assert "Le texte est publié" not in said and "enregistré" in said
        await on.fetch("worker", "UPDATE outbox SET created_at = created_at - interval '1 minute'")  # nobody waits for it here
        yield
        page.says("look whether Kafka answers (`/ready` of any service)")
        assert (await on.ready("identity")).status_code == 200
        page.says("Nobody relays")
        (holder,) = await on.as_administrator("worker", page.typed("SELECT pid, application_name, client_addr FROM pg_locks"))
        assert holder["application_name"] == "somebody"
        await on.as_administrator("worker", page.typed("SELECT pg_terminate_backend", PID=str(holder["pid"])))
        yield
    page.over("`sesame_outbox_rows` is 0")
    await on.shows("Sans relais")


@runbook("ReadingStopped", service="identity")
async def a_session_holds_a_lock(on: Watched, page: Page) -> AsyncIterator[None]:
    async with on.held("identity", LOCK):
        async with on.log() as log:
            await events(log, 5)
        assert "Le texte est publié" not in await on.publish("Sous le verrou")
        yield
        page.says("look at `/ready` of each of its replicas, then for `batch given back` in its log")
        assert "where" in await on.logged("identity", "batch given back", within=40)
        await end_who_is_waited_for(on, page)
        yield
    page.over("`sesame_batch_records_count` rises and the lag falls")
    await on.shows("Sous le verrou")


@runbook("ReadingSlow", service="identity")
async def a_lock_is_let_go_late(on: Watched, page: Page) -> AsyncIterator[None]:
    async with on.held("identity", LOCK) as somebody:
        async with on.log() as log:
            await events(log, 20)
        await asyncio.sleep(13)
        await somebody.execute("COMMIT")
    yield
    page.says("compare with `sesame_batch_seconds` of the same topic. Batches are long: the database is slow, or somebody holds a lock")
    longest = 'sum(increase(sesame_batch_seconds_sum{service="identity", topic=~".*events"}[30s]))'
    assert float((await on.watcher.query(longest))[0]["value"][1]) > 5
    yield
    page.over("the alert is silent")


@runbook("ReadingBehind", service="identity")
async def more_comes_than_is_read(on: Watched, page: Page) -> AsyncIterator[None]:
    async with on.held("identity", LOCK) as somebody:
        async with on.log() as log:
            for _ in range(5):
                await events(log, 450)
        yield
        page.says("It falls: wait. It stays or rises: start another replica of that service")
        await somebody.execute("COMMIT")
        await on.start("identity 2")
        yield
    page.over("the lag is below 2,000")
    await on.small.end("identity 2")
    on.look()
    await on.works("Rattrapé")


@runbook("BatchesGivenBack", service="identity")
async def the_database_goes_away_now_and_then(on: Watched, page: Page) -> AsyncIterator[None]:
    sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sesame' AND datname = current_database()"

    async def away_now_and_then() -> None:
        async with on.log() as log:
            while True:
                async with on.held("identity", LOCK):
                    await events(log, 3)
                    await asyncio.sleep(0.5)
                    await on.as_administrator("identity", sessions)
                await asyncio.sleep(1)

    task = asyncio.create_task(away_now_and_then())
    try:
        yield
        page.says("read `batch given back` in its log. A connection's error: look at that server's log and at the network")
        assert "Connection" in await on.logged("identity", "batch given back")
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    yield
    page.over("`sesame_retries_total` stands still")
    await on.works("Tout est là")


@runbook("MessagesParked", service="identity")
async def nobody_handles_a_message(on: Watched, page: Page) -> AsyncIterator[None]:
    async with on.log() as log:  # a newer portal asks an older identity
        envelope = Envelope(uuid4(), "gateway", "identity.what-comes-later.v1", "text/contact", 1, now(), uuid4())
        await log.send("identity.commands", b"text/contact", envelope.headers(), b"{}")
    yield
    waits = await on.publish("Appelez-nous")
    assert "Le texte est publié" not in waits, "the key stands still"
    listed = await on.run(page.typed("python -m <service> parked list", service="identity"), "identity")
    assert "text/contact" in listed and "what-comes-later" in listed
    first = listed.split()[0]
    assert "nobody here handles" in await on.run(page.typed("parked show ID", ID=first), "identity")
    # A new version is no part of this: it is given up, and what had come after it is done.
    replay = page.typed("parked replay KEY", KEY="text/contact")
    await on.run(page.typed("parked discard ID", ID=first), "identity")
    await on.run(replay, "identity")
    yield
    page.over("`parked list` is empty")
    assert await on.run("parked list", "identity") == ""
    await on.shows("Appelez-nous")


@runbook("AlarmUnanswered", service="gateway")
async def a_command_is_passed_by(on: Watched, page: Page) -> AsyncIterator[None]:
    async with on.log() as log:
        envelope = Envelope(uuid4(), "gateway", "identity.what-comes-later.v1", "text/contact", 2, now(), uuid4())
        await log.send("identity.commands", b"text/contact", envelope.headers(), b"{}")
    await on.watcher.until("MessagesParked", service="identity")
    assert "Le texte est publié" not in await on.publish("Sans réponse")
    await on.publish("Une autre, plus tard", name="bienvenue")
    answered = "SELECT 1 FROM commands WHERE key = 'text/welcome' AND answered_at IS NOT NULL"
    await eventually(lambda: on.fetch("worker", answered))
    await on.fetch(
        "worker", "UPDATE commands SET sent_at = sent_at - interval '20 minutes', answered_at = answered_at - interval '20 minutes'"
    )
    await on.small.end("worker")  # which looks every ten minutes, and when it starts
    await on.start("worker")
    yield
    page.says("`a command is not answered` in the log of `gateway worker` says id, service and key")
    assert "text/contact" in await on.logged("worker", "a command is not answered")
    listed = await on.run(page.typed("python -m <service> parked list", service="identity"), "identity")
    assert "text/contact" in listed
    page.says("a message of that key? See [MessagesParked]")
    await on.run(f"parked discard {listed.split()[0]}", "identity")
    await on.run("parked replay text/contact", "identity")
    yield
    page.over("no other comes")
    await on.shows("Sans réponse")
