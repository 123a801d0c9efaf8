"""A record of a topic, whoever wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Partition = tuple[str, int]
"""A topic, by its name in Kafka, and the number of one of its partitions."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as Kafka keeps it."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    body: bytes | None
    timestamp: datetime
    """When it was written, by Kafka's wall clock."""

    @property
    def topic_partition(self) -> Partition:
        """The partition in which it stands."""
        return self.topic, self.partition
