"""An agent's answer, and an organisation's withdrawal, between the pressed button and the command (REQ-1, REQ-2)."""

from contracts.message import Command
from contracts.requests import GrantRequest, RefuseRequest, TakeBackUnlocking, WithdrawRequest
from gateway.areas.action.requests import RequestHead
from gateway.web.values import LONGEST, Values

FIELDS = {"reason": "motif_refus"}
"""Where a fault of an answer is shown."""


def answer(values: Values, head: RequestHead) -> Command | None:
    """What the pressed button says; None when it says nothing, or a refusal has no reason."""
    match values.value("reponse"):
        case "accorder":
            return GrantRequest(request_id=head.request_id)
        case "appliquer":
            return GrantRequest(request_id=head.request_id, apply=True)
        case "refuser":
            values.names["motif_refus"] = "Pourquoi"
            reason = values.text("motif_refus", "Dites pourquoi : l’organisme lira ce texte.", most=LONGEST)
            return RefuseRequest(request_id=head.request_id, reason=reason) if reason else None
        case "reprendre":
            return TakeBackUnlocking(object=head.object, trainee_id=head.trainee_id)
    return None


def withdraw(head: RequestHead) -> WithdrawRequest:
    """It is asked no more."""
    return WithdrawRequest(request_id=head.request_id)
