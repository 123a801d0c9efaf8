"""What an agent asks of an action: from the pressed button and its fields to the command."""

from collections.abc import Callable
from uuid import UUID

from contracts.actions import UnlockDates, UnlockTrainee
from contracts.awards import WithdrawContract
from contracts.codes import RequestObject
from contracts.identity import SendCredentials
from contracts.message import Command
from contracts.requests import TakeBackUnlocking, UnlockTrainers
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


def unlock_trainers(values: Values) -> UnlockTrainers | None:
    """The list of trainers may be changed once (TRA-1)."""
    reason = values.text("raison_formateurs", WHY, most=LONGEST)
    return UnlockTrainers(reason=reason) if reason else None


def take_back(values: Values) -> TakeBackUnlocking | None:
    """What is unlocked and not yet changed is locked again (REQ-2): `dates`, `trainers`, or the sheet of a trainee by their id."""
    what = values.value("quoi")
    if what in {RequestObject.DATES, RequestObject.TRAINERS}:
        return TakeBackUnlocking(object=RequestObject(what))
    try:
        return TakeBackUnlocking(object=RequestObject.TRAINEE, trainee_id=UUID(what))
    except ValueError:
        values.wrong(None, "Choisissez ce qui est à verrouiller de nouveau.")
        return None


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
    "formateurs": unlock_trainers,
    "reprendre": take_back,
    "retirer": withdraw,
    "acces": send_credentials,
}
"""What an agent can ask of an action, by the button."""


def fields_of(values: Values) -> Fields:
    """Where a fault of what the pressed button asked is shown."""
    return {"reason": f"raison_{values.value('faire')}", "trainee_id": "stagiaire"}.get
