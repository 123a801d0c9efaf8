"""Says what a client did and what is wrong with it: scenario by scenario, rule by rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import finance
from .exchanges import Conversation
from .history import contract
from .rules import Finding, findings, once
from .scenarios import SCENARIOS, Scenario, is_provoked

INDENT = " " * 27


@dataclass(frozen=True)
class Report:
    """What came of it."""

    said: Conversation
    found: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What is wrong; the rest is advice."""
        return tuple(each for each in self.found if not each.advice)

    @property
    def unanswered(self) -> int:
        """Records without a reply, as yet."""
        return sum(each.reply is None for each in self.said.exchanges)

    def of(self, scenario: Scenario) -> list[Finding]:
        """What is wrong with what was said of it."""
        return [each for each in self.faults if each.exchange.contract in scenario.contracts]

    @property
    def is_wrong(self) -> bool:
        """Whether anything is, in a record or in what was not to be done."""
        return bool(self.faults or any(scenario.overdone(self.said) for scenario in self._played))

    @property
    def is_done(self) -> bool:
        """Whether every scenario is, and nothing is wrong."""
        return not self.is_wrong and self._played == [*SCENARIOS] and not any(scenario.missing(self.said) for scenario in SCENARIOS)

    @property
    def _played(self) -> list[Scenario]:
        there = {fact.contract_number for fact in self.said.facts}
        return [scenario for scenario in SCENARIOS if contract(scenario.number) in there]

    def lines(self) -> Iterator[str]:
        """What a person reads."""
        sent = len(self.said.exchanges)
        yield f"{sent} enregistrement{'s' if sent > 1 else ''} sur region.decisions, {self.unanswered} sans réponse à cette heure."
        for scenario in self._played:
            yield from self._scenario(scenario)
        if self.found:
            yield "\nRègle par règle :"
        for each in once(self.found):
            at = f"{each.exchange.place}, clé {(each.exchange.sent.key or b'').decode(errors='backslashreplace') or 'absente'}"
            yield f"  {each.rule:<7}{'conseil, ' if each.advice else ''}{at} : {each.sentence}"
        yield "\nIl y a des fautes." if self.is_wrong else "\nTout est fait, sans faute." if self.is_done else "\nAucune faute jusqu'ici."

    def _scenario(self, scenario: Scenario) -> Iterator[str]:
        wrong, missing = self.of(scenario), scenario.missing(self.said)
        overdone = scenario.overdone(self.said)
        state = "faux" if wrong or overdone else "pas fait" if missing else "fait"
        yield f"  {scenario.name:<4}{contract(scenario.number):<11}{state:<10}{scenario.there}"
        yield from (f"{INDENT}il ne fallait pas {words}" for words in overdone)
        yield from (f"{INDENT}{each.sentence}" for each in wrong)
        yield from (f"{INDENT}à faire : {words}" for words in missing)


def report(said: Conversation) -> Report:
    """What to say of a conversation."""
    return Report(said, tuple(findings(said, finance.RULES, finance.WHAT_TO_DO, is_provoked)))
