"""How long a client may take. uvicorn alone waits for ever for a request that never comes whole, and for a client that never reads."""

from asyncio import TimerHandle, Transport
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

FOR_HEADERS = 10.0
"""Seconds for the headers of a request, from the connection's start or from their first byte."""
FOR_A_BODY = 120.0
"""Seconds for a body, from the headers on: 10 MB through a line of 0.7 Mbit/s."""
FOR_READING = 60.0
"""Seconds during which a client may leave what is sent to it."""
IDLE = 15
"""Seconds between an answer and the next request; the server in front of us hangs up first (`deploy/front`)."""


class Doorkeeper(H11Protocol):
    """uvicorn's protocol, with a deadline for what the client has to do next: a connection that misses it is cut."""

    _awaited: float | None = None
    _deadline: TimerHandle | None = None
    _unread: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """The first request is awaited."""
        super().connection_made(transport)
        self._await_next()

    def data_received(self, data: bytes) -> None:
        """A piece of a request: as long as it is of the same part, the deadline stays."""
        super().data_received(data)
        self._await_next()

    def on_response_complete(self) -> None:
        """What was answered may have its successor waiting already."""
        super().on_response_complete()
        self._await_next()

    def pause_writing(self) -> None:
        """The client does not read."""
        super().pause_writing()
        self._unread = self.loop.call_later(FOR_READING, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._unread:
            self._unread.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        super().connection_lost(exc)
        for timer in (self._deadline, self._unread):
            if timer:
                timer.cancel()

    def _await_next(self) -> None:
        state, seconds = self.conn.their_state, None
        if state is h11.SEND_BODY:
            seconds = FOR_A_BODY
        elif state is h11.IDLE and (self.cycle is None or self.conn.trailing_data[0]):  # otherwise uvicorn counts how long it idles
            seconds = FOR_HEADERS
        if seconds == self._awaited:
            return
        self._awaited = seconds
        if self._deadline:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self.transport.abort) if seconds else None


SERVING: dict[str, Any] = {"http": Doorkeeper, "ws": "none", "timeout_keep_alive": IDLE, "server_header": False, "access_log": False}
"""Options of uvicorn, wherever a process serves."""
