"""A log-in that is refused, and whose it was."""

from uuid import UUID

from contracts.answers import Fault


class LogInRefused(Exception):
    """Why, and whose account it was about, if anybody's."""

    def __init__(self, faults: tuple[Fault, ...], about: UUID | None) -> None:
        self.faults, self.about = faults, about
