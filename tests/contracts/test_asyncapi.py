"""AsyncAPI of the whole and of each application: in step with what is there, right by the official schema, and whole."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from selectolax.lexbor import LexborHTMLParser

from contracts.envelope import Actor, Envelope, Position
from contracts.message import Event
from contracts.registry import MESSAGES
from contracts.schemas import SCHEMAS
from sesame_local import frontend
from sesame_local.asyncapi.applications import Application, World, world
from sesame_local.asyncapi.document import FOLDER, HEADERS, WHOLE, envelope
from sesame_local.asyncapi.writing import PAGE, files

DOCUMENTS = sorted(path.name for path in FOLDER.glob("*.json"))


@cache
def there() -> World:
    return world()


def application(name: str) -> Application:
    return next(one for one in there().applications if one.name == name)


@cache
def document(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads((FOLDER / name).read_text())
    return found


@pytest.fixture(scope="module")
def official() -> Draft7Validator:
    """AsyncAPI's own schema, as npm has it."""
    frontend.install()
    return Draft7Validator(json.loads((frontend.MODULES / "@asyncapi/specs/schemas/3.0.0.json").read_text()))


def test_what_is_committed_is_what_tables_topics_and_contracts_say() -> None:
    """Renewed by `make asyncapi`."""
    wanted = files()
    assert {path.name for path in FOLDER.iterdir()} == wanted.keys()
    assert [name for name, content in wanted.items() if (FOLDER / name).read_text() != content] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_document_is_asyncapi_3_by_the_official_schema(official: Draft7Validator, name: str) -> None:
    assert [f"{list(error.path)}: {error.message}" for error in official.iter_errors(document(name))] == []


def test_the_official_schema_notices_what_is_wrong(official: Draft7Validator) -> None:
    wrong = json.loads((FOLDER / "finance.json").read_text())
    wrong["operations"]["finance.send.region.decisions"]["action"] = "writes"
    wrong["channels"]["billing.invoices"]["bindings"]["kafka"]["partitions"] = 0
    assert len(list(official.iter_errors(wrong))) == 2


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield value
            elif name != "examples":
                yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_reference_leads_to_something(name: str) -> None:
    for reference in set(references(document(name))):
        file, _, path = reference.partition("#")
        found: Any = json.loads((FOLDER / file).read_text()) if file else document(name)
        for step in filter(None, path.split("/")):
            found = found[step]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_operation_names_messages_of_its_topic_alone(name: str) -> None:
    for operation in document(name)["operations"].values():
        for side in filter(None, (operation, operation.get("reply"))):
            channel = side["channel"]["$ref"]
            assert side["messages"] and all(message["$ref"].startswith(f"{channel}/messages/") for message in side["messages"])


def test_every_message_is_sent_by_its_owners_and_received_by_somebody() -> None:
    for kind in MESSAGES.values():
        senders = {one.name for one in there().applications if kind in one.sends.get(kind.topic(), ())}
        receivers = {one.name for one in there().applications if kind in one.receives.get(kind.topic(), ())}
        assert senders == kind.sources(), kind.TYPE
        assert receivers, kind.TYPE


def test_fin_01_the_finance_system_sees_its_topics_and_nothing_else() -> None:
    channels = document("finance.json")["channels"]
    assert channels.keys() == {"billing.invoices", "gateway.documents", "region.decisions", "region.decisions.replies"}
    said = document("finance.json")["operations"]["finance.send.region.decisions"]
    assert said["reply"]["channel"] == {"$ref": "#/channels/region.decisions.replies"}
    traits = document(WHOLE)["components"]["messages"]
    assert "traits" not in traits["finance.payment.v1"], "FIN-3: it needs no envelope of ours"


def test_a_service_receives_of_the_log_what_its_table_names() -> None:
    received = application("declarations").receives["events"]
    assert MESSAGES["actions.action-opened.v1"] in received
    assert MESSAGES["billing.invoice-issued.v1"] not in received
    assert all(issubclass(kind, Event) for kind in received)


def test_the_headers_are_those_of_the_envelope() -> None:
    nobody = UUID(int=0)
    now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    least = Envelope(nobody, "billing", "billing.invoice-issued.v1", "07-1", 1, now, nobody)
    full = Envelope(
        nobody,
        "gateway/3f9a0c1e",
        "billing.issue-invoice.v2",
        "07-1",
        1,
        now,
        nobody,
        nobody,
        Actor("u", "agent"),
        (Position("events", 1, 2),),
    )
    for each in (least, full):
        headers = {name: value.decode() for name, value in each.headers()}
        Draft202012Validator(envelope()).validate(headers)
        assert headers.keys() <= HEADERS.keys()
    assert {name for name, _ in least.headers()} == set(envelope()["required"])
    assert {name for name, _ in full.headers()} == HEADERS.keys()


def test_the_page_has_an_anchor_for_each_topic_and_message_and_needs_nothing_from_elsewhere() -> None:
    tree = LexborHTMLParser((FOLDER / PAGE).read_text())
    anchors = {node.attributes["id"] for node in tree.css("[id]")}
    assert len(anchors) == len(tree.css("[id]"))
    assert {f"topic-{topic}" for topic in there().kinds} | MESSAGES.keys() <= anchors
    links = {node.attributes["href"] or "" for node in tree.css("a")}
    assert {link.removeprefix("#") for link in links if link.startswith("#")} <= anchors
    assert all((FOLDER / link).exists() for link in links if not link.startswith("#"))
    assert not tree.css("script, link, img, [src]")
    assert {f"../schemas/{path.name}" for path in SCHEMAS.glob("*.json")} <= links


def test_where_a_service_publishes_is_where_the_message_stands() -> None:
    from billing.app import service

    assert set(service.publishes.values()) == {"billing.invoices"}
    assert all(kind.topic() == topic for kind, topic in service.publishes.items())
