"""The server in front, Debian's nginx, configured by what compose does with the example: what comes to the portal, and what does not."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest_asyncio
import yaml

from deploy.images.build import REPOSITORY
from tests import certificates
from tests.infra import free_port
from tests.log import eventually
from tests.operate.debian import debian

SERVICE = yaml.safe_load((REPOSITORY / "deploy" / "compose" / "compose.yml").read_text())["services"]["front"]
WRITTEN = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""Where nginx keeps what does not fit into its memory: Debian's own folders are there only where it is installed."""
MEBIBYTE = 1024 * 1024


@dataclass
class Portal:
    """Answers everything, and keeps what came."""

    port: int
    came: list[str] = field(default_factory=list)
    """Heads of requests."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request after the other."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.came.append(head.decode().lower())
                lengths = [int(line.split(":")[1]) for line in self.came[-1].splitlines() if line.startswith("content-length:")]
                await reader.readexactly(sum(lengths))
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Until the block ends."""
        async with await asyncio.start_server(self.answer, "127.0.0.1", self.port):
            yield


@dataclass
class Front:
    """What people reach."""

    portal: Portal
    http: httpx.AsyncClient
    port: int


@pytest_asyncio.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    portal, port = Portal(free_port()), free_port()
    made = certificates.make(tmp_path)
    settings = _configured(tmp_path, {
        "gateway-web:8000": f"127.0.0.1:{portal.port}",
        "/etc/nginx/sesame.crt": made.chain,
        "/etc/nginx/sesame.key": made.key,
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "/dev/stdout": str(tmp_path / "log"),
        "include mime.types;": "".join(f"{part}_temp_path {tmp_path}/{part}; " for part in WRITTEN),
    })  # fmt: skip
    nginx = [debian("nginx", "nginx") / "nginx", "-p", tmp_path, "-c", settings, "-e", tmp_path / "errors"]
    running = await asyncio.create_subprocess_exec(*nginx, "-g", f"pid {tmp_path}/pid; user root; daemon off;")
    try:
        async with httpx.AsyncClient(base_url=f"https://localhost:{port}", verify=made.believing(), timeout=20) as http:

            async def answers() -> bool:
                assert running.returncode is None, (tmp_path / "errors").read_text()
                try:
                    return (await http.get("/live")).status_code == 404
                except httpx.TransportError:
                    return False

            await eventually(answers, 20)
            yield Front(portal, http, port)
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


def _configured(folder: Path, here: dict[str, str]) -> Path:
    """What the container's command makes of the example, with this machine's places in it."""
    settings = folder / "nginx.conf"
    shell, option, command = SERVICE["command"]
    made, _, started = command.partition("&& exec nginx")
    assert started, command
    made = made.replace("/front/nginx.conf", str(REPOSITORY / "deploy" / "front" / "nginx.conf")).replace(
        "/etc/nginx/nginx.conf", str(settings)
    )
    subprocess.run([shell, option, made], check=True)
    text = settings.read_text()
    for there, place in here.items():
        assert there in text, there
        text = text.replace(there, place)
    settings.write_text(text)
    return settings


async def test_the_portal_is_told_who_asks_and_nothing_that_they_say_of_it(front: Front) -> None:
    lies = {"X-Forwarded-For": "10.0.0.1", "Forwarded": "for=10.0.0.1", "X-Forwarded-Proto": "http"}
    async with front.portal.listening():
        assert (await front.http.get("/connexion", headers=lies)).text == "ok"
    lines = front.portal.came[-1].splitlines()
    assert {"x-forwarded-for: 127.0.0.1", "x-forwarded-proto: https", f"host: localhost:{front.port}"} <= set(lines)
    assert not any(line.startswith("forwarded:") or "10.0.0.1" in line for line in lines)


async def test_what_is_too_large_is_refused_in_words_before_the_portal_hears_of_it(front: Front) -> None:
    async with front.portal.listening():
        assert (await front.http.post("/region/import", content=b"0" * 11 * MEBIBYTE)).status_code == 200
        for path, size in {"/connexion": 3, "/region/import": 13, "/actions/2008LIM001/declarations/2008-02/justificatifs": 12}.items():
            answer = await front.http.post(path, content=b"0" * size * MEBIBYTE)
            assert (
                answer.status_code == 413
                and "trop volumineux" in answer.text
                and answer.headers["content-type"] == "text/html; charset=utf-8"
            )
    assert len(front.portal.came) == 1


async def test_who_tries_passwords_from_one_address_is_told_to_wait_and_others_pages_go_on(front: Front) -> None:
    async with front.portal.listening():
        answers = [await front.http.post("/connexion", content=b"") for _ in range(30)]
        assert {answer.status_code for answer in answers} == {200, 429}
        assert "Attendez une minute" in answers[-1].text
        assert (await front.http.get("/")).status_code == 200


async def test_a_portal_that_is_away_is_told_in_words_and_is_there_again_at_once(front: Front) -> None:
    away = await front.http.get("/")
    assert away.status_code == 502 and "momentanément indisponible" in away.text and away.headers["cache-control"] == "no-store"
    async with front.portal.listening():
        assert (await front.http.get("/")).text == "ok"


async def test_what_is_the_operator_s_is_nobody_else_s(front: Front) -> None:
    async with front.portal.listening():
        for path in ("/live", "/ready", "/metrics"):
            assert (await front.http.get(path)).status_code == 404
    assert front.portal.came == []
