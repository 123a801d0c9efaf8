"""What it costs that a refusal takes back what its handler wrote: nothing, for a handler that touches no table."""

from typing import Any, cast

from chassis.db import Connection
from chassis.engine.savepoint import Revocable


class Recording:
    """A connection that notes what it is asked."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    async def execute(self, statement: str, *_: Any) -> None:
        self.statements.append(statement)


def standing_for(recording: Recording) -> Revocable:
    return Revocable(cast(Connection, recording))


async def test_a_handler_that_touches_no_table_costs_nothing() -> None:
    recording = Recording()
    await standing_for(recording).keep()
    await standing_for(recording).take_back()
    assert recording.statements == []


async def test_a_savepoint_is_opened_once_before_the_first_statement_and_let_go_at_the_end() -> None:
    recording = Recording()
    connection = standing_for(recording)
    await connection.execute("INSERT INTO pokes VALUES ($1)", 1)
    await connection.execute("DELETE FROM pokes")
    await connection.keep()
    assert recording.statements == [
        "SAVEPOINT handler",
        "INSERT INTO pokes VALUES ($1)",
        "DELETE FROM pokes",
        "RELEASE SAVEPOINT handler",
    ]
