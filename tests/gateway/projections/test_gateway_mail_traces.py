"""A mail of the portal's goes on with the traces of what it tells, on the real PostgreSQL and a mail server of the test's own."""

import pytest

from chassis import causes, tracing
from chassis.db import Connection
from tests.collector import Collector, collector, told_to
from tests.gateway.projections.log import at
from tests.gateway.projections.test_gateway_mails import EMAILS, USER, mailed, told
from tests.mail_server import MailServer, mail_server

__all__ = ["collector", "mail_server"]


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
