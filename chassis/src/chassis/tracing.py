"""Traces: what became of one request, through outbox, Kafka, services and views, for whoever watches from outside.

Off, and none of OpenTelemetry's SDK is loaded, unless OTEL_TRACES_EXPORTER is `otlp`; all else is said by OpenTelemetry's own variables. A
trace begins where somebody outside asks, and with each tick: whether it is kept is drawn there, once, and what is kept goes along with each
message as a W3C `traceparent`. A span names kinds, topics and ids of messages: no key, no address as it was typed, no text.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from threading import Thread
from time import time_ns
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import structlog

from contracts.envelope import Envelope

from .trouble import Trouble

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span, Tracer

SHARE = 0.1
"""Of the requests that are kept, where OTEL_TRACES_SAMPLER says nothing."""
LEFT = 3.0
"""Seconds that a process which ends gives to what is left: a collector that is away holds nobody up."""
Kind = Literal["SERVER", "CLIENT", "PRODUCER", "CONSUMER", "INTERNAL"]
App = Callable[[Any, Any, Any], Any]

_tracer: "Tracer | None" = None


def set_up(name: str, environment: Mapping[str, str] = os.environ) -> Callable[[], None]:
    """From here on this process keeps traces, as the service `name` unless OTEL_SERVICE_NAME says another, if it is told to. What is
    returned sends, at the end, what is left. Raises Trouble for what is asked and not known.
    """
    global _tracer
    match environment.get("OTEL_TRACES_EXPORTER", "none"):
        case "none" | "":
            return lambda: None
        case "otlp":
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
        case _:
            raise Trouble("OTEL_TRACES_EXPORTER is otlp or none.")
    named = {} if "OTEL_SERVICE_NAME" in environment else {"service.name": f"sesame-{name}"}
    sampler = None if "OTEL_TRACES_SAMPLER" in environment else ParentBased(TraceIdRatioBased(SHARE))
    provider = TracerProvider(sampler=sampler, resource=Resource.create(named), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _tracer = provider.get_tracer("sesame")

    def end() -> None:
        global _tracer
        _tracer = None
        sending = Thread(target=provider.shutdown, daemon=True)
        sending.start()
        sending.join(LEFT)

    return end


def current() -> str | None:
    """The `traceparent` of what is at hand here; None when it is not kept."""
    if _tracer is None:
        return None
    from opentelemetry.trace import get_current_span

    return _traceparent(get_current_span())


def step(name: str, kind: Kind = "INTERNAL", **attributes: str | int) -> AbstractContextManager[object]:
    """A part of what is at hand, until the block ends; nothing where that is not kept."""
    return nullcontext() if current() is None else _at_hand(_started(name, kind, None, attributes))


def begun(name: str, kind: Kind = "INTERNAL", **attributes: str | int) -> AbstractContextManager[object]:
    """What nobody asked for begins a trace of its own, and is at hand until the block ends. Whether it is kept is drawn here."""
    return nullcontext() if _tracer is None else _at_hand(_started(name, kind, "", attributes))


def going_on(traces: Sequence[str | None], name: str, **attributes: str | int) -> AbstractContextManager[object]:
    """What is done later goes on with the first of the traces that caused it, is linked to the others, and is at hand until the block ends;
    nothing where there is none, or None. The log's lines name it.
    """
    known = [trace for trace in traces if trace]
    if _tracer is None or not known:
        return nullcontext()
    from opentelemetry.trace import Link, get_current_span

    links = [Link(get_current_span(_context(trace)).get_span_context()) for trace in known[1:]]
    return _named_at_hand(_started(name, "INTERNAL", known[0], attributes, links=links))


def sent(headers: Mapping[str, str], topic: str, since: datetime) -> "Sent | None":
    """The way of a message through its outbox, from `since`; None for one that is not traced, or when this process keeps none."""
    trace = headers.get(Envelope.TRACE)
    if _tracer is None or trace is None:
        return None
    return Sent(_started(f"send {topic}", "PRODUCER", trace, {"messaging.message.id": headers["ce_id"]}, since), topic)


class Sent:
    """A message on its way to Kafka."""

    def __init__(self, span: "Span", topic: str) -> None:
        self._span = span
        span.set_attributes({"messaging.system": "kafka", "messaging.destination.name": topic})

    @property
    def headers(self) -> dict[str, str]:
        """Whoever handles it goes on from here."""
        trace = _traceparent(self._span)
        return {Envelope.TRACE: trace} if trace else {}

    def end(self) -> None:
        """Kafka has it."""
        self._span.end()


class Handled:
    """The messages of one transaction that are traced. Nothing of them is done until it is committed: so long are their spans. One that is
    done there for many keys, a tick, has one.
    """

    def __init__(self, *, is_followed: bool) -> None:
        self._is_followed, self._since = is_followed, time_ns()
        self._spans: dict[UUID, Span] = {}

    def begin(self, envelope: Envelope, topic: str, *, from_outside: bool) -> str | None:
        """Where what a message causes goes on from. What comes `from_outside` begins a trace of its own."""
        if _tracer is None or not self._is_followed or (envelope.trace is None and not from_outside):
            return envelope.trace
        if known := self._spans.get(envelope.id):
            return _traceparent(known)
        from opentelemetry.trace import Link

        attributes = {"messaging.system": "kafka", "messaging.destination.name": topic, "messaging.message.id": str(envelope.id)}
        # One link each, to the one before it in the same transaction, which it shares its fate with: all of a batch can be found.
        links = [Link(span.get_span_context()) for span in list(self._spans.values())[-1:]]
        parent = envelope.trace or ""
        span = _started(f"process {envelope.type}", "CONSUMER", parent, attributes, self._since, links)
        self._spans[envelope.id] = span
        return _traceparent(span)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Until the transaction is over, well or badly."""
        try:
            yield
        except BaseException as error:
            for span in self._spans.values():
                _failed(span, error)
            raise
        finally:
            for span in self._spans.values():
                span.set_attribute("messaging.batch.message_count", len(self._spans))
                span.end()


