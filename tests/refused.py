"""Why something was refused, as it travels in an answer."""

from collections.abc import Callable
from string import Formatter

from contracts.answers import Fault
from contracts.refusals import Refusal, catalogue


def faults(call: Callable[[], object]) -> list[Fault]:
    """What `call` is refused for; every sentence can be filled from the figures that travel. Fails when it is not refused."""
    try:
        call()
    except Refusal as refusal:
        refused = list(refusal.faults())
    else:
        raise AssertionError("not refused")
    for fault in refused:
        named = {name for _, name, _, _ in Formatter().parse(catalogue()[fault.code].__doc__ or "") if name}
        assert named <= set(fault.figures), fault
        assert catalogue()[fault.code].rule
    return refused


def codes(call: Callable[[], object]) -> list[str]:
    """Their codes."""
    return [fault.code for fault in faults(call)]


def cells(call: Callable[[], object]) -> list[tuple[str, str | None]]:
    """Their codes, each with the field that it is about."""
    return [(fault.code, fault.field) for fault in faults(call)]
