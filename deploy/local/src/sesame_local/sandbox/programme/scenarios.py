"""What the programme system is to do about each contract of its sandbox (`contracts/PROGRAMME.md` has the same table)."""

from dataclasses import dataclass
from typing import Any

from ..exchanges import Conversation
from ..partner import Scenario, Step


@dataclass(frozen=True)
class Talk:
    """What was said of one contract."""

    said: Conversation

    def came(self, outcome: str) -> bool:
        """Whether an answer said that."""
        return any(each.answer and each.answer.outcome == outcome for each in self.said.exchanges)

    def refused(self, code: str) -> bool:
        """Whether anything was, with that code among others."""
        return any(code in each.codes for each in self.said.exchanges)


def talk_of(scenario: Scenario, said: Conversation) -> Talk | None:
    """What was said of it; None where the history was not played."""
    return Talk(said.of(scenario.contracts)) if said.facts else None


def scenario(number: int, there: str, *steps: Step, provokes: frozenset[str] = frozenset(), **more: Any) -> Scenario:
    """The one of that number, on its contract."""
    return Scenario(f"P{number}", (f"2026SBP{number:02}",), there, steps, provokes, **more)


AWARD: Step = ("l'attribuer (award) : awarded", lambda talk: talk.came("awarded"))


def refusal(words: str, code: str) -> Step:
    """What is to be refused."""
    return (f"{words} : refusé", lambda talk: talk.refused(code))


SCENARIOS: tuple[Scenario, ...] = (
    scenario(1, "un numéro que personne ne connaît", AWARD),
    scenario(
        2,
        "un numéro que personne ne connaît",
        AWARD,
        ("renvoyer le même contrat : known", lambda talk: talk.came("known")),
    ),
    scenario(
        3,
        "un numéro que personne ne connaît",
        AWARD,
        refusal("l'attribuer avec un autre contenu", "contract-differs"),
        ("le remplacer (replace) par ce contenu : replaced", lambda talk: talk.came("replaced")),
        provokes=frozenset({"contract-differs"}),
    ),
    scenario(
        4,
        "un numéro que personne ne connaît",
        AWARD,
        ("le retirer (withdraw) : withdrawn", lambda talk: talk.came("withdrawn")),
        ("le retirer encore : known", lambda talk: talk.came("known")),
    ),
    scenario(
        5,
        "un contrat sur lequel l'organisme travaille",
        refusal("le retirer", "contract-in-use"),
        provokes=frozenset({"contract-in-use"}),
    ),
    scenario(
        6,
        "un contrat que l'agent a retiré",
        refusal("l'attribuer", "contract-withdrawn"),
        provokes=frozenset({"contract-withdrawn"}),
    ),
    scenario(
        7,
        "un numéro que personne ne connaît",
        refusal("le retirer", "nothing-to-withdraw"),
        provokes=frozenset({"nothing-to-withdraw"}),
    ),
    scenario(
        8,
        "un numéro que personne ne connaît",
        refusal("l'attribuer à un prix qui n'est pas heures × tarif × effectif", "price-differs"),
        AWARD,
        provokes=frozenset({"price-differs"}),
    ),
    scenario(
        9,
        "un numéro que personne ne connaît",
        refusal("envoyer ce qui n'est pas du JSON", "message-unreadable"),
        refusal("envoyer un contrat sans ses trainers", "field-unreadable"),
        AWARD,
        provokes=frozenset({"message-unreadable", "field-unreadable"}),
    ),
    scenario(
        10,
        "un numéro que personne ne connaît",
        refusal("envoyer sous cette clé le contrat d'un autre numéro", "key-differs"),
        AWARD,
        provokes=frozenset({"key-differs"}),
    ),
)
