"""The contract between processes: schemas and examples are committed, and what was published stays readable."""

import json
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.__main__ import broken, compatible
from contracts.message import Command, Event
from contracts.published import RETIRED, NoHistory, published
from contracts.refusals import Refusal, catalogue
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


def test_fin_01_nothing_that_was_ever_published_is_broken_or_taken_away() -> None:
    """Deleting a schema, or writing it anew, does not help: the history of the repository has it."""
    try:
        versions = published()
    except NoHistory as reason:
        pytest.skip(f"{reason}: compared with the committed schemas alone")
    assert broken(versions, {type_: schema_of(type_) for type_ in TYPES}) == {}


@pytest.mark.parametrize("type_", sorted(RETIRED))
def test_fin_01_only_a_command_that_has_a_successor_retires(type_: str) -> None:
    """What is kept for years, or read outside, is read for ever."""
    name, _, version = type_.rpartition(".v")
    assert type_ not in MESSAGES
    following = f"{name}.v{int(version) + 1}"
    assert following in RETIRED or issubclass(MESSAGES[following], Command)


FOUR, TEXT = '{"type": "object", "properties": {"four": {"type": "integer"}}, "required": ["four"]}', '{"type": "string"}'
OPTIONAL = '{"type": "object", "properties": {"four": {"type": "integer"}, "five": {"type": "integer"}}, "required": ["four"]}'


class History:
    """A repository that holds schemas."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "schemas"
        self.folder.mkdir(parents=True)
        self.git("init", "--initial-branch", "main")

    def git(self, *arguments: str) -> None:
        by = [part for name in ("user.name=nobody", "user.email=nobody@example.org") for part in ("-c", name)]
        subprocess.run(["git", *by, *arguments], cwd=self.root, check=True, capture_output=True)

    def commit(self, **schemas: str | None) -> None:
        """Each type's schema as it now stands; None deletes it."""
        for type_, schema in schemas.items():
            path = self.folder / f"{type_}.json"
            path.write_text(schema) if schema else path.unlink()
        self.git("add", "--all")
        self.git("commit", "--message", "more")


def test_fin_01_a_schema_that_was_deleted_or_written_anew_is_still_compared_with(tmp_path: Path) -> None:
    history = History(tmp_path / "here")
    history.commit(first=FOUR, second=FOUR, third=FOUR, fourth=TEXT)
    history.commit(first=None, second=TEXT, third=OPTIONAL)
    history.commit(first=TEXT)
    now = {path.stem: path.read_text() for path in history.folder.glob("*.json")}
    assert broken(published(history.folder), now).keys() == {"first", "second"}
    assert broken(published(history.folder), {"third": FOUR, "fourth": TEXT}).keys() == {"first", "second"}  # taken away
    assert broken(published(history.folder), now | {"first": FOUR, "second": FOUR}).keys() == {"first", "second"}  # TEXT was published too


def test_fin_01_what_a_branch_tries_before_it_is_merged_was_never_published(tmp_path: Path) -> None:
    history = History(tmp_path / "here")
    history.commit(first=FOUR)
    history.git("switch", "--create", "branch")
    history.commit(second=TEXT)
    history.commit(second=FOUR)
    assert broken(published(history.folder), {"first": FOUR, "second": FOUR}) == {}
    history.git("switch", "main")
    history.git("merge", "--no-ff", "branch")
    assert broken(published(history.folder), {"first": FOUR, "second": FOUR}) == {}
    assert broken(published(history.folder), {"first": FOUR, "second": TEXT}).keys() == {"second"}


def test_fin_01_a_shallow_clone_compares_with_what_it_has_and_a_tarball_says_that_it_has_nothing(tmp_path: Path) -> None:
    history = History(tmp_path / "here")
    history.commit(first=FOUR)
    history.commit(second=FOUR)
    history.git("clone", "--depth", "1", f"file://{history.root}", str(tmp_path / "clone"))
    assert broken(published(tmp_path / "clone/schemas"), {}).keys() == {"first", "second"}
    (tmp_path / "tarball").mkdir()
    with pytest.raises(NoHistory):
        published(tmp_path / "tarball")


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


def test_no_two_refusals_have_one_code() -> None:
    """A code is a sentence: with two, people would read that of the other."""
    known, waiting = catalogue(), Refusal.__subclasses__()
    while waiting:
        refusal = waiting.pop()
        if refusal.__module__.startswith("contracts."):
            assert known[refusal.code()] is refusal, refusal.code()
        waiting += refusal.__subclasses__()
