"""What cannot be handled is parked with its key, never lost, never in the way of another key; the operator releases it."""

from collections.abc import Sequence

import pytest

from contracts.answers import CommandAnswered
from contracts.envelope import Envelope
from tests.chassis.conftest import SampleInstallation, alarms
from tests.chassis.sample import Add, AskRefused, Poked, Share, Write
from tests.log import eventually

ANSWER = CommandAnswered.TYPE


async def ids(installation: SampleInstallation, key: str) -> list[str]:
    return [str(row["id"]) for row in await installation.fetch("SELECT id FROM parked WHERE keys @> ARRAY[$1] ORDER BY id", key)]


async def repair(installation: SampleInstallation, on: bool) -> None:
    await installation.fetch("INSERT INTO repaired VALUES (true)" if on else "DELETE FROM repaired")


async def test_a_bug_parks_its_key_and_what_comes_after_it_and_others_go_on(served: SampleInstallation) -> None:
    log = served.log
    await log.command("billing", "a", Add(amount=1))
    await log.command("billing", "a", Write(crash=True))
    after = await log.command("billing", "a", Add(amount=1))
    others = [await log.command("billing", f"a{number}", Add(amount=1)) for number in range(5)]
    for command in others:
        assert (await log.answer(command)).faults == ()
    await log.publish("events", log.envelope("surveys", "a", Poked), Poked())
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys = '{a}' OFFSET 2"))
    assert await served.parked("a") == [Write.TYPE, Add.TYPE, Poked.TYPE]
    assert await log.answers(after) == []


async def test_what_cannot_be_written_at_the_end_of_a_batch_parks_its_own_message_alone(served: SampleInstallation) -> None:
    log = served.log
    for key in ("w1", "unwritable", "w2"):
        await log.publish("events", log.envelope("surveys", key, Poked), Poked())
    await eventually(lambda: served.fetch("SELECT 1 FROM pokes WHERE key = 'w2'"))
    assert [row["key"] for row in await served.fetch("SELECT key FROM pokes WHERE key LIKE 'w_' ORDER BY key")] == ["w1", "w2"]
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys = '{unwritable}'"))
    assert await served.parked("unwritable") == [Poked.TYPE]


async def test_replaying_goes_in_order_and_the_key_lives_again(served: SampleInstallation, monkeypatch: pytest.MonkeyPatch) -> None:
    log = served.log
    await log.command("billing", "b", Write(crash=True))
    second = await log.command("billing", "b", Add(amount=2))
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys = '{b}' OFFSET 1"))
    with pytest.raises(SystemExit, match=r"échoue encore \(ZeroDivisionError"):
        await served.operate(monkeypatch, "replay", "b")
    assert await served.parked("b") == [Write.TYPE, Add.TYPE]
    await repair(served, True)
    await served.operate(monkeypatch, "replay", "b")
    await repair(served, False)
    assert (await log.answer(second)).faults == ()
    assert [envelope.version for envelope, _ in await log.messages(key="b")] == [1, 2, 3]
    assert (await log.answer(await log.command("billing", "b", Add(amount=3)))).faults == ()
    assert await served.parked("b") == []


async def test_a_discarded_command_is_answered_refused(served: SampleInstallation, monkeypatch: pytest.MonkeyPatch) -> None:
    command = await served.log.command("billing", "c", Write(crash=True))
    await eventually(lambda: served.parked("c"))
    await served.operate(monkeypatch, "discard", *await ids(served, "c"))
    assert [fault.code for fault in (await served.log.answer(command)).faults] == ["discarded"]
    assert await served.parked("c") == []


async def test_a_discarded_ask_is_answered_refused(served: SampleInstallation, monkeypatch: pytest.MonkeyPatch) -> None:
    await served.log.publish("events", served.log.envelope("surveys", "d", Poked), Poked(crash=True))
    await eventually(lambda: served.parked("d"))
    await served.operate(monkeypatch, "discard", *await ids(served, "d"))

    async def refusals() -> Sequence[Envelope]:
        return [envelope for envelope, _ in await served.log.messages(key="d") if envelope.type == AskRefused.TYPE]

    assert len(await eventually(refusals)) == 1


async def test_a_repeat_of_a_parked_message_is_not_parked_again(served: SampleInstallation) -> None:
    envelope = served.log.envelope("gateway", "e", Write)
    for _ in range(2):
        await served.log.publish("billing.commands", envelope, Write(crash=True))
    await served.log.command("billing", "e", Add(amount=1))
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys = '{e}' OFFSET 1"))
    assert await served.parked("e") == [Write.TYPE, Add.TYPE]


async def test_a_command_of_many_keys_is_refused_when_one_is_parked_and_holds_nobody_up(served: SampleInstallation) -> None:
    log = served.log
    await log.command("billing", "f1", Write(crash=True))
    await eventually(lambda: served.parked("f1"))
    answer = await log.answer(await log.command("billing", "f", Share(to=("f1", "f2"), amount=1)))
    assert [(fault.code, fault.item) for fault in answer.faults] == [("held-up", "f1")]
    assert (await log.answer(await log.command("billing", "f2", Add(amount=1)))).faults == ()
    assert (await log.answer(await log.command("billing", "f", Share(to=("f2",), amount=1)))).faults == ()
    assert await served.parked("f1") == [Write.TYPE]


