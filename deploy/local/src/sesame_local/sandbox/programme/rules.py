"""What is wrong with what the programme system asks (`contracts/PROGRAMME.md`), where its answer does not say it better."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from ..exchanges import Conversation, Exchange
from ..rules import Finding, Rule

RULE = "ACT-1"
ASKS = ("award", "replace", "withdraw")
DAYS = frozenset({"vote_date", "planned_start", "planned_end", "start", "end"})
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

WHAT_TO_DO: Mapping[str, str] = {
    "message-unreadable": "Réparez l'enregistrement, puis renvoyez-le.",
    "contract-differs": "Si c'est voulu, envoyez-le comme « replace ».",
    "contract-in-use": "Voyez avec l'organisme, ou demandez une modification dans le portail.",
    "contract-withdrawn": "Un numéro retiré ne sert plus : prenez-en un autre.",
    "nothing-to-withdraw": "Vérifiez le numéro.",
    "people-are-erased": "On n'écrit plus rien de ce contrat.",
}


def asks(conversation: Conversation) -> Iterator[Finding]:
    """A record says what it asks, under the number of its contract."""
    for each in conversation.exchanges:
        body = each.body
        if body is None:
            continue
        if body.get("ask") not in ASKS:
            yield Finding(RULE, each, f"La demande « {body.get('ask')} » n'est ni award, ni replace, ni withdraw.")
        elif each.contract and body.get("number") != each.contract:
            yield Finding(RULE, each, f"Le contrat est le {body.get('number')}, et la clé dit {each.contract} : c'est le même numéro.")


def figures(conversation: Conversation) -> Iterator[Finding]:
    """Amounts, hours and rates are exact: as text, or numbers of two decimals at most; days are days."""
    for each in conversation.exchanges:
        for path, value in _leaves(each.body or {}):
            if isinstance(value, float):
                yield _figure(each, path, value)
            if path.rpartition(".")[2] in DAYS and not (isinstance(value, str) and DAY.fullmatch(value)):
                yield Finding(
                    RULE, each, f"La date « {value} » ({path}) n'en est pas une : c'est un jour de Paris, 2026-11-02, sans heure."
                )


def _figure(each: Exchange, path: str, value: float) -> Finding:
    exact = Decimal(str(value))
    if exact.is_finite() and exact == exact.quantize(Decimal("0.01")):
        advice = 'Montants, heures et taux s\'écrivent en texte (« "40600.00" ») : un nombre est lu, mais un flottant arrondit un jour.'
        return Finding(RULE, each, advice, advice=True)
    return Finding(RULE, each, f"{value} ({path}) a plus de deux décimales ; les flottants arrondissent ainsi : prenez des décimaux.")


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{place}")
    else:
        yield path, value


RULES: Sequence[Rule] = (asks, figures)
