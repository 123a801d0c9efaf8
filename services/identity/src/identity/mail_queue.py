"""What waits to be mailed by this service: measured for who watches, listed for who looks."""

from datetime import timedelta

from asyncpg import Pool

from chassis import metrics
from contracts.month import PARIS

from .mailer import LONGEST
from .store import Executor

# Refused for good is what is tried again so late. Since when a refusal by the version before waits, which may run beside, is not known.
WAITING = """
    WITH waits AS (
        SELECT kind, key, requested_at AS since, attempts, next_try FROM mailings JOIN accounts USING (user_id)
        UNION ALL
        SELECT 'factor_' || kind, key, asked_at, attempts, next_try FROM factor_mails JOIN accounts USING (user_id)
        UNION ALL
        SELECT 'refused', siret, coalesce(refused_at, next_try), attempts, next_try FROM account_requests WHERE reason IS NOT NULL
    )
    SELECT *, next_try > now() + $1::interval AS is_refused, greatest(now() - since, '0') AS age FROM waits
"""


async def measure(pool: Pool) -> None:
    """What an operator watches."""
    rows = await pool.fetch(WAITING, LONGEST)
    waiting = [row["age"] for row in rows if not row["is_refused"]]
    metrics.MAILS_WAITING.labels("identity").set(len(rows))
    metrics.MAILS_AGE.labels("identity").set(max(waiting, default=timedelta()).total_seconds())
    metrics.MAILBOXES_REFUSED.labels("identity").set(len(rows) - len(waiting))


async def report(db: Executor) -> list[str]:
    """A line for each mail that waits, the oldest first: whose (a SIRET, or an agent's id), since when, how often tried; no address."""
    lines = []
    for row in await db.fetch(f"{WAITING} ORDER BY since", LONGEST):
        since, again = (f"{row[name].astimezone(PARIS):%F %T}" for name in ("since", "next_try"))
        refused = ", adresse refusée" if row["is_refused"] else ""
        lines.append(f"{row['kind']} : {row['key']}, depuis le {since}, essais : {row['attempts']}{refused}, nouvel essai le {again}")
    return lines or ["Aucun courriel n’attend."]
