"""What a runbook is tried with: its page as it is written, a small Sésame that is watched, and the table of those that are tried.

A runbook is a story in three parts, between which it yields: what provokes the alert; what its page says to do, after which the alert is
silent; and how one knows that it is over. The story cites the page in its order and types what stands there: when the page says something
else, the story does not hold.
"""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx

from sesame_local.place import REPOSITORY
from tests.backups import put_back
from tests.forks import Forked, python_m
from tests.gateway.html import text_of
from tests.infra import as_role
from tests.log import Log, eventually
from tests.mail_server import MailServer
from tests.messages.auditing import audit_environment
from tests.operate.watching import Watcher
from tests.small import Small, administrator, publish

PAGES = (REPOSITORY / "deploy" / "RUNBOOKS.md").read_text()
RUNBOOKS: dict[str, "Tried"] = {}
"""By the alert's name, in the order in which they are tried."""


class Page:
    """A runbook as it is written."""

    def __init__(self, alert: str) -> None:
        (whole,) = re.findall(rf"^## {alert}\n(.*?)(?=^## |\Z)", PAGES, re.MULTILINE | re.DOTALL)
        parts = re.split(r"^- \*\*(.*?)\*\*", re.sub(r"\n  +", " ", whole), flags=re.MULTILINE)
        self._parts = dict(zip(parts[1::2], parts[2::2], strict=True))
        self._at = 0

    def says(self, words: str) -> None:
        """The next step, in its words."""
        self._at = self._parts["Do"].find(words, self._at)
        assert self._at >= 0, f"the page does not say, or not here: {words}"

    def typed(self, begin: str, **names: str) -> str:
        """The next step that is typed, whole, with these names in the place of its capitals and of `<service>`."""
        self.says(f"`{begin}")
        whole = self._parts["Do"][self._at + 1 :].partition("`")[0]
        for name, value in names.items():
            whole = whole.replace(f"<{name}>" if name.islower() else name, value)
        return whole

    def over(self, words: str) -> None:
        """How one knows that it is over."""
        assert words in self._parts["It is over"], f"the page does not say that it is over so: {words}"


@dataclass
class Watched:
    """A small Sésame, and who looks at it."""

    small: Small
    watcher: Watcher
    mails: MailServer
    texts: dict[str, int] = field(default_factory=dict)
    """How many versions of each were published, or wait to be."""

    def look(self) -> None:
        """At the processes that run now."""
        self.watcher.watch([replica.metrics for replica in self.small.replicas.values()])

    async def start(self, name: str) -> None:
        """One more, which is looked at."""
        await self.small.start(name)
        self.look()

    async def fetch(self, part: str, query: str, *arguments: object) -> list[asyncpg.Record]:
        """What its database says, to its owner."""
        connection = await asyncpg.connect(
            self.small.settings[part]["SESAME_DATABASE"], server_settings={"search_path": "own, view, public"}
        )
        try:
            return await connection.fetch(query, *arguments)
        finally:
            await connection.close()

    async def as_administrator(self, part: str, query: str) -> list[asyncpg.Record]:
        """The same, to the server's administrator."""
        database = urlsplit(self.small.settings[part]["SESAME_DATABASE"]).path[1:]
        connection = await asyncpg.connect(self.small.infra.postgres.dsn(database))
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    async def ready(self, name: str, limit: float = 20) -> httpx.Response:
        """What it says on `/ready`."""
        return await self.small.http.get(self.small.replicas[name].metrics.replace("/metrics", "/ready"), timeout=limit)

    def said(self, name: str) -> str:
        """Its log."""
        return self.small.replicas[name].process.said()

    async def logged(self, name: str, words: str, within: float = 30) -> str:
        """The last line of its log with these words, once it is there."""

        async def look() -> list[str]:
            return [line for line in self.said(name).splitlines() if words in line]

        lines: list[str] = await eventually(look, within)
        return lines[-1]

    async def run(self, typed: str, part: str) -> str:
        """`python -m …`, or the rest of one, with the settings of a part; what it said."""
        return await self.small.operate(part, *typed.removeprefix("python -m ").removeprefix(f"{part} ").removeprefix("gateway ").split())

    async def publish(self, text: str, name: str = "contact") -> str:
        """The agent publishes a text; what the page says then."""
        async with self.small.agent() as agent:
            self.texts[name] = self.texts.get(name, 0) + 1
            return await publish(agent, self.texts[name] - 1, text, name=name)

    async def works(self, text: str) -> None:
        """A text that is published now is read soon."""
        await self.publish(text)
        await self.shows(text)

    async def shows(self, text: str, within: float = 40) -> None:
        """Anybody reads it at last."""
        async with self.small.agent() as agent:

            async def is_read() -> bool:
                return text in text_of(await agent.get("/contact"))

            await eventually(is_read, within)

    async def audits(self, typed: str) -> str:
        """`python -m auditor`, of these two databases; what it said."""
        databases = {"identity": self.small.settings["identity"], "gateway": self.small.settings["worker"]}
        addresses = {name: told["SESAME_DATABASE"] for name, told in databases.items()}
        environment = audit_environment(self.small.infra, self.small.prefix, addresses)
        _code, said = await Forked(python_m, typed.removeprefix("python -m "), environment=environment).ended()
        return said

    @asynccontextmanager
    async def log(self) -> AsyncIterator[Log]:
        """The topics, for who may write whatever a test makes up."""
        async with Log(administrator(self.small)) as log:
            yield log

    @asynccontextmanager
    async def held(self, part: str, statement: str) -> AsyncIterator[asyncpg.Connection]:
        """A session of somebody's in that database, which holds what the statement takes, until it is ended."""
        database = urlsplit(self.small.settings[part]["SESAME_DATABASE"]).path[1:]
        stranger = await asyncpg.connect(self.small.infra.postgres.dsn(database), server_settings={"application_name": "somebody"})
        try:
            await stranger.execute(f"BEGIN; {statement}")
            yield stranger
        finally:
            stranger.terminate()

    async def restore(self, part: str, backup: Any, *others: tuple[str, str]) -> None:
        """Its database, and that of others by their role, is another one, in which the backup is."""
        dsn = await self.small.infra.fresh_database("gateway" if part == "worker" else part)
        await put_back(self.small.infra.postgres.dsn(urlsplit(dsn).path[1:]), backup)
        self.small.settings[part]["SESAME_DATABASE"] = dsn
        for other, role in others:
            self.small.settings[other]["SESAME_DATABASE"] = as_role(dsn, role)


Story = Callable[[Watched, Page], AsyncIterator[None]]


@dataclass(frozen=True)
class Tried:
    """A row of the table: the alert, for which labels, and the story."""

    alert: str
    labels: dict[str, str]
    story: Story

    async def follow(self, on: Watched) -> None:
        """Provoked, it fires; followed, it is silent; then it is over as the page says."""
        await on.watcher.until(self.alert, fires=False, **self.labels)  # of the story before something may be left
        story = self.story(on, Page(self.alert))
        try:
            await anext(story)
            await on.watcher.until(self.alert, within=90, **self.labels)
            await anext(story)
            await on.watcher.until(self.alert, fires=False, within=90, **self.labels)
            with suppress(StopAsyncIteration):
                await anext(story)
                raise AssertionError("a story has three parts")
        finally:
            await story.aclose()  # type: ignore[attr-defined]


def runbook(alert: str, **labels: str) -> Callable[[Story], Story]:
    """Puts a story into the table."""

    def put(story: Story) -> Story:
        RUNBOOKS[story.__name__] = Tried(alert, labels, story)
        return story

    return put
