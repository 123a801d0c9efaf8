"""One click is one trace: page, outbox, Kafka, service, Kafka again, views, and the page that waited for the answer; by real processes,
told by OpenTelemetry's own variables, to a collector that reads what they send.
"""

import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from chassis import tracing
from contracts.envelope import Envelope
from tests.gateway.html import hidden_of, text_of
from tests.infra import Infra
from tests.log import eventually
from tests.small import publish, standing

SECRET = "Appelez Mme Durand au 04 00 00 00 00"


@dataclass
class Collector:
    """What was sent, each span with the service that sent it."""

    port: int = 0
    spans: list[tuple[str, Span]] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(each.value.string_value for each in resource.resource.attributes if each.key == "service.name")
            self.spans += [(service, span) for scope in resource.scope_spans for span in scope.spans]

    def trace_of(self, name: str) -> list[tuple[str, Span]]:
        """All spans of the trace in which a span has that name, by their beginning."""
        ids = {span.trace_id for _, span in self.spans if span.name == name}
        assert len(ids) <= 1
        return sorted(
            ((service, span) for service, span in self.spans if span.trace_id in ids), key=lambda sent: sent[1].start_time_unix_nano
        )


@pytest.fixture
def collector() -> Iterator[Collector]:
    kept = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            kept.take(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(ExportTraceServiceResponse().SerializeToString())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield kept
        server.shutdown()
        thread.join()


def told_to(collector: Collector, sampler: str) -> dict[str, str]:
    """What an operator says to each process."""
    return {
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.port}",
        "OTEL_TRACES_SAMPLER": sampler,
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }


async def test_a_click_is_one_trace_from_the_page_through_outbox_kafka_and_service_to_the_views(infra: Infra, collector: Collector):
    async with standing(infra, **told_to(collector, "parentbased_always_on")) as small, small.agent() as client:
        assert "Le texte est publié" in await publish(client, 0, SECRET)

        async def arrived() -> list[tuple[str, Span]]:
            trace = collector.trace_of("process identity.text-published.v1")
            names, ids = {span.name for _, span in trace}, {span.span_id for _, span in trace}
            is_whole = all(span.parent_span_id in ids for _, span in trace if span.parent_span_id)
            return trace if is_whole and {"POST /region/textes/{text}", "process command-answered.v1"} <= names else []

        trace = await eventually(arrived)
    by_id = {span.span_id: (service, span) for service, span in trace}
    topics = {small.prefix + name: name for name in ("identity.commands", "events")}

    def told_as(service: str, span: Span) -> str:
        return f"{service}: " + " ".join(topics.get(word, word) for word in span.name.split())

    way, at = [], next(span for _, span in trace if span.name == "process identity.text-published.v1")
    while True:
        service, span = by_id[at.span_id]
        way.append(told_as(service, span))
        if not span.parent_span_id:
            break
        at = by_id[span.parent_span_id][1]
    assert way[::-1] == [
        "sesame-gateway-web: POST /region/textes/{text}",
        "sesame-gateway: send identity.commands",
        "sesame-identity: process identity.publish-text.v1",
        "sesame-identity: send events",
        "sesame-gateway: process identity.text-published.v1",
    ]
    assert {"sesame-gateway-web: wait for the answer", "sesame-gateway: process command-answered.v1"} <= {told_as(*sent) for sent in trace}
    root = next(span for _, span in trace if not span.parent_span_id)
    assert all(span.start_time_unix_nano < root.end_time_unix_nano for _, span in trace if "send" not in span.name)
    # Nothing that was typed is in any of it.
    assert SECRET.encode() not in b"".join(span.SerializeToString() for _, span in collector.spans)
    assert all(span.status.code != Status.STATUS_CODE_ERROR for _, span in trace)


async def test_what_goes_to_identity_by_http_is_a_part_of_the_page_s_trace(infra: Infra, collector: Collector):
    async with standing(infra, **told_to(collector, "parentbased_always_on")) as small, small.agent() as client:
        client.cookies.clear()
        typed = hidden_of(await client.get("/connexion")) | {"identifiant": ["agent"], "mot_de_passe": [SECRET]}
        assert "identifiant ou mot de passe" in text_of(await client.post("/connexion", data=typed)).lower()

        async def arrived() -> list[tuple[str, Span]]:
            return [sent for sent in collector.trace_of("POST /log-in") if sent[1].name.startswith("POST")]

        (page, _), (identity, asked) = await eventually(lambda: _both(arrived))
        assert (page, identity) == ("sesame-gateway-web", "sesame-identity") and asked.parent_span_id
        # A stranger says that its request is a part of a trace: nobody believes it.
        await client.get("/connexion", headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"})
    assert "a" * 32 not in {span.trace_id.hex() for _, span in collector.spans}
    assert SECRET.encode() not in b"".join(span.SerializeToString() for _, span in collector.spans)


async def _both(arrived: Callable[[], Awaitable[list[tuple[str, Span]]]]) -> list[tuple[str, Span]] | None:
    found = await arrived()
    return found if len(found) == 2 else None


def test_messages_of_one_transaction_each_have_a_span_in_their_own_trace_linked_to_the_one_before(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
):
    for name, value in told_to(collector, "parentbased_always_on").items():
        monkeypatch.setenv(name, value)
    traces = [f"00-{digit * 32}-{digit * 16}-01" for digit in "123"]
    messages = [Envelope(uuid4(), "billing", "billing.told.v1", "key", 1, datetime.now(UTC), uuid4(), trace=trace) for trace in traces]
    end = tracing.set_up("billing")
    try:
        traced, folded = tracing.Handled(is_followed=True), tracing.Handled(is_followed=False)
        with pytest.raises(ValueError), traced.together():
            causes = [traced.begin(message, "events", from_outside=False) for message in messages]
            raise ValueError(SECRET)
        assert [folded.begin(message, "events", from_outside=False) for message in messages] == traces
    finally:
        end()
    spans = [span for _, span in collector.spans]
    assert [span.trace_id.hex() for span in spans] == ["1" * 32, "2" * 32, "3" * 32]
    assert [span.parent_span_id.hex() for span in spans] == ["1" * 16, "2" * 16, "3" * 16]
    assert causes == [f"00-{span.trace_id.hex()}-{span.span_id.hex()}-01" for span in spans]
    assert [[link.span_id for link in span.links] for span in spans] == [[], [spans[0].span_id], [spans[1].span_id]]
    assert {span.status.code for span in spans} == {Status.STATUS_CODE_ERROR}
    assert SECRET.encode() not in b"".join(span.SerializeToString() for span in spans)


async def test_a_trace_that_is_not_kept_leaves_nothing_in_any_message(infra: Infra, collector: Collector):
    async with standing(infra, **told_to(collector, "always_off")) as small, small.agent() as client:
        assert "Le texte est publié" in await publish(client, 0, SECRET)
    assert collector.spans == []
