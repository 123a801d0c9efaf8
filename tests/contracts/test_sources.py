"""Every type has owners: the sources that may say it, and whom Kafka lets write the topic where it goes."""

import pytest

from contracts.answers import CommandAnswered
from contracts.message import Command, Event
from contracts.registry import MESSAGES
from sesame_local import topics

TABLE = topics.load()


@pytest.mark.parametrize("type_", sorted(MESSAGES))
def test_every_type_has_owners_and_each_may_write_where_it_goes(type_: str) -> None:
    kind = MESSAGES[type_]
    writers = {name for name, principal in TABLE.principals.items() if kind.topic() in principal.writes}
    assert kind.sources() and kind.sources() <= writers


def test_an_event_has_one_owner_but_for_the_answer_which_every_service_gives() -> None:
    events = [kind for kind in MESSAGES.values() if issubclass(kind, Event) and kind is not CommandAnswered]
    assert {len(kind.sources()) for kind in events} == {1}
    asked = {kind.TYPE.partition(".")[0] for kind in MESSAGES.values() if issubclass(kind, Command)}
    assert CommandAnswered.sources() == asked
