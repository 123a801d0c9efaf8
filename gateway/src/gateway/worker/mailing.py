"""Sends the portal's mails (NOT-1): one worker at a time, one mail after the other, until the mail server has taken each.

A server that is away is asked again with growing pauses, and everything is kept meanwhile. What it refuses for good is tried again now and
then for some days, since addresses are mended; then it is given up.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.message import EmailMessage

import structlog

from chassis import mail, metrics, tracing
from chassis.db import Connection
from chassis.instant import now
from chassis.process import patiently
from chassis.service import Host
from chassis.trouble import AWAY, Trouble, where
from gateway.mails import outbox
from gateway.mails.outbox import Outcome, Waiting
from gateway.settings import GatewaySettings

from . import inviting, noting
from .gathering import gather

log = structlog.get_logger()

LOCK = 0x5E5A43
"""The advisory lock's number: one sender at a time."""
STANDBY, EVERY = 5.0, 2.0
"""Seconds between two looks: of a replica, whether it is the one that sends; of that one, at what is due."""
SHORT, LONG = 5.0, 300.0
"""Seconds of the first and of the longest pause while the server is away."""
SOON, LATE = timedelta(minutes=1), timedelta(hours=6)
"""Until a mail is tried again that the server refused for now, at first, and for good."""
KEPT = timedelta(days=5)
"""For so long a mail that is refused is tried again."""


class ServerAway(Exception):
    """The mail server takes no mail at all."""


@asynccontextmanager
async def mailing(host: Host) -> AsyncIterator[None]:
    """Sends while the worker runs, if it is told where mails lead; from before the first message is read, notifications are noted."""
    settings: GatewaySettings = host.settings
    connection = await host.connect()
    try:
        if settings.portal_url:
            await patiently(lambda: noting.begin(connection, settings), "Kafka")
        else:
            log.warning("notifications do not go by mail: SESAME_PORTAL_URL is not set")
            await noting.leave_off(connection)
    finally:
        await connection.close()
    if settings.portal_url:
        metrics.begin_mails(host.service.name)
        host.background(_again_and_again(host))
    yield


async def _again_and_again(host: Host) -> None:
    while True:
        try:
            connection = await host.connect()
            try:
                await _serve(connection, host.settings)
            finally:
                connection.terminate()
        except AWAY as error:
            log.warning("mailing interrupted", error=type(error).__name__)
        except Trouble:
            raise
        except Exception as error:  # a fault of ours: pages and commands do not wait for it
            metrics.alarm(host.service.name, "not-mailed")
            log.error("mailing failed, goes on", error=type(error).__name__, where=where(error))
        await asyncio.sleep(STANDBY)


async def _serve(connection: Connection, settings: GatewaySettings) -> None:
    """Until the connection is lost, and the lock with it."""
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):  # noqa: ASYNC110
        await asyncio.sleep(STANDBY)
    # Who is frozen loses the lock with its session; whoever waits for the server says something before that.
    await connection.execute("SELECT set_config('idle_session_timeout', $1, false)", f"{2 * LONG * 1000:.0f}")
    pause = SHORT
    while True:
        await gather(connection, settings.portal_url.rstrip("/"), now())
        await inviting.invite(connection, settings, now())
        try:
            await send_all(connection, settings)
        except ServerAway as away:
            log.warning("the mail server takes no mails: they are kept", error=str(away), again_in=pause)
            await measure(connection)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONG)
            continue
        pause = SHORT
        await measure(connection)
        await asyncio.sleep(EVERY)


async def send_all(connection: Connection, settings: GatewaySettings) -> None:
    """All that is due. Raises ServerAway."""
    while waiting := await outbox.claim(connection):
        with tracing.going_on(waiting.traces, f"mail {waiting.kind}", attempt=waiting.attempts):
            await _send(connection, settings, waiting)


async def _send(connection: Connection, settings: GatewaySettings, waiting: Waiting) -> None:
    if waiting.address is None:  # disabled or erased since
        await outbox.end(connection, waiting, "nobody")
        return
    if waiting.again:
        metrics.mail("gateway", "again")
        log.warning("a mail goes again, perhaps a second time: its sender ended before the server's answer was noted", mail=str(waiting.id))
    try:
        made = message(settings, waiting, waiting.address)
    except Exception:  # the library has several words for an address that is none
        await _refused(connection, waiting, mail.NO_ADDRESS, of_the_address=True)
        return
    try:
        await mail.send(settings, made)
    except mail.FAILS as error:
        await _failed(connection, waiting, error)
    else:
        await _end(connection, waiting, "sent")
        metrics.mail("gateway", "sent")


async def _end(connection: Connection, waiting: Waiting, outcome: Outcome) -> None:
    await outbox.end(connection, waiting, outcome)
    await inviting.tell(connection, waiting.kind, waiting.person)


def message(settings: GatewaySettings, waiting: Waiting, address: str) -> EmailMessage:
    """The mail itself, in both forms. Raises ValueError for an address that is none."""
    words = waiting.words
    made = mail.begun(settings, address, words.subject, str(waiting.id))
    if words.stop:
        made["List-Unsubscribe"] = f"<{words.stop}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(words.plain)
    made.add_alternative(words.html, subtype="html")
    return made


async def _failed(connection: Connection, waiting: Waiting, error: Exception) -> None:
    """Raises ServerAway when it is not this mail's fault."""
    code = mail.code_of(error)
    if code is None:
        await outbox.later(connection, waiting, timedelta())  # behind the others that wait
        metrics.mail("gateway", "put_off")
        raise ServerAway(type(error).__name__) from error
    await _refused(connection, waiting, code, of_the_address=mail.is_of_the_address(error))


async def _refused(connection: Connection, waiting: Waiting, code: int, *, of_the_address: bool) -> None:
    """For now or for good. No address stands in a log: the server's words might name it."""
    about = {"mail": str(waiting.id), "kind": waiting.kind, "user": str(waiting.user_id), "code": code}
    for_good = code >= 500
    metrics.mail("gateway", "refused" if for_good else "put_off")
    log.log(logging.ERROR if for_good else logging.WARNING, "the mail server refuses a mail", **about)
    if for_good and of_the_address:
        if waiting.user_id is None:  # a trainee's: their organisation is told at once, and prints a letter
            await outbox.later(connection, waiting, LATE, code)
            await _end(connection, waiting, "refused")
            return
        await outbox.refuse(connection, waiting.user_id, waiting.address or "", code, LATE)
    if waiting.age > KEPT:
        metrics.mail("gateway", "given_up")
        log.error("a mail is given up", **about)
        await _end(connection, waiting, "given_up")
    else:
        await outbox.later(connection, waiting, LATE if for_good else min(SOON * 2 ** min(waiting.attempts - 1, 10), LATE), code)


async def measure(connection: Connection) -> None:
    """What an operator watches. One whose address is refused for good waits for somebody to mend it, not for the server."""
    row = await connection.fetchrow(
        """
        SELECT count(*) AS waiting, (SELECT count(*) FROM own.mail_refusals) AS refused, coalesce(extract(epoch FROM now() - min(put_at)
            FILTER (WHERE coalesce(mails.refused, 0) < 500 AND (refusals.retry_at IS NULL OR refusals.retry_at <= now()))), 0) AS age
        FROM own.mails LEFT JOIN own.mail_refusals AS refusals USING (user_id) WHERE ended_at IS NULL
        """
    )
    assert row
    metrics.MAILS_WAITING.labels("gateway").set(row["waiting"])
    metrics.MAILS_AGE.labels("gateway").set(float(row["age"]))
    metrics.MAILBOXES_REFUSED.labels("gateway").set(row["refused"])
