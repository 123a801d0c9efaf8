"""Mails and passwords travel encrypted: to the mail server, and from the portal to identity."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.smtp import SMTP
from aiosmtplib.errors import SMTPException

from chassis.http import serving
from gateway.web.identity_client import IdentityAway, IdentityClient, IdentityRefused
from identity.mail import Postman
from identity.store import Stored
from tests import certificates
from tests.certificates import Certificates
from tests.identity.conftest import KEY, IdentityInstallation, MailServer, answering, settings_of
from tests.infra import free_port


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates.make(tmp_path_factory.mktemp("certificates"))


@asynccontextmanager
async def encrypted(security: str, made: Certificates) -> AsyncIterator[MailServer]:
    """A mail server that takes no mail in plain text."""
    loop, kept, context = asyncio.get_running_loop(), MailServer(free_port()), made.serving()

    def session() -> SMTP:
        if security == "TLS":
            return SMTP(kept, enable_SMTPUTF8=True, loop=loop)
        return SMTP(kept, enable_SMTPUTF8=True, loop=loop, tls_context=context, require_starttls=True)

    server = await loop.create_server(session, "127.0.0.1", kept.port, ssl=context if security == "TLS" else None)
    yield kept
    server.close()
    await server.wait_closed()


@pytest.fixture
def somebody() -> Stored:
    return Stored(
        user_id=uuid4(),
        key="73282932000074",
        role="organisation",
        login="login",
        access=1,
        disabled=False,
        name="SCENES",
        email="bureau@scenes.example",
        password_hash=None,
        password_expires_at=None,
        forgotten_hash=None,
        forgotten_expires_at=None,
    )


def postman(server: MailServer, **more: Any) -> Postman:
    return Postman(settings_of("", server.port, **more))


@pytest.mark.parametrize("security", ["STARTTLS", "TLS"])
async def test_a_mail_goes_out_encrypted_to_the_server_that_is_believed(made: Certificates, somebody: Stored, security: str) -> None:
    async with encrypted(security, made) as server:
        await postman(server, smtp_security=security, smtp_ca=made.ca).send("first", somebody, "", "secret", "14 jours")
        assert "secret" in server.mails[0].get_content()
        with pytest.raises((SMTPException, OSError), match="CERTIFICATE_VERIFY_FAILED"):
            await postman(server, smtp_security=security, smtp_ca=made.strangers_ca).send("first", somebody, "", "secret", "14 jours")
        assert len(server.mails) == 1


async def test_a_server_that_offers_no_encryption_gets_no_password(mail_server: MailServer, somebody: Stored, made: Certificates) -> None:
    with pytest.raises(SMTPException, match="STARTTLS"):
        await postman(mail_server, smtp_security="STARTTLS", smtp_ca=made.ca).send("first", somebody, "", "secret", "14 jours")
    assert mail_server.mails == []


async def test_the_portal_asks_identity_over_https_and_believes_no_other(installation: IdentityInstallation, made: Certificates) -> None:
    settings = installation.desk.settings.model_copy(update={"http_certificate": made.chain, "http_key": made.key})
    async with serving(answering(installation.desk, installation.reception), settings, lambda _: None, "identity") as port:
        believer, stranger = (IdentityClient(f"https://127.0.0.1:{port}", KEY, ca) for ca in (made.ca, made.strangers_ca))
        with pytest.raises(IdentityRefused, match="not-found"):
            await believer.account(uuid4())
        with pytest.raises(IdentityAway, match="CERTIFICATE_VERIFY_FAILED"):
            await stranger.account(uuid4())
        await believer.close()
        await stranger.close()
