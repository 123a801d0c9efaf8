"""One click is one trace: page, outbox, Kafka, service, Kafka again, views, and the page that waited for the answer; so is a day, and a
mail goes on with what caused it. By real processes, told by OpenTelemetry's own variables, to a collector that reads what they send.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from chassis import tracing
from contracts.envelope import Actor, Envelope, made_id
from contracts.identity import AccountCreated, RemoveColleague
from sesame_local import timeshift
from tests.collector import Collector, collector, told_to
from tests.forks import Forked, python_m
from tests.gateway.html import hidden_of, text_of
from tests.guide import CONTRACT, SIRET, awarded
from tests.identity.conftest import password_in
from tests.identity.test_identity_colleagues import CAMILLE
from tests.infra import Infra, free_port
from tests.log import Log, eventually
from tests.mail_server import MailServer, mail_server
from tests.small import Small, administrator, publish, standing

__all__ = ["collector", "mail_server"]

SECRET = "Appelez Mme Durand au 04 00 00 00 00"


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
            assert traced.begin(replace(messages[0], key="another"), "events", from_outside=False) == causes[0], (
                "a day has one, for all keys"
            )
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


async def test_a_mail_goes_on_with_what_caused_it_each_try_of_it_whoever_makes_it(
    infra: Infra, collector: Collector, mail_server: MailServer
):
    mails = {"SESAME_SMTP": f"127.0.0.1:{mail_server.port}", "SESAME_SMTP_SECURITY": "PLAINTEXT"}
    async with standing(infra, **told_to(collector, "parentbased_always_on"), **mails) as small, Log(administrator(small)) as log:
        await mail_server.close()
        award = awarded()
        cause = replace(log.envelope("actions", CONTRACT, type(award)), trace=f"00-{'4b' * 16}-{'ab' * 8}-01")
        await log.publish("events", cause, award)
        await eventually(lambda: tried(collector, 1))
        await small.renew("identity")
        await mail_server.open()
        way = await eventually(lambda: way_to(collector, small, "process identity.credentials-sent.v1"), within=60)
    assert way == [
        "sesame-identity: process actions.action-awarded.v1",
        "sesame-identity: mail first",
        "sesame-identity: send events",
        "sesame-gateway: process identity.credentials-sent.v1",
    ]
    tries = await tried(collector, 2)
    assert {span.trace_id.hex() for span in tries} == {"4b" * 16} and len({span.parent_span_id for span in tries}) == len(tries)
    assert [span.status.code for span in tries] == [Status.STATUS_CODE_ERROR] * (len(tries) - 1) + [Status.STATUS_CODE_UNSET]
    written = b"".join(span.SerializeToString() for _, span in collector.spans)
    (mail,) = mail_server.mails
    assert mail["To"].encode() not in written and password_in(mail).encode() not in written


async def test_a_day_is_a_trace_of_its_own_through_services_and_views(infra: Infra, collector: Collector, tmp_path: Path):
    told = told_to(collector, "parentbased_always_on")
    timeshift.write(tmp_path / "shift", datetime.now(UTC) + timedelta(days=370))
    async with standing(infra, **told) as small:
        async with Log(administrator(small)) as log:
            await somebody_leaves(log)
        settings = infra.environment("clock", small.prefix) | {"SESAME_HEALTH_PORT": str(free_port())}
        clock = Forked(python_m, "clock", environment=settings | told | {timeshift.VARIABLE: str(tmp_path / "shift")})
        try:
            way = await eventually(lambda: way_to(collector, small, "process identity.colleague-erased.v1"), within=60)
        finally:
            await clock.stop()
    assert way == [
        "sesame-clock: send calendar",
        "sesame-identity: process calendar.day-started.v1",
        "sesame-identity: send events",
        "sesame-gateway: process identity.colleague-erased.v1",
    ]
    # What awarded, invited and took away came without a trace: a day alone began one.
    assert len({span.trace_id for _, span in collector.spans if "identity.commands" not in span.name}) == 1


async def somebody_leaves(log: Log) -> None:
    """Of an organisation of two."""
    award = awarded()
    await log.publish("events", log.envelope("actions", CONTRACT, type(award)), award)
    created = await eventually(lambda: _first_account(log))
    first = Actor(str(created.user_id), "organisation", SIRET)
    invited = await log.command("identity", SIRET, CAMILLE, first)
    assert (await log.answer(invited)).faults == ()
    left = await log.command("identity", SIRET, RemoveColleague(user_id=made_id(SIRET, invited)), first)
    assert (await log.answer(left)).faults == ()


async def _first_account(log: Log) -> AccountCreated | None:
    said = (AccountCreated.parse(body) for envelope, body in await log.messages() if envelope.type == AccountCreated.TYPE)
    return next(said, None)


async def tried(collector: Collector, times: int) -> list[Span]:
    """Each time that a mail was given to its server, once there were so many."""
    found = sorted((span for _, span in collector.spans if "give a mail" in span.name), key=lambda span: span.start_time_unix_nano)
    return found if len(found) >= times else []


async def way_to(collector: Collector, small: Small, name: str) -> list[str]:
    """From the beginning of its trace to the span of this name, as `service: span`; nothing while one is missing."""
    by_id = {span.span_id: (service, span) for service, span in collector.spans}
    at = next((span for _, span in collector.spans if span.name == name), None)
    way: list[str] = []
    while at and at.span_id in by_id:
        way.append(f"{by_id[at.span_id][0]}: {at.name.replace(small.prefix, '')}")
        if not at.parent_span_id or at.parent_span_id == b"\xab" * 8:
            return way[::-1]
        _, at = by_id.get(at.parent_span_id, ("", None))
    return []


async def test_a_trace_that_is_not_kept_leaves_nothing_in_any_message(infra: Infra, collector: Collector):
    async with standing(infra, **told_to(collector, "always_off")) as small, small.agent() as client:
        assert "Le texte est publié" in await publish(client, 0, SECRET)
    assert collector.spans == []
