"""The portal for page tests: its database filled by its own projections, a time of its own, the pages served, a browser.

    async def test_...(portal): ...        # tests/gateway/region_in_march.py says what is in it
        page = await portal.secretary.get("/actions/2007QCA0971/dates")

`portal.it_is("2008-03-06T14:12")` sets the portal's time; `portal.happen(key, *messages)` is what a service would have said;
`portal.answering(decide)` answers commands as a service would: `decide(key, command)` returns messages, or raises a Refusal.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from unittest.mock import AsyncMock, patch
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest_asyncio
import uvicorn
from litestar import Litestar
from pydantic import SecretStr
from uuid_utils.compat import uuid7

from chassis import migrate
from chassis.db import Connection
from chassis.doorkeeper import SERVING
from chassis.instant import now
from chassis.work import Work
from contracts.answers import CommandAnswered, PersonalRef
from contracts.envelope import Actor, Envelope, Position
from contracts.identity_http import Account, LoggedIn
from contracts.message import Command, Message
from contracts.month import PARIS
from contracts.personal import PersonalRecord
from contracts.refusals import Refusal
from contracts.registry import MESSAGES
from gateway.settings import WebSettings
from gateway.web.app import create_app
from gateway.web.form_ids import form_at
from gateway.web.identity_client import IdentityClient
from gateway.web.rendering import REGION
from gateway.web.session import COOKIE, Viewer, open_session
from gateway.worker import answers, hints, people, projections
from gateway.worker.service import MIGRATIONS
from sesame_local import timeshift
from tests.gateway.html import hidden_of
from tests.guide import OTHER_SIRET, SIRET
from tests.infra import Infra, as_role, free_port
from tests.saying import Saying

Decide = Callable[[str, Command], Iterable[Message] | Awaitable[Iterable[Message]]]
LIVE = "document.addEventListener('htmx:sse:after:connection', () => { document.documentElement.dataset.live = '1'; });"
"""Marks a page whose live connection stands: what others do before is no longer told to it."""

OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of whatever one of our own pages asks or sends."""


async def migrated(dsn: str) -> None:
    """Both schemas of the portal's database."""
    for schema, packages in MIGRATIONS.items():
        connection = await asyncpg.connect(dsn)
        await migrate.apply(connection, schema, packages)
        await connection.close()


