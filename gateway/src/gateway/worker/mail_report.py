"""`python -m gateway mails`: what waits to be mailed, and whose address is refused, for the operator (NOT-1)."""

import argparse
import asyncio
from collections.abc import Sequence

import asyncpg

from chassis.db import Connection, connect
from chassis.lifetime import ending_with_a_sentence
from chassis.settings import read
from chassis.trouble import Trouble, explain
from contracts.month import PARIS
from contracts.operators import FRENCH
from gateway.settings import GatewaySettings


def run(arguments: Sequence[str]) -> None:
    """Prints it; ends the process with a sentence when that is not possible."""
    argparse.ArgumentParser(prog="python -m gateway mails", description="Les courriels en attente et les adresses refusées.").parse_args(
        arguments
    )
    with ending_with_a_sentence(FRENCH):
        try:
            print("\n".join(asyncio.run(_lines(read(GatewaySettings)))))
        except (OSError, asyncpg.PostgresError) as error:
            raise explain(error) or Trouble("La base de données ne répond pas ({error}). Vérifiez SESAME_DATABASE.", error=error) from error


async def _lines(settings: GatewaySettings) -> list[str]:
    connection = await connect(settings, statement=None)
    try:
        return await report(connection)
    finally:
        await connection.close()


async def report(connection: Connection) -> list[str]:
    """A line for each sort of mails that waits, was sent or given up these seven days, and for each address that is refused; no address."""
    lines = ["Aucun courriel ne part : SESAME_PORTAL_URL n’est pas réglé pour « gateway worker »."]
    if await connection.fetchval("SELECT EXISTS (SELECT FROM own.mail_starts)"):
        lines = []
    rows = await connection.fetch(
        """
        SELECT kind, coalesce(outcome, 'waiting') AS outcome, count(*) AS count, min(put_at) AS oldest, max(refused) AS refused
        FROM own.mails WHERE ended_at IS NULL OR ended_at > now() - interval '7 days' GROUP BY 1, 2 ORDER BY 1, 2
        """
    )
    words = {"waiting": "en attente", "sent": "partis", "given_up": "abandonnés", "nobody": "sans destinataire", "refused": "refusés"}
    for row in rows:
        since = f", depuis le {row['oldest'].astimezone(PARIS):%F %T}" if row["outcome"] == "waiting" else ", sept derniers jours"
        code = f", refusés ({row['refused']})" if row["refused"] and row["outcome"] != "sent" else ""
        lines.append(f"{row['kind']} : {row['count']} {words[row['outcome']]}{since}{code}")
    refused = await connection.fetch(
        """
        SELECT coalesce(siret, user_id::text) AS who, code, since, retry_at
        FROM own.mail_refusals LEFT JOIN accounts USING (user_id) ORDER BY since
        """
    )
    for row in refused:
        since, retry = (f"{row[name].astimezone(PARIS):%F %T}" for name in ("since", "retry_at"))
        lines.append(f"Adresse refusée : {row['who']}, code {row['code']}, depuis le {since}, nouvel essai le {retry}")
    return lines or ["Aucun courriel."]
