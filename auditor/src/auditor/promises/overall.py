"""What is one sequence, or one of its kind, over all actions: an issuer's numbers, payments' references, what answers a system outside."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import count

from contracts.finance import Reply
from contracts.programme import ProgrammeReply

from ..finding import Finding, Promise
from ..history import CONTRACTS, CONTRACTS_REPLIES, DECISIONS, REPLIES, History
from .money import OWNER, account

RECORD, REPLY = 0, 1
KEPT = timedelta(days=34)
"""What a system outside sends stands on its topic for five weeks, and its reply a little longer."""
ANSWERED: Mapping[str, tuple[str, str, type[Reply | ProgrammeReply], Promise]] = {
    DECISIONS: (OWNER, REPLIES, Reply, Promise.FINANCE),
    CONTRACTS: ("actions", CONTRACTS_REPLIES, ProgrammeReply, Promise.PROGRAMME),
}
"""By the topic of a system outside: who answers it, where, how, and what is promised."""
Gathered = Iterable[tuple[str, list[tuple[int, str]]]]
"""By what it is about, the numbers in order, each with who has it."""


def legal_numbers(history: History) -> Iterator[tuple[str, int, str]]:
    """Those of a key: issuer and year, number, who has it. As the database kept them; `kept` compares it with the log."""
    for row in history.rows(OWNER, "invoices"):
        yield f"{row['issuer']}/{row['year']}", row["sequence"], f"la facture {row['invoice_id']} de {history.key}"
    for row in history.rows(OWNER, "legal_numbers"):
        # One more than the last, so that what is missing at the end is missed too.
        yield history.key, row["last"] + 1, "le suivant"


def references(history: History) -> Iterator[tuple[str, int, str]]:
    """The references of a key's payments."""
    for invoice_id, standing in account(history).invoices.items():
        for reference in standing.paid:
            yield reference, 1, f"la facture {invoice_id} de {history.key}"


def asked_outside(history: History) -> Iterator[tuple[str, int, str]]:
    """What a system outside sent and its reader has read, by its place (0), and what replies to it (1)."""
    for topic, (owner, replies, kind, _) in ANSWERED.items():
        for told in history.on(topic):
            is_young = history.cut.today - told.written < KEPT
            if is_young and history.cut.has_read(owner, told) and not history.is_parked(owner, told):
                yield f"{topic}-{told.partition}@{told.offset}", RECORD, history.key
        for told in history.on(replies):
            if isinstance(reply := history.parsed(told), kind):
                yield f"{topic}-{reply.partition}@{reply.offset}", REPLY, told.place


def without_gap(gathered: Gathered) -> Iterator[Finding]:
    """The numbers of an issuer and a year run from 1, each given once (BIL-9)."""
    for about, numbers in gathered:
        for expected, (number, owner) in zip(count(1), numbers):
            if number != expected:
                yield Finding(Promise.NUMBERS, about, f"le numéro {number} est à {owner}, là où le numéro {expected} est attendu")
                break


def replied_once(gathered: Gathered) -> Iterator[Finding]:
    """Each record of a system outside has one reply (FIN-2, ACT-1). The record itself is forgotten after a while."""
    for about, both in gathered:
        replies = [place for number, place in both if number == REPLY]
        if len(replies) != 1:
            promise = ANSWERED[about.rpartition("-")[0]][3]
            yield Finding(promise, about, f"{len(replies)} réponses au lieu d’une ({', '.join(replies)})")


def once_each(gathered: Gathered) -> Iterator[Finding]:
    """A reference is one payment in the whole system (BIL-13)."""
    for about, owners in gathered:
        if len(owners) > 1:
            yield Finding(Promise.PAYMENTS, f"paiement {about}", f"compté pour {' et pour '.join(owner for _, owner in owners)}")
