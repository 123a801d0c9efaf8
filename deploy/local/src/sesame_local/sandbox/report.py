"""Says what a client did and what is wrong with it: scenario by scenario, rule by rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from . import finance
from .exchanges import Conversation
from .history import contract
from .rules import Finding, findings, once
from .scenarios import SCENARIOS, Scenario, is_provoked


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

    def missing(self, scenario: Scenario) -> list[str]:
        """The steps that are not done."""
        talk = scenario.talk(self.said)
        return (
            [words for words, is_done in scenario.steps if not is_done(talk)]
            if talk.said.exchanges
            else [words for words, _ in scenario.steps]
        )

    def of(self, scenario: Scenario) -> list[Finding]:
        """What is wrong with what was said of it."""
        return [each for each in self.faults if each.exchange.contract in scenario.contracts]

    def lines(self) -> Iterator[str]:
        """What a person reads."""
        sent = len(self.said.exchanges)
        yield f"{sent} enregistrement{'s' if sent > 1 else ''} sur region.decisions, {self.unanswered} sans réponse à cette heure."
        played = {fact.contract_number for fact in self.said.facts}
        for scenario in SCENARIOS:
            if contract(scenario.number) in played:
                yield from self._scenario(scenario)
        if self.found:
            yield "\nRègle par règle :"
        for each in once(self.found):
            at = f"{each.exchange.place}, clé {(each.exchange.sent.key or b'').decode(errors='backslashreplace') or 'absente'}"
            yield f"  {each.rule:<7}{'conseil, ' if each.advice else ''}{at} : {each.sentence}"
        yield f"\n{len(self.faults)} faute{'s' if len(self.faults) > 1 else ''}." if self.faults else "\nAucune faute."

    def _scenario(self, scenario: Scenario) -> Iterator[str]:
        wrong, missing = self.of(scenario), self.missing(scenario)
        state = f"faux ({len(wrong)})" if wrong else "pas fait" if missing else "fait"
        yield f"  {scenario.name:<4}{contract(scenario.number):<11}{state:<10}{scenario.there}"
        yield from (f"{'':<25}reste à {words}" for words in missing)
        yield from (f"{'':<25}car {each.sentence[0].lower()}{each.sentence[1:]}" for each in wrong)


def report(said: Conversation) -> Report:
    """What to say of a conversation."""
    return Report(said, tuple(findings(said, finance.RULES, finance.WHAT_TO_DO, is_provoked)))
