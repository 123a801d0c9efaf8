"""Commands: answered once, after what they caused, under one key; and the ids and versions of it all."""

from uuid import UUID

from contracts.answers import CommandAnswered, PersonalRef
from contracts.envelope import Actor, derived_id
from tests.chassis.conftest import SampleInstallation
from tests.chassis.sample import Add, Added, Ask, Asked, Erase, Granted, Note, Poke, Share, Write
from tests.log import eventually

ANSWER = CommandAnswered.TYPE


async def test_a_command_is_answered_after_what_it_caused(served: SampleInstallation) -> None:
    actor = Actor("me", "organisation", "12345678900011")
    command = await served.log.command("billing", "a", Add(amount=3), actor)
    assert (await served.log.answer(command)).faults == ()
    events = await served.log.messages(key="a")
    assert [(envelope.type, envelope.version) for envelope, _ in events] == [(Added.TYPE, 1), (ANSWER, 2)]
    assert Added.parse(events[0][1]) == Added(amount=3, total=3)
    for counter, (envelope, _) in enumerate(events):
        assert (envelope.id, envelope.causation, envelope.actor) == (derived_id(command, counter), command, actor)


async def test_a_refusal_is_an_answer_and_changes_nothing(served: SampleInstallation) -> None:
    answer = await served.log.answer(await served.log.command("billing", "b", Add(amount=-1)))
    assert [(fault.code, fault.figures) for fault in answer.faults] == [("too-much", {"total": 0})]
    assert [envelope.type for envelope, _ in await served.log.messages(key="b")] == [ANSWER]
    assert await served.state("b") is None


async def test_a_refusal_takes_back_what_its_handler_wrote_and_nothing_else(served: SampleInstallation) -> None:
    commands = [await served.log.command("billing", key, Poke(refused=key != "p2")) for key in ("p1", "p2", "p3")]
    assert [len((await served.log.answer(command)).faults) for command in commands] == [1, 0, 1]
    assert [row["key"] for row in await served.fetch("SELECT key FROM pokes WHERE key LIKE 'p_'")] == ["p2"]
    assert await served.state("p1") is None
    assert [envelope.type for envelope, _ in await served.log.messages(key="p1")] == [ANSWER]


async def test_commands_of_one_key_see_what_those_before_them_did(served: SampleInstallation) -> None:
    commands = [await served.log.command("billing", "c", Add(amount=amount)) for amount in (5, -3, -3, 1)]
    answers = [await served.log.answer(command) for command in commands]
    assert [len(answer.faults) for answer in answers] == [0, 0, 1, 0]
    assert [envelope.version for envelope, _ in await served.log.messages(key="c")] == [1, 2, 3, 4, 5, 6, 7]


async def test_an_ask_is_answered_when_its_answer_has_come(served: SampleInstallation) -> None:
    command = await served.log.command("billing", "d", Ask())
    await eventually(lambda: served.log.messages(key="d"))
    assert await served.log.answers(command) == []
    await served.log.publish("events", served.log.envelope("surveys", "d", Granted), Granted())
    assert (await served.log.answer(command)).faults == ()
    own = [envelope.type for envelope, _ in await served.log.messages(key="d") if envelope.source == "billing"]
    assert own == [Asked.TYPE, Added.TYPE, ANSWER]


async def test_a_command_may_touch_the_keys_that_its_subscription_names(served: SampleInstallation) -> None:
    command = await served.log.command("billing", "import", Share(to=("e1", "e2"), amount=7))
    assert (await served.log.answer(command)).faults == ()
    assert [envelope.type for envelope, _ in await served.log.messages(key="import")] == [Asked.TYPE, ANSWER]
    for key in ("e1", "e2"):
        assert [(envelope.type, envelope.version) for envelope, _ in await served.log.messages(key=key)] == [(Added.TYPE, 1)]


async def test_an_event_under_another_key_is_a_bug(served: SampleInstallation) -> None:
    await served.log.command("billing", "f", Write(under="a"))
    await eventually(lambda: served.parked("f"))
    assert await served.log.messages(key="f") == []


async def test_an_answer_names_what_the_command_wrote_on_personal(served: SampleInstallation) -> None:
    command = await served.log.command("billing", "g", Write())
    note = str(UUID(int=7))
    assert (await served.log.answer(command)).personal == (PersonalRef(id=note, version=1),)
    ((envelope, body),) = await served.log.messages("personal", note)
    assert (envelope.version, Note.parse(body).text) == (1, "x")


async def test_a_record_that_is_erased_has_no_body_and_no_answer_names_it(served: SampleInstallation) -> None:
    await served.log.answer(await served.log.command("billing", "e", Write()))
    assert (await served.log.answer(await served.log.command("billing", "e", Erase()))).personal == ()
    record = (await served.log.records("personal", str(UUID(int=7))))[-1]
    assert record.value is None and dict(record.headers)["ce_source"] == b"billing"


async def test_a_message_larger_than_its_topic_takes_is_a_bug_and_not_the_relays_end(served: SampleInstallation) -> None:
    await served.log.command("billing", "h", Write(size=1_100_000))
    await eventually(lambda: served.parked("h"))
    assert (await served.log.answer(await served.log.command("billing", "h2", Add(amount=1)))).faults == ()


async def test_a_command_of_four_megabytes_that_touches_two_thousand_keys_is_one_transaction(served: SampleInstallation) -> None:
    keys = tuple(f"i{number:04}" for number in range(2_000))
    command = await served.log.command("billing", "i", Share(to=keys, amount=1, padding="x" * 4_000_000))
    assert (await served.log.answer(command, 30)).faults == ()
    assert (await served.fetch("SELECT count(*) FROM aggregates WHERE key LIKE 'i____' AND version = 1"))[0]["count"] == 2_000
