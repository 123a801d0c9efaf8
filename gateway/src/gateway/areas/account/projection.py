"""Organisations and who can log in."""

from collections.abc import Mapping
from typing import LiteralString
from uuid import UUID

from chassis.work import Handler, Work
from contracts.factor import FactorReset, FactorTurnedOff, FactorTurnedOn
from contracts.identity import (
    AccountActivated,
    AccountCreated,
    AccountDisabled,
    AccountEnabled,
    AccountRemoved,
    AccountRequestAccepted,
    AccountRequested,
    AccountRequestExpired,
    AccountRequestRefused,
    ColleagueErased,
    CredentialsSent,
    OrganisationChanged,
    OrganisationRegistered,
    RightChanged,
    request_key,
)
from contracts.message import Message
from gateway.web.topics import ACCOUNTS
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
    """Somebody can log in (ACC-1, ACC-6), with a right in their organisation (ACC-8)."""
    await work.connection.execute(
        """
        INSERT INTO accounts (user_id, siret, person, has_right, joined_at)
        VALUES ($1, $2, $3, $4, CASE WHEN $2::text IS NOT NULL THEN $5::timestamptz END)
        ON CONFLICT (user_id) DO NOTHING
        """,
        event.user_id,
        event.siret,
        event.user.id,
        event.right,
        work.at,
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


async def on_right_changed(work: Work[None], event: RightChanged) -> None:
    """Somebody administers the accounts from now on, or no longer (ACC-8)."""
    await change(work, f"UPDATE accounts SET has_right = $3 WHERE {THEIRS}", event.user_id, event.right)


async def on_removed(work: Work[None], event: AccountRemoved) -> None:
    """Somebody is no longer of their organisation, and their sessions are over (ACC-8); what they did keeps its name."""
    await change(work, f"UPDATE accounts SET removed_at = $3, access = $4 WHERE {THEIRS}", event.user_id, work.at, event.access)


async def on_erased(work: Work[None], event: ColleagueErased) -> None:
    """Who left long ago is nobody any more (PRV-1). A tombstone on `personal` says so too, for a week."""
    await change(work, f"UPDATE accounts SET erased_at = $3 WHERE {THEIRS}", event.user_id, work.at)
    await work.connection.execute(
        "DELETE FROM people USING accounts WHERE people.id = person AND user_id = $1 AND erased_at IS NOT NULL", event.user_id
    )
    await work.connection.execute("DELETE FROM own.mails WHERE user_id = $1 AND ended_at IS NULL", event.user_id)
    await work.connection.execute("DELETE FROM own.mail_refusals WHERE user_id = $1", event.user_id)


async def on_requested(work: Work[None], event: AccountRequested) -> None:
    """Somebody asks for an account (ACC-4)."""
    if work.key != request_key(event.request_id):
        raise ValueError(f"{event.request_id} came under the key {work.key!r}")
    await work.connection.execute(
        "INSERT INTO account_requests (request_id, siret, requested_at) VALUES ($1, $2, $3) ON CONFLICT (request_id) DO NOTHING",
        event.request_id,
        event.siret,
        work.at,
    )


async def on_accepted(work: Work[None], event: AccountRequestAccepted) -> None:
    """They got it."""
    await _answered(work, event.request_id, "accepted", event.user_id)


async def on_refused(work: Work[None], event: AccountRequestRefused) -> None:
    """They did not; why, they read in their mail."""
    await _answered(work, event.request_id, "refused")


async def on_expired(work: Work[None], event: AccountRequestExpired) -> None:
    """Nobody answered in time."""
    await _answered(work, event.request_id, "expired")


async def _answered(work: Work[None], request_id: UUID, state: str, user_id: UUID | None = None) -> None:
    who = work.actor.subject if work.actor and work.actor.role == "agent" else None
    await change(
        work,
        """
        UPDATE account_requests SET state = $3, answered_at = $4, answered_by = $5, user_id = $6
        WHERE $1 = 'account-request/' || request_id AND request_id = $2
        """,
        request_id,
        state,
        work.at,
        who,
        user_id,
    )


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
    RightChanged: on_right_changed,
    AccountRemoved: on_removed,
    ColleagueErased: on_erased,
    AccountRequested: on_requested,
    AccountRequestAccepted: on_accepted,
    AccountRequestRefused: on_refused,
    AccountRequestExpired: on_expired,
    FactorTurnedOn: on_factor_on,
    FactorTurnedOff: on_factor_off,
    FactorReset: on_factor_reset,
}
LISTED = {ACCOUNTS: (AccountRequested, AccountRequestAccepted, AccountRequestRefused, AccountRequestExpired)}
"""The agents' list of who asks for an account, and what changes it."""
