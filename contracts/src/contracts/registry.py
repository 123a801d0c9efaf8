"""Every message by its type."""

from . import (
    actions,
    awards,
    billing,
    calendar,
    declarations,
    erasure,
    factor,
    finance,
    identity,
    personal,
    programme,
    proofs,
    requests,
    surveys,
)
from .answers import CommandAnswered
from .message import Message

MODULES = (
    actions,
    awards,
    billing,
    calendar,
    declarations,
    erasure,
    factor,
    finance,
    identity,
    personal,
    programme,
    proofs,
    requests,
    surveys,
)


def _found() -> dict[str, type[Message]]:
    messages: list[type[Message]] = [CommandAnswered]
    for module in MODULES:
        messages += [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Message)]
    return {cls.TYPE: cls for cls in messages if "TYPE" in vars(cls)}


MESSAGES: dict[str, type[Message]] = _found()
