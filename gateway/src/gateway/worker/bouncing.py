"""`python -m gateway bounce < mail`: a mail that came back is noted, so that its user, or its trainee's organisation, reads it (NOT-1).

The mail server gives it each mail that comes to the sender's address. It ends well whatever comes; when the database is away it ends with
the code for which a mail server keeps the mail and tries again.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import asyncpg

from chassis.db import Connection, connect
from chassis.lifetime import ending_with_a_sentence
from chassis.settings import read
from chassis.trouble import Trouble, explain
from contracts.operators import FRENCH
from gateway.mails import bounce, outbox
from gateway.mails.bounce import Bounce
from gateway.settings import GatewaySettings

from . import inviting

TRY_AGAIN = 75
"""EX_TEMPFAIL of sysexits.h."""


def run(arguments: Sequence[str]) -> None:
    """Reads the mail from the standard input; ends the process with TRY_AGAIN when nothing could be noted."""
    argparse.ArgumentParser(
        prog="python -m gateway bounce", description="Note un courriel qui revient, lu sur l’entrée standard."
    ).parse_args(arguments)
    found = bounce.read(sys.stdin.buffer.read(bounce.MOST))
    known = False
    with ending_with_a_sentence(FRENCH, _put_off):
        try:
            known = found is not None and asyncio.run(_note(found, read(GatewaySettings)))
        except (OSError, asyncpg.PostgresError) as error:
            raise explain(error) or Trouble("La base de données ne répond pas ({error}). Vérifiez SESAME_DATABASE.", error=error) from error
    sys.stdout.write("Noté.\n" if known else "Ce n’est pas le retour d’un de nos courriels : rien n’est noté.\n")


def _put_off(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(TRY_AGAIN)


async def _note(found: Bounce, settings: GatewaySettings) -> bool:
    connection = await connect(settings)
    try:
        return await note(connection, found)
    finally:
        await connection.close()


async def note(connection: Connection, found: Bounce) -> bool:
    """Whether it is about a mail that was sent, and not noted before."""
    async with connection.transaction():
        mail = await connection.fetchrow(
            """
            UPDATE own.mails SET outcome = 'refused', refused = $2 WHERE id = $1 AND outcome = 'sent' RETURNING kind, user_id, person
            """,
            found.mail_id,
            found.code,
        )
        if mail is None:
            return False
        if mail["user_id"]:
            await outbox.refuse(connection, mail["user_id"], found.address, found.code, outbox.RETURNED)
        await inviting.tell(connection, mail["kind"], mail["person"])
    return True
