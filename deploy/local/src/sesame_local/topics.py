"""The table of topics and principals, `deploy/kafka/topics.toml`, as data."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(os.environ.get("SESAME_TOPICS") or Path(__file__).parents[3] / "kafka" / "topics.toml")


@dataclass(frozen=True)
class Topic:
    name: str
    partitions: int
    key: str
    config: Mapping[str, str]


@dataclass(frozen=True)
class Principal:
    """A Kafka user: what it reads and writes, by topic name without prefix; its consumer groups begin with `group_prefix`."""

    name: str
    reads: frozenset[str]
    writes: frozenset[str]

    @property
    def group_prefix(self) -> str:
        return f"{self.name}."


@dataclass(frozen=True)
class Table:
    topics: Mapping[str, Topic]
    principals: Mapping[str, Principal]


def load(path: Path = TABLE) -> Table:
    """The table. Raises ValueError when a principal names a topic that is not in it."""
    raw = tomllib.loads(path.read_text())
    topics = {
        name: Topic(name, row["partitions"], row["key"], {option: str(value) for option, value in row["config"].items()})
        for name, row in raw["topics"].items()
    }
    principals = {name: Principal(name, frozenset(row["reads"]), frozenset(row["writes"])) for name, row in raw["principals"].items()}
    for principal in principals.values():
        if unknown := (principal.reads | principal.writes) - topics.keys():
            raise ValueError(f"{path.name}: {principal.name} names unknown topics: {', '.join(sorted(unknown))}")
    return Table(topics, principals)
