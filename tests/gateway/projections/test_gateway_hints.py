"""What the worker says to the web process, in the transaction of what it has written."""

import asyncio
import json
from datetime import date

import asyncpg
import pytest

from chassis.db import Connection
from contracts.actions import ActionClosed
from contracts.billing import InvoiceAccepted
from contracts.codes import DecidedBy
from contracts.message import Event
from contracts.personal import TextRecord
from gateway.worker.hints import LONGEST, payloads
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import HOLDER, SECRETARY, Log, at, fold, named
from tests.gateway.projections.test_gateway_notifications import sent
from tests.guide import CONTRACT


async def heard(dsn: str, log: Log, database: Connection, batch: int) -> list[tuple[str, list[str]]]:
    """What a listener hears while the log is folded."""
    listener = await asyncpg.connect(dsn)
    heard: list[tuple[str, list[str]]] = []
    try:
        for channel in ("answers", "changed"):
            await listener.add_listener(channel, lambda _c, _p, channel, payload: heard.append((channel, json.loads(payload))))
        await fold(log, database, batch)
        await listener.execute("SELECT 1")
        await asyncio.sleep(0.05)
    finally:
        await listener.close()
    return heard


async def test_not_1_a_batch_names_its_action_and_its_holder_once_and_the_agents_list_that_changed(database: Connection, dsn: str) -> None:
    log = log_of_an_action.opened()
    await fold(log_of_an_action.awarded(), database)
    told = await heard(dsn, log, database, 500)
    assert [channel for channel, _ in told] == ["changed", "changed"], "one batch of events, one of personal records"
    assert all({CONTRACT, f"of:{HOLDER}"} <= set(names) for _, names in told)
    assert {"actions", "told:agents", f"told:{HOLDER}"} <= {name for _, names in told for name in names}
    assert not {"invoices", "reports", "imports"} & {name for _, names in told for name in names}


ACCEPTED = InvoiceAccepted(invoice_id=log_of_an_action.INVOICE, decided_by=DecidedBy.AGENT, decided_on=date(2007, 11, 20))


@pytest.mark.parametrize(
    ("event", "names"),
    [
        (log_of_an_action.saved(log_of_an_action.NOVEMBER, log_of_an_action.FIRST, 1), set()),
        (log_of_an_action.issued(log_of_an_action.REPLACEMENT), {"invoices", "told:agents"}),
        (ACCEPTED, {"invoices", f"told:{HOLDER}", "told:agents"}),
        (log_of_an_action.prepared(), set()),
        (ActionClosed(actual_end=date(2007, 12, 21)), {"actions", "told:agents"}),
        (log_of_an_action.asked(named("request")), {"requests", f"told:{HOLDER}", "told:agents"}),
    ],
)
async def test_not_1_an_event_names_no_more_than_what_shows_it(database: Connection, dsn: str, event: Event, names: set[str]) -> None:
    log = log_of_an_action.invoiced()
    await fold(log, database)
    log.say(event, at("2008-01-20"), SECRETARY)
    ((_, told),) = await heard(dsn, log, database, 5)
    assert set(told) == {CONTRACT, f"of:{HOLDER}"} | names


async def test_a_personal_record_wakes_the_pages_of_its_action(database: Connection, dsn: str) -> None:
    log = log_of_an_action.awarded()
    await fold(log, database)
    log.say(TextRecord(id=f"{CONTRACT}/text-7", version=1, contract_number=CONTRACT, text="un motif"), at("2007-07-09"))
    assert [set(names) for _, names in await heard(dsn, log, database, 5)] == [{CONTRACT, f"of:{HOLDER}"}]


async def test_an_answer_is_said_once_and_what_was_folded_before_is_not_said_again(database: Connection, dsn: str) -> None:
    command = named("command")
    await sent(database, command)
    log = log_of_an_action.opened()
    await fold(log, database)
    log.answer(command, at("2007-11-05"))
    said = await heard(dsn, log, database, 5)
    assert said[0] == ("answers", [str(command)])
    assert [channel for channel, _ in said] == ["answers", "changed"]
    assert await heard(dsn, log, database, 5) == []


def test_a_payload_is_short_enough_and_loses_nobody() -> None:
    audiences = {f"2007QCA{number:04d}" for number in range(2_000)}
    hints = list(payloads(audiences))
    assert len(hints) > 1
    assert max(len(payload.encode()) for payload in hints) < LONGEST + 100 < 8_000
    assert {audience for payload in hints for audience in json.loads(payload)} == audiences
