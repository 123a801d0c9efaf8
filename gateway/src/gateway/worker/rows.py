"""How rows are written: parts of messages as jsonb, and changes that must find their row."""

from typing import LiteralString

from pydantic_core import to_json

from chassis.work import Work


def as_json(value: object) -> str:
    """`value` (a part, several, plain values) as JSON; decimals keep their text, so that no reader rounds."""
    return to_json(value).decode()


async def change(work: Work[None], update: LiteralString, *arguments: object) -> None:
    """Runs an UPDATE about something that an earlier event of the same key made, or an INSERT beside it. `$1` is that key, and `arguments`
    begin at `$2`: an UPDATE that does not ask for the key does not run, and none reaches a row of another's.

    Raises LookupError when there is none: the message is parked, with its key, instead of being lost without a word.
    """
    if (await work.connection.execute(update, work.key, *arguments)).endswith(" 0"):
        raise LookupError(f"{work.envelope.type} is about nothing that the view knows, under {work.key!r}")
