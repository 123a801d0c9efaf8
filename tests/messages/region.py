"""Services that run on the real Kafka and PostgreSQL, and the portal that asks them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import asyncpg

from actions.app import service as actions_service
from chassis.ids import uuid7
from chassis.migrate import migrate
from chassis.service import Service
from chassis.settings import Settings
from contracts.actions import ConfirmEntryDates, ConfirmTrainers, EntryDate, OpenAction, RegisterTrainee, ValidateDates
from contracts.answers import CommandAnswered
from contracts.codes import Frequency
from contracts.declarations import Line, PlaceFigures, SaveLine
from contracts.envelope import Actor, made_id
from contracts.message import Message
from contracts.month import PARIS, Month
from tests import guide
from tests.guide import AGENT, HOLDER, PERIODS, START, day, sheet
from tests.infra import Infra
from tests.log import Log
from tests.rules.actions.action_in_preparation import imported
from tests.running import running

M = TypeVar("M", bound=Message)
ZERO = PlaceFigures(attended=0, excused=0, unexcused=0)


@dataclass
class Region:
    """Services of one installation, running, and the gateway. The settings are those of actions."""

    settings: Settings
    log: Log
    others: Mapping[str, Settings]
    """Of the other services, by name."""

    async def asks(self, key: str, command: Message, on: str, actor: Actor = HOLDER, to: str = "actions") -> UUID:
        """A command, accepted by the gateway at ten in the morning of `on`."""
        envelope = self.log.envelope("gateway", key, type(command), actor)
        at = datetime.combine(day(on), datetime.min.time().replace(hour=10), PARIS)
        await self.log.publish(f"{to}.commands", replace(envelope, time=at), command)
        return envelope.id

    async def answer(self, key: str, command: Message, on: str, actor: Actor = HOLDER, to: str = "actions") -> CommandAnswered:
        """A command and its answer."""
        return await self.log.answer(await self.asks(key, command, on, actor, to))

    async def codes(self, key: str, command: Message, on: str, actor: Actor = HOLDER, to: str = "actions") -> list[str]:
        """A command and why it was refused; nothing when it was not."""
        return [fault.code for fault in (await self.answer(key, command, on, actor, to)).faults]

    async def said(self, kind: type[M], key: str, topic: str = "events") -> list[M]:
        """What was said of that kind under that key."""
        return [kind.parse(body) for envelope, body in await self.log.messages(topic, key) if envelope.type == kind.TYPE]

    async def said_of_people(self, kind: type[M]) -> list[M]:
        """Every record of that kind."""
        return [kind.parse(body) for envelope, body in await self.log.messages("personal") if envelope.type == kind.TYPE]

    async def fetch(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What the database of actions says."""
        connection = await asyncpg.connect(self.settings.database)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def award(self, number: str, **changed: Any) -> None:
        """The guide's contract, under another number."""
        awarded = guide.contract(number, **changed)
        assert await self.codes(str(uuid7()), imported(awarded), "2007-06-01", AGENT) == []

    async def registers(self, number: str, on: str = "2007-08-20", **changed: Any) -> UUID:
        """A trainee with a whole sheet; the id that follows from the command."""
        command = await self.asks(number, RegisterTrainee(sheet=sheet(**changed), namesake=True), on)
        assert (await self.log.answer(command)).faults == ()
        return made_id(number, command)

    async def opened(self, number: str, count: int, frequency: Frequency = Frequency.MONTHLY, **changed: Any) -> list[UUID]:
        """Awarded, prepared and open, with so many trainees in training."""
        sheets = {"pathway": changed.pop("pathway")} if "pathway" in changed else {}
        await self.award(number, **changed)
        trainees = [await self.registers(number, **sheets) for _ in range(count)]
        entries = tuple(EntryDate(trainee_id=trainee, entered_on=day(START)) for trainee in trainees)
        for command in (
            ValidateDates(periods=changed.get("periods", PERIODS), base_version=0),
            ConfirmTrainers(),
            ConfirmEntryDates(entries=entries),
            OpenAction(actual_start=day(START), frequency=frequency),
        ):
            assert await self.codes(number, command, START) == []
        return trainees

    async def declares(self, number: str, trainee: UUID, month: str, on: str) -> list[str]:
        """A month without hours, as it is typed."""
        line = SaveLine(month=Month(month), trainee_id=trainee, line=Line(centre=ZERO, company=ZERO), base_version=0)
        return await self.codes(number, line, on, to="declarations")


def settings_of(environment: dict[str, str]) -> Settings:
    return Settings.model_validate({name.removeprefix("SESAME_").lower(): value for name, value in environment.items()})


async def installed(infra: Infra, service: Service, prefix: str) -> Settings:
    """The settings of a service on a migrated database of its own."""
    dsn = await infra.fresh_database(service.name, lambda dsn: migrate(service, settings_of(infra.environment(service.name, prefix, dsn))))
    return settings_of(infra.environment(service.name, prefix, dsn))


@asynccontextmanager
async def running_region(infra: Infra, *services: Service) -> AsyncIterator[Region]:
    """An installation of actions and these services, running."""
    prefix = infra.fresh_topics("actions", *(service.name for service in services))
    settings = await installed(infra, actions_service, prefix)
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(Log(settings_of(infra.environment("admin", prefix, settings.database))))
        await stack.enter_async_context(running(actions_service, settings))
        others = {}
        for service in services:
            others[service.name] = await installed(infra, service, prefix)
            await stack.enter_async_context(running(service, others[service.name]))
        yield Region(settings, log, others)
