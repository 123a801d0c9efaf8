"""Traces that nobody keeps cost nothing; what a message says of its trace is taken along, named in logs, and believed of nobody else."""

import subprocess
import sys
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import structlog

from chassis import tracing
from chassis.logs import about
from chassis.recovery.facts import digest
from chassis.trouble import Trouble
from contracts.envelope import Envelope

TRACE = f"00-{'4b' * 16}-{'ab' * 8}-01"
ALL = "import gateway.web.app, gateway.worker.service, billing.app, chassis.tracing as t, sys; t.set_up('billing')()"


def envelope(trace: str | None = TRACE) -> Envelope:
    return Envelope(uuid4(), "billing", "billing.told.v1", "2007QCA0971", 1, datetime.now(UTC), uuid4(), trace=trace)


def test_while_it_is_off_nothing_of_the_sdk_is_loaded():
    said = "print(sorted(name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.trace', 'google.protobuf'))))"
    done = subprocess.run([sys.executable, "-c", f"{ALL}; {said}"], env={}, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_what_is_asked_and_not_known_is_told():
    with pytest.raises(Trouble, match="OTEL_TRACES_EXPORTER"):
        tracing.set_up("billing", {"OTEL_TRACES_EXPORTER": "jaeger"})


def test_an_envelope_takes_its_trace_along_and_loses_what_is_none():
    known = envelope()
    assert Envelope.read(b"2007QCA0971", known.headers()) == known
    for nonsense in ("", "00-x-y-01", TRACE.upper(), f"{TRACE}\n", "x" * 10_000):
        headers = [(name, nonsense.encode() if name == Envelope.TRACE else value) for name, value in known.headers()]
        assert Envelope.read(b"2007QCA0971", headers).trace is None
    assert Envelope.TRACE not in dict(envelope(None).headers())


def test_while_it_is_off_a_message_s_trace_goes_on_as_it_came_and_nothing_begins_one():
    traced = tracing.Handled(is_followed=True)
    assert traced.begin(envelope(), "events", from_outside=False) == TRACE
    assert traced.begin(envelope(None), "region.decisions", from_outside=True) is None
    assert tracing.current() is None
    assert tracing.sent(dict(dict.fromkeys(("ce_id",), "1"), **{Envelope.TRACE: TRACE}), "events", datetime.now(UTC)) is None


def test_while_it_is_off_what_is_done_later_is_of_no_trace():
    with tracing.begun("send calendar"), tracing.going_on([TRACE], "mail first"):
        assert tracing.current() is None


def test_a_line_of_the_log_names_the_trace_of_the_message_at_hand():
    with about(envelope()):
        assert structlog.contextvars.get_contextvars()["trace"] == "4b" * 16
    with about(envelope(None)):
        assert "trace" not in structlog.contextvars.get_contextvars()


def test_a_restored_database_says_the_same_whatever_its_trace_is():
    first = envelope()
    again = Envelope(first.id, first.source, first.type, first.key, first.version, first.time, first.correlation)
    assert digest("events", first, b"{}") == digest("events", again, b"{}")
