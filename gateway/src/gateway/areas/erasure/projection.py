"""Contracts whose people are erased: what the log says of it, and what the portal itself kept of them (PRV-1)."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.erasure import ErasedByActions, ErasedByBilling, ErasedBySurveys, ErasureDue, PeopleErased
from contracts.message import Message


async def on_due(work: Work[None], event: ErasureDue) -> None:
    """Everything personal of the contract goes, here and now: the services' tombstones say so too, but Kafka keeps these for a week, and a
    database that is restored from an older backup would wait for them in vain.
    """
    await work.connection.execute(
        """
        INSERT INTO erasures (contract_number, ended, ended_on, years, due_on, erased_at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (contract_number) DO NOTHING
        """,
        work.key,
        event.end,
        event.ended_on,
        event.years,
        event.due_on,
        work.at,
    )
    await work.connection.execute("DELETE FROM people WHERE contract_number = $1", work.key)
    await work.connection.execute("DELETE FROM parked WHERE starts_with(encode(key, 'escape'), $1 || '/')", work.key)  # their records
    await work.connection.execute("DELETE FROM own.survey_mailings WHERE contract_number = $1", work.key)
    await work.connection.execute("DELETE FROM own.mails WHERE starts_with(person, $1 || '/') AND ended_at IS NULL", work.key)
    # What no view can build anew; views that are built beside the living ones need it no less.
    await work.connection.execute(
        """
        WITH files AS (
            DELETE FROM own.proof_contents WHERE contract_number = $1 RETURNING 1
        ), drafts AS (
            DELETE FROM own.drafts WHERE contract = $1 RETURNING 1
        )
        INSERT INTO own.erased AS known (contract_number, drafts, files)
        SELECT $1, (SELECT count(*) FROM drafts), (SELECT count(*) FROM files)
        ON CONFLICT (contract_number) DO UPDATE SET drafts = known.drafts + excluded.drafts, files = known.files + excluded.files
        """,
        work.key,
    )


async def on_erased(work: Work[None], event: PeopleErased) -> None:
    """A service has erased what it kept."""
    await work.connection.execute(
        """
        INSERT INTO erased_records (contract_number, service, trainees, trainers, agents, texts) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (contract_number, service) DO NOTHING
        """,
        work.key,
        work.envelope.source,
        event.trainees,
        event.trainers,
        event.agents,
        event.texts,
    )


HANDLERS: Mapping[type[Message], Handler] = {
    ErasureDue: on_due,
    ErasedByActions: on_erased,
    ErasedByBilling: on_erased,
    ErasedBySurveys: on_erased,
}
