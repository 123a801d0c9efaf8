"""Surveys on the real Kafka and PostgreSQL: from an award to an acknowledged report."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest_asyncio

from chassis.migrate import migrate
from chassis.settings import Settings
from contracts.actions import ActionClosed, TraineeEntered, TraineeRemoved
from contracts.codes import EmploymentContract, ExitKind, Situation
from contracts.declarations import ConfirmedLine, Exit, MonthConfirmed, MonthReopened, PlaceHours, TraineeExited
from contracts.envelope import Actor
from contracts.message import Command, Event
from contracts.month import Month
from contracts.personal import TextRecord
from contracts.surveys import (
    AcknowledgeReport,
    NoteReport,
    RecordExitSurvey,
    ReportFiguresChanged,
    ReportNoted,
    ReportPrepared,
    ReportSubmitted,
    SubmitReport,
)
from surveys.app import service
from tests.guide import AGENT, CONTRACT, DUPONT, DURAND, HOLDER, STRANGER, awarded
from tests.infra import Infra
from tests.log import Log, eventually
from tests.running import running

END = Exit(on=date(2007, 7, 1), kind=ExitKind.END_OF_TRAINING)
TEXT = "Deux stagiaires ont suivi le parcours jusqu’à son terme."


@dataclass
class Region:
    """Everybody around surveys."""

    settings: Settings
    log: Log

    async def says(self, source: str, *events: Event) -> None:
        for event in events:
            await self.log.publish("events", self.log.envelope(source, CONTRACT, type(event)), event)

    async def asks(self, command: Command, actor: Actor) -> list[tuple[str, str | None]]:
        """What came of a command: codes and fields of its faults."""
        faults = (await self.log.answer(await self.log.command("surveys", CONTRACT, command, actor))).faults
        return [(fault.code, fault.field) for fault in faults]

    async def report(self) -> ReportPrepared | None:
        said = [ReportPrepared.parse(body) for envelope, body in await self.log.messages() if envelope.type == ReportPrepared.TYPE]
        return said[-1] if said else None

    async def until_missing(self, *trainees: UUID) -> ReportPrepared:
        async def look() -> ReportPrepared | None:
            report = await self.report()
            return report if report and report.missing == trainees else None

        report: ReportPrepared = await eventually(look)
        return report


@pytest_asyncio.fixture
async def region(infra: Infra) -> AsyncIterator[Region]:
    prefix = infra.fresh_topics("surveys")

    def settings_of(principal: str, dsn: str) -> Settings:
        names = {name.removeprefix("SESAME_").lower(): value for name, value in infra.environment(principal, prefix, dsn).items()}
        return Settings.model_validate({"log_level": "warning", **names})

    dsn = await infra.fresh_database("surveys", lambda dsn: migrate(service, settings_of("surveys", dsn)))
    admin = settings_of("surveys", dsn).model_copy(update={"kafka_user": "admin"})
    admin = Settings.model_validate(admin.model_dump() | {"kafka_password": infra.kafka.passwords["admin"]})
    async with Log(admin) as log, running(service, settings_of("surveys", dsn)):
        yield Region(settings_of("surveys", dsn), log)


def survey(trainee: UUID, base_version: int = 0) -> RecordExitSurvey:
    return RecordExitSurvey(
        trainee_id=trainee,
        situation=Situation.EMPLOYED_IN_SECTOR,
        contract=EmploymentContract.PERMANENT,
        base_version=base_version,
    )


async def test_sur_2_from_the_award_to_the_acknowledged_report(region: Region) -> None:
    zero = PlaceHours(attended=Decimal(0), excused=Decimal(0), unexcused=Decimal(0))
    hours = PlaceHours(attended=Decimal(41), excused=Decimal(2), unexcused=Decimal(7))
    lines = tuple(ConfirmedLine(trainee_id=trainee, centre=hours, company=zero) for trainee in (DURAND, DUPONT))
    month = Month("2007-06")
    await region.says(
        "actions",
        awarded(),
        TraineeEntered(trainee_id=DURAND, entered_on=date(2007, 1, 2)),
        TraineeEntered(trainee_id=DUPONT, entered_on=date(2007, 1, 2)),
        TraineeEntered(trainee_id=UUID(int=3), entered_on=date(2007, 1, 2)),
        TraineeRemoved(trainee_id=UUID(int=3)),
    )
    await region.says(
        "declarations",
        MonthConfirmed(month=month, lines=lines),
        MonthReopened(month=month, invoice_id=UUID(int=9), correct_by=date(2007, 8, 15)),
        MonthConfirmed(month=month, lines=lines, again=True),
        TraineeExited(trainee_id=DURAND, exit=END, version=1),
        TraineeExited(trainee_id=DUPONT, exit=END, version=1),
    )
    report = await region.until_missing(DURAND, DUPONT)
    assert (report.figures.entered, report.figures.completed, report.figures.centre_hours) == (2, 2, Decimal(86))
    assert not report.can_be_submitted

    assert await region.asks(survey(DURAND), STRANGER) == [("not-found", None)]
    assert await region.asks(survey(DURAND), AGENT) == [("not-found", None)]
    assert await region.asks(survey(DURAND), HOLDER) == []
    assert await region.asks(survey(DUPONT, base_version=4), HOLDER) == [("changed-meanwhile", None)]
    assert await region.asks(SubmitReport(text=""), HOLDER) == [
        ("report-text-missing", "text"),
        ("report-before-closing", None),
        ("exit-survey-missing", None),
    ]
    assert await region.asks(survey(DUPONT), HOLDER) == []
    await region.says("actions", ActionClosed(actual_end=date(2007, 7, 1)))

    async def ready() -> bool:
        told = await region.report()
        return bool(told and told.can_be_submitted)

    await eventually(ready)
    assert await region.asks(AcknowledgeReport(), AGENT) == [("report-not-submitted", None)]
    assert await region.asks(SubmitReport(text=TEXT), HOLDER) == []
    assert await region.asks(SubmitReport(text=TEXT), HOLDER) == [("report-already-submitted", None)]
    assert await region.asks(AcknowledgeReport(), HOLDER) == [("not-found", None)]
    note = NoteReport(text=" Précisez les suites de DURAND.\0 ")
    assert await region.asks(note, HOLDER) == [("not-found", None)]
    assert await region.asks(note, AGENT) == []
    assert await region.asks(NoteReport(text=" "), AGENT) == [("empty-note", "text")]
    assert await region.asks(AcknowledgeReport(), AGENT) == []
    assert await region.asks(AcknowledgeReport(), AGENT) == []

    await region.says(
        "declarations",
        MonthReopened(month=month, invoice_id=UUID(int=9), correct_by=date(2007, 9, 15)),
        MonthConfirmed(month=month, lines=lines[:1], again=True),
    )

    async def corrected() -> list[ReportFiguresChanged]:
        messages = await region.log.messages(key=CONTRACT)
        return [ReportFiguresChanged.parse(body) for envelope, body in messages if envelope.type == ReportFiguresChanged.TYPE]

    [correction] = await eventually(corrected)
    assert correction.figures.centre_hours == Decimal(43)
    said = [envelope.type for envelope, _ in await region.log.messages(key=CONTRACT)]
    (noted,) = [ReportNoted.parse(body) for envelope, body in await region.log.messages(key=CONTRACT) if envelope.type == ReportNoted.TYPE]
    texts = {record.id: record.text for record in [TextRecord.parse(body) for _, body in await region.log.messages("personal")]}
    assert texts[noted.text.id] == "Précisez les suites de DURAND."
    assert not any(b"DURAND." in body for _, body in await region.log.messages())
    assert (said.count("surveys.report-submitted.v1"), said.count("surveys.report-acknowledged.v1")) == (1, 1)
    assert said.count("surveys.exit-survey-recorded.v1") == 2


async def test_prv_1_the_report_s_words_travel_on_personal_alone(region: Region) -> None:
    await region.says("actions", awarded(), ActionClosed(actual_end=date(2007, 7, 1)))

    async def closed() -> bool:
        return await region.report() is not None

    await eventually(closed)
    envelope = region.log.envelope("gateway", CONTRACT, SubmitReport, HOLDER)
    envelope = replace(envelope, time=datetime(2007, 7, 31, 22, 30, tzinfo=UTC))
    await region.log.publish("surveys.commands", envelope, SubmitReport(text=TEXT))
    answer = await region.log.answer(envelope.id)
    assert answer.faults == ()
    [(_, body)] = await region.log.messages("personal")
    record = TextRecord.parse(body)
    assert (record.text, record.contract_number) == (TEXT, CONTRACT)
    [submitted] = [ReportSubmitted.parse(b) for envelope, b in await region.log.messages() if envelope.type == ReportSubmitted.TYPE]
    assert (submitted.text.id, submitted.text.version) == (record.id, record.version)
    assert answer.personal == (submitted.text,)
    assert not any(TEXT.encode() in body for _, body in await region.log.messages())
    late = await region.log.answer(await region.log.command("surveys", CONTRACT, SubmitReport(text=TEXT), HOLDER))
    assert late.faults[0].figures == {"day": "2007-08-01"}

    connection = await asyncpg.connect(region.settings.database)
    [row] = await connection.fetch("SELECT id, kind, contract_number, version, body FROM people")
    assert (row["id"], row["kind"], row["contract_number"], row["version"]) == (record.id, "text", CONTRACT, 1)
    assert json.loads(row["body"]) == {"text": TEXT}
    assert TEXT not in str(await connection.fetch("SELECT state::text FROM aggregates"))
    await connection.close()
