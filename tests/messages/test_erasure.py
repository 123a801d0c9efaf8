"""What is personal of a contract is gone everywhere once its years are over (PRV-1): six databases, every topic; restored databases too."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import TopicPartition
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource

from actions.app import service as actions
from auditor import Promise, audit
from billing.app import service as billing
from chassis.migrate import migrate
from chassis.service import Service
from chassis.settings import Settings
from contracts.actions import DeclareNonOpening, RegisterTrainee, UnlockDates, ValidateDates
from contracts.awards import WithdrawContract
from contracts.calendar import DayStarted
from contracts.codes import Decision, NonOpeningReason, RejectionCode
from contracts.envelope import Actor
from contracts.erasure import ErasedByActions, ErasedByBilling, ErasedBySurveys, ErasureDue
from contracts.finance import InvoiceDecision, Reply
from contracts.message import Command
from contracts.month import PARIS
from contracts.refusals.common import PeopleAreErased
from declarations.app import service as declarations
from gateway.worker.service import service as gateway
from surveys.app import service as surveys
from tests import guide
from tests.backups import back_up, restored
from tests.guide import AGENT, HOLDER
from tests.identity import silent
from tests.infra import Infra
from tests.log import Log, eventually
from tests.messages.auditing import audit_settings
from tests.rules.actions.action_in_preparation import imported
from tests.running import running

pytestmark = pytest.mark.timeout(300)

SILENT = replace(gateway, before_sending=None, on_start=())
"""The worker without what it does by itself: the commands here were never in its database."""
OWNERS: dict[str, Service] = {each.name: each for each in (silent.SERVICE, actions, declarations, billing, surveys, SILENT)}
ENDED, OTHER = "2007QCA0266", "2007QCA0267"
SHEET = guide.sheet(
    last_name="BRODEQUIN",
    first_name="Clotaire",
    birth_date=date(1979, 2, 17),
    mail_address="17 impasse des Lilas bleus",
    email="clotaire@brode.example",
)
TRAINER = guide.TRAINER.model_copy(update={"last_name": "QUENEAUDAL", "experience": "Onze ans de marionnettes"})
CONTACT = guide.CONTACT.model_copy(update={"name": "Mme VIDALENQUE", "telephone": "04 67 99 88 77"})
REASON, TYPED, FILE = "Le toit de la salle fuit depuis août", "Hortense TAPUSCRIT", b"%PDF-1.7 un certificat de Clotaire"
TOKEN = "a-personal-link-that-waits-in-a-mail"
PERSONAL = (
    "BRODEQUIN",
    "1979-02-17",
    "Lilas bleus",
    "clotaire@brode.example",
    TOKEN,
    "QUENEAUDAL",
    "marionnettes",
    "VIDALENQUE",
    "99 88 77",
    "Le toit",
    "TAPUSCRIT",
    "certificat",
)
"""What must be nowhere."""
BEFORE, AFTER = date(2012, 12, 31), date(2013, 1, 1)
"""The last day on which what ended in August 2007 is kept, and the first on which it is not."""


@dataclass
class Region:
    """All six, and what they say."""

    infra: Infra
    prefix: str
    log: Log
    settings: dict[str, Settings]
    day: date = date(2007, 8, 1)

    @asynccontextmanager
    async def at_work(self, *names: str) -> AsyncIterator[None]:
        """These services, or all of them, run; then all that they were told is done."""
        async with AsyncExitStack() as stack:
            for name in names or OWNERS:
                await stack.enter_async_context(running(OWNERS[name], self.settings[name]))
            yield
            await self.settled(*(names or OWNERS))

    async def ask(self, key: str, command: Command, actor: Actor = HOLDER) -> list[str]:
        """The codes with which a command is refused."""
        envelope = self.log.envelope("gateway", key, type(command), actor)
        at = datetime.combine(self.day, datetime.min.time().replace(hour=10), PARIS)
        service = command.TYPE.partition(".")[0]
        await self.log.publish(f"{service}.commands", replace(envelope, time=at), command)
        return [fault.code for fault in (await self.log.answer(envelope.id)).faults]

    async def begins(self, day: date) -> None:
        """A day begins."""
        self.day = day
        await self.log.day(DayStarted(day=day))

    async def settled(self, *names: str) -> None:
        """Until these have read all there is, and sent all that they say."""

        async def is_so() -> bool:
            ends: dict[tuple[str, int], int] = {}
            for topic in ("events", "calendar", "personal"):
                for record in await self.log.records(topic):
                    ends[record.topic, record.partition] = record.offset
            for name in names:
                schema = "view." if name == "gateway" else ""
                reached = {(r["topic"], r["partition"]): r["offset"] for r in await self.fetch(name, f"SELECT * FROM {schema}positions")}
                reads = {self.settings[name].topic(row.topic) for row in OWNERS[name].subscriptions}
                if any(place[0] in reads and reached.get(place, -1) < end for place, end in ends.items()):
                    return False
                if await self.fetch(name, f"SELECT FROM {'own.' if name == 'gateway' else ''}outbox"):
                    return False
            return True

        await eventually(is_so, 60)

    async def fetch(self, name: str, query: str, *arguments: Any) -> list[asyncpg.Record]:
        """What a database says."""
        connection = await asyncpg.connect(self.settings[name].database)
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def in_databases(self) -> list[str]:
        """Where anything personal is left, by database and table."""
        return [place for name in OWNERS async for place in self._in_database(name)]

    async def _in_database(self, name: str) -> AsyncIterator[str]:
        tables = await self.fetch(
            name,
            """
            SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
            WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            """,
        )
        for table in tables:
            for row in await self.fetch(name, f"SELECT * FROM {table['name']}"):
                text = " ".join(value.decode(errors="replace") if isinstance(value, bytes) else str(value) for value in row.values())
                if any(personal in text for personal in PERSONAL):
                    yield f"{name}: {table['name']}"

    async def on_topics(self) -> list[str]:
        """On which topics anything personal is left: of `personal`, in what stands last under each key, as its compaction leaves it."""
        found = []
        for topic in ("events", "personal", "billing.invoices", "calendar", *(f"{name}.commands" for name in OWNERS if name != "gateway")):
            records = await self.log.records(topic)
            left: Iterable[Any] = {record.key: record for record in records}.values() if topic == "personal" else records
            for record in left:
                text = (record.value or b"").decode(errors="replace") + str(record.headers)
                if any(personal in text for personal in PERSONAL):
                    found.append(topic)
        return found

    async def said(self, kind: type[Any]) -> list[Any]:
        """All events of a type, each once."""
        return [
            kind.parse(body)
            for body in {envelope.id: body for envelope, body in await self.log.messages() if envelope.type == kind.TYPE}.values()
        ]


@asynccontextmanager
async def region(infra: Infra) -> AsyncIterator[Region]:
    """Six empty databases and the topics."""
    prefix, settings = infra.fresh_topics(*OWNERS, "finance", "clock"), dict[str, Settings]()
    secrets = {"gateway_key": "the-gateway-s-own-key", "factor_key": "the-key-of-second-factors"}
    more = {"identity": {"portal_url": "https://sesame.example", **secrets}}
    for name, service in OWNERS.items():
        told = infra.environment(name, prefix, await infra.fresh_database(name))
        values = {key.removeprefix("SESAME_").lower(): value for key, value in told.items()} | more.get(name, {})
        settings[name] = service.settings.model_validate(values)
        await migrate(service, settings[name])
    async with Log(
        Settings.model_validate(
            {k.removeprefix("SESAME_").lower(): v for k, v in infra.environment("admin", prefix, "").items()} | {"database": ""}
        )
    ) as log:
        yield Region(infra, prefix, log, settings)


async def lived(place: Region) -> None:
    """Two contracts with people on them: one comes to its end, the other does not."""
    contracts = [guide.contract(number, trainers=(TRAINER,), agent=CONTACT) for number in (ENDED,)]
    contracts.append(guide.contract(OTHER))
    assert await place.ask("import-1", imported(*contracts), AGENT) == []
    for number, sheet in ((ENDED, SHEET), (OTHER, guide.sheet())):
        assert await place.ask(number, ValidateDates(periods=guide.PERIODS, base_version=0)) == []
        assert await place.ask(number, RegisterTrainee(sheet=sheet)) == []
    assert await place.ask(ENDED, UnlockDates(reason=REASON), AGENT) == []
    assert await place.ask(ENDED, DeclareNonOpening(reason=NonOpeningReason.PREMISES)) == []
    await place.fetch(
        "gateway",
        "INSERT INTO own.drafts (owner, kind, contract, subject, body, saved_by) VALUES ($1, 'new_trainee', $2, '', $3, $4)",
        guide.SIRET,
        ENDED,
        json.dumps({"typed": {"nom": [TYPED]}}),
        uuid4(),
    )
    await place.fetch(
        "gateway",
        """
        INSERT INTO own.proof_contents (contract_number, file_id, command_id, person, content)
        SELECT contract_number, gen_random_uuid(), gen_random_uuid(), id, $1 FROM view.people
        WHERE kind = 'trainee' AND contract_number = $2
        """,
        FILE,
        ENDED,
    )
    await place.fetch(
        "gateway",
        """
        WITH asked AS (
            INSERT INTO own.survey_mailings (id, contract_number, trainee_id, survey, due_on, mail_id)
            SELECT gen_random_uuid(), contract_number, split_part(id, '/', 2)::uuid, 'exit', '2007-09-01', gen_random_uuid()
            FROM view.people WHERE kind = 'trainee' AND contract_number = $1 RETURNING *
        )
        INSERT INTO own.mails (id, key, kind, address, person, letter, link)
        SELECT mail_id, mail_id, 'survey_link', $2, contract_number || '/' || trainee_id, $3, 'its digest' FROM asked
        """,
        ENDED,
        SHEET.email,
        json.dumps({"plain": f"https://sesame.example/enquete/{TOKEN}"}),
    )


async def broken(place: Region) -> set[Promise]:
    """What the auditor finds, but for commands: the portal's database never held these."""
    found = await audit(audit_settings(place.infra, place.prefix, {name: each.database for name, each in place.settings.items()}))
    return {finding.promise for finding in found} - {Promise.VERSIONS, Promise.ANSWERS, Promise.DECIDED}


