"""Requests, what would come of them, and what came of them; amendments (REQ-1 to REQ-4)."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.billing import OffersForeseen
from contracts.codes import RequestObject
from contracts.declarations import AmendmentForeseen
from contracts.message import Message
from contracts.requests import (
    ChangeForeseen,
    ChangeRequested,
    ContractAmended,
    RequestedSheet,
    RequestGranted,
    RequestRefused,
    RequestWithdrawn,
    UnlockingTakenBack,
)
from gateway.web.topics import REQUESTS
from gateway.worker.rows import as_json, change

Answer = RequestGranted | RequestRefused | RequestWithdrawn


async def on_requested(work: Work[None], event: ChangeRequested) -> None:
    """The organisation asks for a change; what holds now stands beside it, when it has changed later too (REQ-1)."""
    asked = event.change
    await change(
        work,
        """
        INSERT INTO requests (contract_number, request_id, object, trainee_id, change, before, reason, asked_at, asked_by)
        SELECT contract_number, $2, $3, $4, $5,
            jsonb_build_object('planned_start', planned_start, 'planned_end', planned_end, 'periods', periods), $6, $7, $8
        FROM actions WHERE contract_number = $1
        ON CONFLICT (contract_number, request_id) DO UPDATE SET asked_at = excluded.asked_at
        """,
        event.request_id,
        asked.object,
        asked.trainee_id if isinstance(asked, RequestedSheet) else None,
        as_json(asked),
        event.reason.id,
        work.at,
        work.actor.subject if work.actor else None,
    )


async def on_foreseen(work: Work[None], event: ChangeForeseen) -> None:
    """What stands against the change, and what goes to the Region again, as `actions` says it."""
    await change(work, "UPDATE requests SET foreseen = $3 WHERE contract_number = $1 AND request_id = $2", event.request_id, as_json(event))


async def on_amendment_foreseen(work: Work[None], event: AmendmentForeseen) -> None:
    """The months and exits that would come of other planned dates, as `declarations` says it."""
    await change(
        work, "UPDATE requests SET amendment = $3 WHERE contract_number = $1 AND request_id = $2", event.request_id, as_json(event)
    )


async def on_offers_foreseen(work: Work[None], event: OffersForeseen) -> None:
    """The invoices that would be offered otherwise, as `billing` says it."""
    await change(work, "UPDATE requests SET offers = $3 WHERE contract_number = $1 AND request_id = $2", event.request_id, as_json(event))


async def on_answered(work: Work[None], event: Answer) -> None:
    """Granted, refused, or asked no more (REQ-1, REQ-2)."""
    states = {RequestGranted: "granted", RequestRefused: "refused", RequestWithdrawn: "withdrawn"}
    await change(
        work,
        """
        UPDATE requests SET state = $3, answered_at = $4, answered_by = $5, applied = $6, refusal = $7
        WHERE contract_number = $1 AND request_id = $2
        """,
        event.request_id,
        states[type(event)],
        work.at,
        work.actor.subject if work.actor else None,
        isinstance(event, RequestGranted) and event.applied,
        event.reason.id if isinstance(event, RequestRefused) else None,
    )


async def on_taken_back(work: Work[None], event: UnlockingTakenBack) -> None:
    """What was unlocked is locked again, as it stands (REQ-2)."""
    match event.object:
        case RequestObject.DATES:
            await change(
                work,
                """
                UPDATE actions SET dates_version = $2, dates_validated = true, dates_reason = NULL, dates_request = NULL
                WHERE contract_number = $1
                """,
                event.version,
            )
        case RequestObject.TRAINEE:
            await change(
                work,
                """
                UPDATE trainees SET unlocked = false, unlock_reason = NULL, unlock_request = NULL
                WHERE contract_number = $1 AND trainee_id = $2
                """,
                event.trainee_id,
            )
        case RequestObject.TRAINERS:
            await change(
                work,
                """
                UPDATE actions SET trainers_unlocked = false, trainers_reason = NULL, trainers_request = NULL WHERE contract_number = $1
                """,
            )
    await work.connection.execute(
        "UPDATE requests SET taken_back_at = $3 WHERE contract_number = $1 AND request_id = $2", work.key, event.request_id, work.at
    )


async def on_amended(work: Work[None], event: ContractAmended) -> None:
    """The planned dates and the periods are these from now on (REQ-4)."""
    await work.connection.execute(
        """
        INSERT INTO amendments (contract_number, number, granted_on, planned_start, planned_end) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (contract_number, number) DO NOTHING
        """,
        work.key,
        event.number,
        event.granted_on,
        event.planned_start,
        event.planned_end,
    )
    await change(
        work,
        "UPDATE actions SET planned_start = $2, planned_end = $3, periods = $4, dates_version = $5 WHERE contract_number = $1",
        event.planned_start,
        event.planned_end,
        as_json(event.periods),
        event.dates_version,
    )


HANDLERS: Mapping[type[Message], Handler] = {
    ChangeRequested: on_requested,
    ChangeForeseen: on_foreseen,
    AmendmentForeseen: on_amendment_foreseen,
    OffersForeseen: on_offers_foreseen,
    RequestWithdrawn: on_answered,
    RequestRefused: on_answered,
    RequestGranted: on_answered,
    UnlockingTakenBack: on_taken_back,
    ContractAmended: on_amended,
}
LISTED = {REQUESTS: (ChangeRequested, RequestWithdrawn, RequestRefused, RequestGranted, UnlockingTakenBack)}
