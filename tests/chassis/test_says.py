"""What a service says of a key whenever it changed, once for all its handlers."""

from dataclasses import replace

from chassis.testing import running
from contracts.answers import CommandAnswered
from tests.chassis.conftest import Install
from tests.chassis.sample import SERVICE, Add, Added, Asked, Purse, Share


def poorer_or_richer(before: Purse | None, after: Purse) -> tuple[Asked, ...]:
    return (Asked(pokes=after.total),) if before is None or before.total != after.total else ()


async def test_a_service_says_what_changed_after_the_events_of_the_message_and_before_its_answer(install: Install) -> None:
    place = await install()
    async with running(replace(SERVICE, says=poorer_or_richer), place.settings):
        for amount in (3, 0, -9):  # richer, the same, refused
            await place.log.answer(await place.log.command("billing", "a", Add(amount=amount)))
        await place.log.answer(await place.log.command("billing", "b", Share(to=("c",), amount=2)))
    answered = CommandAnswered.TYPE
    assert [envelope.type for envelope, _ in await place.log.messages(key="a")] == [
        *(Added.TYPE, Asked.TYPE, answered),
        *(Added.TYPE, answered),
        answered,
    ]
    assert [envelope.type for envelope, _ in await place.log.messages(key="c")] == [Added.TYPE, Asked.TYPE]
