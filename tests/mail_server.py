"""A mail server that keeps what it gets, in the process of the test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest_asyncio
from aiosmtpd.smtp import SMTP

from tests.infra import free_port


@dataclass
class MailServer:
    """Keeps mails; while `refuses` is set it answers with that instead, to everybody or to one address. `taken` is called with each mail
    that is kept, before its sender is told.
    """

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    refuses: str | None = None
    refuses_alone: str = ""
    taken: Callable[[EmailMessage], None] = lambda _mail: None
    _server: asyncio.Server | None = None

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        if self.refuses and self.refuses_alone in ("", address):
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.taken(self.mails[-1])
        return "250 kept"

    async def open(self) -> None:
        """Listens."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", self.port)

    async def close(self) -> None:
        """Is away."""
        if self._server:
            self._server.close()
            await self._server.wait_closed()
            self._server = None


@pytest_asyncio.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    kept = MailServer(free_port())
    await kept.open()
    yield kept
    await kept.close()


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """One form of a mail."""
    body = mail.get_body((kind,))
    assert body
    content: str = body.get_content()
    return content
