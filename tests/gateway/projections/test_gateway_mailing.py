"""The worker itself mails notifications (NOT-1), on the real Kafka and PostgreSQL: each once by its Message-ID, whoever is killed; nothing
of the past; nothing again when views are rebuilt.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import pytest

from contracts import identity, personal
from contracts.answers import PersonalRef
from gateway.settings import GatewaySettings
from gateway.worker import mailing
from gateway.worker.rebuild import rebuild
from gateway.worker.service import service
from tests.gateway.projections import log_of_an_action
from tests.gateway.projections.installation import GatewayInstallation
from tests.gateway.projections.log import AGENT, Log, at, named
from tests.infra import free_port
from tests.log import eventually
from tests.mail_server import MailServer, mail_server, text_of
from tests.running import Process, running

__all__ = ["mail_server"]
PORTAL, EMAIL = "https://sesame.example", "contact@scenes.example"
AT = "gateway.worker.service:service"


def mails_of(installation: GatewayInstallation, server: MailServer) -> dict[str, str]:
    """What the worker is told besides."""
    return installation.environment | {
        "SESAME_SMTP": f"127.0.0.1:{server.port}",
        "SESAME_SMTP_SECURITY": "PLAINTEXT",
        "SESAME_PORTAL_URL": PORTAL,
        "SESAME_HEALTH_PORT": str(free_port()),
    }


def settings_of(installation: GatewayInstallation, server: MailServer) -> GatewaySettings:
    told = {name.removeprefix("SESAME_").lower(): value for name, value in mails_of(installation, server).items()}
    return GatewaySettings.model_validate(told)


@asynccontextmanager
async def a_worker(installation: GatewayInstallation, server: MailServer) -> AsyncIterator[None]:
    """In this process."""
    async with running(service, settings_of(installation, server)):
        yield


def links_in(mails: list[EmailMessage]) -> list[str]:
    """The notifications that these mails tell, in each as often as it does."""
    return [word.removeprefix(f"{PORTAL}/notifications/") for mail in mails for word in text_of(mail).split() if "/notifications/" in word]


async def told_to(installation: GatewayInstallation, audience: str) -> set[str]:
    rows = await installation.database.fetch("SELECT id::text FROM notifications WHERE audience = $1", audience)
    return {row["id"] for row in rows}


async def all_is_out(installation: GatewayInstallation) -> bool:
    """Whether nothing waits any more. The log's time is long past: all of it is due."""
    return await installation.is_folded() and not await installation.database.fetchval(
        "SELECT EXISTS (SELECT FROM own.mail_notes WHERE mail_id IS NULL) OR EXISTS (SELECT FROM own.mails WHERE ended_at IS NULL)"
    )


def colleagues(log: Log, number: int) -> None:
    """So many users more of the organisation, whom all is told that comes next."""
    for each in range(number):
        user = named(f"colleague {each}")
        record = personal.UserRecord(id=str(user), version=1, user_id=user, name=f"Quelqu’un {each}", email=f"{each}@scenes.example")
        log.say(record, at("2007-07-04"))
        log.say(
            identity.AccountCreated(user_id=user, siret=log_of_an_action.HOLDER, user=PersonalRef(id=record.id, version=1)),
            at("2007-07-04"),
            key=log_of_an_action.HOLDER,
        )
        log.say(identity.AccountActivated(user_id=user), at("2007-07-04"), key=log_of_an_action.HOLDER)


async def begun(installation: GatewayInstallation) -> bool:
    return bool(await installation.database.fetchval("SELECT count(*) FROM own.mail_starts"))


