"""What the portal's own tables need no longer (T-2: on the wall clock, as sessions do)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import structlog

from chassis import outbox
from chassis.db import Connection
from chassis.instant import now
from chassis.service import Host
from chassis.settings import Settings
from chassis.trouble import is_transient
from gateway.web import session

from . import answers, epochs, security

log = structlog.get_logger()

EVERY = timedelta(minutes=10)
COMMANDS = timedelta(days=7)
UNTOLD = timedelta(days=90)
"""An answer that nobody has read is kept longer: it is a notification."""
UPLOADS = timedelta(days=1)
LOTS = timedelta(days=60)
NOTES = timedelta(days=60)
"""A note, mailed or not; so long after it nothing notes the same again."""
MAILS = timedelta(days=400)
"""What is put into the outbox again within so long goes no second time."""
DRAFTS = timedelta(days=400)
DRAFTS_OF_CONFIRMED_MONTHS = timedelta(days=7)


@asynccontextmanager
async def housekeeping(host: Host) -> AsyncIterator[None]:
    """Tidies up while the worker runs."""
    host.background(_tidy_again_and_again(host))
    yield


async def _tidy_again_and_again(host: Host) -> None:
    while True:
        try:
            connection = await host.connect()
            try:
                await _compare_and_tidy(connection, host.settings)
            finally:
                await connection.close()
        except Exception as error:
            if not (is_transient(error) or isinstance(error, OSError)):
                raise
            log.warning("not tidied", error=type(error).__name__)
        await asyncio.sleep(EVERY.total_seconds())


async def _compare_and_tidy(connection: Connection, settings: Settings) -> None:
    """Forgets no command before what was sent was compared with all of them: what is on its topic and not here tells of a restore."""
    async with epochs.comparing(connection, settings) as found:
        if found.forgotten:
            await outbox.doubt(connection)  # restored under a running worker: whoever sends begins anew
            return
        await epochs.keep(connection, found)
        await answers.give_up(connection, now())
        await tidy(connection, now())


async def tidy(connection: Connection, at: datetime) -> None:
    """Forgets what is over. `at` is the installation's time, which stamps commands; all else has the database's own clock."""
    # Before the commands: what became of a file, and a draft whose command is forgotten was refused.
    await connection.execute("DELETE FROM proof_contents USING commands WHERE command_id = commands.id AND faults <> '[]'")
    await connection.execute(
        """
        DELETE FROM proof_contents AS kept USING proof_files AS said
        WHERE said.gone AND (kept.contract_number, kept.file_id) = (said.contract_number, said.file_id)
        """
    )
    # Whose person was erased while it came; and what no command tells of, nor ever will.
    await connection.execute(
        """
        DELETE FROM proof_contents AS kept
        WHERE kept_at < now() - $1::interval AND NOT EXISTS (SELECT FROM people WHERE people.id = person)
           OR kept_at < now() - $2::interval AND NOT EXISTS (SELECT FROM commands WHERE commands.id = command_id)
              AND NOT EXISTS (
                  SELECT FROM proof_files AS said
                  WHERE (kept.contract_number, kept.file_id) = (said.contract_number, said.file_id)
              )
        """,
        UPLOADS,
        UNTOLD,
    )
    # Of a contract whose people are erased nothing is kept that was typed since, though nothing of it is accepted.
    await connection.execute("DELETE FROM drafts USING erasures WHERE contract = contract_number")
    await connection.execute("DELETE FROM drafts USING commands WHERE body ->> 'sent' = commands.id::text AND faults = '[]'")
    await connection.execute(
        """
        WITH forgotten AS (
            DELETE FROM commands
            WHERE coalesce(answered_at, given_up_at) < $1
                AND (told OR coalesce(answered_at, given_up_at) < $2 OR id IN (SELECT notification_id FROM read_marks)) RETURNING id
        )
        DELETE FROM read_marks USING forgotten WHERE notification_id = forgotten.id
        """,
        at - COMMANDS,
        at - UNTOLD,
    )
    await connection.execute(
        "DELETE FROM sessions WHERE seen_at < now() - $1::interval OR started_at < now() - $2::interval",
        session.IDLE,
        session.AT_MOST,
    )
    await connection.execute("DELETE FROM searches WHERE sought_at < now() - $1::interval", session.AT_MOST)
    await connection.execute("DELETE FROM security_log WHERE at < now() - $1::interval", security.KEPT)
    await connection.execute("DELETE FROM stray_answers WHERE read_at < now() - $1::interval", answers.FORGOTTEN)
    await connection.execute("DELETE FROM uploads WHERE uploaded_at < now() - $1::interval", UPLOADS)
    await connection.execute("DELETE FROM lots WHERE put_at < now() - $1::interval", LOTS)
    await connection.execute("DELETE FROM mail_notes WHERE noted_at < now() - $1::interval", NOTES)
    await connection.execute("DELETE FROM mails WHERE ended_at < now() - $1::interval", MAILS)
    await connection.execute("DELETE FROM survey_mailings USING erasures WHERE survey_mailings.contract_number = erasures.contract_number")
    await connection.execute("DELETE FROM survey_mailings WHERE asked_at < now() - $1::interval", MAILS)
    await connection.execute("DELETE FROM drafts WHERE saved_at < now() - $1::interval", DRAFTS)
    await connection.execute(
        """
        DELETE FROM drafts USING months
        WHERE saved_at < now() - $1::interval AND months.standing IN ('confirmed', 'passed_over') AND kind IN ('month', 'line')
          AND contract = contract_number AND split_part(subject, '/', 1) = month
        """,
        DRAFTS_OF_CONFIRMED_MONTHS,
    )
