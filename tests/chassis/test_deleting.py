"""What stands before an offset is forgotten, though partitions have no leader just then, as when a broker restarts or a topic is new."""

from collections.abc import Mapping
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, NotLeaderForPartitionError, TopicAuthorizationFailedError
from pydantic import SecretStr

from chassis import kafka
from chassis.settings import Settings


class Admin(AIOKafkaAdminClient):  # type: ignore[misc]
    """Whose brokers answer so, one after the other; then they do what they are asked."""

    answers: list[KafkaError]
    done: list[Mapping[Any, Any]]

    async def start(self) -> None:
        """Reaches nobody."""

    async def close(self) -> None:
        """The same."""

    async def delete_records(self, records_to_delete: Mapping[Any, Any], timeout_ms: int | None = None) -> None:
        """As the list says."""
        if self.answers:
            raise self.answers.pop(0)
        self.done.append(records_to_delete)


@pytest.fixture
def admin(monkeypatch: pytest.MonkeyPatch) -> type[Admin]:
    Admin.answers, Admin.done = [], []
    monkeypatch.setattr(kafka, "AIOKafkaAdminClient", Admin)
    return Admin


SETTINGS = Settings(kafka="127.0.0.1:1", kafka_user="admin", kafka_password=SecretStr("x"), kafka_security="SASL_PLAINTEXT", database="")


async def test_a_leader_that_changes_just_now_is_waited_for(admin: type[Admin]) -> None:
    admin.answers = [NotLeaderForPartitionError(), NotLeaderForPartitionError()]
    await kafka.delete_before(SETTINGS, {("events", 0): 4, ("events", 1): 0})
    assert [len(gone) for gone in admin.done] == [1], "of the second partition nothing is to go"


async def test_who_may_not_is_told_at_once(admin: type[Admin]) -> None:
    admin.answers = [TopicAuthorizationFailedError()] * 2
    with pytest.raises(TopicAuthorizationFailedError):
        await kafka.delete_before(SETTINGS, {("events", 0): 4})
    assert len(admin.answers) == 1 and admin.done == []