@pytest.mark.timeout(300)
async def test_not_1_each_notification_is_mailed_once_by_its_message_id_though_the_worker_is_killed_over_every_mail(
    installation: GatewayInstallation, mail_server: MailServer
) -> None:
    """kill -9 after the server has taken a mail and before it says so: the worst moment. It goes again, under the same Message-ID."""
    log = log_of_an_action.awarded()
    colleagues(log, 3)
    environment = mails_of(installation, mail_server)
    worker = Process(AT, environment)
    await eventually(lambda: begun(installation), 60)
    kills, seen = 0, set[str]()

    def kill(mail: EmailMessage) -> None:
        nonlocal kills
        if mail["Message-ID"] not in seen:
            seen.add(mail["Message-ID"])
            kills += 1
            worker.kill()

    mail_server.taken = kill
    try:
        await installation.publish(log)
        await eventually(installation.is_folded, 60)
        said = len(log.records)
        reasons = [PersonalRef(id=f"text-{number}", version=1) for number in range(3)]
        for version, reason in enumerate(reasons, 2):
            log.say(log_of_an_action.actions.DatesUnlocked(reason=reason, version=version), at("2007-07-06"), AGENT)
        await installation.publish(log, said)

        async def out() -> bool:
            nonlocal worker
            if not worker.is_running:
                worker = Process(AT, environment)
            return await all_is_out(installation)

        await eventually(out, 200)
    finally:
        worker.kill()
    users = 4
    assert kills >= users, "the worker died over each mail"
    assert len(mail_server.mails) >= 2 * kills
    by_id = {mail["Message-ID"]: mail for mail in mail_server.mails}
    told = links_in(list(by_id.values()))
    unlocked = {str(row["id"]) for row in await installation.database.fetch("SELECT id FROM notifications WHERE kind = 'dates_unlocked'")}
    assert len(unlocked) == 3
    assert sorted(one for one in told if one in unlocked) == sorted([*unlocked] * users), "each notification once for each user"
    for mail in mail_server.mails:
        assert text_of(mail) == text_of(by_id[mail["Message-ID"]]), "what goes again is the same mail"


@pytest.mark.timeout(300)
async def test_not_1_a_first_start_mails_nothing_of_the_past_and_a_rebuilding_nothing_again(
    installation: GatewayInstallation, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "EVERY", 0.1)
    log = log_of_an_action.invoiced()
    await installation.publish(log)
    settings = settings_of(installation, mail_server)
    async with a_worker(installation, mail_server):
        await eventually(lambda: all_is_out(installation), 60)
        assert mail_server.mails == [] and await told_to(installation, log_of_an_action.HOLDER)
        past = await told_to(installation, log_of_an_action.HOLDER)
        more = log_of_an_action.paid()
        await installation.publish(more, len(log.records))
        await eventually(lambda: all_is_out(installation), 60)
        now = await told_to(installation, log_of_an_action.HOLDER)
        await eventually(lambda: _is(set(links_in(mail_server.mails)) == now - past), 30)
        assert now > past and len(links_in(mail_server.mails)) == len(now - past)
        await rebuild(service, settings, lambda _text: None)
        await asyncio.sleep(1)
        assert len(links_in(mail_server.mails)) == len(now - past)
    # While the worker is away, a rebuilding reads what it has not read; the worker will not read it again, and mails it all the same.
    last = log_of_an_action.closed()
    await installation.publish(last, len(more.records))
    await rebuild(service, settings, lambda _text: None)
    since = await told_to(installation, log_of_an_action.HOLDER) - now
    async with a_worker(installation, mail_server):
        await eventually(lambda: all_is_out(installation), 60)
    told = links_in(mail_server.mails)
    assert since and since <= set(told) and len(told) == len(set(told))


async def _is(truth: bool) -> bool:
    return truth


@pytest.mark.timeout(200)
async def test_not_1_without_an_address_of_the_portal_nothing_is_noted_or_mailed(
    installation: GatewayInstallation, mail_server: MailServer
) -> None:
    async with running(service, installation.settings):
        await installation.publish(log_of_an_action.paid())
        await eventually(installation.is_folded, 60)
    assert await installation.database.fetchval("SELECT (SELECT count(*) FROM own.mail_notes) + (SELECT count(*) FROM own.mails)") == 0
