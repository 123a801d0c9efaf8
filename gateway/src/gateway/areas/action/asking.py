"""What an agent asks of an action: from the pressed button and its fields to the command."""

from collections.abc import Callable
from uuid import UUID

from contracts.actions import UnlockDates, UnlockTrainee, WithdrawContract
from contracts.identity import SendCredentials
from contracts.message import Command
from gateway.web.values import LONGEST, Fields, Values

WHY = "Dites pourquoi : l’organisme lira ce texte."


def unlock_dates(values: Values) -> UnlockDates | None:
    """The dates may be validated once more (DAT-3)."""
    reason = values.text("raison_dates", WHY, most=LONGEST)
    return UnlockDates(reason=reason) if reason else None


def unlock_trainee(values: Values) -> UnlockTrainee | None:
    """A sheet may be changed once (TRN-5)."""
    reason = values.text("raison_fiche", WHY, most=LONGEST)
    try:
        trainee_id = UUID(values.value("stagiaire"))
    except ValueError:
        values.wrong("stagiaire", "Choisissez le stagiaire dont la fiche est à déverrouiller.")
        return None
    return UnlockTrainee(trainee_id=trainee_id, reason=reason) if reason else None


def withdraw(values: Values) -> WithdrawContract | None:
    """The Region takes the contract back (ACT-1)."""
    if values.value("certain") != "oui":
        values.wrong("certain", "Cochez la case : un contrat retiré ne revient pas.")
        return None
    return WithdrawContract()


def send_credentials(_values: Values) -> SendCredentials:
    """A temporary password for the organisation's first account (ACC-1)."""
    return SendCredentials()


ASKED: dict[str, Callable[[Values], Command | None]] = {
    "dates": unlock_dates,
    "fiche": unlock_trainee,
    "retirer": withdraw,
    "acces": send_credentials,
}
"""What an agent can ask of an action, by the button."""


def fields_of(values: Values) -> Fields:
    """Where a fault of what the pressed button asked is shown."""
    return {"reason": f"raison_{values.value('faire')}", "trainee_id": "stagiaire"}.get
