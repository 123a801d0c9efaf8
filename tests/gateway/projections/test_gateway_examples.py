"""Every example of a message that was ever published is still folded."""

import pytest

from chassis.db import Connection
from contracts.message import Message
from contracts.registry import MESSAGES
from contracts.schemas import examples_of
from gateway import projections
from tests.gateway.projections import story
from tests.gateway.projections.log import CONTRACT, Log, at, fold

EVENTS = sorted(kind.TYPE for kind in projections.EVENTS)
PERSONAL = sorted(kind.TYPE for kind in projections.PERSONAL)


def cause(log: Log, message: Message) -> None:
    """What an event is about was there before: the same trainee, invoice or account, by the story's own messages."""
    if trainee := getattr(message, "trainee_id", None):
        registered = story.registered(trainee)
        log.say(registered, at("2007-09-10"))
    if user := getattr(message, "user_id", None):
        log.say(story.account(user), at("2007-07-02"))
    if invoice := getattr(message, "invoice_id", None):
        log.say(story.issued(invoice), at("2007-11-06"))
    if (month := getattr(message, "month", None)) and "month-reopened" in message.TYPE:
        log.say(story.confirmed(month), at("2007-11-05"))


@pytest.mark.parametrize("type_", EVENTS)
async def test_each_example_of_an_event_is_folded(database: Connection, type_: str) -> None:
    log = story.awarded()
    log.say(story.prepared(), at("2008-01-06"))
    examples = [MESSAGES[type_].parse(path.read_bytes()) for path in examples_of(type_)]
    assert examples
    for message in examples:
        cause(log, message)
        said = log.say(message, at("2008-01-10"))
    await fold(log, database, batch=100)
    assert await database.fetch("SELECT error FROM parked") == []
    assert (
        await database.fetchval('SELECT "offset" FROM applied WHERE key = $1', CONTRACT)
        == len([record for record in log.records if record.topic == "events"]) - 1
    ), said


@pytest.mark.parametrize("type_", PERSONAL)
async def test_each_example_of_a_personal_record_is_folded(database: Connection, type_: str) -> None:
    log = Log()
    examples = [MESSAGES[type_].parse(path.read_bytes()) for path in examples_of(type_)]
    assert examples
    for message in examples:
        log.say(message, at("2008-01-10"))
    await fold(log, database)
    assert await database.fetch("SELECT error FROM parked") == []
    assert await database.fetchval("SELECT count(*) FROM people") == len({message.id for message in examples})  # type: ignore[attr-defined]
