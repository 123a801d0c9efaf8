"""A message is believed of its owner alone: what claims another source is put aside, and stops nobody."""

import pytest

from clock.calendar import envelope as envelope_of_day
from contracts.calendar import DayStarted
from contracts.message import Message
from tests.chassis.conftest import SampleInstallation, alarms
from tests.chassis.sample import Add, Granted, Poked
from tests.log import eventually


async def alone(place: SampleInstallation) -> int:
    """How many messages are parked without a key."""
    rows = await place.fetch("SELECT count(*) AS count FROM parked WHERE keys = '{}'")
    count: int = rows[0]["count"]
    return count


@pytest.mark.parametrize(
    ("topic", "source", "message"),
    [
        ("events", "billing", Poked()),
        ("events", "actions", Granted()),
        ("billing.commands", "surveys", Add(amount=1_000)),
    ],
)
async def test_what_claims_another_source_is_parked_alone_and_alarms(
    served: SampleInstallation,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    topic: str,
    source: str,
    message: Message,
) -> None:
    log, key, before = served.log, f"forged/{topic}/{source}", alarms("impostor")
    await log.command("billing", key, Add(amount=2))
    await log.publish(topic, log.envelope(source, key, type(message)), message)
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE key = $1", key.encode()))
    assert (await log.answer(await log.command("billing", key, Add(amount=3)))).faults == ()
    assert '"total": 5' in await served.state(key)
    assert await served.parked(key) == []
    assert alarms("impostor") == before + 1
    assert "may not say it" in capsys.readouterr().out
    await served.operate(monkeypatch, "list")
    (listed,) = [line for line in capsys.readouterr().out.splitlines() if f"{source}'" in line]
    assert message.TYPE in listed and "may not say this" in listed


async def test_a_forged_number_hides_nothing_of_what_the_owner_says(served: SampleInstallation) -> None:
    log = served.log
    forged = log.envelope("billing", "hidden", Poked)
    await log.publish("events", forged, Poked())
    await log.publish("events", log.envelope("surveys", "hidden", Poked), Poked())
    await eventually(lambda: served.fetch("SELECT 1 FROM aggregates WHERE key = 'hidden' AND state ->> 'pokes' = '1'"))


async def test_a_day_is_begun_by_the_clock_alone(served: SampleInstallation, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await alone(served)
    day = DayStarted.model_validate({"day": "2031-01-01"})
    headers = dict(envelope_of_day(day.day).headers()) | {"ce_source": b"surveys"}
    await served.log.send("calendar", b"day", list(headers.items()), day.body())
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE topic LIKE '%calendar' AND keys = '{}'"))
    assert await alone(served) == before + 1
    assert not await served.fetch("SELECT 1 FROM ticked")
    (row,) = await served.fetch("SELECT id FROM parked WHERE topic LIKE '%calendar'")
    with pytest.raises(SystemExit, match="ne se lit toujours pas"):
        await served.operate(monkeypatch, "replay", "--id", str(row["id"]))
    await served.operate(monkeypatch, "discard", str(row["id"]))
    assert await alone(served) == before
