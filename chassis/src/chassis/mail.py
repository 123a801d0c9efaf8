"""How a process sends mails, and what the mail server's word means. Whose mail it is, and what it says, is the process's own."""

from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPNotSupported, SMTPRecipientsRefused
from pydantic import Field, SecretStr

from . import tracing
from .settings import Settings
from .tls import trusting

TIMEOUT = 20.0
"""Seconds that a mail server has for each of its words."""
FAILS = (SMTPException, OSError, ValueError)
"""What sending raises: the server's word, the network's, or of an address that is none."""

NO_ADDRESS = 553
"""A server's code for what is no address; also of one whose letters it does not know."""


class MailSettings(Settings):
    """Of a process that sends mails."""

    smtp: str = Field(default="127.0.0.1:25", pattern=r"^.+:\d+$")
    """The mail server, `host:port`."""
    smtp_security: Literal["STARTTLS", "TLS", "PLAINTEXT"] = "STARTTLS"
    """Encrypted from the first command on, or from the first byte; a mail tells of people: PLAINTEXT is for the same machine."""
    smtp_ca: str = ""
    """A file of the authorities that sign the mail server's certificate; the machine's own when empty."""
    smtp_user: str = ""
    """Who we are to the mail server; nobody when empty."""
    smtp_password: SecretStr = SecretStr("")
    """Of that user."""
    mail_from: str = "nobody@localhost.invalid"
    """Who writes."""


def begun(settings: MailSettings, to: str, subject: str, name: str = "") -> EmailMessage:
    """A mail without its text. `name` is what stands before the @ of its Message-ID: the same mail, sent twice, has the same; drawn by
    lot when empty. Raises ValueError for what no header may hold.
    """
    message, domain = EmailMessage(), settings.mail_from.rpartition("@")[2].rstrip("> ")
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.mail_from
    message["To"] = to
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{name}@{domain}>" if name else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    return message


async def send(settings: MailSettings, message: EmailMessage) -> None:
    """Gives it to the mail server. Raises one of `FAILS`."""
    host, _, port = settings.smtp.rpartition(":")
    with tracing.step("give a mail to its server", "CLIENT"):
        await aiosmtplib.send(
            message,
            hostname=host,
            port=int(port),
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() or None,
            use_tls=settings.smtp_security == "TLS",
            start_tls=settings.smtp_security == "STARTTLS",
            tls_context=None if settings.smtp_security == "PLAINTEXT" else trusting(settings.smtp_ca),
            timeout=TIMEOUT,
        )


def code_of(error: Exception) -> int | None:
    """The code with which this very mail is refused, 5xx for good, 4xx for now; None: the server is away, or takes none of ours at all."""
    if isinstance(error, SMTPRecipientsRefused):
        return min(refused.code for refused in error.recipients)
    if isinstance(error, SMTPDataError):
        return error.code
    return NO_ADDRESS if isinstance(error, SMTPNotSupported | ValueError) else None


def is_of_the_address(error: Exception) -> bool:
    """Whether it is the address that is refused, for now or for good: not what is sent."""
    return isinstance(error, SMTPRecipientsRefused | SMTPNotSupported | ValueError)
