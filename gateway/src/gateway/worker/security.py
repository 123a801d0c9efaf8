"""`python -m gateway security`: the security log, for the operator (ACC-10)."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

import asyncpg

from chassis.db import connect
from chassis.lifetime import ending_with_a_sentence
from chassis.settings import read
from chassis.trouble import Trouble, explain
from contracts.month import PARIS
from contracts.operators import FRENCH
from gateway.settings import GatewaySettings
from gateway.web.security_log import What

KEPT = timedelta(days=365)
WORDS = {
    What.LOGGED_IN: "connexion",
    What.LOG_IN_REFUSED: "connexion refusée",
    What.LOGGED_OUT: "déconnexion",
    What.PASSWORD_ASKED: "mot de passe demandé",
    What.ACCOUNT_ASKED: "compte demandé",
    What.PASSWORD_CHANGED: "mot de passe changé",
    What.LOGIN_CHANGED: "identifiant changé",
    What.CHANGE_REFUSED: "changement d’accès refusé",
    What.FORM_OF_ANOTHER_SITE: "formulaire d’un autre site refusé",
    What.NOT_THEIRS: "page refusée ou inconnue",
    What.DOWNLOADED: "fichier téléchargé",
    What.CODE_ASKED: "mot de passe juste, code demandé",
    What.CODE_REFUSED: "code refusé",
    What.FACTOR_TURNED_ON: "double authentification activée",
    What.FACTOR_TURNED_OFF: "double authentification désactivée",
    What.RECOVERY_CODES_RENEWED: "codes de secours renouvelés",
    What.BROWSER_REMEMBERED: "appareil mémorisé",
    What.BROWSERS_FORGOTTEN: "appareils oubliés",
    What.SESSIONS_ENDED: "sessions fermées",
    What.PERSON_TOLD: "tout ce qui est su d’une personne téléchargé",
    "identity.account-created.v1": "compte créé",
    "identity.credentials-sent.v1": "accès envoyés",
    "identity.account-activated.v1": "premier mot de passe choisi",
    "identity.account-disabled.v1": "compte désactivé",
    "identity.account-enabled.v1": "compte réactivé",
    "identity.right-changed.v1": "droit changé",
    "identity.account-removed.v1": "compte retiré",
    "identity.account-requested.v1": "demande de compte reçue",
    "identity.account-request-accepted.v1": "demande de compte acceptée",
    "identity.account-request-refused.v1": "demande de compte refusée",
    "identity.factor-reset.v1": "double authentification remise à zéro",
    "identity.recovery-code-used.v1": "code de secours utilisé",
    "identity.organisation-changed.v1": "adresse ou nom de l’organisme modifiés",
}
"""What stands in the log, and what the services said of accounts."""


def run(arguments: Sequence[str]) -> None:
    """Prints the entries of a time, of one account or of all; ends the process with a sentence when that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m gateway security", description="Le journal de sécurité, gardé un an.")
    parser.add_argument(
        "--since", type=date.fromisoformat, default=None, metavar="AAAA-MM-JJ", help="à partir de ce jour ; à défaut, sept jours"
    )
    parser.add_argument("--account", default=None, metavar="SIRET|ID", help="d’un organisme, ou d’un compte par son identifiant interne")
    chosen = parser.parse_args(arguments)
    with ending_with_a_sentence(FRENCH):
        try:
            asyncio.run(_print(read(GatewaySettings), chosen.since, chosen.account))
        except (OSError, asyncpg.PostgresError) as error:
            raise explain(error) or Trouble("La base de données ne répond pas ({error}). Vérifiez SESAME_DATABASE.", error=error) from error


async def _print(settings: GatewaySettings, since: date | None, account: str | None) -> None:
    connection = await connect(settings, statement=None)
    try:
        rows = await connection.fetch(
            """
            WITH entries AS (
                SELECT at, what, user_id, NULL AS by, client, about FROM security_log
                UNION ALL
                SELECT at, type, (figures ->> 'user')::uuid, concat_ws(' ', role, actor), '', key FROM history WHERE type = ANY($1)
            )
            SELECT at, what, coalesce(nullif(concat_ws('/', siret, user_id), ''), '-') AS who, coalesce(by, '') AS by, client, about
            FROM entries LEFT JOIN accounts USING (user_id)
            WHERE at >= coalesce($2::date::timestamp AT TIME ZONE 'Europe/Paris', now() - interval '7 days')
              AND ($3::text IS NULL OR $3 IN (siret, user_id::text, about))
            ORDER BY at
            """,
            [what for what in WORDS if what not in set(What)],
            since,
            account,
        )
    finally:
        await connection.close()
    for row in rows:
        parts = (f"{row['at'].astimezone(PARIS):%F %T}", row["who"], WORDS[row["what"]], row["client"], row["by"], row["about"])
        print("  ".join(part for part in parts if part))
