"""The web process: its settings, its log and its metrics are those of any other process."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from chassis.settings import SettingsWrong
from gateway.settings import WebSettings
from gateway.web.session import COOKIE
from tests.faults.black_hole import path_to_postgres
from tests.gateway.running_portal import OURS, migrated
from tests.infra import Infra, as_role, free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")
PASSWORD = "Un-secret-de-Gisèle-1986"

KEY = "the-gateway-s-own-key"


async def web(environment: dict[str, str], said: Path) -> asyncio.subprocess.Process:
    """`python -m gateway web`, told nothing but `environment`; what it says goes to a file."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SESAME_")} | environment
    with said.open("w") as out:
        return await asyncio.create_subprocess_exec(sys.executable, "-m", "gateway", "web", env=own, stdout=out, stderr=out)


@asynccontextmanager
async def portal(infra: Infra, said: Path, identity: int, **settings: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser before a web process that serves, with an identity at this port. Its header `Health` says where the operator asks."""
    port, health = free_port(), free_port()
    environment = {
        "SESAME_DATABASE": as_role(await infra.fresh_database("gateway", migrated), "gateway_web"),
        "SESAME_HTTP_PORT": str(port),
        "SESAME_HEALTH_PORT": str(health),
        "SESAME_IDENTITY_URL": f"http://127.0.0.1:{identity}",
        "SESAME_GATEWAY_KEY": KEY,
    } | settings
    process = await web(environment, said)
    try:
        headers = OURS | {"Health": str(health)}
        async with httpx.AsyncClient(base_url=f"http://localhost:{port}", headers=headers) as client:
            await answers(client, "/connexion", 200)
            yield client
    finally:
        process.terminate()
        await process.wait()


async def parrot(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An identity that went wrong: it says what it was told, which nobody understands."""
    told = await reader.readuntil(b"}")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{" + told[told.index(b"{") :])
    await writer.drain()
    writer.close()


async def test_a_page_that_fails_while_it_handles_a_password_leaves_none_in_the_log(infra: Infra, tmp_path: Path) -> None:
    said, command = tmp_path / "said", str(uuid4())
    identity = await asyncio.start_server(parrot, "127.0.0.1", 0)
    async with identity, portal(infra, said, identity.sockets[0].getsockname()[1]) as client:
        form = {"identifiant": "gisele", "mot_de_passe": PASSWORD, "_commande": command}
        failed = await client.post("/connexion", data=form)
    assert failed.status_code == 500 and "Traceback" not in failed.text
    lines = [json.loads(line) for line in said.read_text().splitlines()]
    (told,) = [line for line in lines if line["event"] == "a page failed"]
    assert told["service"] == "gateway-web" and told["path"] == "/connexion" and told["correlation"] == command
    assert told["error"] == "JSONDecodeError" and "access.py" in told["where"]
    assert PASSWORD not in said.read_text() and "secret" not in said.read_text()


@pytest.mark.parametrize(("trusted", "client"), [("", "127.0.0.1"), ("192.0.2.1", "127.0.0.1"), ("127.0.0.0/8", "203.0.113.9")])
async def test_acc_7_clients_are_told_apart_by_what_a_trusted_proxy_says_and_by_nobody_else(
    infra: Infra, tmp_path: Path, trusted: str, client: str
) -> None:
    heard: list[bytes] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"}"))
        writer.close()

    identity = await asyncio.start_server(listening, "127.0.0.1", 0)
    port = identity.sockets[0].getsockname()[1]
    async with identity, portal(infra, tmp_path / "said", port, SESAME_TRUSTED_PROXIES=trusted) as browser:
        form = {"identifiant": "gisele", "mot_de_passe": PASSWORD}
        await browser.post("/connexion", data=form, headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert json.loads(heard[0].partition(b"\r\n\r\n")[2])["client"] == client


@pytest.mark.parametrize("said", ["*", "proxy.example", "10.0.0.1 10.0.0.2"])
async def test_a_proxy_is_named_by_its_address(said: str) -> None:
    told = {"SESAME_DATABASE": "postgresql://nowhere/none", "SESAME_IDENTITY_URL": "http://nowhere:1", "SESAME_GATEWAY_KEY": KEY}
    with pytest.raises(SettingsWrong, match="SESAME_TRUSTED_PROXIES"):
        WebSettings.told(told | {"SESAME_TRUSTED_PROXIES": said})


async def test_pages_and_what_the_operator_asks_have_ports_of_their_own(infra: Infra, tmp_path: Path) -> None:
    async with portal(infra, tmp_path / "said", free_port()) as client:
        await client.request("BREW", "/connexion")
        async with httpx.AsyncClient(base_url=f"http://localhost:{client.headers['Health']}") as operator:
            metrics = await operator.get("/metrics")
            assert metrics.status_code == 200 and "process_cpu_seconds_total" in metrics.text
            assert re.search(
                r'sesame_request_seconds_count\{method="GET",route="/connexion",service="gateway-web",status="200"\}', metrics.text
            )
            assert "BREW" not in metrics.text, "a stranger makes no measure of their own"
            assert (await operator.get("/ready")).status_code == 200
            assert 'sesame_ready{service="gateway-web"} 1.0' in (await operator.get("/metrics")).text
            assert (await operator.get("/connexion")).status_code == 404
        for path in ("/metrics", "/ready", "/live"):
            assert (await client.get(path)).status_code == 404


async def test_a_web_process_waits_in_place_for_a_database_that_is_away_or_says_nothing(infra: Infra, tmp_path: Path) -> None:
    database, port, way = urlsplit(await infra.fresh_database("gateway", migrated)), free_port(), free_port()
    away, health = database._replace(netloc=database.netloc.replace(str(database.port), str(way))).geturl(), free_port()
    ports = {"SESAME_HTTP_PORT": str(port), "SESAME_HEALTH_PORT": str(health)}
    process = await web(
        {"SESAME_DATABASE": away, "SESAME_IDENTITY_URL": "http://127.0.0.1:1", "SESAME_GATEWAY_KEY": KEY} | ports, tmp_path / "said"
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://localhost:{health}", timeout=8) as client:
            await answers(client, "/live", 200)
            await answers(client, "/ready", 503)
            async with httpx.AsyncClient(base_url=f"http://localhost:{port}", timeout=20, cookies={COOKIE: "some"}) as visitor:
                waiting = await visitor.get("/")
            assert waiting.status_code == 503 and "Sésame est momentanément indisponible" in waiting.text
            with path_to_postgres(database.geturl(), way) as path:
                await answers(client, "/ready", 200)
                path.cut()
                await answers(client, "/ready", 503)
                await answers(client, "/live", 200)
                path.heal()
                await answers(client, "/ready", 200)
                process.terminate()
                assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answers(client: httpx.AsyncClient, path: str, status: int) -> None:
    """Waits until the process answers so, a minute at most."""
    async with asyncio.timeout(60):
        while True:
            with suppress(httpx.ConnectError):
                if (await client.get(path)).status_code == status:
                    return
            await asyncio.sleep(0.05)


async def test_a_web_process_without_a_database_says_so_in_one_line(tmp_path: Path) -> None:
    process = await web({}, tmp_path / "said")
    assert await process.wait() == 1
    assert (tmp_path / "said").read_text().startswith("SESAME_DATABASE manque. ")