async def test_a_command_of_many_keys_that_fails_is_refused_whole_and_alarms(served: SampleInstallation) -> None:
    log, before = served.log, alarms("command-failed")
    answer = await log.answer(await log.command("billing", "g", Share(to=("g1", "g2"), amount=1, crash=True)))
    assert [fault.code for fault in answer.faults] == ["failed"]
    for key in ("g", "g1", "g2"):
        assert (await log.answer(await log.command("billing", key, Add(amount=1)))).faults == ()
        assert '"total": 1' in await served.state(key)
    assert alarms("command-failed") == before + 1


async def test_a_command_of_many_keys_whose_own_is_parked_waits_for_it_and_for_no_other(
    served: SampleInstallation, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = served.log
    await log.command("billing", "h", Write(crash=True))
    shared = await log.command("billing", "h", Share(to=("h1",), amount=1))
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys = '{h}' OFFSET 1"))
    assert (await log.answer(await log.command("billing", "h1", Add(amount=1)))).faults == ()
    await log.command("billing", "h1", Write(crash=True))
    await eventually(lambda: served.parked("h1"))
    await repair(served, True)
    await served.operate(monkeypatch, "replay", "h")
    await repair(served, False)
    assert (await log.answer(shared)).faults == ()
    assert '"total": 2' in await served.state("h1")


HEADERS: dict[str, list[tuple[str, bytes | None]]] = {
    "a null header": [("ce_id", None)],
    "a header that is not UTF-8": [("ce_type", b"\xff\xfe")],
    "no header at all": [],
    "an unknown type": [("ce_type", b"billing.add.v9")],
    "a version that no counter reaches": [("ce_version", b"9" * 30)],
}


# On events, a type that nobody here knows is somebody else's.
UNREADABLE = [
    (topic, what)
    for topic in ("billing.commands", "events")
    for what in HEADERS
    if (topic, what) not in (("events", "an unknown type"), ("billing.commands", "no header at all"))  # the latter says not who asks
]


@pytest.mark.parametrize(("topic", "what"), UNREADABLE)
async def test_what_cannot_be_read_is_parked_with_its_key(served: SampleInstallation, topic: str, what: str) -> None:
    key = f"{topic}/{what}"
    source, kind = ("gateway", Add) if topic == "billing.commands" else ("surveys", Poked)
    headers: dict[str, bytes | None] = dict(served.log.envelope(source, key, kind).headers())
    broken = list((headers | dict(HEADERS[what])).items()) if HEADERS[what] else []
    await served.log.send(topic, key.encode(), broken, b"{}")
    await eventually(lambda: served.parked(key))
    await served.log.command("billing", key, Add(amount=1))
    await eventually(lambda: served.fetch("SELECT 1 FROM parked WHERE keys @> ARRAY[$1] OFFSET 1", key))


BODIES = {"empty": b"", "null": None, "not JSON": b"\x00\xff", "not its fields": b'{"amount": "many"}', "huge": b"[" * 5_000_000}


@pytest.mark.parametrize("what", BODIES)
async def test_a_body_that_cannot_be_read_is_parked_with_its_key(served: SampleInstallation, what: str) -> None:
    key = f"body/{what}"
    await served.log.send("billing.commands", key.encode(), served.log.envelope("gateway", key, Add).headers(), BODIES[what])
    await eventually(lambda: served.parked(key))


@pytest.mark.parametrize("key", [None, b"\xff", b"with\x00zero"])
async def test_a_message_without_a_readable_key_is_parked_alone(
    served: SampleInstallation, key: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = served.log.envelope("gateway", "x", Add).headers()
    sent = await served.log.send("billing.commands", key, headers, b'{"amount": 1}')
    query = 'SELECT id, keys FROM parked WHERE "offset" = $1 AND partition = $2 AND topic = $3'
    (row,) = await eventually(lambda: served.fetch(query, sent.offset, sent.partition, sent.topic))
    assert row["keys"] == []
    await served.operate(monkeypatch, "discard", str(row["id"]))


async def test_the_operator_sees_what_is_parked_and_why(
    served: SampleInstallation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await served.log.command("billing", "seen", Write(crash=True, size=424242))
    await eventually(lambda: served.parked("seen"))
    capsys.readouterr()
    await served.operate(monkeypatch, "list")
    listed = next(line for line in capsys.readouterr().out.splitlines() if "seen" in line)
    assert Write.TYPE in listed
    assert "ZeroDivisionError" in listed
    await served.operate(monkeypatch, "show", *await ids(served, "seen"))
    shown = capsys.readouterr().out
    assert '"size":424242' in shown
    assert "break_down" in shown


async def test_logs_never_contain_a_body(served: SampleInstallation, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "Zébulon"
    headers = served.log.envelope("gateway", "secret", Add).headers()
    await served.log.send("billing.commands", b"secret", headers, f'{{"amount": "{secret}"}}'.encode())
    await eventually(lambda: served.parked("secret"))
    said = capsys.readouterr().out
    assert "parked=1" in said
    assert secret not in said
