"""Says what a client did and what is wrong with it: scenario by scenario, rule by rule."""

from collections.abc import Iterator
from dataclasses import dataclass

from .exchanges import Conversation
from .partner import Partner, Scenario
from .rules import Finding, findings, once

INDENT = " " * 27


@dataclass(frozen=True)
class Report:
    """What came of it."""

    partner: Partner
    said: Conversation
    found: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What is wrong; the rest is advice."""
        return tuple(each for each in self.found if not each.advice)

    @property
    def unanswered(self) -> int:
        """Records without an answer, as yet."""
        return sum(each.answer is None for each in self.said.exchanges)

    @property
    def is_wrong(self) -> bool:
        """Whether anything is, in a record or in what was not to be done."""
        return bool(self.faults) or any(self.partner.overdone(scenario, self.said) for scenario in self.partner.scenarios)

    @property
    def is_done(self) -> bool:
        """Whether every scenario is, and nothing is wrong."""
        return not self.is_wrong and not any(self.partner.missing(scenario, self.said) for scenario in self.partner.scenarios)

    def lines(self) -> Iterator[str]:
        """What a person reads. Scenarios that were not played here are left out."""
        sent = len(self.said.exchanges)
        yield f"{sent} enregistrement{'s' if sent > 1 else ''} sur {self.partner.writes}, {self.unanswered} sans réponse à cette heure."
        for scenario in self.partner.scenarios:
            if self.partner.talk(scenario, self.said) is not None:
                yield from self._scenario(scenario)
        if self.found:
            yield "\nRègle par règle :"
        for each in once(self.found):
            at = f"{each.exchange.place}, clé {(each.exchange.sent.key or b'').decode(errors='backslashreplace') or 'absente'}"
            yield f"  {self.partner.numbers.get(each.rule, each.rule):<7}{'conseil, ' if each.advice else ''}{at} : {each.sentence}"
        yield "\nIl y a des fautes." if self.is_wrong else "\nTout est fait, sans faute." if self.is_done else "\nAucune faute jusqu'ici."

    def _scenario(self, scenario: Scenario) -> Iterator[str]:
        wrong = [each for each in self.faults if each.exchange.contract in scenario.contracts]
        missing, overdone = self.partner.missing(scenario, self.said), self.partner.overdone(scenario, self.said)
        state = "faux" if wrong or overdone else "pas fait" if missing else "fait"
        yield f"  {scenario.name:<4}{scenario.contracts[0]:<11}{state:<10}{scenario.there}"
        yield from (f"{INDENT}il ne fallait pas {words}" for words in overdone)
        yield from (f"{INDENT}{each.sentence}" for each in wrong)
        yield from (f"{INDENT}à faire : {words}" for words in missing)


def report(partner: Partner, said: Conversation) -> Report:
    """What to say of a conversation."""
    return Report(partner, said, tuple(findings(said, partner.rules, partner.what_to_do, partner.is_provoked)))
