"""What is wrong with what a partner sent, rule by rule, in sentences: those that hold for every topic that a stranger writes.

A partner adds its own (`finance.rules`).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from .exchanges import Conversation, Exchange

CROSSED = timedelta(seconds=2)
"""What is sent again so soon after a refusal may have crossed with it."""


@dataclass(frozen=True)
class Finding:
    """Something wrong, or (`advice`) something that works and should not be relied upon."""

    rule: str
    """Its number in the rules of the domain; of a rule that holds for every partner, what it is about."""
    exchange: Exchange
    sentence: str
    advice: bool = False


READING, ORDER, REFUSALS = "lecture", "ordre", "refus"
Rule = Callable[[Conversation], Iterator[Finding]]


def keys(conversation: Conversation) -> Iterator[Finding]:
    """The key is the contract number, as bare text."""
    for each in conversation.exchanges:
        if each.contract is not None:
            continue
        key = each.sent.key
        if key is None:
            yield Finding(READING, each, "L'enregistrement n'a pas de clé ; la clé est le numéro du contrat de la facture.")
        elif re.fullmatch(rb'"[^"]*"', key):
            yield Finding(READING, each, f"La clé {_shown(key)} est entre guillemets : écrivez le numéro du contrat tel quel, pas en JSON.")
        else:
            yield Finding(READING, each, f"La clé {_shown(key)} n'est pas un numéro de contrat en UTF-8.")


def bodies(conversation: Conversation) -> Iterator[Finding]:
    """The value is one JSON object."""
    for each in conversation.exchanges:
        body = each.sent.body
        if each.body is not None:
            continue
        if not body:
            yield Finding(READING, each, "L'enregistrement est vide ; sa valeur est un objet JSON.")
        elif body.startswith(b"\x00"):
            yield Finding(READING, each, "La valeur commence par l'en-tête d'un registre de schémas : envoyez le JSON seul.")
        else:
            yield Finding(READING, each, f"La valeur n'est pas un objet JSON en UTF-8 : {_shown(body)}.")


def partitions(conversation: Conversation) -> Iterator[Finding]:
    """A key is always in the same partition, or its records have no order."""
    first: dict[bytes, int] = {}
    for each in conversation.exchanges:
        key, partition = each.sent.key, each.sent.partition
        if key is not None and first.setdefault(key, partition) != partition:
            yield Finding(
                ORDER,
                each,
                f"La clé {_shown(key)} est dans les partitions {first[key]} et {partition} : ce que vous écrivez sur un contrat n'a plus "
                "d'ordre. Laissez le client Kafka choisir la partition d'après la clé.",
            )


def refusals_ignored(conversation: Conversation) -> Iterator[Finding]:
    """What was refused is not sent again as it was, unless it is to be tried again later, or something of its key counts since then."""
    refused: dict[bytes | None, dict[bytes | None, Exchange]] = defaultdict(dict)
    for each in conversation.exchanges:
        of_key = refused[each.sent.key]
        before = of_key.get(each.sent.body)
        if before and before.answer and each.sent.timestamp > before.answer.at + CROSSED:
            yield Finding(
                REFUSALS,
                each,
                f"Le même enregistrement avait été refusé ({before.place}, {before.code}) : lisez la réponse, corrigez, renvoyez.",
            )
        if each.codes and not TRY_AGAIN.issuperset(each.codes):
            of_key.setdefault(each.sent.body, each)
        if each.is_recorded:
            of_key.clear()


def headers(conversation: Conversation) -> Iterator[Finding]:
    """No header is needed; what is said in one counts for nothing."""
    for each in conversation.exchanges:
        if named := sorted({name for name, _ in each.sent.headers if name.startswith("ce")}):
            sentence = f"Vos en-têtes ({', '.join(named)}) ne sont pas lus : seuls la clé et le corps comptent."
            yield Finding(READING, each, sentence, advice=True)


def refused(conversation: Conversation, what_to_do: Mapping[str, str]) -> Iterator[Finding]:
    """Each refusal, with what to do about it."""
    for each in conversation.exchanges:
        for code, reason in each.answer.reasons if each.answer else ():
            yield Finding(REFUSALS, each, f"Refusé ({code}) : {reason} {what_to_do.get(code, '')}".strip())


COMMON: Sequence[Rule] = (keys, bodies, partitions, headers)
"""Of one record, or of several: what is provoked on purpose is not held against anybody."""
TRY_AGAIN = frozenset({"report-not-received"})
"""Refusals after which the very same may come again later."""


def findings(
    conversation: Conversation, rules: Iterable[Rule], what_to_do: Mapping[str, str], is_provoked: Callable[[Exchange], bool]
) -> list[Finding]:
    """Everything, in the order of the records. A refusal is named where no rule says more precisely what was wrong with the record."""
    found = [each for rule in (*COMMON, *rules) for each in rule(conversation) if not is_provoked(each.exchange)]
    found += refusals_ignored(conversation)
    explained = {id(each.exchange) for each in found if not each.advice}
    found += [each for each in refused(conversation, what_to_do) if not (is_provoked(each.exchange) or id(each.exchange) in explained)]
    order = {id(each): place for place, each in enumerate(conversation.exchanges)}
    return sorted(found, key=lambda each: order[id(each.exchange)])


def once(found: Iterable[Finding]) -> list[Finding]:
    """Advice that is the same for many records is given once."""
    given: defaultdict[str, int] = defaultdict(int)
    kept = []
    for each in found:
        given[each.sentence] += 1
        if not each.advice or given[each.sentence] == 1:
            kept.append(each)
    return kept


def _shown(content: bytes) -> str:
    text = content[:80].decode(errors="backslashreplace")
    return f"« {text}{'…' if len(content) > 80 else ''} »"
