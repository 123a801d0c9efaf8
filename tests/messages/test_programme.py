"""The programme system's topic on the real Kafka and PostgreSQL (ACT-1): awarded as by an import, each record answered once."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from actions.app import service
from chassis.ids import uuid7
from contracts.actions import PreparationChanged
from contracts.awards import ActionAwarded, ActionWithdrawn, Contract, ContractReplaced, ContractsImported, ProgrammeAnswered
from contracts.calendar import DayStarted
from contracts.codes import ActionKind
from contracts.envelope import Actor
from contracts.month import PARIS
from contracts.personal import AgentRecord, TrainerRecord, record_id
from contracts.programme import MOST_BYTES, ProgrammeReply
from tests import guide
from tests.guide import AGENT, PERIODS, day
from tests.infra import Infra
from tests.log import eventually
from tests.messages.auditing import findings
from tests.messages.region import Region, running_region
from tests.rules.actions.action_in_preparation import imported

TODAY = "2007-06-01"
LARGE = " " * (MOST_BYTES + 1)


@dataclass
class Programme:
    """The programme system, and what is around it."""

    region: Region

    async def asks(self, key: bytes | None, body: bytes | dict[str, Any] | None) -> ProgrammeReply:
        """A record on the topic, with headers that say nothing, and its reply."""
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        place = await self.region.log.send("region.contracts", key, [("ce_type", None), ("x", b"\xff")], raw)

        async def answered() -> ProgrammeReply | None:
            replies = [ProgrammeReply.parse(text) for _, text in await self.region.log.messages("region.contracts.replies")]
            here = [reply for reply in replies if (reply.partition, reply.offset) == (place.partition, place.offset)]
            assert len(here) < 2
            return here[0] if here else None

        reply: ProgrammeReply = await eventually(answered)
        return reply

    async def sends(self, contract: Contract, ask: str = "award") -> str:
        """A contract, and what came of it: `refused` with the codes."""
        reply = await self.asks(contract.number.encode(), {"ask": ask, **contract.model_dump(mode="json")})
        return " ".join((reply.outcome, *(fault.code for fault in reply.faults)))

    async def withdraws(self, number: str) -> str:
        """A contract is taken back."""
        reply = await self.asks(number.encode(), {"ask": "withdraw", "number": number})
        return " ".join((reply.outcome, *(fault.code for fault in reply.faults)))


@pytest_asyncio.fixture(scope="module")
async def programme(infra: Infra) -> AsyncIterator[Programme]:
    """An installation of actions, running, on a day that has begun."""
    async with running_region(infra) as region:
        await region.log.day(DayStarted(day=day(TODAY)))
        await eventually(lambda: region.fetch("SELECT 1 FROM ticked"))
        yield Programme(region)


async def test_a_contract_is_awarded_with_the_events_and_records_of_an_import(programme: Programme) -> None:
    number, twin, region = "2007QTA0001", "2007QTA0002", programme.region
    assert await programme.sends(guide.contract(number)) == "awarded"
    await region.award(twin)
    ours, imported_ = [await region.log.messages("events", key) for key in (number, twin)]
    assert [envelope.type for envelope, _ in ours] == [ActionAwarded.TYPE, ProgrammeAnswered.TYPE, PreparationChanged.TYPE]
    assert [envelope.type for envelope, _ in imported_] == [ActionAwarded.TYPE, PreparationChanged.TYPE]
    assert {envelope.actor for envelope, _ in ours} == {Actor("programme", "programme")}
    assert {envelope.time.astimezone(PARIS).isoformat() for envelope, _ in ours} == {"2007-06-01T00:00:00+02:00"}
    assert ours[0][1].replace(number.encode(), b"N") == imported_[0][1].replace(twin.encode(), b"N")
    [contact] = await region.said(AgentRecord, record_id(number, "agent"), "personal")
    [trainer] = await region.said(TrainerRecord, record_id(number, "trainer-0"), "personal")
    assert (contact.contact, trainer.sheet) == (guide.CONTACT, guide.TRAINER)
    [answered] = await region.said(ProgrammeAnswered, number)
    assert (answered.outcome, answered.ask, answered.faults) == ("awarded", "award", ())


async def test_the_same_again_is_known_and_another_content_must_replace(programme: Programme) -> None:
    number, region = "2007QTA0010", programme.region
    first, other = guide.contract(number), guide.contract(number, headcount=12)
    assert [await programme.sends(contract) for contract in (first, first, other)] == ["awarded", "known", "refused contract-differs"]
    assert await programme.sends(other, "replace") == "replaced"
    assert [await programme.sends(other, ask) for ask in ("replace", "award")] == ["known", "known"]
    assert await programme.sends(first) == "refused contract-differs", "what was awarded once, delivered late, undoes nothing"
    assert len(await region.said(ActionAwarded, number)) == len(await region.said(ContractReplaced, number)) == 1
    [row] = await region.fetch("SELECT version FROM people WHERE contract_number = $1 AND kind = 'agent'", number)
    assert row["version"] == 2
    assert [await programme.withdraws(number) for _ in range(2)] == ["withdrawn", "known"]
    assert await programme.sends(first, "replace") == "refused contract-withdrawn"
    assert len(await region.said(ActionWithdrawn, number)) == 1
    assert await programme.withdraws("2007QTA0011") == "refused nothing-to-withdraw"


async def test_a_workbook_and_the_topic_know_each_others_contracts(programme: Programme) -> None:
    number, came, again, region = "2007QTA0020", "2007QTA0021", str(uuid7()), programme.region
    await region.award(number)
    assert await programme.sends(guide.contract(number)) == "known"
    assert await programme.sends(guide.contract(came)) == "awarded"
    assert await region.codes(again, imported(guide.contract(number), guide.contract(came)), TODAY, AGENT) == []
    [answer] = await region.said(ContractsImported, again)
    assert set(answer.known) == {number, came}
    assert await programme.withdraws(number) == "withdrawn"
    times = [envelope.time for envelope, _ in await region.log.messages("events", number)]
    assert times == sorted(times), "never before the award, though the day began earlier"


async def test_a_contract_on_which_somebody_works_stays(programme: Programme) -> None:
    number = "2007QTA0030"
    assert await programme.sends(guide.contract(number)) == "awarded"
    await programme.region.registers(number)
    assert await programme.sends(guide.contract(number)) == "known"
    assert await programme.sends(guide.contract(number, headcount=12), "replace") == "refused contract-in-use"
    assert await programme.withdraws(number) == "refused contract-in-use"


async def test_everything_wrong_with_a_contract_is_said_at_once_as_of_a_workbook(programme: Programme) -> None:
    bad = guide.contract("2007QTA0040", paid_headcount=11, sector_code=" ")
    reply = await programme.asks(b"2007QTA0040", {"ask": "award", **bad.model_dump(mode="json")})
    answer = await programme.region.answer(str(uuid7()), imported(bad), TODAY, AGENT)
    assert [(fault.code, fault.field) for fault in reply.faults] == [(fault.code, fault.field) for fault in answer.faults]
    assert all(fault.reason.endswith(".") for fault in reply.faults) and len(reply.faults) == 2
    assert await programme.sends(guide.contract("2007QTA0040")) == "awarded", "a refused record leaves nothing"


async def test_whatever_a_stranger_sends_is_refused_once_and_parks_nobody(programme: Programme) -> None:
    region = programme.region
    good = {"ask": "award", **guide.contract("2007QTA0050").model_dump(mode="json")}
    for key, body, code in (
        (None, b"{}", "message-unreadable"),
        (b"\xff\x00", json.dumps(good).encode(), "key-differs"),
        (b"2007QTA0051", good, "key-differs"),
        (b"2007QTA0050", None, "message-unreadable"),
        (b"2007QTA0050", b"[" * 100_000, "message-unreadable"),
        (b"2007QTA0050", LARGE.encode(), "message-too-large"),
        (b"2007QTA0050", good | {"trainers": [{}] * 1_001}, "message-too-large"),
        (b"2007QTA0050", good | {"agent": {"name": "a\0", "telephone": ""}}, "message-unreadable"),
        (b"2007QTA0050", good | {"terms": []}, "field-unreadable"),
        (b"2007QTA0050", {"ask": "withdraw", "number": "2007QTA0051"}, "key-differs"),
    ):
        reply = await programme.asks(key, body)
        assert (reply.outcome, reply.faults[0].code) == ("refused", code)
    for key in (b"\xff", None):
        assert (await programme.asks(key, b"{}")).contract_number is None
    assert await programme.sends(guide.contract("2007QTA0050", kind=ActionKind.INDIVIDUALISED, periods=PERIODS)) == "awarded"
    assert await region.fetch("SELECT 1 FROM parked") == []


async def test_the_log_and_the_replies_tell_nothing_of_the_people_and_the_auditor_finds_nothing(programme: Programme, infra: Infra) -> None:
    region = programme.region
    for topic in ("events", "region.contracts.replies"):
        for _, body in await region.log.messages(topic):
            assert guide.TRAINER.last_name.encode() not in body and guide.CONTACT.telephone.encode() not in body
    records = len(await region.log.records("region.contracts"))
    assert len(await region.log.messages("region.contracts.replies")) == records
    replies = [ProgrammeReply.parse(body) for _, body in await region.log.messages("region.contracts.replies")]
    said = [envelope for envelope, _ in await region.log.messages("events") if envelope.type == ProgrammeAnswered.TYPE]
    assert len(said) == sum(reply.outcome != "known" for reply in replies)
    assert await findings(infra, service, region.settings) == []
