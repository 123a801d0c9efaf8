"""What strangers write: no envelope, told by content, refused on their own topic; nothing that they send parks a key."""

from datetime import date

from clock.days import day_of
from contracts.calendar import DayStarted
from tests.chassis.conftest import SampleInstallation
from tests.chassis.sample import Add, Added, Reply, Write
from tests.log import eventually


async def replies(installation: SampleInstallation, key: str) -> list[str]:
    return [Reply.parse(body).code for _, body in await installation.log.messages("region.decisions.replies", key)]


async def test_what_strangers_send_counts(served: SampleInstallation) -> None:
    await served.log.answer(await served.log.command("billing", "a", Add(amount=1)))
    await served.log.day(DayStarted(day=date(2008, 2, 29)))
    await eventually(lambda: served.fetch("SELECT 1 FROM ticked"))
    await served.log.send("region.decisions", b"a", [], b'{"coins": 5}')

    async def added() -> list[date]:
        said = [(envelope, Added.parse(body)) for envelope, body in await served.log.messages(key="a") if envelope.type == Added.TYPE]
        return [day_of(envelope.time) for envelope, event in said if event.total == 6]

    # What comes from outside happens at the time of the last tick.
    assert await eventually(added) == [date(2008, 2, 29)]


async def test_an_unknown_key_and_an_unreadable_message_are_refused_and_make_no_row(served: SampleInstallation) -> None:
    await served.log.send("region.decisions", b"nobody", [], b'{"coins": 5}')
    assert await eventually(lambda: replies(served, "nobody")) == ["no-such-purse"]
    await served.log.send("region.decisions", b"nobody2", [("x", None), ("y", b"\xff")], b"\xff")
    assert await eventually(lambda: replies(served, "nobody2")) == ["not-coins"]
    await served.log.send("region.decisions", b"\xffz\x00", [], None)
    assert await eventually(lambda: replies(served, "\ufffdz\ufffd")) == ["not-coins"]
    await served.log.send("region.decisions", None, [], b"[]")
    assert await eventually(lambda: replies(served, "")) == ["not-coins"]
    assert await served.fetch("SELECT 1 FROM aggregates WHERE key LIKE 'nobody%'") == []


async def test_what_is_refused_leaves_nothing_but_its_reply(served: SampleInstallation) -> None:
    await served.log.answer(await served.log.command("billing", "r", Add(amount=1)))
    await served.log.send("region.decisions", b"r", [], b'{"coins": -5}')
    assert await eventually(lambda: replies(served, "r")) == ["too-much"]
    assert await served.fetch("SELECT 1 FROM pokes WHERE key = 'r'") == []


async def test_a_bug_on_what_strangers_sent_parks_that_message_alone(served: SampleInstallation) -> None:
    await served.log.answer(await served.log.command("billing", "b", Add(amount=1)))
    await served.log.send("region.decisions", b"b", [], b'{"coins": 13}')
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys = '{}' AND key = 'b'::bytea"))
    assert (await served.log.answer(await served.log.command("billing", "b", Add(amount=1)))).faults == ()


async def test_what_strangers_send_waits_behind_our_own_parked_message(served: SampleInstallation) -> None:
    await served.log.command("billing", "c", Write(crash=True))
    await eventually(lambda: served.parked("c"))
    await served.log.send("region.decisions", b"c", [], b'{"coins": 1}')
    assert await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys = '{c}' OFFSET 1"))
