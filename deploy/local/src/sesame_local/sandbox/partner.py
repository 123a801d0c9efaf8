"""A partner who writes a topic of ours: which one, what it is to do in the sandbox, and by which rules it is judged."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.record import Record
from contracts.message import Message

from .exchanges import Answer, Conversation, Exchange
from .rules import Rule
from .stage import Stage

Step = tuple[str, Callable[[Any], bool | int]]
"""Something to do, or never to do, and whether it was done, as what the partner's `talk` makes of it says."""


@dataclass(frozen=True)
class Scenario:
    """A contract of the sandbox, what is there, what to do, step by step, and the refusals that are provoked with it."""

    name: str
    """S1, S2, …"""
    contracts: tuple[str, ...]
    """Its own, then others that belong to it."""
    there: str
    steps: tuple[Step, ...]
    provokes: frozenset[str] = frozenset()
    never: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Partner:
    """One of them."""

    name: str
    """Its user in Kafka, and its sample's folder in `deploy`."""
    service: str
    """Which answers it: the only one that its sandbox needs."""
    folder: str
    port: int
    """Where its sandbox is, unless it is said otherwise."""
    today: date
    """The day that it is there, for ever."""
    play: Callable[[Stage, Callable[[str], None]], Awaitable[None]]
    """Lets its history happen."""
    acts: Mapping[str, tuple[Callable[[Stage], Awaitable[None]], str]]
    """What may happen afterwards, by the word that asks for it, and the sentence for when it has."""
    numbers: Mapping[str, str]
    """Under which rule of the domain each of those stands that hold for every partner."""
    writes: str
    """A topic, without prefix; so are the next two."""
    replies: str
    reads: str
    answer: Callable[[Record], Answer]
    facts: Callable[[Iterable[Record]], Iterable[Message]]
    rules: Sequence[Rule]
    what_to_do: Mapping[str, str]
    scenarios: Sequence[Scenario]
    talk: Callable[[Scenario, Conversation], Any]
    """What was said of a scenario, as its steps look at it; None where the scenario is not played."""

    def missing(self, scenario: Scenario, said: Conversation) -> list[str]:
        """What is still to do."""
        talk = self.talk(scenario, said)
        return [words for words, is_done in scenario.steps if talk is None or not is_done(talk)]

    def overdone(self, scenario: Scenario, said: Conversation) -> list[str]:
        """What was not to be done."""
        talk = self.talk(scenario, said)
        return [words for words, is_done in scenario.never if talk is not None and is_done(talk)]

    def is_provoked(self, exchange: Exchange) -> bool:
        """Whether it was refused as its scenario asks for."""
        of = [scenario for scenario in self.scenarios if exchange.contract in scenario.contracts]
        return bool(exchange.codes) and any(scenario.provokes.issuperset(exchange.codes) for scenario in of)
