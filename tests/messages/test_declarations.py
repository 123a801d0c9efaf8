"""Declarations on the real Kafka and PostgreSQL: a month declared, rejected, corrected; what `actions` asks; what an operator discards."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from chassis.ids import uuid7
from chassis.migrate import migrate
from chassis.process import run
from chassis.settings import Settings
from contracts.actions import (
    ClosingRequested,
    EntryDate,
    EntryRequested,
    RemovalRequested,
    TraineeEntered,
)
from contracts.answers import CommandAnswered, Fault
from contracts.codes import AbsenceReason, Place, ProofFormat, ProofKind, ProofNote
from contracts.declarations import (
    AskRefused,
    ClosingGranted,
    DeclarationsChanged,
    EntryGranted,
    LineSaved,
    MonthConfirmed,
    MonthFilled,
    MonthReopened,
    RemovalGranted,
    SetExit,
    TraineeExited,
)
from contracts.envelope import Actor, made_id
from contracts.message import Event, Message
from contracts.month import PARIS
from contracts.operators import FRENCH
from contracts.proofs import NoteProofs, ProofFile, ProofSent, ProofsNoted, SendProof, WithdrawProof
from declarations.app import service
from tests.guide import SIRET, awarded, day
from tests.infra import Infra
from tests.log import Log, eventually
from tests.rules.declarations.declared_action import (
    BORG,
    KOURNIKOVA,
    NADAL,
    absence,
    early,
    filled,
    line,
    month,
    noted,
    opening,
    proof,
    registration,
    rejection,
    row,
    seen,
    terms,
)
from tests.running import running

M = TypeVar("M", bound=Message)
HOLDER, AGENT, OTHER = Actor("u1", "organisation", SIRET), Actor("a1", "agent"), Actor("u2", "organisation", "40483304800022")


@dataclass
class Region:
    """Everybody around declarations: the services that it listens to, and the gateway."""

    settings: Settings
    log: Log

    async def says(self, contract: str, event: Event, source: str = "actions") -> None:
        """A fact, or an ask, of another service."""
        await self.log.publish("events", self.log.envelope(source, contract, type(event)), event)

    async def asks(self, contract: str, command: Message, on: str, actor: Actor = HOLDER) -> UUID:
        """A command, accepted by the gateway at ten in the morning of `on`."""
        envelope = self.log.envelope("gateway", contract, type(command), actor)
        at = datetime.combine(day(on), datetime.min.time().replace(hour=10), PARIS)
        await self.log.publish("declarations.commands", replace(envelope, time=at), command)
        return envelope.id

    async def answered(self, contract: str, command: Message, on: str, actor: Actor = HOLDER) -> tuple[Fault, ...]:
        """A command and what came of it: why it was refused; nothing when it was not."""
        return (await self.log.answer(await self.asks(contract, command, on, actor))).faults

    async def until(self, kind: type[M], contract: str, count: int = 1) -> M:
        """The `count`-th event of that kind about the action, waited for."""

        async def enough() -> list[M]:
            said = await self.all_said(kind, contract)
            return said if len(said) >= count else []

        events: list[M] = await eventually(enough)
        return events[count - 1]

    async def all_said(self, kind: type[M], contract: str) -> list[M]:
        """The events of that kind about the action, so far."""
        return [kind.parse(body) for envelope, body in await self.log.messages("events", contract) if envelope.type == kind.TYPE]

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the service's database says."""
        connection = await asyncpg.connect(self.settings.database)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def opened(self, contract: str, *trainees: UUID) -> None:
        """An awarded, open action of two months, May and June 2008."""
        events: list[Event] = [
            awarded(terms("2008-05-05")),
            *[registration(trainee) for trainee in trainees],
            opening("2008-05-05"),
            *[TraineeEntered(trainee_id=trainee, entered_on=day("2008-05-05")) for trainee in trainees],
        ]
        for event in events:
            await self.says(contract, event)
        await eventually(lambda: self.knows(contract, len(events)))

    async def knows(self, contract: str, count: int) -> bool:
        """Whether the service has seen the first `count` events of `actions` about the action."""
        rows = await self.fetch("SELECT version FROM seen WHERE source = 'actions' AND key = $1", contract)
        return bool(rows) and rows[0]["version"] >= count


def settings_of(environment: dict[str, str]) -> Settings:
    return Settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in environment.items()})


@pytest_asyncio.fixture(scope="module")
async def region(infra: Infra) -> AsyncIterator[Region]:
    """An installation of declarations alone, running."""
    prefix = infra.fresh_topics("declarations")
    dsn = await infra.fresh_database(
        "declarations", lambda dsn: migrate(service, settings_of(infra.environment("declarations", prefix, dsn)))
    )
    settings = settings_of(infra.environment("declarations", prefix, dsn))
    async with Log(settings_of(infra.environment("admin", prefix, dsn))) as log, running(service, settings):
        yield Region(settings, log)


