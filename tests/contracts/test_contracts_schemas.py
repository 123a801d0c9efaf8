"""The contract between processes: schemas and examples are committed, and what was published stays readable."""

import json

import pytest
from jsonschema import Draft202012Validator

from contracts.__main__ import compatible
from contracts.message import Event
from contracts.registry import MESSAGES
from contracts.schemas import EXAMPLES, SCHEMAS, examples_of, schema_of

TYPES = sorted(MESSAGES)


@pytest.mark.parametrize("type_", TYPES)
def test_the_committed_schema_is_that_of_the_code(type_: str) -> None:
    """Renewed by `python -m contracts`, which refuses a change that breaks readers."""
    assert (SCHEMAS / f"{type_}.json").read_text() == schema_of(type_)


@pytest.mark.parametrize("type_", TYPES)
def test_every_message_has_an_example_that_its_schema_accepts_and_its_reader_reads(type_: str) -> None:
    """Every example ever published is read by today's reader, and says the same again."""
    examples = examples_of(type_)
    assert examples, f"contracts/examples/{type_}.json is missing"
    for path in examples:
        body = json.loads(path.read_text())
        Draft202012Validator(json.loads(schema_of(type_))).validate(body)
        read = MESSAGES[type_].parse(path.read_bytes())
        assert MESSAGES[type_].parse(read.body()) == read


def test_no_schema_and_no_example_is_left_over() -> None:
    """A type that was published stays: its schema has its code."""
    assert {path.stem for path in SCHEMAS.glob("*.json")} == set(TYPES)
    assert {path for type_ in TYPES for path in examples_of(type_)} == set(EXAMPLES.glob("*.json"))


def test_a_change_that_breaks_a_subscriber_is_noticed() -> None:
    """A new required field breaks readers of old messages; a new optional one does not (FIN-1)."""
    old = schema_of("finance.invoice-issued.v1")
    required, optional, gone = json.loads(old), json.loads(old), json.loads(old)
    required["properties"]["currency"] = optional["properties"]["currency"] = {"type": "string"}
    required["required"].append("currency")
    del gone["properties"]["tax"]
    gone["required"].remove("tax")
    assert not compatible(old, json.dumps(required))
    assert not compatible(old, json.dumps(gone))
    assert compatible(old, json.dumps(optional))


def test_the_log_carries_no_personal_data() -> None:
    """PRV-1: names, birth dates, addresses and free texts travel on `personal` and in commands only."""
    personal = {"last_name", "first_name", "birth_date", "telephone", "experience"}
    for type_, message in MESSAGES.items():
        if issubclass(message, Event):
            schema = message.model_json_schema()
            parts = [schema, *schema.get("$defs", {}).values()]
            fields = {name: field for part in parts for name, field in part.get("properties", {}).items()}
            assert not personal & set(fields), type_
            assert fields.get("text", {}).get("type") != "string", type_
