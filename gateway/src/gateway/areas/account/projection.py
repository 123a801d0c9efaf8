"""Organisations and who can log in."""

from collections.abc import Mapping
from typing import LiteralString

from chassis.work import Handler, Work
from contracts.factor import FactorReset, FactorTurnedOff, FactorTurnedOn
from contracts.identity import (
    AccountActivated,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    CredentialsSent,
    OrganisationChanged,
    OrganisationRegistered,
)
from contracts.message import Message
from gateway.worker.rows import change

THEIRS: LiteralString = "coalesce(siret, user_id::text) = $1 AND user_id = $2"
"""An account of the organisation, or the agent, that the event's key names."""


async def on_organisation(work: Work[None], event: OrganisationRegistered) -> None:
    """An organisation as it now is (ACC-1, ACC-2)."""
    await work.connection.execute(
        """
        INSERT INTO organisations (siret, name, email, address, address_complement, postcode, town, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (siret) DO UPDATE
        SET name = excluded.name, email = excluded.email, address = excluded.address, postcode = excluded.postcode,
            address_complement = excluded.address_complement, town = excluded.town, version = excluded.version
        """,
        event.siret,
        event.name,
        event.email,
        event.address,
        event.address_complement,
        event.postcode,
        event.town,
        event.version,
    )


async def on_account_created(work: Work[None], event: AccountCreated) -> None:
    """Somebody can log in (ACC-1, ACC-6)."""
    await work.connection.execute(
        "INSERT INTO accounts (user_id, siret, person) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING",
        event.user_id,
        event.siret,
        event.user.id,
    )


async def on_credentials_sent(work: Work[None], event: CredentialsSent) -> None:
    """A temporary password is in the mail (ACC-1)."""
    await change(work, f"UPDATE accounts SET credentials_sent_at = $3 WHERE {THEIRS}", event.user_id, work.at)


async def on_activated(work: Work[None], event: AccountActivated) -> None:
    """The user has chosen a password (ACC-2)."""
    await change(work, f"UPDATE accounts SET activated_at = $3 WHERE {THEIRS}", event.user_id, work.at)


async def on_disabled(work: Work[None], event: AccountDisabled) -> None:
    """Nobody logs in with it any more, and its sessions are over (ACC-9)."""
    await change(work, f"UPDATE accounts SET disabled_at = $3, access = $4 WHERE {THEIRS}", event.user_id, work.at, event.access)


async def on_enabled(work: Work[None], event: AccountEnabled) -> None:
    """The user can log in again (ACC-9)."""
    await change(work, f"UPDATE accounts SET disabled_at = NULL WHERE {THEIRS}", event.user_id)


async def on_factor_on(work: Work[None], event: FactorTurnedOn) -> None:
    """A code is asked of them since (ACC-7)."""
    await change(work, f"UPDATE accounts SET factor_since = $3 WHERE {THEIRS}", event.user_id, work.at)


async def on_factor_off(work: Work[None], event: FactorTurnedOff) -> None:
    """None is asked any more (ACC-7)."""
    await change(work, f"UPDATE accounts SET factor_since = NULL WHERE {THEIRS}", event.user_id)


async def on_factor_reset(work: Work[None], event: FactorReset) -> None:
    """None is asked any more, and their sessions are over (ACC-7)."""
    await change(work, f"UPDATE accounts SET factor_since = NULL, access = $3 WHERE {THEIRS}", event.user_id, event.access)


HANDLERS: Mapping[type[Message], Handler] = {
    OrganisationRegistered: on_organisation,
    OrganisationChanged: on_organisation,
    AccountCreated: on_account_created,
    CredentialsSent: on_credentials_sent,
    AccountActivated: on_activated,
    AccountDisabled: on_disabled,
    AccountEnabled: on_enabled,
    FactorTurnedOn: on_factor_on,
    FactorTurnedOff: on_factor_off,
    FactorReset: on_factor_reset,
}