@dataclass
class RunningPortal:
    """The portal, alone: no Kafka, no service; who watches it through `secretary`, `rival` and `agent`."""

    db: asyncpg.Pool
    folder: Path
    port: int
    dsn: str
    """As the owner of the database."""
    told: int = 0
    saying: Saying = field(default_factory=Saying)
    secretary: "Person" = field(init=False)
    """Of the organisation that holds the actions of March."""
    rival: "Person" = field(init=False)
    """Of another organisation."""
    agent: "Person" = field(init=False)

    @property
    def address(self) -> str:
        """Where the portal is; `localhost`, so that secure cookies work."""
        return f"http://localhost:{self.port}"

    def it_is(self, instant: str) -> datetime:
        """From here on it is this time in Paris, for the portal."""
        at = datetime.fromisoformat(instant).replace(tzinfo=PARIS)
        timeshift.write(self.folder / "time", at)
        return at

    async def happen(self, key: str, *messages: Message, at: datetime | None = None, actor: Actor | None = None) -> None:
        """These messages are on the log and in the views, in order, and where the action stands then; open pages hear of it."""
        answers = [message for message in messages if isinstance(message, CommandAnswered)]
        messages = (*(message for message in messages if message not in answers), *self.saying.after(key, messages), *answers)
        async with self.db.acquire() as connection, connection.transaction():
            works = [await self._project(connection, key, message, at or now(), actor) for message in messages]
            await hints.after_batch(cast(Connection, connection), works)

    async def _project(self, connection: Any, key: str, message: Message, at: datetime, actor: Actor | None) -> Work[None]:
        self.told += 1
        is_personal = isinstance(message, PersonalRecord)
        key = message.id if isinstance(message, PersonalRecord) else key
        source = min(message.sources())
        if isinstance(message, CommandAnswered):  # by the service that was asked
            source = await connection.fetchval("SELECT service FROM commands WHERE id = $1", message.command_id) or source
        envelope = Envelope(uuid4(), source, message.TYPE, key, self.told, at, uuid4(), actor=actor)
        position = Position("personal" if is_personal else "events", 0, self.told)
        work: Work[None] = Work(envelope, position, at, None, connection, "portal", (key,), {}, envelope.id)
        if isinstance(message, CommandAnswered):
            await answers.note_answer(work, message)
        else:
            await (projections.PERSONAL if is_personal else projections.EVENTS)[type(message)](work, message)
        for statement, values in work.put_off:
            await connection.execute(statement, *values)
        return work

    async def erase(self, record: str) -> None:
        """A record of `personal` came without a body (PRV-1)."""
        envelope = Envelope(uuid4(), "actions", "", record, 1, now(), uuid4())
        async with self.db.acquire() as connection, connection.transaction():
            position = Position("personal", 0, self.told)
            work: Work[None] = Work(envelope, position, now(), None, connection, "portal", (record,), {}, envelope.id)
            await people.erase(work, None)
            await hints.after_batch(cast(Connection, connection), [work])

    async def kept(self, address: str) -> int:
        """How many drafts there are of the form that is posted there."""
        which = form_at(address)
        assert which, f"what is typed at {address} is not kept"
        count: int = await self.db.fetchval(
            "SELECT count(*) FROM drafts WHERE (kind, contract, subject) = ($1, $2, $3)", which.kind, which.contract, which.subject
        )
        return count

    @asynccontextmanager
    async def answering(self, decide: Decide) -> AsyncIterator[list[Command]]:
        """While open, commands are answered as `decide` says; gives the list of those that came."""
        came: list[Command] = []
        task = asyncio.create_task(self._answer(decide, came))
        try:
            yield came
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _answer(self, decide: Decide, came: list[Command]) -> None:
        while True:
            for row in await self.db.fetch("DELETE FROM outbox RETURNING seq, key, headers, body"):
                headers = json.loads(row["headers"])
                command = MESSAGES[headers["ce_type"]].parse(row["body"])
                assert isinstance(command, Command)
                came.append(command)
                await self._answer_one(decide, row["key"], command, headers)
            await asyncio.sleep(0.01)

    async def _answer_one(self, decide: Decide, key: str, command: Command, headers: dict[str, str]) -> None:
        actor, at = Actor(*json.loads(headers["ce_actor"])), datetime.fromisoformat(headers["ce_time"])
        answer = CommandAnswered(command_id=UUID(headers["ce_id"]))
        try:
            decided = decide(key, command)
            messages: Sequence[Message] = tuple(await decided if isinstance(decided, Awaitable) else decided)
        except Refusal as refusal:
            await self.happen(key, answer.model_copy(update={"faults": refusal.faults()}), at=at, actor=actor)
            return
        refs = tuple(PersonalRef(id=record.id, version=record.version) for record in messages if isinstance(record, PersonalRecord))
        await self.happen(key, *messages, answer.model_copy(update={"personal": refs}), at=at, actor=actor)

    async def person(self, viewer: Viewer) -> "Person":
        """Somebody logged in."""
        return Person(self, viewer, await open_session(self.db, viewer))


class Person:
    """Somebody who looks at the portal: `get` and `post` are what a browser without JavaScript does."""

    def __init__(self, portal: RunningPortal, viewer: Viewer, token: str) -> None:
        self.portal, self.viewer, self.token, self.address = portal, viewer, token, portal.address
        # Nothing is encrypted here, and reading a machine's authorities for it takes longer than most pages.
        self.client = httpx.AsyncClient(base_url=portal.address, cookies={COOKIE: token}, headers=OURS, follow_redirects=True, verify=False)

    @property
    def actor(self) -> Actor:
        """As messages name them."""
        return Actor(str(self.viewer.user_id), self.viewer.role, self.viewer.siret)

    async def get(self, path: str) -> httpx.Response:
        """A page, after redirections."""
        return await self.client.get(path)

    async def region(self, path: str, region: str) -> httpx.Response:
        """What a live region of that page gets when it fetches itself anew."""
        return await self.client.get(path, headers={"HX-Request": "true", REGION: region})

    async def post(self, path: str, form: Mapping[str, str | list[str]], *, command_id: UUID | None = None) -> httpx.Response:
        """What the page says after a form was sent, after redirections."""
        return await self.client.post(path, data={"_commande": str(command_id or uuid7()), **form})

    async def post_lapsed(self, path: str, form: Mapping[str, str | list[str]]) -> httpx.Response:
        """A form that is sent in another session of theirs, which has just lapsed (ACC-7): a login page comes back."""
        late = await self.portal.person(self.viewer)
        await late.idle("31 minutes")
        answer = await late.client.post(path, data={"_commande": str(uuid7()), **form}, follow_redirects=False)
        await late.client.aclose()
        return answer

    async def log_in(self, asked: httpx.Response | str) -> httpx.Response:
        """They log in on this login page, as identity lets them, in a browser of their own; where that leads is not followed."""
        async with httpx.AsyncClient(base_url=self.address, headers=OURS) as client:
            with patch.object(IdentityClient, "log_in", AsyncMock(return_value=logged_in(self.viewer))):
                typed = hidden_of(asked) | {"identifiant": [self.viewer.login], "mot_de_passe": ["le bon"]}
                return await client.post("/connexion", data=typed)

    async def lapse(self) -> None:
        """Their session has expired by itself (ACC-7)."""
        await self.idle("1 hour")

    async def idle(self, since: str) -> None:
        """The last thing that they did themselves was so long ago."""
        await self.portal.db.execute(
            "UPDATE sessions SET seen_at = now() - $2::text::interval WHERE token_hash = sha256($1::text::bytea)", self.token, since
        )

    async def open(self, browser: Any, path: str, width: int = 1366, height: int = 900, **context: Any) -> Any:
        """The page in a window of the browser (Playwright's asynchronous page), once it hears of what others do."""
        window = await browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR", **context)
        page = await window.new_page()
        # Playwright's own way names a domain, which a __Host- cookie must not have.
        cookie = {"name": COOKIE, "value": self.token, "url": self.address, "path": "/", "secure": True, "httpOnly": True}
        await (await window.new_cdp_session(page)).send("Network.setCookie", cookie)
        await page.add_init_script(LIVE)
        await page.goto(self.address + path)
        if context.get("java_script_enabled", True) and await page.query_selector("#direct"):
            await page.wait_for_selector("html[data-live]", state="attached")
        return page


