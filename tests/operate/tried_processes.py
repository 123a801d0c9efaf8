"""Runbooks of processes, their databases and Kafka."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from clock.days import day_of
from sesame_local import timeshift
from tests.log import eventually
from tests.operate.runbooks import Page, Watched, runbook


@runbook("DayMissing")
async def the_clock_stands_still(on: Watched, page: Page) -> AsyncIterator[None]:
    yesterday = on.watcher.folder / "shift"
    timeshift.write(yesterday, datetime.now(UTC) - timedelta(days=1))
    on.small.settings["clock"][timeshift.VARIABLE] = str(yesterday)
    await on.start("clock")
    await eventually(lambda: on.watcher.query("sesame_clock_last_day"))
    await on.small.end("clock")
    del on.small.settings["clock"][timeshift.VARIABLE]
    yield
    page.says("start the clock")
    await on.start("clock")
    yield
    page.over("`sesame_clock_last_day` is today's")
    assert (await on.watcher.query("sesame_clock_last_day"))[0]["value"][1] == str(day_of(datetime.now(UTC)).toordinal())
    await on.small.end("clock")
    on.look()


@runbook("ProcessDown")
async def a_process_hangs(on: Watched, page: Page) -> AsyncIterator[None]:
    hung = on.small.replicas["worker"]
    hung.process.freeze(True)
    yield
    page.says("ask `/live`, with a limit of five seconds")
    with pytest.raises(httpx.TimeoutException):
        await on.small.http.get(hung.metrics.replace("/metrics", "/live"), timeout=5)
    page.says("when it does not answer 200, restart the process")
    hung.process.kill()
    await on.start("worker")
    yield
    page.over("`up` is 1 again and `/ready` answers 200")
    assert (await on.ready("worker")).status_code == 200
    await on.works("Après l’arrêt")


@runbook("ProcessMissing", service="identity")
async def a_password_is_wrong(on: Watched, page: Page) -> AsyncIterator[None]:
    right = on.small.settings["identity"]["SESAME_KAFKA_PASSWORD"]
    await on.small.end("identity")
    on.look()
    assert "Le texte est publié" not in await on.publish("Pendant la panne")
    yield
    page.says("start one. If it ends at once, its log says why in a sentence")
    on.small.settings["identity"]["SESAME_KAFKA_PASSWORD"] = "guessed"
    code, said = await on.small.begin("identity").process.ended()
    assert code == 1 and "cannot go on" in said and "SESAME_KAFKA_PASSWORD" in said
    page.says("a password")
    on.small.settings["identity"]["SESAME_KAFKA_PASSWORD"] = right
    await on.start("identity")
    yield
    page.over("the alert is silent")
    await on.shows("Pendant la panne")


@runbook("ProcessRestarts")
async def a_process_is_killed_again_and_again(on: Watched, page: Page) -> AsyncIterator[None]:
    await on.start("clock")
    ports = {"SESAME_HEALTH_PORT": on.small.replicas["clock"].environment["SESAME_HEALTH_PORT"]}
    said = ""
    for _ in range(5):
        await asyncio.sleep(3)  # until it was looked at
        said = on.said("clock")
        on.small.replicas["clock"].process.kill()
        on.small.begin("clock", **ports)
    yield
    page.says("read `cannot go on` in the log of the one before")
    page.says("Without such a line it was killed")
    assert "published" in said and "cannot go on" not in said
    page.says("leave the supervisor alone")
    yield
    page.over("its start time has not changed")
    await on.small.end("clock")
    on.look()


@runbook("NotReady", service="identity")
async def kafka_is_away(on: Watched, page: Page) -> AsyncIterator[None]:
    (broker,) = (child for child in psutil.Process().children(recursive=True) if "kafka.Kafka" in child.cmdline())
    broker.suspend()
    try:
        said = await on.publish("Sans Kafka")
        assert "Le texte est publié" not in said and "enregistré" in said
        yield
        page.says("read `/ready`")
        page.says("if all processes say the same, it is away: mend it, and touch no process")
        for name in ("identity", "worker"):
            assert "Kafka does not answer" in (await on.ready(name)).text
    finally:
        broker.resume()
    yield
    page.over("`/ready` is 200, by itself")
    await on.shows("Sans Kafka")


@runbook("NotReady", service="identity")
async def the_databases_are_away(on: Watched, page: Page) -> AsyncIterator[None]:
    servers = [child for child in psutil.Process().children(recursive=True) if child.name() == "postgres"]
    for server in servers:
        server.suspend()
    try:
        yield
        page.says("read `/ready`")
        page.says("if all processes say the same, it is away: mend it, and touch no process")
        for name in ("identity", "worker", "web"):
            assert "the database does not answer" in (await on.ready(name)).text
    finally:
        for server in reversed(servers):
            server.resume()
    yield
    page.over("`/ready` is 200, by itself")
    await on.works("La base est revenue")


@runbook("NotHearing")
async def the_pages_are_not_told(on: Watched, page: Page) -> AsyncIterator[None]:
    database = urlsplit(on.small.settings["worker"]["SESAME_DATABASE"]).path[1:]
    sessions = f"FROM pg_stat_activity WHERE usename = 'gateway_web' AND datname = '{database}'"
    await on.as_administrator("worker", "ALTER ROLE gateway_web CONNECTION LIMIT 0")
    await on.as_administrator("worker", f"SELECT pg_terminate_backend(pid) {sessions} AND query LIKE 'LISTEN%'")
    yield
    page.says("look whether the database answers and how many sessions it has")
    (row,) = await on.as_administrator("worker", f"SELECT count(*) {sessions}")
    (limit,) = await on.as_administrator("worker", "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'gateway_web'")
    assert row["count"] >= limit["rolconnlimit"]
    assert (await on.ready("web")).status_code == 503
    await on.as_administrator("worker", "ALTER ROLE gateway_web CONNECTION LIMIT -1")
    yield
    page.over("`sesame_hears_changes` is 1")
    await on.works("De nouveau")


@runbook("PagesFail")
async def a_page_fails(on: Watched, page: Page) -> AsyncIterator[None]:
    await on.fetch("worker", "ALTER TABLE view.accounts RENAME TO accounts_gone")
    try:
        async with on.small.agent() as agent:
            for _ in range(12):
                assert (await agent.get("/region/comptes")).status_code >= 500
                await asyncio.sleep(0.5)
        yield
        page.says("look for `a page failed` in the log of `gateway web`")
        assert "/region/comptes" in await on.logged("web", "a page failed")
    finally:
        await on.fetch("worker", "ALTER TABLE view.accounts_gone RENAME TO accounts")
    yield
    page.over("no such line comes any more")
    async with on.small.agent() as agent:
        assert (await agent.get("/region/comptes")).status_code == 200


@runbook("PagesSlow")
async def a_table_is_held(on: Watched, page: Page) -> AsyncIterator[None]:
    async with on.small.agent() as agent, on.held("worker", "LOCK TABLE view.texts") as somebody:
        await somebody.execute("SELECT set_config('idle_in_transaction_session_timeout', '0', false)")
        asked = [asyncio.create_task(agent.get("/contact")) for _ in range(8)]
        await asyncio.sleep(6)
        page.says("look at `sesame_request_seconds` by `route`")
        page.says("somebody holds what it reads")
        await somebody.execute("COMMIT")
        await asyncio.gather(*asked)
    yield
    slowest = "topk(1, sum by (route) (increase(sesame_request_seconds_sum[15s])))"
    assert (await on.watcher.query(slowest))[0]["metric"]["route"] == "/contact"
    yield
    page.over("the alert is silent")
