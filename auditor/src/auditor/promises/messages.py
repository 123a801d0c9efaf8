"""Numbers, answers, and whether everybody has taken in what they wait for."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from contracts import actions, awards, billing, declarations, erasure, identity, requests, surveys
from contracts.answers import CommandAnswered
from contracts.calendar import DayStarted
from contracts.message import Event
from contracts.registry import MESSAGES

from ..finding import Finding, Promise
from ..history import EVENTS, History, Told, as_id

GATEWAY = "gateway"
GRANTED = (
    declarations.EntryGranted,
    declarations.RemovalGranted,
    declarations.PathwayGranted,
    declarations.ClosingGranted,
    actions.AskRefused,
)
"""What answers an ask."""
KEPT = timedelta(days=6)
"""Commands stand on their topics for a week: one that is younger must be there, or have left its answer."""
HEARD: dict[str, frozenset[type[Event]]] = {
    "identity": frozenset(),  # what it hears of contracts, it numbers by organisation
    "actions": frozenset(
        {
            actions.AskRefused,
            declarations.EntryGranted,
            declarations.RemovalGranted,
            declarations.PathwayGranted,
            declarations.ClosingGranted,
            declarations.AmendmentGranted,
            erasure.ErasureDue,
        }
    ),
    "declarations": frozenset(
        {
            awards.ActionAwarded,
            awards.ContractReplaced,
            actions.DatesValidated,
            actions.ActionOpened,
            actions.TraineeRegistered,
            actions.TraineeChanged,
            actions.TraineeEntered,
            actions.TraineeNeverCame,
            actions.TraineeRemoved,
            actions.EntryRequested,
            actions.RemovalRequested,
            actions.PathwayRequested,
            actions.ClosingRequested,
            requests.AmendmentRequested,
            requests.ChangeRequested,
            requests.RequestRefused,
            requests.RequestWithdrawn,
            billing.InvoiceRejected,
        }
    ),
    "billing": frozenset(
        {
            awards.ActionAwarded,
            awards.ContractReplaced,
            awards.ActionWithdrawn,
            actions.ActionOpened,
            actions.ActionNotOpened,
            actions.ActionClosed,
            declarations.MonthConfirmed,
            declarations.DeclarationsChanged,
            declarations.AmendmentForeseen,
            declarations.AmendmentGranted,
            requests.ChangeRequested,
            requests.RequestRefused,
            requests.RequestWithdrawn,
            surveys.ReportSubmitted,
            surveys.ReportAcknowledged,
        }
    ),
    "surveys": frozenset(
        {
            awards.ActionAwarded,
            awards.ContractReplaced,
            actions.TraineeEntered,
            actions.TraineeNeverCame,
            actions.TraineeRemoved,
            actions.ActionClosed,
            declarations.TraineeExited,
            declarations.TraineeExitChanged,
            declarations.MonthConfirmed,
            declarations.MonthReopened,
            erasure.ErasureDue,
        }
    ),
    GATEWAY: frozenset(kind for kind in MESSAGES.values() if issubclass(kind, Event)) - {DayStarted, identity.AccessChanged},
}
"""Who must take in what, said here once more and apart from the services: a row that one of them lost is noticed."""


def versions(history: History) -> Iterator[Finding]:
    """What each source said about the key is numbered from 1, in order, each number once, as far as its database has counted."""
    for source, said in _by_source(history).items():
        first: dict[int, Told] = {}
        last = 0
        for told in said:
            before = first.setdefault(told.version, told)
            if before.digest != told.digest:
                yield _wrong(history, f"{source} a dit deux choses sous le numéro {told.version} ({before.place}, {told.place})")
            elif before is told and told.version < last and told.owner != GATEWAY:
                yield _wrong(history, f"{source} a dit le numéro {told.version} après le numéro {last} ({told.place})")
            last = max(last, told.version)
        if said[0].owner != GATEWAY:  # commands are not kept for ever
            counted = history.counted(source) if source in history.cut.databases else last
            yield from _gaps(history, source, [0, *sorted(number for number in first if 0 < number <= counted), counted + 1])
    for database in history.cut.databases - {GATEWAY} - {told.source for told in history.told if told.topic == EVENTS}:
        if counted := history.counted(database):
            yield _wrong(history, f"{database} a compté {counted} événements et le journal n’en a aucun")


def _gaps(history: History, source: str, numbers: Sequence[int]) -> Iterator[Finding]:
    for before, after in pairwise(numbers):
        if after > before + 1:
            which = (
                f"le numéro {before + 1} de {source} manque" if after == before + 2 else f"{source} : {before + 1} à {after - 1} manquent"
            )
            yield _wrong(history, which)


def never_counted(history: History) -> Iterator[tuple[str, int, Finding]]:
    """What stands under a number that its source had not given: source, number, and what is wrong if it has not given it by now.

    What a restored portal had forgotten it notes again, and counts no more.
    """
    noted = {as_id(row["id"]) for row in history.rows(GATEWAY, "commands")}
    for source, said in _by_source(history).items():
        if said[0].owner in history.cut.databases:
            for told in said:
                if not 1 <= told.version <= history.counted(source) and told.id not in noted:
                    what = f"{source} n’a jamais dit le numéro {told.version}, {told.type} ({told.place})"
                    yield source, told.version, _wrong(history, what)


def answers(history: History) -> Iterator[Finding]:
    """Every command that the portal recorded has one answer, or is somewhere on its way."""
    given: Counter[str] = Counter()
    for _, answer in _answers(history):
        given[str(answer.command_id)] += 1
    numbers = {(told.id, told.version): told for told in history.told if told.topic.endswith(".commands")}
    asked = Counter(id_ for id_, _ in numbers)
    for id_, times in given.items():
        if times > max(asked[id_], 1):
            yield Finding(Promise.ANSWERS, history.key, f"commande {id_} : {times} réponses")
    sent = {told.id: told for told in numbers.values()}
    for row in history.rows(GATEWAY, "commands"):
        id_ = as_id(row["id"])
        if given[id_] or row["answered_at"]:
            if row["answered_at"] and not given[id_]:
                yield Finding(Promise.ANSWERS, history.key, f"commande {id_} : le portail montre une réponse que le journal n’a pas")
        elif id_ not in sent:
            yield Finding(Promise.ANSWERS, history.key, f"commande {id_} : enregistrée, et ni sur son topic ni dans la boîte d’envoi")
    for told in sent.values():
        if not given[told.id] and not _is_on_its_way(history, told):
            yield Finding(Promise.ANSWERS, history.key, f"commande {told.id} : lue et jamais répondue ({told.place})")


def decided(history: History) -> Iterator[Finding]:
    """A service that decides a command has read of `events` what its author had seen."""
    asked = {told.id: told for told in history.told if told.topic.endswith(".commands") and told.knew}
    for told, answer in _answers(history):
        if told.knew and (command := asked.get(str(answer.command_id))):
            read = json.loads(told.knew)
            for partition, offset in json.loads(command.knew).items():
                if read.get(partition, -1) < offset:
                    what = f"commande {command.id} : décidée avant events-{partition}@{offset}, que son auteur avait vu ({told.place})"
                    yield Finding(Promise.DECIDED, history.key, what)


def sent(history: History) -> Iterator[Finding]:
    """No row of an outbox waits behind what was put there after it and has left a while ago."""
    left = {told.id for told in history.told if not told.waits}
    for told in history.told:
        if told.waits and told.id not in left and told.sequence < history.cut.sent.get(told.source, 0):
            yield Finding(Promise.SENT, history.key, f"{told.type} {told.id} : resté derrière ({told.place})")


def applied(history: History) -> Iterator[Finding]:
    """Whoever has read past an event that it waits for has taken it in, or parked it with a reason."""
    for database, kinds in HEARD.items():
        if database not in history.cut.databases:
            continue
        last: dict[str, Told] = {}
        for told in history.told:
            if told.topic == EVENTS and told.kind in kinds and history.cut.has_read(database, told):
                last[told.source] = max(last.get(told.source, told), told, key=lambda each: each.version)
        seen = {row["source"]: int(row["version"]) for row in history.rows(database, "seen")}
        for source, told in last.items():
            if seen.get(source, 0) < told.version:
                yield Finding(
                    Promise.APPLIED, history.key, f"{database} a dépassé sans le prendre {told.type} n° {told.version} ({told.place})"
                )
    for (database, name), rows in history.held.items():
        if name == "parked" and all(row["waits"] for row in rows):
            yield Finding(Promise.APPLIED, history.key, f"{database} garde {len(rows)} messages de côté sans raison")


def _answers(history: History) -> Iterator[tuple[Told, CommandAnswered]]:
    for told in history.on(EVENTS):
        if told.kind is CommandAnswered and isinstance(answer := history.parsed(told), CommandAnswered):
            yield told, answer


def _is_on_its_way(history: History, told: Told) -> bool:
    """Whether a command without an answer waits for its service, is parked there, or for what its service asked of another."""
    service = told.topic.removesuffix(".commands")
    if service not in history.cut.databases or not history.cut.has_read(service, told):
        return True
    if history.cut.today - told.written > KEPT or history.is_parked(service, told):
        return True
    asks = (actions.EntryRequested, actions.RemovalRequested, actions.PathwayRequested, actions.ClosingRequested)
    asked = [each for each in history.on(EVENTS) if each.cause == told.id and each.kind in asks]
    return any(_waits_for_an_answer(history, ask) for ask in asked)


def _waits_for_an_answer(history: History, ask: Told) -> bool:
    replies = [each for each in history.on(EVENTS) if each.cause == ask.id and each.kind in GRANTED]
    parked = history.is_parked("declarations", ask) or any(history.is_parked("actions", reply) for reply in replies)
    if parked or not {"actions", "declarations"} <= history.cut.databases:
        return True
    return (
        not all(history.cut.has_read("actions", reply) for reply in replies) if replies else not history.cut.has_read("declarations", ask)
    )


def _by_source(history: History) -> dict[str, list[Told]]:
    sources: defaultdict[str, list[Told]] = defaultdict(list)
    for told in history.told:
        if told.topic == EVENTS or told.topic.endswith(".commands"):
            sources[told.source].append(told)
    return sources


def _wrong(history: History, what: str) -> Finding:
    return Finding(Promise.VERSIONS, history.key, what)
