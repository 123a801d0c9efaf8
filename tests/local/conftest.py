"""One installation of everything, as `make up` starts it: the demonstration is played on it, then an operator handles it."""

from collections.abc import Iterator

import pytest

from sesame_local.place import Place
from tests.infra import installation


@pytest.fixture(scope="session")
def said() -> list[str]:
    """The lines of `make up`."""
    return []


@pytest.fixture(scope="session")
def place(said: list[str]) -> Iterator[Place]:
    with installation(said.append) as place:
        yield place