def served(app: App, *, believes: bool) -> App:
    """`app`, each of whose requests begins a trace, or goes on with its caller's where it `believes` what callers say."""
    if _tracer is None:
        return app

    async def traced(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        said = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1") if believes else ""
        span = _started(scope["method"], "SERVER", Envelope.readable_trace(said) or "", {"http.request.method": scope["method"]})

        async def told(message: Any) -> None:
            if message["type"] == "http.response.start":
                # As it stands in the table of routes: what was typed may be somebody's.
                route = str(scope.get("path_template", ""))
                span.update_name(f"{scope['method']} {route}".strip())
                span.set_attributes({"http.route": route, "http.response.status_code": message["status"]})
                if dict(message["headers"]).get(b"content-type", b"").startswith(b"text/event-stream"):
                    span.end()  # it has begun, and stays open
            await send(message)

        with _named_at_hand(span):
            await app(scope, receive, told)

    return traced


def named(trace: str | None) -> dict[str, str]:
    """What is logged of it."""
    return {"trace": trace.split("-")[1]} if trace else {}


@contextmanager
def _named_at_hand(span: "Span") -> Iterator[None]:
    with _at_hand(span), structlog.contextvars.bound_contextvars(**named(_traceparent(span))):
        yield


@contextmanager
def _at_hand(span: "Span") -> Iterator[None]:
    from opentelemetry.trace import use_span

    with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except BaseException as error:
            _failed(span, error)
            raise


def _failed(span: "Span", error: BaseException) -> None:
    """Its kind alone: an error's text holds what people typed."""
    from opentelemetry.trace import StatusCode

    span.set_status(StatusCode.ERROR)
    span.set_attribute("error.type", type(error).__name__)


def _started(
    name: str, kind: Kind, parent: str | None, attributes: Mapping[str, Any], since: datetime | int | None = None, links: Any = None
) -> "Span":
    """A span below `parent`, a traceparent: what is at hand for None, the first of a trace for an empty one."""
    from opentelemetry.trace import SpanKind

    assert _tracer is not None
    at = int(since.timestamp() * 1_000_000_000) if isinstance(since, datetime) else since
    context = None if parent is None else _context(parent)
    return _tracer.start_span(name, context, SpanKind[kind], attributes=attributes, links=links, start_time=at)


def _context(trace: str) -> "Context":
    from opentelemetry.context import Context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({"traceparent": trace}, Context())


def _traceparent(span: "Span") -> str | None:
    from opentelemetry.trace import format_span_id, format_trace_id

    of = span.get_span_context()
    return f"00-{format_trace_id(of.trace_id)}-{format_span_id(of.span_id)}-01" if of.trace_flags.sampled else None
