"""A mail of the portal's goes on with the traces of what it tells, a link to a survey with that of who asked for it; without Kafka."""

import json
import re
from dataclasses import replace

import pytest

from chassis import tracing
from chassis.db import Connection
from contracts.envelope import Envelope
from gateway.web.security import LINKS
from tests.collector import Collector, collector, told_to
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.log import Log, at
from tests.gateway.projections.test_gateway_inviting import EMAIL, FIRST, Portal, due, portal
from tests.gateway.projections.test_gateway_mails import EMAILS, USER, mailed, told
from tests.mail_server import MailServer, mail_server, text_of

__all__ = ["collector", "mail_server", "portal"]


def traced(log: Log, since: int = 0) -> Log:
    """Each message that it says from its record number `since` on is of a trace of its own."""
    for number, record in enumerate(log.records[since:], since):
        headers = *record.headers, (Envelope.TRACE, f"00-{number + 1:032x}-{'ab' * 8}-01".encode())
        log.records[number] = replace(record, headers=headers)
    return log


async def test_a_mail_goes_on_with_the_traces_of_all_that_it_tells(
    database: Connection, mail_server: MailServer, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in told_to(collector, "parentbased_always_on").items():
        monkeypatch.setenv(name, value)
    await told(database, traced(log_of_an_action.closed()))
    noted = {row["trace"].split("-")[1] for row in await database.fetch("SELECT trace FROM mail_notes WHERE trace IS NOT NULL")}
    # Whoever mails has started since.
    end = tracing.set_up("gateway")
    try:
        await mailed(database, mail_server, at("2009-01-01"))
    finally:
        end()
    (mail,) = [span for _, span in collector.spans if span.name == "mail notifications"]
    (given,) = [span for _, span in collector.spans if span.name == "give a mail to its server"]
    traces = [mail.trace_id.hex(), *(link.trace_id.hex() for link in mail.links)]
    assert sorted(traces) == sorted(noted) and len(noted) > 2
    assert (given.trace_id, given.parent_span_id) == (mail.trace_id, mail.span_id)
    assert EMAILS[USER].encode() not in b"".join(span.SerializeToString() for _, span in collector.spans)


async def test_what_is_of_no_trace_is_noted_and_mailed_without_one(database: Connection, mail_server: MailServer) -> None:
    await told(database)
    assert len(await mailed(database, mail_server, at("2009-01-01"))) == 1
    assert await database.fetchval("SELECT bool_and(trace IS NULL) FROM mail_notes")
    assert await database.fetchval("SELECT traces FROM mails") == []


@pytest.mark.parametrize("by_itself", [False, True])
async def test_a_link_that_is_mailed_and_the_command_for_it_go_on_with_the_trace_of_what_caused_it(
    portal: Portal, collector: Collector, monkeypatch: pytest.MonkeyPatch, by_itself: bool
) -> None:
    for name, value in told_to(collector, "parentbased_always_on").items():
        monkeypatch.setenv(name, value)
    if by_itself:
        await portal.by_itself()
        before = len(portal.log.records)
        due(portal.log, FIRST)
        traced(portal.log, before)
        await portal.fold()
    else:
        await portal.ask(trace=f"00-{'4b' * 16}-{'ab' * 8}-01")
    cause = (await portal.database.fetchval("SELECT trace FROM survey_mailings")).split("-")[1]
    end = tracing.set_up("gateway")
    try:
        assert await portal.invite() == 1
        headers = json.loads(await portal.database.fetchval("SELECT headers FROM outbox WHERE topic = 'surveys.commands'"))
        await portal.answer()
        (mail,) = await portal.send()
    finally:
        end()
    spans = {span.name: span for _, span in collector.spans}
    assert spans.keys() == {"invite to a survey", "mail survey_link", "give a mail to its server"}
    assert {span.trace_id.hex() for span in spans.values()} == {cause}
    assert headers[Envelope.TRACE] == f"00-{cause}-{spans['invite to a survey'].span_id.hex()}-01"
    (token,) = re.findall(rf"{LINKS}(\S+)", text_of(mail))
    written = b"".join(span.SerializeToString() for _, span in collector.spans)
    assert EMAIL.encode() not in written and token.encode() not in written
