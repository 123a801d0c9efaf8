"""A personal link to a survey: its token, the mail that brings it to a trainee, and what says that one is due (SURV-1)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from contracts.codes import SurveyKind
from gateway.mails.letter import Letter, Line, Section
from gateway.words.french import date_long

ASKED: Mapping[SurveyKind, str] = {
    SurveyKind.EXIT: "à la fin de la formation",
    SurveyKind.SIX_MONTHS: "six mois après la formation",
    SurveyKind.ONE_YEAR: "un an après la formation",
}


@dataclass(frozen=True, slots=True)
class FellDue:
    """A survey of a trainee's is due, from that day on: what a projection leaves for those who want a link sent by itself."""

    trainee_id: UUID
    survey: SurveyKind
    on: date


def new_token() -> str:
    """256 random bits, as they stand in an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the log and the views know of a token."""
    return sha256(token.encode()).hexdigest()


def letter(title: str, organisation: str, survey: SurveyKind, address: str, last_day: date) -> Letter:
    """The mail. It names the action and who gave it, since somebody may have followed several; nobody, and nothing else that is known."""
    until = date_long(last_day)
    asked = Line(
        f"Vous avez suivi la formation « {title} » avec {organisation}. La Région, qui l’a financée, veut connaître votre situation : "
        "trois questions, une minute, sans compte ni mot de passe.",
        "Répondre",
        address,
    )
    personal = Line(
        "Ce lien est à vous seul : ne transférez pas ce message. "
        f"Il vaut jusqu’au {until}, et vous pouvez changer votre réponse jusque-là. Un lien plus récent le remplace."
    )
    foot = (
        Line(
            f"Répondre n’est pas obligatoire. Votre réponse est lue par {organisation} et par la Région, qui en fait des statistiques où "
            "personne n’est reconnu. Pour savoir ce qui est conservé de vous, ou ne plus recevoir ces messages, adressez-vous à "
            f"{organisation}."
        ),
        Line("Ce message part automatiquement, sa boîte n’est pas lue."),
    )
    return Letter(f"Votre situation {ASKED[survey]}", "Bonjour,", (Section("", (asked, personal)),), foot)
