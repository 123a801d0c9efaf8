"""Runbooks of mails, the portal's and identity's."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from contracts.envelope import Actor
from contracts.identity import SendCredentials
from tests.guide import OTHER_SIRET, SIRET, awarded
from tests.identity.test_identity_newcomers import SIRETS
from tests.log import eventually
from tests.operate.runbooks import Page, Watched, runbook
from tests.small import AGENT

LETTER = json.dumps({"subject": "Une enquête", "plain": "Bonjour", "html": "<p>Bonjour</p>", "stop": ""})
PUT = """
    INSERT INTO own.mails (id, key, kind, user_id, address, letter, put_at)
    VALUES (gen_random_uuid(), $1, 'survey', $2, $3, $4, now() - make_interval(mins => $5))
"""
NOTE = """
    WITH made AS (
        INSERT INTO notifications (id, audience, at, kind, figures) VALUES (gen_random_uuid(), $1::uuid::text, now(), $2, '{}') RETURNING id
    )
    INSERT INTO own.mail_notes SELECT id, $1::uuid, 'others', 'at_once', now(), now() FROM made
"""


async def put(on: Watched, key: str, minutes: int, user: object = None) -> None:
    """A mail that has waited for so long, as the database tells it: nobody waits for that here. To a user, or to somebody."""
    await on.fetch("worker", PUT, key, user, None if user else "quelqu-un@example.fr", LETTER, minutes)


async def user_of(on: Watched, siret: str = SIRET) -> UUID:
    """The first of an organisation, once the portal knows it."""

    async def look() -> UUID | None:
        rows = await on.fetch("worker", "SELECT user_id FROM accounts WHERE siret = $1", siret)
        return rows[0]["user_id"] if rows else None

    if not await look():
        await award(on, siret)
    found: UUID = await eventually(look, within=30)
    return found


async def award(on: Watched, siret: str) -> None:
    """A contract names the organisation: identity makes an account, and mails a password."""
    event = awarded(siret=siret)
    async with on.log() as log:
        await log.publish("events", log.envelope("actions", f"2099QCB{siret[-4:]}", type(event)), event)


@asynccontextmanager
async def a_mail_comes(on: Watched) -> AsyncIterator[None]:
    """After the block the mail server gets one more, within a minute."""
    before = len(on.mails.mails)
    yield

    async def came() -> bool:
        return len(on.mails.mails) > before

    await eventually(came, within=60)


@runbook("MailsWait")
async def the_mail_server_is_away(on: Watched, page: Page) -> AsyncIterator[None]:
    await on.mails.close()
    await put(on, "waits", 45)
    yield
    assert "survey : 1 en attente" in await on.run(page.typed("python -m gateway mails"), "worker")
    page.says("Mend the server")
    async with a_mail_comes(on):
        await on.mails.open()
    yield
    page.over("`sesame_mails_age_seconds` is 0")
    assert "survey : 1 partis" in await on.run("python -m gateway mails", "worker")


@runbook("PasswordsWait")
async def the_mail_server_is_away_from_identity(on: Watched, page: Page) -> AsyncIterator[None]:
    await user_of(on)
    await on.mails.close()
    await award(on, OTHER_SIRET)
    await eventually(lambda: on.fetch("identity", "UPDATE mailings SET requested_at = now() - interval '20 minutes' RETURNING 1"))
    yield
    listed = await on.run(page.typed("python -m identity mails"), "identity")
    assert f"first : {OTHER_SIRET}" in listed and "essais : " in listed
    page.says("`mail not sent` in its log names the error")
    assert "Connect" in await on.logged("identity", "mail not sent")
    page.says("mend it or the settings")
    async with a_mail_comes(on):
        await on.mails.open()
    yield
    page.over("`python -m identity mails` has none that waits")
    assert "Aucun courriel n’attend" in await on.run("python -m identity mails", "identity")


@runbook("MailboxesRefused", service="gateway")
async def a_mailbox_is_none(on: Watched, page: Page) -> AsyncIterator[None]:
    user = await user_of(on)
    on.mails.refuses = "550 5.1.1 no such user"
    await put(on, "refused", 45, user)
    yield
    assert not await on.watcher.fires("MailsWait"), "it waits for no server"
    said = await on.run(page.typed("python -m gateway mails"), "worker")
    assert f"Adresse refusée : {SIRET}, code 550" in said and "@" not in said
    page.says("which corrects its address")
    on.mails.refuses = None
    await on.fetch("worker", "UPDATE own.mail_refusals SET retry_at = now() WHERE user_id = $1", user)  # as “Vos courriels” does
    await on.fetch("worker", "UPDATE own.mails SET next_try = now() WHERE user_id = $1 AND ended_at IS NULL", user)
    yield
    page.over("a mail to it was taken")
    assert "Adresse refusée" not in await on.run("python -m gateway mails", "worker")


@runbook("MailboxesRefused", service="identity")
async def a_first_password_comes_to_nobody(on: Watched, page: Page) -> AsyncIterator[None]:
    on.mails.refuses, siret = "550 5.1.1 no such user", SIRETS[1]
    await award(on, siret)
    yield
    assert not await on.watcher.fires("PasswordsWait"), "it waits for no server"
    said = await on.run(page.typed("python -m identity mails"), "identity")
    assert f"first : {siret}" in said and "adresse refusée" in said and "@" not in said
    page.says("which corrects its address; a first password is then sent by the agent, from there")
    on.mails.refuses = None
    user = await user_of(on, siret)
    async with a_mail_comes(on), on.log() as log:
        asked = await log.command("identity", siret, SendCredentials(user_id=user), Actor(str(AGENT.user_id), "agent"))
        assert (await log.answer(asked)).faults == ()
    yield
    page.over("a mail to it was taken")


@runbook("MailsGivenUp")
async def a_mail_is_refused_for_too_long(on: Watched, page: Page) -> AsyncIterator[None]:
    on.mails.refuses = "550 5.7.1 not wanted"
    await put(on, "given up", 6 * 24 * 60, await user_of(on))
    yield
    said = await on.run(page.typed("python -m gateway mails"), "worker")
    assert "survey : 1 abandonnés" in said and f"Adresse refusée : {SIRET}" in said
    page.says("About one address: see [MailboxesRefused]")
    on.mails.refuses = None
    yield
    page.over("by itself an hour later; nothing is sent again")
    await on.fetch("worker", "DELETE FROM own.mail_refusals")


@runbook("AlarmNotMailed", service="gateway")
async def a_notification_has_no_words(on: Watched, page: Page) -> AsyncIterator[None]:
    user = await user_of(on)
    await on.fetch("worker", NOTE, user, "what_comes_later")
    yield
    page.says("the log of `gateway worker` names its kind")
    assert "what_comes_later" in await on.logged("worker", "a notification cannot be worded")
    page.says("do not restart anything")
    yield
    page.over("no such line comes")
    await on.fetch("worker", "DELETE FROM notifications WHERE kind = 'what_comes_later'")
