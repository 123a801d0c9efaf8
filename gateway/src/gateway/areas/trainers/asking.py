"""The confirmation of the trainers: nothing is typed (TRA-1)."""

from contracts.actions import ConfirmTrainers


def confirm() -> ConfirmTrainers:
    """The contract's list holds at the opening."""
    return ConfirmTrainers()
