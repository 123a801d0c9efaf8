"""The portal asked in its own process: no network, so that many requests are tried in little time, and with paths, headers and bodies
that no HTTP client would send.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic, thread_time
from typing import Any
from urllib.parse import unquote

from litestar import Litestar

ENOUGH = 30.0
"""Seconds after which an answer does not come any more."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `who` names the person whose session it is sent in. `target` is the path and the query, encoded."""

    who: str
    method: str
    target: bytes
    headers: Sequence[tuple[bytes, bytes]] = ()
    body: bytes = b""


@dataclass(slots=True)
class Answer:
    """What came of it: `seconds` by the clock, and `busy` of them on the event loop's own thread."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0
    busy: float = 0.0

    @property
    def text(self) -> str:
        """The page, and where it leads."""
        return f"{self.headers.get('location', '')}\n{self.body.decode(errors='replace')}"


async def ask(app: Litestar, request: Request) -> Answer:
    """The answer; of a live connection what comes first, then the client goes."""
    answer, gone = Answer(), asyncio.Event()
    path, _, query = request.target.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "server": ("localhost", 80),
        "client": ("127.0.0.1", 1),
        "scheme": "http",
        "method": request.method,
        "root_path": "",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "headers": [(b"host", b"localhost"), *request.headers],
        "state": {},
    }
    parts = [request.body]

    async def receive() -> dict[str, Any]:
        if parts:
            return {"type": "http.request", "body": parts.pop(), "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")
            # Who has the whole answer, or the first word of a live connection, is gone; a stream listens for it.
            if not message.get("more_body") or answer.headers.get("content-type", "").startswith("text/event-stream"):
                gone.set()

    began, busy = monotonic(), thread_time()
    try:
        async with asyncio.timeout(ENOUGH):
            await app(scope, receive, send)  # type: ignore[arg-type]
    except Exception as error:  # what a server would answer with a 500
        answer.status, answer.body = 500, repr(error).encode()
    answer.seconds, answer.busy = monotonic() - began, thread_time() - busy
    return answer
