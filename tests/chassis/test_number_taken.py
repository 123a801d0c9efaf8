"""A number that another message has: whoever gives it away twice was restored from a backup, and what it says is not dropped in silence."""

import json
from dataclasses import replace

from chassis.ids import uuid7
from tests.chassis.conftest import SampleInstallation, alarms
from tests.chassis.sample import Add, Poked
from tests.log import eventually


async def test_a_command_under_the_number_of_another_is_refused_and_its_author_learns_it(served: SampleInstallation) -> None:
    before, first = alarms("number-taken"), served.log.envelope("gateway", "a", Add)
    second = replace(first, id=uuid7())
    for envelope in (first, second, second, replace(second, version=2, id=uuid7())):
        await served.log.publish("billing.commands", envelope, Add(amount=3))
    last = await served.log.command("billing", "b", Add(amount=1))
    await served.log.answer(last)
    assert (await served.log.answer(first.id)).faults == ()
    assert [fault.code for fault in (await served.log.answer(second.id)).faults] == ["failed"]
    assert len(await served.log.answers(second.id)) == 1, "it was sent twice, and answered once"
    assert json.loads(await served.state("a"))["total"] == 6, "the one after them is done"
    assert alarms("number-taken") == before + 1


async def test_an_event_under_the_number_of_another_is_an_alarm(served: SampleInstallation) -> None:
    before, first = alarms("number-taken"), served.log.envelope("surveys", "c", Poked)
    await served.log.publish("events", first, Poked())
    await served.log.publish("events", first, Poked())
    await served.log.publish("events", replace(first, id=uuid7()), Poked())

    async def is_told() -> bool:
        return alarms("number-taken") == before + 1

    await eventually(is_told)


async def test_a_command_is_numbered_in_the_epoch_that_its_source_names(served: SampleInstallation) -> None:
    for source in ("gateway", "gateway/one", "gateway/two"):
        envelope = served.log.envelope(source, "d", Add)
        assert envelope.version == 1
        await served.log.publish("billing.commands", envelope, Add(amount=1))
        assert (await served.log.answer(envelope.id)).faults == ()
