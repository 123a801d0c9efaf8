"""The mail catcher: takes every mail and keeps it as a file; nothing leaves the machine."""

import asyncio
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP


class Catcher:
    """aiosmtpd's handler: one .eml per mail in `folder`, named by the instant at which it came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        name = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
        fresh = self._folder / f"{name}.new"
        fresh.write_bytes(envelope.content)
        fresh.rename(fresh.with_suffix(".eml"))
        return "250 kept"


async def serve(folder: Path, port: int) -> None:
    """Listens on loopback until it is stopped. The folder is there already."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Catcher(folder), enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def caught(folder: Path) -> list[EmailMessage]:
    """Every mail, the oldest first."""
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))]


def readable(mail: EmailMessage) -> str:
    """Who, what, and the text, as a person reads it."""
    body = mail.get_body(preferencelist=("plain", "html"))
    text = body.get_content().strip() if body else ""
    return f"De : {mail['From']}\nÀ : {mail['To']}\nDate : {mail['Date']}\nObjet : {mail['Subject']}\n\n{text}"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(folder, int(sys.argv[2])))
