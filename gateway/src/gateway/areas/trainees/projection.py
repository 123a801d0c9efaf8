"""Trainees of an action: registered, entered, gone, and how they left. The sheets themselves are in `people`."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.actions import (
    ActionClosed,
    ActionOpened,
    EntryDatesConfirmed,
    TraineeChanged,
    TraineeEntered,
    TraineeNeverCame,
    TraineeRegistered,
    TraineeRemoved,
    TraineeUnlocked,
)
from contracts.declarations import TraineeExitChanged, TraineeExited
from contracts.message import Message
from contracts.surveys import ExitSurveyRecorded
from gateway.worker.rows import as_json, change


async def on_registered(work: Work[None], event: TraineeRegistered) -> None:
    """A trainee's sheet, new or changed; a change uses up the agent's unlocking (TRN-4, TRN-5)."""
    await work.connection.execute(
        """
        INSERT INTO trainees (contract_number, trainee_id, state, sheet_version, complete, paid_by, entry_level, age_bracket,
                              planned_entry, registered_at, pathway)
        VALUES ($1, $2, 'registered', $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (contract_number, trainee_id) DO UPDATE
        SET sheet_version = excluded.sheet_version, complete = excluded.complete, paid_by = excluded.paid_by,
            entry_level = excluded.entry_level, age_bracket = excluded.age_bracket, planned_entry = excluded.planned_entry,
            pathway = excluded.pathway, unlocked = false, unlock_reason = NULL, unlock_request = NULL
        """,
        work.key,
        event.trainee_id,
        event.sheet.version,
        event.complete,
        event.paid_by,
        event.entry_level,
        event.age_bracket,
        event.planned_entry,
        work.at,
        as_json(event.pathway) if event.pathway else None,
    )


async def on_unlocked(work: Work[None], event: TraineeUnlocked) -> None:
    """The sheet may be changed once, for a reason that the organisation reads (TRN-5)."""
    await change(
        work,
        "UPDATE trainees SET unlocked = true, unlock_reason = $3, unlock_request = $4 WHERE contract_number = $1 AND trainee_id = $2",
        event.trainee_id,
        event.reason.id,
        event.request_id,
    )


async def on_removed(work: Work[None], event: TraineeRemoved) -> None:
    """Off the list (TRN-5)."""
    await change(work, "UPDATE trainees SET state = 'removed' WHERE contract_number = $1 AND trainee_id = $2", event.trainee_id)


async def on_never_came(work: Work[None], event: TraineeNeverCame) -> None:
    """Out of the count (TRN-9)."""
    await change(
        work, "UPDATE trainees SET state = 'never_came', entered_on = NULL WHERE contract_number = $1 AND trainee_id = $2", event.trainee_id
    )


async def on_entry_dates_confirmed(work: Work[None], event: EntryDatesConfirmed) -> None:
    """Entry dates before the opening: nobody has entered yet; one without a date never came (TRN-9)."""
    await work.connection.execute(
        """
        UPDATE trainees SET entered_on = entry.entered_on,
                            state = CASE WHEN entry.entered_on IS NULL THEN 'never_came' ELSE 'registered' END
        FROM unnest($2::uuid[], $3::date[]) AS entry (trainee_id, entered_on)
        WHERE contract_number = $1 AND trainees.trainee_id = entry.trainee_id AND state IN ('registered', 'never_came')
        """,
        work.key,
        [entry.trainee_id for entry in event.entries],
        [entry.entered_on for entry in event.entries],
    )


async def on_entered(work: Work[None], event: TraineeEntered) -> None:
    """In training since that day; another day uses up the agent's unlocking too (TRN-5, TRN-6, TRN-9)."""
    await change(
        work,
        """
        UPDATE trainees SET state = 'entered', entered_on = $3, unlocked = false, unlock_reason = NULL, unlock_request = NULL
        WHERE contract_number = $1 AND trainee_id = $2
        """,
        event.trainee_id,
        event.entered_on,
    )


async def on_exited(work: Work[None], event: TraineeExited | TraineeExitChanged) -> None:
    """How a trainee left, or that they did not after all (DEC-5)."""
    await change(
        work,
        "UPDATE trainees SET exit = $3, exit_version = $4, exit_told_at = $5 WHERE contract_number = $1 AND trainee_id = $2",
        event.trainee_id,
        as_json(event.exit) if event.exit else None,
        event.version,
        work.at,
    )


async def on_exit_survey(work: Work[None], event: ExitSurveyRecorded) -> None:
    """What became of them (SUR-1)."""
    await change(
        work,
        "UPDATE trainees SET survey = $3, survey_version = $4 WHERE contract_number = $1 AND trainee_id = $2",
        event.trainee_id,
        as_json({"situation": event.situation, "contract": event.contract, "by_link": event.by_link}),
        event.version,
    )


async def on_opened(work: Work[None], _event: ActionOpened) -> None:
    """Who was there then stays on that list, whoever comes and goes (DOC-1)."""
    await work.connection.execute(WAS_THERE.format(moment="at_opening"), work.key)


async def on_closed(work: Work[None], _event: ActionClosed) -> None:
    """The same (DOC-1)."""
    await work.connection.execute(WAS_THERE.format(moment="at_closing"), work.key)


WAS_THERE = """
    UPDATE trainees SET {moment} = jsonb_build_object('start', coalesce(entered_on, planned_entry), 'exit_on', exit::jsonb ->> 'on')
    WHERE contract_number = $1 AND state IN ('registered', 'entered')
        AND NOT EXISTS (SELECT FROM trainees AS known WHERE known.contract_number = $1 AND known.{moment} IS NOT NULL)
"""
"""Once: whoever reads the message again knows more than was known then."""


HANDLERS: Mapping[type[Message], Handler] = {
    TraineeRegistered: on_registered,
    TraineeChanged: on_registered,
    TraineeUnlocked: on_unlocked,
    TraineeRemoved: on_removed,
    TraineeNeverCame: on_never_came,
    EntryDatesConfirmed: on_entry_dates_confirmed,
    TraineeEntered: on_entered,
    TraineeExited: on_exited,
    TraineeExitChanged: on_exited,
    ExitSurveyRecorded: on_exit_survey,
    ActionOpened: on_opened,
    ActionClosed: on_closed,
}
