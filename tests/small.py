"""A small part of Sésame in processes of its own: identity, the portal's worker and its pages, as many of each as a test starts; with
somebody who works there without a pause. For what only whole processes show: their settings, their ends, what is seen from outside.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar
from uuid import UUID, uuid4

import asyncpg
import httpx
from pydantic import SecretStr
from uuid_utils.compat import uuid7

from chassis.settings import Settings
from gateway.web.session import COOKIE, Viewer, open_session
from tests.balancer import Balancer
from tests.forks import Forked, is_ready, python_m
from tests.gateway.html import text_of
from tests.gateway.running_portal import OURS
from tests.infra import Infra, as_role, free_port
from tests.log import eventually

T = TypeVar("T")
PARTS: Mapping[str, tuple[str, ...]] = {
    "identity": ("identity",),
    "worker": ("gateway", "worker"),
    "web": ("gateway", "web"),
    "clock": ("clock",),
}
STARTED = ("identity", "worker", "web")
"""Those that stand from the beginning."""
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

    async def is_ready(self) -> bool:
        """Whether it serves. Raises AssertionError, with what it said, when it has ended."""
        if not self.process.is_running:
            raise AssertionError(await self.process.ended())
        return await is_ready(self.environment["SESAME_HEALTH_PORT"])


@dataclass
class Small:
    """What runs, by part and number; `settings` of each part are what a replica that is started from now on is told."""

    infra: Infra
    prefix: str
    settings: dict[str, dict[str, str]]
    http: httpx.AsyncClient
    replicas: dict[str, Replica] = field(default_factory=dict)
    fronts: dict[str, Balancer] = field(default_factory=dict)
    versions: int = 0
    """How many were published."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self, name: str) -> Replica:
        """`identity`, `worker`, `web`, or another of one: `web 2`. Returns when it is ready."""
        part, replica = name.split()[0], self.begin(name)
        environment = replica.environment
        await eventually(replica.is_ready, within=60)
        if front := self.fronts.get(part):
            front.ports.append(int(environment["SESAME_HTTP_PORT"]))
        return replica

    def begin(self, name: str, **ports: str) -> Replica:
        """The same, on these ports or on free ones, and does not wait for it."""
        part = name.split()[0]
        ports = ports or {"SESAME_HEALTH_PORT": str(free_port()), "SESAME_HTTP_PORT": str(free_port())}
        environment = self.settings[part] | ports | {"SESAME_REPLICA": name.replace(" ", "-")}
        self.replicas[name] = replica = Replica(Forked(python_m, *PARTS[part], environment=environment), environment)
        return replica

    async def end(self, name: str) -> None:
        """As an operator stops one: nobody comes to it any more, and it ends in good order."""
        replica = self.replicas.pop(name)
        if front := self.fronts.get(name.split()[0]):
            front.ports.remove(int(replica.environment["SESAME_HTTP_PORT"]))
        if replica.process.is_running:
            await replica.process.stop()

    async def restart(self, *parts: str) -> None:
        """Every replica of these parts, one at a time, each with the settings of now."""
        for name in [name for part in parts for name in list(self.replicas) if name.split()[0] == part]:
            await self.renew(name)

    async def renew(self, name: str, *, if_ended: bool = False) -> None:
        """This replica, with the settings of now; `if_ended`, only when it has ended by itself."""
        async with self._turn:
            if not (if_ended and self.replicas[name].process.is_running):
                await self.end(name)
                await self.start(name)

    async def operate(self, part: str, *arguments: str) -> str:
        """`python -m …` with the settings of a part; what it said. Raises AssertionError when it ends with an error."""
        code, said = await Forked(python_m, PARTS[part][0], *arguments, environment=self.settings[part]).ended()
        assert code == 0, said
        return said

    async def stop(self) -> None:
        """All of them."""
        for name in list(self.replicas):
            await self.end(name)
        for front in self.fronts.values():
            await front.close()

    @asynccontextmanager
    async def agent(self) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody who is logged in."""
        async with asyncpg.create_pool(
            self.settings["worker"]["SESAME_DATABASE"], min_size=1, server_settings={"search_path": "own, view, public"}
        ) as db:
            token = await open_session(db, AGENT)
        address = f"http://127.0.0.1:{self.fronts['web'].port}"
        async with httpx.AsyncClient(base_url=address, cookies={COOKIE: token}, headers=OURS, follow_redirects=True, timeout=30) as client:
            yield client


async def publish(client: httpx.AsyncClient, version: int, text: str, form_id: UUID | None = None, name: str = "contact") -> str:
    """The agent publishes the next version of “Contactez-nous”, or of another text, a command to identity; what the page says then."""
    form = {"_commande": str(form_id or uuid7()), "faire": "publier", "texte": text, "version": str(version)}
    answer = await client.post(f"/region/textes/{name}", data=form)
    assert answer.status_code == 200, text_of(answer)
    return text_of(answer)


def administrator(small: Small) -> Settings:
    """Of Kafka's administrator, who may write whatever a test makes up."""
    return Settings(
        kafka=small.infra.kafka.bootstrap,
        kafka_user="admin",
        kafka_password=SecretStr(small.infra.kafka.passwords["admin"]),
        kafka_security="SASL_PLAINTEXT",
        topic_prefix=small.prefix,
        database="none",
    )


