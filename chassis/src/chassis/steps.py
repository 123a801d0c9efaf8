"""The steps of a batch and of the relay, by name, so that a test can stop the process between any two of them."""

from typing import Final, Literal

Step = Literal[
    "positions-locked",
    "keys-locked",
    "handled",
    "written",
    "committed",
    "relay-read",
    "relay-sent",
    "relay-deleted",
]


class Steps:
    """Nothing happens at a step, unless a test put something else in the place of `reached`."""

    def reached(self, step: Step) -> None:
        """`step` is done, the next not begun."""


STEPS: Final = Steps()
