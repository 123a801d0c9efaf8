"""What is told of organisations and accounts: they stand on the page of the account, not on those of an action."""

from typing import Any

from chassis.db import Connection
from contracts import factor
from contracts import identity as events

from .row import ADMINISTRATORS, AGENTS, USER, Figures, Notice, Told


def _user(event: Any) -> Figures:
    return {"user": event.user_id}


def _right(event: Any) -> Figures:
    return {"user": event.user_id, "right": event.right}


def _siret(event: Any) -> Figures:
    return {"siret": event.siret}


async def _others(connection: Connection, siret: str, event: events.AccountCreated) -> Figures | None:
    """No figures; None when nobody else logs in for the organisation, who would have to be told."""
    others = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM accounts WHERE siret = $1 AND user_id <> $2 AND removed_at IS NULL)", siret, event.user_id
    )
    return {} if others else None


ROWS: tuple[Told[Any], ...] = (
    Told(events.OrganisationRegistered, line="Organisme enregistré"),
    Told(events.OrganisationChanged, line="Nom ou adresse modifiés"),
    Told(
        events.AccountCreated,
        line="Compte créé pour {user:person}",
        figures=_user,
        known=_others,
        notices=(
            Notice(
                ADMINISTRATORS,
                "admitted_by_the_region",
                "warn",
                "La Région a ouvert un compte de plus pour votre organisme",
                "Une personne l’a demandé, et administre les comptes avec vous. Si vous ne la connaissez pas, retirez-la.",
                "Voir vos collègues",
                "/compte/collegues",
                when=lambda event: event.request_id is not None,
            ),
        ),
    ),
    Told(
        events.AccountRequested,
        line="Compte demandé pour {siret}",
        figures=_siret,
        notices=(
            Notice(
                AGENTS,
                "account_requested",
                "info",
                "Demande de compte",
                "SIRET {siret}.",
                "Examiner la demande",
                "/region/comptes/demandes/{request}",
                figures=lambda event: {"request": event.request_id, "siret": event.siret},
            ),
        ),
    ),
    Told(events.AccountRequestAccepted, line="Demande de compte acceptée pour {siret}", figures=_siret),
    Told(events.AccountRequestRefused, line="Demande de compte refusée pour {siret}", figures=_siret),
    Told(events.AccountRequestExpired, line="Demande de compte expirée pour {siret}", figures=_siret),
    Told(events.CredentialsSent, line="Accès envoyés par courrier électronique à {user:person}", figures=_user),
    Told(events.AccountActivated, line="Premier mot de passe choisi par {user:person}", figures=_user),
    Told(
        events.RightChanged,
        line="Droit donné à {user:person} : {right:AccountRight}",
        figures=_right,
        notices=(
            Notice(
                USER,
                "right_changed",
                "info",
                "Votre droit dans votre organisme a changé",
                "Désormais : {right:AccountRight}.",
                "Voir votre compte",
                "/compte",
            ),
        ),
    ),
    Told(events.AccountRemoved, line="Compte retiré à {user:person}, sessions fermées", figures=_user),
    Told(events.ColleagueErased, line="Nom et adresse d’un ancien collègue effacés, un an après son départ", figures=_user),
    Told(events.AccountDisabled, line="Compte de {user:person} désactivé, sessions fermées", figures=_user),
    Told(events.AccountEnabled, line="Compte de {user:person} réactivé", figures=_user),
    Told(factor.FactorTurnedOn, line="Double authentification activée par {user:person}", figures=_user),
    Told(factor.FactorTurnedOff, line="Double authentification désactivée par {user:person}", figures=_user),
    Told(factor.FactorReset, line="Double authentification de {user:person} remise à zéro, sessions fermées", figures=_user),
    Told(factor.RecoveryCodesRenewed, line="Codes de secours renouvelés par {user:person}", figures=_user),
    Told(factor.RecoveryCodeUsed, line="Code de secours utilisé par {user:person}", figures=_user),
)
