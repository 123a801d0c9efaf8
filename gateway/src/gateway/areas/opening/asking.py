"""The opening of an action, or that it does not take place, between what is typed and the command (OPN-2 to OPN-4)."""

from contracts.actions import DeclareNonOpening, OpenAction
from contracts.codes import Frequency, NonOpeningReason
from gateway.web.values import Values

FIELDS = {"actual_start": "debut"}
"""Where a fault of the opening is shown."""


def open_action(values: Values) -> OpenAction | None:
    """The actual start, and the payment frequency that was chosen (OPN-2, OPN-3)."""
    start = values.date("debut", "Saisissez la date d’ouverture de l’action.")
    frequency = values.code("frequence", Frequency, "Choisissez la fréquence de paiement.")
    return OpenAction(actual_start=start, frequency=frequency) if start and frequency else None


def decline(values: Values) -> DeclareNonOpening | None:
    """Why the action does not take place (OPN-4)."""
    reason = values.code("motif", NonOpeningReason, "Choisissez le motif de la non-ouverture.")
    return DeclareNonOpening(reason=reason) if reason else None
