"""Contracts and the life of an action: awarded, dates, trainers, opened or not, closed, withdrawn."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.actions import (
    ActionClosed,
    ActionNotOpened,
    ActionOpened,
    AskRefused,
    ClosingRequested,
    DatesUnlocked,
    DatesValidated,
    EntryRequested,
    PathwayRequested,
    PreparationChanged,
    RemovalRequested,
    TrainersConfirmed,
)
from contracts.awards import ActionAwarded, ActionWithdrawn, ContractReplaced
from contracts.declarations import AmendmentGranted, ClosingGranted, DeclarationsChanged, EntryGranted, PathwayGranted, RemovalGranted
from contracts.message import Event, Message
from contracts.requests import AmendmentRequested, ContractAmended, TrainersChanged, TrainersUnlocked
from gateway.web.topics import ACTIONS
from gateway.worker.rows import as_json, change

Asked = EntryRequested | RemovalRequested | PathwayRequested | ClosingRequested | AmendmentRequested
Answered = EntryGranted | RemovalGranted | PathwayGranted | ClosingGranted | AmendmentGranted | AskRefused
PENDING: Mapping[type[Event], str] = {
    EntryRequested: "entry",
    RemovalRequested: "removal",
    PathwayRequested: "pathway",
    ClosingRequested: "closing",
    AmendmentRequested: "amendment",
}


async def on_awarded(work: Work[None], event: ActionAwarded) -> None:
    """A contract as awarded, or as replaced while nothing was entered (ACT-1): the second takes the place of the first."""
    await work.connection.execute(
        """
        INSERT INTO actions (contract_number, siret, programme_year, title, state, terms, agent_id, trainers,
                             planned_start, planned_end, periods, awarded_at)
        VALUES ($1, $2, $3, $4, 'awarded', $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (contract_number) DO UPDATE
        SET siret = excluded.siret, programme_year = excluded.programme_year, title = excluded.title, terms = excluded.terms,
            agent_id = excluded.agent_id, trainers = excluded.trainers, planned_start = excluded.planned_start,
            planned_end = excluded.planned_end, periods = excluded.periods
        """,
        work.key,
        event.terms.organisation.siret,
        event.terms.programme_year,
        event.terms.title,
        as_json(event.terms),
        event.agent.id,
        [trainer.id for trainer in event.trainers],
        event.terms.planned_start,
        event.terms.planned_end,
        as_json(event.terms.periods),
        work.at,
    )


async def on_withdrawn(work: Work[None], _event: ActionWithdrawn) -> None:
    """The Region took the contract back (ACT-1)."""
    await change(work, "UPDATE actions SET state = 'withdrawn' WHERE contract_number = $1")


async def on_dates_validated(work: Work[None], event: DatesValidated) -> None:
    """The periods are those of the organisation, and locked (DAT-2, DAT-3)."""
    await change(
        work,
        """
        UPDATE actions SET periods = $2, dates_version = $3, dates_validated = true, dates_reason = NULL, dates_request = NULL
        WHERE contract_number = $1
        """,
        as_json(event.periods),
        event.version,
    )


async def on_dates_unlocked(work: Work[None], event: DatesUnlocked) -> None:
    """They may be validated once more, for a reason that the organisation reads (DAT-3)."""
    await change(
        work,
        """
        UPDATE actions SET dates_version = $2, dates_validated = false, dates_reason = $3, dates_request = $4 WHERE contract_number = $1
        """,
        event.version,
        event.reason.id,
        event.request_id,
    )


async def on_trainers_confirmed(work: Work[None], _event: TrainersConfirmed) -> None:
    """The list of trainers holds (TRA-1)."""
    await change(work, "UPDATE actions SET trainers_confirmed_at = $2 WHERE contract_number = $1", work.at)


async def on_trainers_unlocked(work: Work[None], event: TrainersUnlocked) -> None:
    """The list may be changed once, for a reason that the organisation reads (TRA-1)."""
    await change(
        work,
        "UPDATE actions SET trainers_unlocked = true, trainers_reason = $2, trainers_request = $3 WHERE contract_number = $1",
        event.reason.id,
        event.request_id,
    )


async def on_trainers_changed(work: Work[None], event: TrainersChanged) -> None:
    """Another list, locked again (TRA-1)."""
    await change(
        work,
        """
        UPDATE actions
        SET trainers = $2, trainers_version = $3, trainers_unlocked = false, trainers_reason = NULL, trainers_request = NULL
        WHERE contract_number = $1
        """,
        [trainer.id for trainer in event.trainers],
        event.version,
    )


async def on_preparation_changed(work: Work[None], event: PreparationChanged) -> None:
    """What the opening still lacks, from when it can be sent, whether another trainee can be registered (OPN-1, TRN-1)."""
    await change(
        work,
        """
        UPDATE actions
        SET registered = $2, paid = $3, incomplete = $4, undated = $5, lacking = $6, opens_on = $7, can_register = $8,
            trainers_confirmed_at = CASE WHEN $9 THEN trainers_confirmed_at END
        WHERE contract_number = $1
        """,
        event.registered,
        event.paid,
        event.incomplete,
        event.undated,
        event.lacking,
        event.opens_on,
        event.can_register,
        event.trainers_confirmed,
    )


async def on_opened(work: Work[None], event: ActionOpened) -> None:
    """The action runs (OPN-1 to OPN-3)."""
    await change(
        work,
        "UPDATE actions SET state = 'opened', actual_start = $2, frequency = $3, opened_at = $4 WHERE contract_number = $1",
        event.actual_start,
        event.frequency,
        work.at,
    )


async def on_not_opened(work: Work[None], event: ActionNotOpened) -> None:
    """The action ended before it began (OPN-4)."""
    await change(
        work,
        "UPDATE actions SET state = 'not_opened', non_opening_reason = $2, closed_at = $3 WHERE contract_number = $1",
        event.reason,
        work.at,
    )


async def on_closed(work: Work[None], event: ActionClosed) -> None:
    """The action is over; balance and surveys go on (ACT-2, CLO-1)."""
    await change(
        work,
        "UPDATE actions SET state = 'closed', actual_end = $2, closed_at = $3 WHERE contract_number = $1",
        event.actual_end,
        work.at,
    )


async def on_asked(work: Work[None], event: Asked) -> None:
    """An ask is on its way: the page says what, and since when."""
    await change(work, "UPDATE actions SET pending = $2, pending_since = $3 WHERE contract_number = $1", PENDING[type(event)], work.at)


async def on_ask_answered(work: Work[None], _event: Answered) -> None:
    """Granted or refused, nothing is on its way any more: one ask per action at a time."""
    await change(work, "UPDATE actions SET pending = NULL, pending_since = NULL WHERE contract_number = $1")


HANDLERS: Mapping[type[Message], Handler] = {
    ActionAwarded: on_awarded,
    ContractReplaced: on_awarded,
    ActionWithdrawn: on_withdrawn,
    DatesValidated: on_dates_validated,
    DatesUnlocked: on_dates_unlocked,
    TrainersConfirmed: on_trainers_confirmed,
    TrainersUnlocked: on_trainers_unlocked,
    TrainersChanged: on_trainers_changed,
    PreparationChanged: on_preparation_changed,
    ActionOpened: on_opened,
    ActionNotOpened: on_not_opened,
    ActionClosed: on_closed,
    EntryRequested: on_asked,
    RemovalRequested: on_asked,
    PathwayRequested: on_asked,
    ClosingRequested: on_asked,
    AmendmentRequested: on_asked,
    EntryGranted: on_ask_answered,
    RemovalGranted: on_ask_answered,
    PathwayGranted: on_ask_answered,
    ClosingGranted: on_ask_answered,
    AmendmentGranted: on_ask_answered,
    AskRefused: on_ask_answered,
}
LISTED = {
    ACTIONS: (
        *(ActionAwarded, ContractReplaced, ContractAmended, ActionWithdrawn),
        *(ActionOpened, ActionNotOpened, ActionClosed, DeclarationsChanged),
    )
}
