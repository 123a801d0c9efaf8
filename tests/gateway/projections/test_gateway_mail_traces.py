"""A mail of the portal's goes on with the traces of what it tells, a link to a survey with that of who asked for it; without Kafka."""

import json
import re

import pytest

from chassis import causes, tracing
from chassis.db import Connection
from contracts.envelope import Envelope
from gateway.web.security import LINKS
from tests.collector import Collector, collector, told_to
from tests.gateway.projections.log import at
from tests.gateway.projections.test_gateway_inviting import EMAIL, Portal, portal
from tests.gateway.projections.test_gateway_mails import EMAILS, USER, mailed, told
from tests.mail_server import MailServer, mail_server, text_of

__all__ = ["collector", "mail_server", "portal"]


async def test_a_mail_goes_on_with_the_traces_of_all_that_it_tells(
    database: Connection, mail_server: MailServer, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in told_to(collector, "parentbased_always_on").items():
        monkeypatch.setenv(name, value)
    await told(database)
    noted = [row["notification_id"] for row in await database.fetch("SELECT notification_id FROM mail_notes")]
    traces = {note: f"00-{note.hex}-{'ab' * 8}-01" for note in noted[:3]}
    end = tracing.set_up("gateway")
    try:
        await causes.tell(database, traces.items())
        await mailed(database, mail_server, at("2009-01-01"))
    finally:
        end()
    (mail,) = [span for _, span in collector.spans if span.name == "mail notifications"]
    (given,) = [span for _, span in collector.spans if span.name == "give a mail to its server"]
    assert {mail.trace_id.hex(), *(link.trace_id.hex() for link in mail.links)} == {note.hex for note in traces}
    assert len(mail.links) == 2 and (given.trace_id, given.parent_span_id) == (mail.trace_id, mail.span_id)
    assert EMAILS[USER].encode() not in b"".join(span.SerializeToString() for _, span in collector.spans)


async def test_a_link_that_is_mailed_and_the_command_for_it_go_on_with_the_trace_of_who_asked(
    portal: Portal, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in told_to(collector, "parentbased_always_on").items():
        monkeypatch.setenv(name, value)
    end = tracing.set_up("gateway")
    try:
        await causes.tell(portal.database, [(await portal.ask(), f"00-{'4b' * 16}-{'ab' * 8}-01")])
        assert await portal.invite() == 1
        headers = json.loads(await portal.database.fetchval("SELECT headers FROM outbox WHERE topic = 'surveys.commands'"))
        await portal.answer()
        (mail,) = await portal.send()
    finally:
        end()
    spans = {span.name: span for _, span in collector.spans}
    assert spans.keys() == {"invite to a survey", "mail survey_link", "give a mail to its server"}
    assert {span.trace_id.hex() for span in spans.values()} == {"4b" * 16}
    assert headers[Envelope.TRACE] == f"00-{'4b' * 16}-{spans['invite to a survey'].span_id.hex()}-01"
    (token,) = re.findall(rf"{LINKS}(\S+)", text_of(mail))
    written = b"".join(span.SerializeToString() for _, span in collector.spans)
    assert EMAIL.encode() not in written and token.encode() not in written
