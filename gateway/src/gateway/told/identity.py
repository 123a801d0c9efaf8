"""What is told of organisations and accounts: they stand on the page of the account, not on those of an action."""

from typing import Any

from contracts import identity as events

from .row import USER, Figures, Notice, Told


def _user(event: Any) -> Figures:
    return {"user": event.user_id}


def _right(event: Any) -> Figures:
    return {"user": event.user_id, "right": event.right}


ROWS: tuple[Told[Any], ...] = (
    Told(events.OrganisationRegistered, line="Organisme enregistré"),
    Told(events.OrganisationChanged, line="Nom ou adresse modifiés"),
    Told(events.AccountCreated, line="Compte créé pour {user:person}", figures=_user),
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
    Told(events.AccountDisabled, line="Compte de {user:person} désactivé, sessions fermées", figures=_user),
    Told(events.AccountEnabled, line="Compte de {user:person} réactivé", figures=_user),
)