async def test_dec_11_a_month_is_filled_in_by_one_command_all_of_it_or_nothing(region: Region) -> None:
    contract = "2007QCA0270"
    await region.opened(contract, BORG, KOURNIKOVA)
    typed = "100 0 0 40 0 0"
    wrong = filled("2008-05", row(BORG, typed), row(KOURNIKOVA, typed, base=3), row(NADAL, typed))
    assert [(fault.code, fault.item) for fault in await region.answered(contract, wrong, "2008-05-28")] == [
        ("changed-meanwhile", str(KOURNIKOVA)),
        ("not-found", str(NADAL)),
    ]
    right = filled("2008-05", row(BORG, typed), row(KOURNIKOVA, typed))
    assert [fault.code for fault in await region.answered(contract, right, "2008-05-28", OTHER)] == ["not-found"]
    assert await region.answered(contract, right, "2008-05-28") == ()
    said = await region.until(MonthFilled, contract)
    assert [(line.trainee_id, line.version) for line in said.lines] == [(BORG, 1), (KOURNIKOVA, 1)]


async def test_a_month_is_declared_rejected_corrected_and_the_action_closed(region: Region) -> None:
    contract = "2007QCA0266"
    await region.opened(contract, BORG)
    assert await region.answered(contract, line("2008-05", BORG, "100 0 0 40 0 0"), "2008-05-28") == ()
    assert (await region.until(LineSaved, contract)).complete
    confirm = month("2008-05")
    assert [fault.code for fault in await region.answered(contract, confirm, "2008-05-28")] == ["confirmation-outside-window"]
    unseen = month("2008-05", seen=(seen(BORG, 0),))  # the line was saved since
    assert [(fault.code, fault.item) for fault in await region.answered(contract, unseen, "2008-06-03")] == [
        ("changed-meanwhile", str(BORG))
    ]
    assert await region.answered(contract, month("2008-05", seen=(seen(BORG, 1),)), "2008-06-03") == ()
    first = await region.until(MonthConfirmed, contract)
    assert [(str(line.centre.attended), str(line.company.attended)) for line in first.lines] == [("100.00", "40.00")]
    assert [fault.code for fault in await region.answered(contract, confirm, "2008-06-03")] == ["month-already-confirmed"]

    invoice = uuid7()
    await region.says(contract, rejection("2008-05", invoice_id=invoice), source="billing")
    assert (await region.until(MonthReopened, contract)).invoice_id == invoice
    assert await region.answered(contract, line("2008-05", BORG, "90 0 0 40 0 0", base=1), "2008-06-21") == ()
    assert await region.answered(contract, confirm, "2008-06-21") == ()
    again = await region.until(MonthConfirmed, contract, 2)
    assert again.again and str(again.lines[0].centre.attended) == "90.00"
    assert [(row["nth"], row["reopened_by"]) for row in await region.fetch("SELECT * FROM confirmations ORDER BY nth")] == [
        (1, invoice),
        (2, None),
    ]

    assert await region.answered(contract, line("2008-06", BORG, "20 0 0 0 0 0"), "2008-06-25") == ()
    june = month("2008-06")
    assert [fault.code for fault in await region.answered(contract, june, "2008-07-01")] == ["exit-missing"]
    leave = SetExit(trainee_id=BORG, exit=early("2008-06-20"), base_version=0)
    assert await region.answered(contract, leave, "2008-07-01") == ()
    assert (await region.until(TraineeExited, contract)).version == 1
    assert await region.answered(contract, june, "2008-07-01") == ()
    await region.says(contract, ClosingRequested(actual_end=day("2008-06-27")))
    assert (await region.until(ClosingGranted, contract)).actual_end == day("2008-06-27")
    told = await region.all_said(DeclarationsChanged, contract)
    assert [(event.to_declare, len(event.without_exit), event.can_enter) for event in told] == [
        ((), 0, True),  # opened, nobody has entered
        (("2008-05", "2008-06"), 1, True),
        (("2008-06",), 1, True),  # May is confirmed
        (("2008-05", "2008-06"), 1, True),  # and reopened
        (("2008-06",), 1, True),
        (("2008-06",), 0, True),  # out
        ((), 0, False),
    ]


async def test_an_action_answers_to_its_holder_only(region: Region) -> None:
    contract = "2007QCA0300"
    await region.opened(contract, BORG)
    for actor in (OTHER, AGENT):
        for command in (line("2008-05", BORG, "1 0 0 0 0 0"), month("2008-05")):
            assert [fault.code for fault in await region.answered(contract, command, "2008-06-02", actor)] == ["not-found"]
    assert [fault.code for fault in await region.answered("2007QCA0404", line("2008-05", BORG, "1 0 0 0 0 0"), "2008-06-02")] == [
        "not-found"
    ]


