"""The processes that set papers, so that no page waits for a document: a few beside each process of the portal, started when the first
document is wanted and ended with it (DOC-1).

A paper waits for a printer that is free; a large one for one of those that large ones may take, so that there is always one for the small.
A printer that dies is started again, and its paper given to it again, once.
"""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, Self

import structlog

from .frames import LENGTH
from .paper import Attached, Paper, as_data, digest_of

log = structlog.get_logger()

COMMAND = (sys.executable, "-I", "-m", "gateway.documents.printer")
PRINTERS = 2
LARGE = 60_000
"""Bytes of a paper's data from which on it is large: some 500 rows, a tenth of a second and more."""
LONGEST = 30.0
"""Seconds that a printer may take for a paper."""
PATIENCE = 60.0
"""Seconds that somebody waits for a document, its turn included."""
MOST_WAITING = 100
"""Papers that wait at once; whoever comes then is told to try again."""
WORN_OUT = 500
"""Papers after which a printer is started anew, as after a large one: it remembers each, to be quicker the next time."""
MOST_SIZES = 20_000
"""Documents whose size is remembered; then it begins anew."""


class NotPrinted(Exception):
    """The document could not be made now."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a printer is given; its `title` is for our log."""

    title: str
    frame: bytes
    is_large: bool = False

    @classmethod
    def of(cls, paper: Paper, attached: Sequence[Attached], wanted: Literal["pdf", "png"]) -> Self:
        """To set a paper."""
        frame = json.dumps({"data": as_data(paper, attached), "wanted": wanted}, ensure_ascii=False).encode()
        return cls(paper.title, frame, is_large=len(frame) >= LARGE)

    @classmethod
    def pictured(cls, document: bytes) -> Self:
        """To draw the first page of a document that was made before; however long it is, this takes little."""
        return cls("aperçu", json.dumps({"document": b64encode(document).decode(), "wanted": "png"}).encode())


@dataclass(slots=True)
class Printer:
    """One of the processes; None as long as it is not started."""

    process: Process | None = None
    printed: int = 0

    async def print(self, job: Job) -> bytes:
        """What the process answers, started first if need be. Raises EOFError, ConnectionError or TimeoutError: it is gone then."""
        try:
            async with asyncio.timeout(LONGEST):
                if self.process is None:
                    self.process, self.printed = await self._started(), 0
                process = self.process
                assert process.stdin and process.stdout
                process.stdin.write(LENGTH.pack(len(job.frame)) + job.frame)
                await process.stdin.drain()
                (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
                answer = await process.stdout.readexactly(length)
        except BaseException:  # whoever waited has gone too: what the process is at, nobody wants
            await self.stop()
            raise
        self.printed += 1
        if self.printed >= WORN_OUT or job.is_large:
            await self.stop()
        return answer

    @staticmethod
    async def _started() -> Process:
        # Without our environment: passwords stand there. Signals for us do not reach it: it ends when its input does.
        return await asyncio.create_subprocess_exec(*COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, start_new_session=True)

    async def stop(self) -> None:
        """End the process, whatever it is at."""
        process, self.process = self.process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await asyncio.shield(process.wait())


@dataclass(slots=True)
class Printers:
    """`count` of them; two at the least, so that a long document leaves one to the others."""

    count: int = PRINTERS
    waiting: int = 0
    """Papers that are printed, or wait to be."""
    _sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of documents, by their values."""
    _free: asyncio.Queue[Printer] = field(default_factory=asyncio.Queue)
    _for_large: asyncio.Semaphore = field(init=False)
    all: tuple[Printer, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._for_large = asyncio.Semaphore(self.count - 1)
        self.all = tuple(Printer() for _ in range(self.count))
        for printer in self.all:
            self._free.put_nowait(printer)

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """Printers as long as the block lasts."""
        printers = cls()
        try:
            yield printers
        finally:
            await asyncio.gather(*(printer.stop() for printer in printers.all))

    async def print(self, paper: Paper, attached: Sequence[Attached] = ()) -> bytes:
        """The document, PDF/A-3a and PDF/UA-1 in one: the same bytes for the same values (DOC-2). Raises NotPrinted."""
        return await self._made(Job.of(paper, attached, "pdf"))

    async def size(self, paper: Paper) -> int:
        """Bytes of the document, which is printed once to know them. Raises NotPrinted."""
        digest = digest_of(paper)
        if digest not in self._sizes:
            if len(self._sizes) >= MOST_SIZES:
                self._sizes.clear()
            self._sizes[digest] = len(await self.print(paper))
        return self._sizes[digest]

    async def preview(self, of: Paper | bytes) -> bytes:
        """A picture of the first page, PNG, of a paper or of a document that was made before. Raises NotPrinted."""
        return await self._made(Job.of(of, (), "png") if isinstance(of, Paper) else Job.pictured(of))

    async def _made(self, job: Job) -> bytes:
        if self.waiting >= MOST_WAITING:
            log.error("too many documents wait", waiting=self.waiting)
            raise NotPrinted
        self.waiting += 1
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._in_turn(job)
        except (EOFError, OSError, TimeoutError) as error:
            log.error("a document was not made", title=job.title, error=type(error).__name__)
            raise NotPrinted from error
        finally:
            self.waiting -= 1
        if answer[0]:
            return answer[1:]
        log.error("a document cannot be made", title=job.title, why=answer[1:].decode())
        raise NotPrinted

    async def _in_turn(self, job: Job) -> bytes:
        if not job.is_large:
            return await self._on_one(job)
        async with self._for_large:
            return await self._on_one(job)

    async def _on_one(self, job: Job) -> bytes:
        printer = await self._free.get()
        try:
            try:
                return await printer.print(job)
            except (EOFError, ConnectionError):  # it died, of this paper or not: once more, on a fresh one
                return await printer.print(job)
        finally:
            self._free.put_nowait(printer)
