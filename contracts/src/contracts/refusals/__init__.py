"""Every refusal by a rule: a class with a stable code, whose docstring is the French sentence that the user reads.

A service raises them; only code and figures travel; the gateway fills the sentence. A figure's format is named in its braces:
`{amount:money}`, `{day:date}`, `{month:month}`, `{months:months}`, `{hours:hours}`, `{rate:percent}`, `{trainee:person}`, or none.
"""

import re
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar

from ..answers import Fault

Figurable = str | int | Decimal | date | tuple[str, ...]
"""A figure of a sentence; several months travel as one text, `2008-02,2008-03`."""


class Refusal(Exception):
    """La demande est refusée."""

    rule: ClassVar[str] = ""

    def __init__(self, *, field: str | None = None, item: str | None = None, **figures: Figurable) -> None:
        self.field, self.item, self.figures = field, item, figures
        super().__init__(self.code(), figures)

    @classmethod
    def code(cls) -> str:
        """The stable code: the class's name, in kebab case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def faults(self) -> tuple[Fault, ...]:
        """As it travels in an answer."""
        figures = {name: _travelling(value) for name, value in self.figures.items()}
        return (Fault(code=self.code(), figures=figures, field=self.field, item=self.item),)


class Refusals(Refusal):
    """Plusieurs points sont à corriger."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__()
        self.refusals = tuple(refusals)

    def faults(self) -> tuple[Fault, ...]:
        """Those of each refusal, in order."""
        return tuple(fault for refusal in self.refusals for fault in refusal.faults())


def _travelling(figure: Figurable) -> str | int:
    if isinstance(figure, int):
        return figure
    return ",".join(figure) if isinstance(figure, tuple) else str(figure)


def refuse_all(refusals: list[Refusal]) -> None:
    """Raises what was found wrong, all at once; nothing when nothing was."""
    if refusals:
        raise refusals[0] if len(refusals) == 1 else Refusals(refusals)


@cache
def catalogue() -> dict[str, type[Refusal]]:
    """Every refusal by its code."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    refusals: dict[str, type[Refusal]] = {}
    waiting = Refusal.__subclasses__()
    while waiting:
        refusal = waiting.pop()
        refusals[refusal.code()] = refusal
        waiting += refusal.__subclasses__()
    return refusals