def account_of(viewer: Viewer) -> Account:
    """What identity says of them."""
    return Account(
        user_id=viewer.user_id,
        role=viewer.role,
        siret=viewer.siret,
        name=viewer.name,
        login=viewer.login,
        email="x@example.fr",
        access=viewer.access,
        must_choose_password=viewer.must_choose_password,
    )


def logged_in(viewer: Viewer) -> LoggedIn:
    """The same, when they have just logged in."""
    return LoggedIn(**account_of(viewer).model_dump(), browser="0.1")


ORGANISATION, OTHER = SIRET, OTHER_SIRET
REGION_NAME = "Région Midi-Pyrénées"
"""Another than where nothing is set."""


_idle: list[Litestar] = []
"""Apps that nobody serves now: one finds out about its routes for half a second, and serves any settings after that."""


@asynccontextmanager
async def served(dsn: str, folder: Path) -> AsyncIterator[RunningPortal]:
    """The portal, served on this database until the block ends."""
    port = free_port()
    os.environ[timeshift.VARIABLE] = str(folder / "time")
    rates = {date(2008, 1, 1): Decimal("12.00")}
    settings = WebSettings(
        database=as_role(dsn, "gateway_web"),
        identity_url="http://127.0.0.1:1",
        gateway_key=SecretStr("the-gateway-s-own-key"),
        late_rates=rates,
        region=REGION_NAME,
    )
    app = _idle.pop() if _idle else create_app(settings)
    app.state.settings = settings
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, timeout_graceful_shutdown=1, **SERVING))
    server.capture_signals = suppress  # type: ignore[method-assign, assignment]  # pytest's own stay
    task = asyncio.create_task(server.serve())
    async with asyncpg.create_pool(dsn, min_size=1, max_size=4, server_settings={"search_path": settings.search_path}) as db:
        try:
            while not server.started:
                await asyncio.sleep(0.02)
                assert not task.done(), "the portal does not start"
            portal = RunningPortal(db, folder, port, dsn)
            portal.secretary = await portal.person(Viewer(uuid4(), "organisation", ORGANISATION, "scenes", "SCENES ET FORMATIONS", False))
            portal.rival = await portal.person(Viewer(uuid4(), "organisation", OTHER, "autre", "CEVENNES-GESTION", False))
            portal.agent = await portal.person(Viewer(uuid4(), "agent", None, "agent", "Claire BONNET", False))
            yield portal
            for person in (portal.secretary, portal.rival, portal.agent):
                await person.client.aclose()
        finally:
            server.should_exit = True
            await task
            _idle.append(app)
            os.environ.pop(timeshift.VARIABLE, None)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def portal(infra: Infra, tmp_path_factory: Any) -> AsyncIterator[RunningPortal]:
    """An empty portal, on 6 March 2008; one per module."""
    async with served(await infra.fresh_database("gateway", migrated), tmp_path_factory.mktemp("portal")) as portal:
        portal.it_is("2008-03-06T14:12")
        yield portal
