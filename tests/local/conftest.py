"""One installation of everything, as `make up` starts it: the demonstration is played on it, its documents are taken, then an operator
handles it.
"""

from collections.abc import Iterator
from datetime import datetime, time

import pytest

from clock.days import PARIS
from sesame_local.demo.play import play
from sesame_local.demo.timeline import history
from sesame_local.place import Place
from tests.infra import installation
from tests.local.short_story import TODAY, short


@pytest.fixture(scope="session")
def said() -> list[str]:
    """The lines of `make up`."""
    return []


@pytest.fixture(scope="session")
def place(said: list[str]) -> Iterator[Place]:
    """It begins on the demonstration's first day. (That one of today can begin anew: `tests/operate/long_years_later.py`.)"""
    with installation(said.append, datetime.combine(history(short(TODAY), TODAY)[0].on, time(8), PARIS)) as place:
        yield place


@pytest.fixture(scope="session")
def played(place: Place) -> Place:
    play(place, history(short(TODAY), TODAY), lambda _day, _more: None)
    return place
