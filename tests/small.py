"""A small part of Sésame in processes of its own: identity, the portal's worker and its pages, as many of each as a test starts; with
somebody who works there without a pause. For what only whole processes show: their settings, their ends, what is seen from outside.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from uuid import uuid4

import asyncpg
import httpx
from uuid_utils.compat import uuid7

from gateway.web.session import COOKIE, Viewer, open_session
from tests.forks import Forked, python_m
from tests.gateway.html import text_of
from tests.gateway.running_portal import OURS
from tests.infra import Infra, as_role, free_port
from tests.log import eventually

PARTS: Mapping[str, tuple[str, ...]] = {"identity": ("identity",), "worker": ("gateway", "worker"), "web": ("gateway", "web")}
KEY, FACTOR_KEY = "the-gateway-s-own-key", "the-key-of-second-factors"
AGENT = Viewer(uuid4(), "agent", None, "agent", "Claire BONNET", False)


@dataclass
class Replica:
    """One of these processes."""

    process: Forked
    environment: Mapping[str, str]

    @property
    def metrics(self) -> str:
        """Where it shows them."""
        return f"http://127.0.0.1:{self.environment['SESAME_HEALTH_PORT']}/metrics"

    async def is_ready(self, http: httpx.AsyncClient) -> bool:
        """Whether it serves. Raises AssertionError, with what it said, when it has ended."""
        if not self.process.is_running:
            raise AssertionError(await self.process.ended())
        with suppress(httpx.TransportError):
            return (await http.get(self.metrics.replace("/metrics", "/ready"))).status_code == 200
        return False


@dataclass
class Small:
    """What runs, by part and number; `settings` of each part are what a replica that is started from now on is told."""

    infra: Infra
    prefix: str
    settings: dict[str, dict[str, str]]
    http: httpx.AsyncClient
    replicas: dict[str, Replica] = field(default_factory=dict)

    async def start(self, name: str) -> Replica:
        """`identity`, `worker`, `web`, or another of one: `web 2`. Returns when it is ready."""
        part = name.split()[0]
        ports = {"SESAME_HEALTH_PORT": str(free_port()), "SESAME_HTTP_PORT": self._port(name)}
        environment = self.settings[part] | ports | {"SESAME_REPLICA": name.replace(" ", "-")}
        self.replicas[name] = replica = Replica(Forked(python_m, *PARTS[part], environment=environment), environment)
        await eventually(lambda: replica.is_ready(self.http), within=60)
        return replica

    def _port(self, name: str) -> str:
        """Identity's is where the pages look for it; the others' is free."""
        return self.settings["identity"]["SESAME_HTTP_PORT"] if name == "identity" else str(free_port())

    async def restart(self, name: str) -> Replica:
        """As an operator restarts one replica: in good order, then another with the settings of now."""
        await self.replicas[name].process.stop()
        return await self.start(name)

    async def stop(self) -> None:
        """All of them."""
        for replica in self.replicas.values():
            if replica.process.is_running:
                await replica.process.stop()

    @asynccontextmanager
    async def agent(self, web: str = "web") -> AsyncIterator[httpx.AsyncClient]:
        """Somebody who is logged in at this replica of the pages."""
        async with asyncpg.create_pool(
            self.settings["worker"]["SESAME_DATABASE"], min_size=1, server_settings={"search_path": "own, view, public"}
        ) as db:
            token = await open_session(db, AGENT)
        address = f"http://127.0.0.1:{self.replicas[web].environment['SESAME_HTTP_PORT']}"
        async with httpx.AsyncClient(base_url=address, cookies={COOKIE: token}, headers=OURS, follow_redirects=True, timeout=30) as client:
            yield client


async def publish(client: httpx.AsyncClient, version: int, text: str) -> str:
    """The agent publishes the next version of “Contactez-nous”, a command to identity; what the page says then."""
    form = {"_commande": str(uuid7()), "faire": "publier", "texte": text, "version": str(version)}
    return text_of(await client.post("/region/textes/contact", data=form))


@dataclass
class Load:
    """Versions that are published one after the other, each as soon as the last was answered."""

    small: Small
    answered: int = 0
    slow: int = 0
    longest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    async def work(self, client: httpx.AsyncClient) -> None:
        """Until cancelled. What the page cannot answer at once it answers later: it is looked for until it is there."""
        while True:
            began, text = monotonic(), f"Version {self.answered + 1}"
            said = await publish(client, self.answered, text)
            while "Le texte est publié" not in said:
                if "enregistré" not in said and "refusé" in said:
                    self.wrong.append(said)
                    return
                self.slow += 1
                await asyncio.sleep(0.2)
                said = text_of(await client.get("/region/textes/contact"))
                if text in said:
                    break
            self.answered += 1
            self.longest = max(self.longest, monotonic() - began)


@asynccontextmanager
async def standing(infra: Infra, **more: str) -> AsyncIterator[Small]:
    """Identity, worker and pages, ready; `more` is added to the environment of each."""
    prefix = infra.fresh_topics("identity", "gateway")
    dsns = {name: await infra.fresh_database(name) for name in ("identity", "gateway")}
    identity_port = str(free_port())
    settings = {
        "identity": infra.environment("identity", prefix, dsns["identity"])
        | {
            "SESAME_HTTP_PORT": identity_port,
            "SESAME_PORTAL_URL": "https://sesame.example",
            "SESAME_SMTP": f"127.0.0.1:{free_port()}",
            "SESAME_SMTP_SECURITY": "PLAINTEXT",
            "SESAME_GATEWAY_KEY": KEY,
            "SESAME_FACTOR_KEY": FACTOR_KEY,
        },
        "worker": infra.environment("gateway", prefix, dsns["gateway"]),
        "web": {
            "SESAME_DATABASE": as_role(dsns["gateway"], "gateway_web"),
            "SESAME_TOPIC_PREFIX": prefix,
            "SESAME_IDENTITY_URL": f"http://127.0.0.1:{identity_port}",
            "SESAME_GATEWAY_KEY": KEY,
        },
    }
    async with httpx.AsyncClient(timeout=5) as http:
        small = Small(infra, prefix, {part: told | more for part, told in settings.items()}, http)
        try:
            for part in PARTS:
                await small.start(part)
            yield small
        finally:
            await small.stop()