@dataclass
class Load:
    """Versions that are published one after the other, each as soon as the last was answered; identity is asked by HTTP beside them."""

    small: Small
    answered: int = 0
    longest: float = 0.0
    """Seconds that one waited for its answer."""
    asked: int = 0
    again: int = 0
    """How often somebody sent the same again, because a replica of pages that ends closed their connection at that very moment: as browsers
    do by themselves with what they ask, and people with a form, which is done once however often it comes."""
    wrong: list[str] = field(default_factory=list)

    async def publishes(self, client: httpx.AsyncClient) -> None:
        """Until cancelled. What the page cannot answer at once it answers later: it is looked for until it is there."""
        while True:
            began, text, form_id = monotonic(), f"Version {self.small.versions + 1}", uuid7()
            try:
                said = await self._twice(lambda: publish(client, self.small.versions, text, form_id))  # noqa: B023
                while "Le texte est publié" not in said and text not in said:
                    await asyncio.sleep(0.2)
                    said = text_of(await self._twice(lambda: client.get("/contact")))
            except (AssertionError, httpx.TransportError) as error:
                self.wrong.append(f"{text}: {error!r}")
                return
            self.answered += 1
            self.small.versions += 1
            self.longest = max(self.longest, monotonic() - began)

    async def _twice(self, ask: Callable[[], Awaitable[T]]) -> T:
        try:
            return await ask()
        except httpx.TransportError:
            self.again += 1
            return await ask()

    async def asks(self, client: httpx.AsyncClient) -> None:
        """Until cancelled: a page for which the pages ask identity."""
        while True:
            try:
                answer = await self._twice(lambda: client.get("/region/comptes"))
                if answer.status_code != 200 or "Le service des comptes ne répond pas" in text_of(answer):
                    self.wrong.append(f"{answer.status_code} {text_of(answer)}")
            except httpx.TransportError as error:
                self.wrong.append(f"the page: {error!r}")
            self.asked += 1
            await asyncio.sleep(0.1)


@asynccontextmanager
async def under_load(small: Small) -> AsyncIterator[Load]:
    """Until the block ends, people work there."""
    load = Load(small)
    async with small.agent() as one, small.agent() as other:
        tasks = [asyncio.create_task(load.publishes(one)), asyncio.create_task(load.asks(other))]
        try:
            yield load
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def standing(infra: Infra, **more: str) -> AsyncIterator[Small]:
    """Identity, worker and pages, ready; `more` is added to the environment of each."""
    prefix = infra.fresh_topics("identity", "gateway")
    dsns = {name: await infra.fresh_database(name) for name in ("identity", "gateway")}
    fronts = {name: Balancer(free_port()) for name in ("identity", "web")}
    settings = {
        "identity": infra.environment("identity", prefix, dsns["identity"])
        | {
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
            "SESAME_IDENTITY_URL": f"http://127.0.0.1:{fronts['identity'].port}",
            "SESAME_GATEWAY_KEY": KEY,
        },
        "clock": infra.environment("clock", prefix),
    }
    async with httpx.AsyncClient(timeout=5) as http:
        small = Small(infra, prefix, {part: told | more for part, told in settings.items()}, http, fronts=fronts)
        try:
            for front in fronts.values():
                await front.start()
            for part in STARTED:
                await small.start(part)
            yield small
        finally:
            await small.stop()