async def test_dec_10_a_proof_is_sent_by_its_holder_alone_and_noted_by_an_agent_alone(region: Region) -> None:
    contract, key = "2007QCA0310", proof("2008-05", BORG)
    await region.opened(contract, BORG)
    away = absence("2008-05-20", "2008-05-20", AbsenceReason.FAMILY, Place.CENTRE, "7")
    assert await region.answered(contract, line("2008-05", BORG, "90 7 0 40 0 0", away), "2008-05-28") == ()
    assert await region.answered(contract, month("2008-05"), "2008-06-03") == ()
    assert (await region.until(MonthConfirmed, contract)).lines[0].proofs == (ProofKind.ABSENCE,)
    file = SendProof(proof=key, file=ProofFile(format=ProofFormat.PNG, size=12, sha256="0" * 64))
    for actor in (OTHER, AGENT):
        assert [fault.code for fault in await region.answered(contract, file, "2008-06-04", actor)] == ["not-found"]
    command_id = await region.asks(contract, file, "2008-06-04")
    assert (await region.log.answer(command_id)).faults == ()
    sent = await region.until(ProofSent, contract)
    assert (sent.file_id, sent.file) == (made_id(contract, command_id), file.file), "under the id by which the portal keeps it"
    received = NoteProofs(proofs=(noted(key, ProofNote.RECEIVED, sent.file_id),))
    for actor in (HOLDER, OTHER):
        assert [fault.code for fault in await region.answered(contract, received, "2008-06-05", actor)] == ["not-found"]
    assert await region.answered(contract, received, "2008-06-05", AGENT) == ()
    assert (await region.until(ProofsNoted, contract)).proofs[0].note is ProofNote.RECEIVED
    taken_back = WithdrawProof(proof=key, file_id=sent.file_id)
    assert [fault.code for fault in await region.answered(contract, taken_back, "2008-06-06")] == ["proof-already-received"]


async def test_hours_and_removal_at_the_same_time_are_never_both_accepted(region: Region) -> None:
    """A command and an ask come on two topics: whichever the service reads first wins (TRN-5)."""
    contract = "2007QCA0301"
    trainees = tuple(UUID(int=1000 + number) for number in range(12))
    await region.opened(contract, *trainees)
    commands = []
    for trainee in trainees:
        command, _ = await asyncio.gather(
            region.asks(contract, line("2008-05", trainee, "1 0 0 0 0 0"), "2008-05-28"),
            region.says(contract, RemovalRequested(trainee_id=trainee)),
        )
        commands.append((trainee, command))
    saved = {trainee for trainee, command in commands if not (await region.log.answer(command)).faults}

    async def decided() -> dict[str, set[UUID]]:
        messages = await region.log.messages("events", contract)
        granted = {RemovalGranted.parse(body).trainee_id for envelope, body in messages if envelope.type == RemovalGranted.TYPE}
        refused = {UUID(AskRefused.parse(body).faults[0].item) for envelope, body in messages if envelope.type == AskRefused.TYPE}
        return {"granted": granted, "refused": refused} if granted | refused == set(trainees) else {}

    answers = await eventually(decided)
    assert answers["refused"] == saved and answers["granted"] == set(trainees) - saved


async def test_an_entry_is_granted_or_refused_with_every_reason(region: Region) -> None:
    contract = "2007QCA0302"
    await region.opened(contract, BORG)
    await region.says(contract, registration(KOURNIKOVA))
    entries = (EntryDate(trainee_id=KOURNIKOVA, entered_on=day("2008-07-01")), EntryDate(trainee_id=BORG, entered_on=day("2008-05-01")))
    await region.says(contract, EntryRequested(entries=entries))
    answer = await region.until(AskRefused, contract)
    assert [(fault.code, fault.field) for fault in answer.faults] == [
        ("entry-outside-training", "entries.0.entered_on"),
        ("entry-outside-training", "entries.1.entered_on"),
    ]
    await region.says(contract, EntryRequested(entries=(EntryDate(trainee_id=KOURNIKOVA, entered_on=day("2008-05-26")),)))
    await region.until(EntryGranted, contract)
    assert await region.answered(contract, line("2008-05", KOURNIKOVA, "1 0 0 0 0 0"), "2008-05-28") == ()


async def test_an_ask_that_the_operator_discards_is_answered_no(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """About an action that was never awarded here: it is parked with its key, and `actions` would wait for ever."""
    contract = "2007QCA0303"
    await region.says(contract, RemovalRequested(trainee_id=NADAL))

    async def parked() -> list[asyncpg.Record]:
        return await region.fetch("SELECT id FROM parked WHERE keys @> ARRAY[$1]", contract)

    number = (await eventually(parked))[0]["id"]
    for name, value in region.settings.model_dump().items():
        plain = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        monkeypatch.setenv(f"SESAME_{name.upper()}", str(plain))
    await asyncio.to_thread(run, service, FRENCH, ["parked", "discard", str(number)])
    answer = await region.until(AskRefused, contract)
    assert (answer.asked, [fault.code for fault in answer.faults]) == (RemovalRequested.TYPE, ["discarded"])
    assert await parked() == []


async def test_no_command_is_answered_twice_and_no_version_is_missing(region: Region) -> None:
    """Over all that the tests above put on the log."""
    messages = await region.log.messages("events")
    answers = [CommandAnswered.parse(body).command_id for envelope, body in messages if envelope.type == CommandAnswered.TYPE]
    assert answers and len(answers) == len(set(answers))
    versions: dict[str, list[int]] = {}
    for envelope, _ in messages:
        if envelope.source == "declarations":
            versions.setdefault(envelope.key, []).append(envelope.version)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in versions.values())
