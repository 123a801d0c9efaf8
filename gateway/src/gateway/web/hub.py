"""Hears that commands were answered and that views changed, on one connection to the portal's own database."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Set
from contextlib import asynccontextmanager, contextmanager, suppress
from random import uniform
from time import monotonic
from uuid import UUID

import structlog

from chassis import metrics
from chassis.db import connect
from chassis.instant import now
from chassis.settings import Settings
from chassis.trouble import AWAY
from chassis.waits import is_set

from .topics import SHARED

log = structlog.get_logger()

ANSWERS, CHANGED = "answers", "changed"
PAUSES = (0.1, 5.0)
"""Seconds until it connects again: the shortest, and the longest after failures."""
ASK_EVERY, ANSWERS_WITHIN = 10.0, 5.0
"""Seconds between two looks at whether the connection still lives, and until it must have said so."""
LATELY = 60.0
"""Seconds during which it is known what changed when: a page that connects hears of what it may have missed since it was made."""
CLOCKS = 1.0
"""Seconds between the clocks of two replicas, at most: one makes a page, and perhaps another hears what it follows."""
EACH, LATEST = 0.15, 5.0
"""Seconds on average between two pages that are told of the same change of a list, however many follow it; and the longest that one waits
for its turn, which a crowd of more than thirty shares.
"""


class OpenPage:
    """A page that somebody has open: `topics` are what each kind of hint is about."""

    def __init__(self, whose: UUID, topics: Mapping[str, Set[str]]) -> None:
        self.whose, self._topics = whose, topics
        self.in_crowd = any(topics & SHARED for topics in topics.values())
        """Whether it follows what many pages follow."""
        self._due: set[str] = set()
        self.woken = asyncio.Event()
        """Set as long as a hint is due."""
        self.pressed = asyncio.Event()
        """Set as long as one is that is about something of its own."""

    def hear(self, changed: Set[str] | None) -> None:
        """These topics have changed; None: perhaps all."""
        heard = {kind: topics if changed is None else topics & changed for kind, topics in self._topics.items()}
        due = {kind for kind, topics in heard.items() if topics}
        self._due |= due
        if due:
            self.woken.set()
        if changed is not None and any(topics - SHARED for topics in heard.values()):
            self.pressed.set()

    def take(self) -> list[str]:
        """The kinds of hint that are due; none is any more."""
        due, self._due = sorted(self._due), set()
        self.woken.clear()
        self.pressed.clear()
        return due


class Hub:
    """One `LISTEN` for the whole process: wakes pages that wait for an answer, and open pages whose data changed (NOT-1).

    While it does not hear, pages look by themselves, and say later what has changed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.hears = False
        """Whether it is told of answers and changes."""
        self._awaited: dict[UUID, asyncio.Event] = {}
        self._open_pages: set[OpenPage] = set()
        self._lately: deque[tuple[float, Set[str] | None]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._listen())

    async def stop(self) -> None:
        """End, and let every open page go."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._wake_everybody()

    async def _listen(self) -> None:
        pause = PAUSES[0]
        while True:
            began = monotonic()
            try:
                await self._hear()
            except AWAY as error:
                log.warning("the portal does not hear of changes", error=type(error).__name__, again_in=pause)
            finally:
                self._hears_now(False)
                self._answered("")  # who waits looks, and goes on looking
            # What fails at once is not tried at once.
            pause = PAUSES[0] if monotonic() - began > PAUSES[1] else min(2 * pause, PAUSES[1])
            await asyncio.sleep(pause)

    async def _hear(self) -> None:
        """Until the connection is gone. Raises what the database or the network does."""
        connection = await connect(self._settings, ANSWERS_WITHIN)
        try:
            gone = asyncio.Event()
            connection.add_termination_listener(lambda _connection: gone.set())
            await connection.add_listener(ANSWERS, lambda _c, _p, _channel, payload: self._answered(str(payload)))
            await connection.add_listener(CHANGED, lambda _c, _p, _channel, payload: self._changed(str(payload)))
            self._hears_now(True)
            self._wake_everybody()  # what was said while nobody listened
            while not gone.is_set():
                if await is_set(gone, ASK_EVERY):
                    raise ConnectionResetError
                await connection.execute("SELECT")  # a connection that hangs is no better than none
        finally:
            connection.terminate()

    def _hears_now(self, hears: bool) -> None:
        self.hears = hears
        metrics.HEARS.set(hears)

    def _answered(self, payload: str) -> None:
        answered = [UUID(text) for text in json.loads(payload)] if payload else list(self._awaited)
        for command_id in answered:
            if event := self._awaited.get(command_id):
                event.set()

    def _changed(self, payload: str) -> None:
        changed = set(json.loads(payload)) if payload else None
        heard_at = now().timestamp()
        self._lately.append((heard_at, changed))
        while self._lately[0][0] < heard_at - LATELY:
            self._lately.popleft()
        for page in self._open_pages:
            page.hear(changed)

    def _wake_everybody(self) -> None:
        self._answered("")
        self._changed("")

    @asynccontextmanager
    async def waiting(self, command_id: UUID) -> AsyncIterator[asyncio.Event]:
        """An event that is set each time the command may have been answered: enter before the command is committed."""
        event = self._awaited.setdefault(command_id, asyncio.Event())
        try:
            yield event
        finally:
            self._awaited.pop(command_id, None)

    @contextmanager
    def open_page(self, whose: UUID, topics: Mapping[str, Set[str]], since: float | None = None) -> Iterator["OpenPage"]:
        """A page of a user's that is woken, with a kind of hint, whenever one of the topics of that kind has changed.

        `since` is the instant, in seconds, from which on it may not show what changed; by default it misses nothing.
        """
        page = OpenPage(whose, topics)
        if since is not None:
            since -= CLOCKS
            missed = [None] if since < now().timestamp() - LATELY else [changed for at, changed in self._lately if at >= since]
            for changed in missed:
                page.hear(changed)
        self._open_pages.add(page)
        try:
            yield page
        finally:
            self._open_pages.discard(page)

    async def turn(self, page: OpenPage) -> None:
        """Until the page's hints may be told: at once when one is about something of its own, or nobody else follows what they are about;
        of what a crowd follows, one page after the other, so that not all of them ask for it in the same instant.
        """
        others = sum(other.in_crowd for other in self._open_pages) - 1 if page.in_crowd else 0
        await is_set(page.pressed, uniform(0, min(EACH * others, LATEST)))

    def count_open(self, whose: UUID) -> int:
        """How many pages a user has open."""
        return sum(page.whose == whose for page in self._open_pages)
