"""What a service keeps has types of its own: another version of a message is no migration of states."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest

from contracts.message import Part


def types_in(kind: Any, known: set[Any]) -> Iterator[type]:
    """Every type that a value of `kind` may hold, at any depth."""
    if kind in known:
        return
    known.add(kind)
    if isinstance(kind, type) and not get_args(kind):
        yield kind
    inner = get_type_hints(kind).values() if is_dataclass(kind) else get_args(kind)
    for part in inner:
        yield from types_in(part, known)


def state_of(service: str) -> Any:
    """What the service keeps of one key."""
    app: ModuleType = import_module(f"{service}.app")
    return app.service.state


@pytest.mark.parametrize("service", ["actions", "identity", "surveys"])
def test_a_state_holds_nothing_that_travels(service: str):
    kinds = set(types_in(state_of(service), set()))
    assert len(kinds) > 5
    assert not [kind.__name__ for kind in kinds if issubclass(kind, Part) or kind.__module__ == "contracts.envelope"]


def test_what_travels_would_be_found_in_a_state():
    """The control: a list of parts."""
    assert [kind for kind in types_in(dict[str, tuple[Part, ...] | None], set()) if issubclass(kind, Part)] == [Part]
