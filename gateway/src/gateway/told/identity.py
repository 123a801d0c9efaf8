"""What is told of organisations and accounts: they stand on the page of the account, not on those of an action."""

from typing import Any

from contracts import factor
from contracts import identity as events

from .row import Figures, Told


def _user(event: Any) -> Figures:
    return {"user": event.user_id}


ROWS: tuple[Told[Any], ...] = (
    Told(events.OrganisationRegistered, line="Organisme enregistré"),
    Told(events.OrganisationChanged, line="Nom ou adresse modifiés"),
    Told(events.AccountCreated, line="Compte créé", figures=_user),
    Told(events.CredentialsSent, line="Accès envoyés par courrier électronique", figures=_user),
    Told(events.AccountActivated, line="Premier mot de passe choisi", figures=_user),
    Told(events.AccountDisabled, line="Compte désactivé, sessions fermées", figures=_user),
    Told(events.AccountEnabled, line="Compte réactivé", figures=_user),
    Told(factor.FactorTurnedOn, line="Double authentification activée", figures=_user),
    Told(factor.FactorTurnedOff, line="Double authentification désactivée", figures=_user),
    Told(factor.FactorReset, line="Double authentification remise à zéro, sessions fermées", figures=_user),
    Told(factor.RecoveryCodesRenewed, line="Codes de secours renouvelés", figures=_user),
    Told(factor.RecoveryCodeUsed, line="Code de secours utilisé", figures=_user),
)
