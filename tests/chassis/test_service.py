"""One service, end to end, on the real Kafka and PostgreSQL."""

from chassis.testing import eventually, running
from tests.chassis.conftest import Place
from tests.chassis.sample import SERVICE, Add, Added, Ask, Granted


async def test_a_command_is_answered_after_what_it_caused(place: Place) -> None:
    async with running(SERVICE, place.settings):
        command = await place.log.command("billing", "purse", Add(amount=3))
        answer = await place.log.answer(command)
    assert answer.faults == ()
    events = await place.log.messages(key="purse")
    assert [(envelope.type, envelope.version) for envelope, _ in events] == [(Added.TYPE, 1), ("command-answered.v1", 2)]
    assert Added.parse(events[0][1]) == Added(amount=3, total=3)
    assert {envelope.causation for envelope, _ in events} == {command}


async def test_a_refusal_is_an_answer_and_changes_nothing(place: Place) -> None:
    async with running(SERVICE, place.settings):
        answer = await place.log.answer(await place.log.command("billing", "purse", Add(amount=-1)))
    assert [(fault.code, fault.figures) for fault in answer.faults] == [("too-much", {"total": 0})]
    assert len(await place.log.messages(key="purse")) == 1


async def test_an_ask_is_answered_when_its_answer_has_come(place: Place) -> None:
    async with running(SERVICE, place.settings):
        command = await place.log.command("billing", "purse", Ask())
        await eventually(lambda: place.log.messages(key="purse"))
        assert await place.log.answers(command) == []
        await place.log.publish("events", place.log.envelope("surveys", "purse", Granted), Granted())
        assert (await place.log.answer(command)).faults == ()
    assert [envelope.type for envelope, _ in await place.log.messages(key="purse") if envelope.source == "billing"] == [
        "billing.asked.v1",
        Added.TYPE,
        "command-answered.v1",
    ]