async def a_week_passes(place: Region) -> None:
    """Commands are kept no longer."""
    for name in OWNERS:
        if name != "gateway":
            await forget(place, f"{name}.commands")


async def forget(place: Region, topic: str) -> None:
    """Nothing that stands on the topic is kept."""
    in_kafka = place.log.settings.topic(topic)
    last = {record.partition: record.offset for record in await place.log.records(topic)}
    if topic == "personal":  # what only compaction takes away, nobody may ask to be deleted
        deletable = ConfigEntry("cleanup.policy", "compact,delete", incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ConfigResource.Type.TOPIC, in_kafka, incremental_configs=[deletable])
        admin = place.infra.kafka.admin()
        for done in admin.incremental_alter_configs([resource]).values():
            await asyncio.to_thread(done.result)
    for partition, offset in last.items():
        await place.log.delete_before(in_kafka, partition, offset + 1)
        place.log._next.pop(TopicPartition(in_kafka, partition), None)
    place.log._records[topic].clear()


async def test_prv_01_nothing_personal_is_left_anywhere_of_a_contract_whose_years_are_over(infra: Infra) -> None:
    async with region(infra) as place:
        async with place.at_work():
            await lived(place)
            await place.settled(*OWNERS)
            assert await place.in_databases()
            await place.begins(BEFORE)
            await place.settled(*OWNERS)
            assert await place.said(ErasureDue) == []
            await place.begins(AFTER)
            await place.settled(*OWNERS)
        assert await broken(place) == set()
        (due,) = await place.said(ErasureDue)
        assert due.due_on == AFTER
        assert await place.said(ErasedByActions) == [ErasedByActions(trainees=1, trainers=1, agents=1, texts=1)]
        assert await place.said(ErasedByBilling) == [ErasedByBilling()] and await place.said(ErasedBySurveys) == [ErasedBySurveys()]
        await a_week_passes(place)
        assert await place.in_databases() == [] and await place.on_topics() == []
        (kept,) = await place.fetch("gateway", "SELECT drafts, files FROM own.erased")
        assert tuple(kept) == (1, 1)
        assert await place.fetch("gateway", "SELECT FROM view.people WHERE contract_number = $1", OTHER)
        async with place.at_work():
            assert await place.ask(ENDED, RegisterTrainee(sheet=SHEET)) == [PeopleAreErased.code()]
            assert await place.ask("import-2", imported(guide.contract(ENDED, trainers=(TRAINER,))), AGENT) == [PeopleAreErased.code()]
            assert await place.ask(OTHER, WithdrawContract(), AGENT) != [PeopleAreErased.code()]
            late = InvoiceDecision(invoice_id=uuid4(), decision=Decision.REJECTED, code=RejectionCode.OTHER, text=REASON)
            await place.log.send("region.decisions", ENDED.encode(), [], late.body())
            (reply,) = await eventually(lambda: place.log.messages("region.decisions.replies"))
            assert Reply.parse(reply[1]).code == "unknown-contract"
            await forget(place, "region.decisions")  # after 35 days
            await place.begins(date(2014, 1, 1))  # the other one, which nobody opened: its planned end was in June 2008
            await place.settled(*OWNERS)
            assert len(await place.said(ErasureDue)) == 2
        assert await broken(place) == set()


@pytest.mark.parametrize("name", ["gateway", "actions", "billing"])
async def test_prv_01_a_database_that_is_restored_from_before_the_erasure_brings_nobody_back(
    infra: Infra, tmp_path: Path, name: str
) -> None:
    async with region(infra) as place:
        async with place.at_work():
            await lived(place)
            await place.begins(BEFORE)
            await place.settled(*OWNERS)
            backup = await back_up(place.settings[name].database, tmp_path / "backup")
            await place.begins(AFTER)
            await place.settled(*OWNERS)
        await a_week_passes(place)
        await forget(place, "personal")  # compaction has taken what was erased, and the tombstones a week later
        place.settings[name] = place.settings[name].model_copy(update={"database": await restored(infra, name, backup)})
        assert name == "billing" or await place.in_databases(), "the backup has them"
        async with place.at_work():
            await place.settled(*OWNERS)
        assert await place.in_databases() == [] and await place.on_topics() == []
        assert len(await place.said(ErasureDue)) == 1
