"""Runbooks of faults of ours, which end with a new version: what they say to look at, and what of it can be mended here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import date
from typing import cast
from uuid import uuid4

import asyncpg
import psutil

from chassis.instant import now
from contracts.envelope import Envelope
from gateway.web.known_on import ask_for
from tests.gateway.html import text_of
from tests.gateway.projections import log_of_an_action
from tests.guide import CONTRACT
from tests.log import eventually
from tests.operate.runbooks import Page, Watched, runbook
from tests.small import AGENT

SAYS = {b"actions", b"declarations", b"billing", b"surveys"}
"""Whose services do not run here."""


async def an_invoice_is_issued(on: Watched) -> None:
    """What the services that do not run here said of an action until then."""
    async with on.log() as log:
        for record in log_of_an_action.invoiced().records:
            if dict(record.headers).get("ce_source") in SAYS:
                await log.send(record.topic, record.key, record.headers, record.body)


async def kill_printers(on: Watched) -> None:
    """For ever, as a machine does that has no memory."""
    while True:
        for child in psutil.Process(on.small.replicas["worker"].process.pid).children():
            with suppress(psutil.NoSuchProcess):
                if "gateway.documents.printer" in child.cmdline():
                    child.kill()
        await asyncio.sleep(0.02)


@runbook("AlarmNotPrinted", service="gateway")
async def printers_are_killed(on: Watched, page: Page) -> AsyncIterator[None]:
    killing = asyncio.create_task(kill_printers(on))
    try:
        await an_invoice_is_issued(on)
        yield
        page.says("the log of `gateway worker` says which invoice and why")
        assert str(log_of_an_action.INVOICE) in await on.logged("worker", "an invoice has no document")
        page.says("Otherwise memory or the time limit of a printer")
    finally:
        killing.cancel()
        await asyncio.gather(killing, return_exceptions=True)
    page.says("give the worker more memory, it is tried again every ten minutes")
    await on.small.restart("worker")
    on.look()
    yield
    page.over("the invoice's page offers the PDF")
    async with on.small.agent() as agent:

        async def is_offered() -> bool:
            return "Facture (PDF)" in text_of(await agent.get(f"/region/factures/{log_of_an_action.INVOICE}"))

        await eventually(is_offered, within=30)


@runbook("AlarmKnownOn", service="gateway")
async def a_message_of_an_action_cannot_be_folded(on: Watched, page: Page) -> AsyncIterator[None]:
    envelope = Envelope(uuid4(), "actions", "actions.action-closed.v1", CONTRACT, 1000, now(), uuid4())
    async with on.log() as log:
        await log.send("events", CONTRACT.encode(), envelope.headers(), b"{}")
    await on.watcher.until("MessagesParked", service="gateway")
    await on.run(f"parked discard {(await on.run('parked list', 'worker')).split()[0]}", "worker")
    async with asyncpg.create_pool(
        on.small.settings["worker"]["SESAME_DATABASE"], min_size=1, server_settings={"search_path": "own, view, public"}
    ) as db:
        assert await ask_for(cast(asyncpg.Pool, db), AGENT, CONTRACT, date(2099, 1, 1))
    yield
    page.says("`an action cannot be folded again` in the log of `gateway worker` names the contract, the error and its place")
    line = await on.logged("worker", "an action cannot be folded again")
    assert CONTRACT in line and "where" in line
    page.says("nothing else waits")
    await on.works("Rien d’autre n’attend")
    yield
    page.over("with a new version, the page shows that day")  # no new version comes here: it is asked for no more, and the alert ends
