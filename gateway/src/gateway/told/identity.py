"""What is told of organisations and accounts: acts of an organisation, which no page of an action shows."""

from typing import Any

from contracts import identity as events

from .row import Figures, Told


def _user(event: Any) -> Figures:
    return {"user": event.user_id}


ROWS: tuple[Told[Any], ...] = (
    Told(events.OrganisationRegistered),
    Told(events.OrganisationChanged),
    Told(events.AccountCreated, figures=_user),
    Told(events.CredentialsSent, figures=_user),
    Told(events.AccountActivated, figures=_user),
)
