"""The audit: every database at a moment of its own, then the topics up to their ends, then key by key what does not hold."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime

from contracts.awards import ActionAwarded, ContractReplaced
from contracts.identity import OrganisationChanged, OrganisationRegistered, TextPublished

from . import log, outside, snapshot
from .finding import Finding, Promise
from .history import Cut, History, Told
from .notes import Notes, notes
from .promises import added, amendments, documents, hours, messages, money, overall, people, proofs, views
from .scanner import Found, Scanner
from .settings import AuditSettings
from .snapshot import GATEWAY

Check = Callable[[History], Iterator[Finding]]
Early = defaultdict[tuple[str, str], dict[tuple[str, str, int], Finding]]
"""By database and name, by source, key and number: what is wrong if that database has not counted so far by now."""
OF_MESSAGES: tuple[Check, ...] = (messages.versions, messages.answers, messages.decided, messages.sent, messages.applied)
OF_OWNERS: dict[str, tuple[Check, ...]] = {
    "actions": (amendments.numbered,),
    "declarations": (hours.presence, hours.planned, hours.confirmed, added.added, amendments.declared, proofs.proofs),
    "billing": (money.money,),
    "gateway": (views.views, people.shown, proofs.erased, documents.documents),
}
"""What is checked as its owner had it, when that database is audited."""
MOST = 1000
"""Findings of one audit: a database that was put back would fill a disk."""
NUMBER, REFERENCE, ASKED = "number", "reference", "asked"
TOGETHER = 200
"""Records that are kept together."""
PUBLIC = frozenset({ActionAwarded.TYPE, ContractReplaced.TYPE, OrganisationRegistered.TYPE, OrganisationChanged.TYPE, TextPublished.TYPE})
"""What the Region says of contracts and of who holds them, and to everybody: it is public, whoever else has the same name or address."""


async def audit(settings: AuditSettings, *, of_messages_alone: bool = False) -> list[Finding]:
    """Whatever does not hold, `MOST` at most, in the order of promises and keys; nothing is written, and everything may run meanwhile.

    `of_messages_alone`: whatever the messages are about; nothing of what Sésame's own say. Raises Trouble, and what Kafka and the databases
    raise.
    """
    scanner = Scanner(frozenset(filter(None, (secret.get_secret_value() for secret in settings.secrets))))
    with notes() as kept:
        positions: dict[tuple[str, str, int], int] = {}
        for database in settings.databases:
            positions |= await snapshot.take(settings, database, kept, scanner, of_messages_alone=of_messages_alone)
        taken = datetime.now(UTC)
        found, sent = await _read(settings, kept, scanner, taken - log.WHILE)
        early: Early = defaultdict(dict)
        erased = frozenset[str]() if of_messages_alone else await snapshot.erased(settings)
        for history in kept.histories(Cut(frozenset(settings.databases), positions, datetime.now(UTC), erased, sent)):
            if len(found) + sum(map(len, early.values())) > MOST:
                break
            found += _of_messages(history, early) if of_messages_alone else _of_one(history, settings.databases, early, kept)
        else:
            found += overall.without_gap(kept.gathered(NUMBER))
            found += overall.once_each(kept.gathered(REFERENCE))
            found += overall.replied_once(kept.gathered(ASKED))
        found += [finding async for finding in _never_counted(settings, early)]
        if not of_messages_alone:
            found += outside.look(settings, scanner)
        if not of_messages_alone and GATEWAY in settings.databases:
            found += [finding async for finding in outside.look_at_addresses(settings, scanner)]
    return _in_order(found)


def _of_messages(history: History, early: Early) -> Iterator[Finding]:
    """What does not hold of a key whose messages may be anybody's."""
    for check in OF_MESSAGES:
        yield from check(history)
    for source, number, finding in messages.never_counted(history):
        early[source.partition("/")[0], "counted"][source, history.key, number] = finding


def _of_one(history: History, databases: Collection[str], early: Early, kept: Notes) -> Iterator[Finding]:
    """What does not hold of a key; what must be one of its kind over all keys is gathered."""
    yield from _of_messages(history, early)
    yield from people.records(history)
    yield from people.kept_on(history)
    for source, number, finding in people.never_kept(history):
        early[source, "people"][source, history.key, number] = finding
    for database in databases:
        for check in OF_OWNERS.get(database, ()):
            yield from check(history)
    kept.gather(ASKED, overall.asked_outside(history))
    if money.OWNER in databases:
        for source, number, finding in money.never_told(history):
            early[source, "told"][source, history.key, number] = finding
        kept.gather(NUMBER, overall.legal_numbers(history))
        kept.gather(REFERENCE, overall.references(history))


async def _read(settings: AuditSettings, kept: Notes, scanner: Scanner, since: datetime) -> tuple[list[Finding], dict[str, int]]:
    """Keeps what the topics say, and looks through each record for personal data outside `personal` and the commands, and for secrets.

    With what was found, by source, the last row of its outbox that was on a topic `since` then.
    """
    found: list[Finding] = []
    sent: dict[str, int] = {}
    suspected: dict[str, list[Found]] = {}
    together: list[Told] = []
    async for record in log.read(settings, log.topics_of(settings.databases)):
        topic = record.topic.removeprefix(settings.topic_prefix)
        place, text = f"{topic}-{record.partition}@{record.offset}", (record.body or b"").decode(errors="replace")
        if scanner.tells_a_secret(text) and len(found) < MOST:
            found.append(Finding(Promise.SECRET, place, "un mot de passe, un jeton ou une empreinte"))
        told = log.message(topic, record)
        if told and told.type in PUBLIC:
            scanner.publish(log.read_json(record.body))
        elif topic in log.KEPT and len(suspected) < MOST and (of_somebody := list(scanner.found_in(text))):
            suspected[place] = of_somebody
        if told and told.written < since:
            sent[told.source] = max(told.sequence, sent.get(told.source, 0))
        together += [told] if told else []
        if len(together) >= TOGETHER:
            kept.tell(together)
            together.clear()
    kept.tell(together)
    whose = {place: scanner.whose(of_somebody) for place, of_somebody in suspected.items()}
    private = [Finding(Promise.PRIVATE, place, f"quelque chose de {id_}") for place, ids in whose.items() for id_ in ids]
    return found + private, sent


async def _never_counted(settings: AuditSettings, early: Early) -> AsyncIterator[Finding]:
    """Of what stood under a number that was not given when the database was read: what it has not given now either."""
    for (database, name), of in early.items():
        by_now = await snapshot.counted_since(settings, database, name, {key for _, key, _ in of})
        for (source, key, number), finding in of.items():
            if not 1 <= number <= by_now.get((source, key), 0):
                yield finding


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    order = list(Promise)
    every = sorted(set(found), key=lambda finding: (order.index(finding.promise), finding.about, finding.what))
    return every[:MOST]
