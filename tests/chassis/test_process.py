"""The process: it says in one line why it cannot go on and ends with an error; it tells who asks how it is; it stops in good order."""

import json
import re
import urllib.error
import urllib.request
from asyncio import to_thread
from time import monotonic
from typing import Any

import httpx
import pytest

from chassis.http import health
from tests.chassis.conftest import Install, SampleInstallation
from tests.chassis.sample import SERVICE, Add, Write
from tests.infra import Infra
from tests.log import eventually
from tests.running import Process, running

AT = "tests.chassis.sample:SERVICE"


async def ends_with(environment: dict[str, str], sentence: str) -> None:
    """The process ends with an error, its last line is that sentence, and there is no stack trace."""
    code, said = await Process(AT, environment).ended(60)
    assert code == 1, said
    assert "Traceback" not in said
    last = json.loads(said.strip().splitlines()[-1])
    assert last["level"] == "critical"
    assert sentence in last["why"]


async def test_a_wrong_kafka_password_is_said(installation: SampleInstallation) -> None:
    await ends_with(installation.environment | {"SESAME_KAFKA_PASSWORD": "wrong"}, "Vérifiez SESAME_KAFKA_USER et SESAME_KAFKA_PASSWORD")


async def test_a_topic_without_a_right_on_it_is_said(installation: SampleInstallation, infra: Infra) -> None:
    other = {"SESAME_KAFKA_USER": "surveys", "SESAME_KAFKA_PASSWORD": infra.kafka.passwords["surveys"]}
    await ends_with(installation.environment | other, f"{installation.settings.topic_prefix}billing.commands")


async def test_a_topic_that_may_be_written_but_not_read_is_said(installation: SampleInstallation, infra: Infra) -> None:
    # The gateway writes billing.commands, and so sees it; its groups do not begin with "billing.".
    other = {"SESAME_KAFKA_USER": "gateway", "SESAME_KAFKA_PASSWORD": infra.kafka.passwords["gateway"]}
    code, said = await Process("tests.chassis.sample:COMMANDS_ONLY", installation.environment | other).ended(60)
    assert code == 1
    assert "Appliquez les ACL" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("billing:", "nobody:"), "refuse l’utilisateur ou son mot de passe"),
        (("/billing_", "/nowhere_"), "Cette base de données n’existe pas"),
        (("postgresql:", "mysql:"), "n’est pas une adresse PostgreSQL"),
    ],
)
async def test_a_wrong_dsn_is_said(installation: SampleInstallation, change: tuple[str, str], sentence: str) -> None:
    dsn = installation.settings.database.replace(*change)
    assert dsn != installation.settings.database
    await ends_with(installation.environment | {"SESAME_DATABASE": dsn}, sentence)


async def test_a_busy_port_is_said(served: SampleInstallation) -> None:
    async with running(SERVICE, served.settings) as process:
        await ends_with(served.environment | {"SESAME_HEALTH_PORT": str(process.port)}, "est occupé")


async def test_missing_settings_are_named() -> None:
    code, said = await Process(AT, {"SESAME_KAFKA": "x"}).ended()
    assert code == 1
    assert "SESAME_DATABASE" in said


async def get(port: int, path: str) -> tuple[int, str]:
    def ask() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    return await to_thread(ask)


async def test_what_is_still_missing_is_named_and_who_is_not_alive_is_said() -> None:
    async def not_ready() -> list[str]:
        return ["events: not joined", "the database does not answer"]

    app = health("billing", lambda: False, not_ready)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://process") as http:
        ready = await http.get("/ready")
        assert (ready.status_code, ready.text) == (503, "events: not joined\nthe database does not answer")
        assert (await http.get("/live")).status_code == 503
        assert (await http.get("/elsewhere")).status_code == 404


async def test_it_says_whether_it_is_alive_and_ready_and_how_far_it_is(install: Install) -> None:
    installation = await install()
    began = monotonic()
    async with running(SERVICE, installation.settings) as process:
        assert (await get(process.port, "/live"))[0] == 200
        assert await eventually(lambda: _is(process.port, "/ready", 200))
        assert (await get(process.port, "/elsewhere"))[0] == 404
        await installation.log.answer(await installation.log.command("billing", "a", Add(amount=1)))
        await installation.log.command("billing", "b", Write(crash=True))
        await eventually(lambda: installation.parked("b"))
        commands = installation.settings.topic("billing.commands")
        wanted = [
            'sesame_parked_messages{service="billing"} 1.0',
            f'sesame_lag_records{{service="billing",topic="{commands}"}} 0.0',
            'sesame_outbox_rows{service="billing"} 0.0',
            'sesame_ready{service="billing"} 1.0',
            'sesame_relay_seconds_count{service="billing"} ',
            f'sesame_handled_total{{service="billing",topic="{commands}"}} 1.0',
        ]
        await eventually(lambda: _has(process.port, wanted))
        delay = re.search(
            rf'sesame_delay_seconds_sum{{service="billing",topic="{commands}"}} (.+)', (await get(process.port, "/metrics"))[1]
        )
        assert delay
        assert 0 < float(delay[1]) < monotonic() - began


async def test_it_is_not_ready_without_its_database(install: Install, infra: Infra) -> None:
    installation = await install()
    async with running(SERVICE, installation.settings) as process:
        await eventually(lambda: _is(process.port, "/ready", 200))
        name = installation.settings.database.rpartition("/")[2].partition("?")[0]
        await installation.fetch("ALTER TABLE parked RENAME TO gone")
        await eventually(lambda: _is(process.port, "/ready", 503))
        await installation.fetch("ALTER TABLE gone RENAME TO parked")
        await eventually(lambda: _is(process.port, "/ready", 200))
        # Every connection is cut, as by a restart: nothing is lost.
        await installation.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()", name
        )
        assert (await installation.log.answer(await installation.log.command("billing", "a", Add(amount=1)))).faults == ()


async def _is(port: int, path: str, status: int) -> bool:
    return (await get(port, path))[0] == status


async def _has(port: int, wanted: list[str]) -> bool:
    _, said = await get(port, "/metrics")
    return all(line in said for line in wanted)


async def test_it_stops_in_good_order_when_told_to(install: Install) -> None:
    installation = await install()
    child = Process(AT, installation.environment)
    await installation.log.answer(await installation.log.command("billing", "z", Add(amount=1)))
    code, said = await child.stop()
    assert code == 0, said
    lines: list[dict[str, Any]] = [json.loads(line) for line in said.strip().splitlines()]
    assert [line["event"] for line in lines if line["event"] in ("started", "stopping")] == ["started", "stopping"]
    assert {line["service"] for line in lines} == {"billing"}
