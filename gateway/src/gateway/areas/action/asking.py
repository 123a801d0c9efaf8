"""What an agent asks of an action: from the pressed button and its fields to the command."""

from collections.abc import Callable
from uuid import UUID

from contracts.actions import UnlockDates, UnlockTrainee, WithdrawContract
from contracts.identity import SendCredentials
from contracts.message import Command
from gateway.web.forms import Form
from gateway.web.values import Fields

WHY = "Dites pourquoi : l’organisme lira ce texte."


def _unlock_dates(form: Form) -> Command:
    return UnlockDates(reason=form.text("raison_dates", WHY))


def _unlock_trainee(form: Form) -> Command | None:
    reason = form.text("raison_fiche", WHY)
    try:
        return UnlockTrainee(trainee_id=UUID(form.value("stagiaire")), reason=reason)
    except ValueError:
        form.wrong("stagiaire", "Choisissez le stagiaire dont la fiche est à déverrouiller.")
        return None


def _withdraw(form: Form) -> Command | None:
    if form.value("certain") != "oui":
        form.wrong("certain", "Cochez la case : un contrat retiré ne revient pas.")
        return None
    return WithdrawContract()


def _credentials(_form: Form) -> Command:
    return SendCredentials()


ACTS: dict[str, Callable[[Form], Command | None]] = {
    "dates": _unlock_dates,
    "fiche": _unlock_trainee,
    "retirer": _withdraw,
    "acces": _credentials,
}
"""What an agent can do on an action: the command in the form."""


def fields_of(form: Form) -> Fields:
    """Where a fault of what the pressed button asked is shown."""
    return {"reason": f"raison_{form.value('faire')}", "trainee_id": "stagiaire"}.get
