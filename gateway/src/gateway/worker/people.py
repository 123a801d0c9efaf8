"""The topic `personal`: the latest version of everybody and of everything that somebody wrote (PRV-1)."""

from collections.abc import Mapping

from chassis.work import Handler, Work
from contracts.message import Message
from contracts.personal import AgentRecord, PersonalRecord, TextRecord, TraineeRecord, TrainerRecord, UserRecord

from .rows import as_json


async def on_trainee(work: Work[None], record: TraineeRecord) -> None:
    """A trainee's sheet (TRN-2)."""
    await _keep(work, record, "trainee", as_json(record.sheet))


async def on_trainer(work: Work[None], record: TrainerRecord) -> None:
    """A trainer of a contract (TRA-1)."""
    await _keep(work, record, "trainer", as_json(record.sheet))


async def on_agent(work: Work[None], record: AgentRecord) -> None:
    """The agent in charge of a contract (ACT-4)."""
    await _keep(work, record, "agent", as_json(record.contact))


async def on_text(work: Work[None], record: TextRecord) -> None:
    """A reason, a report."""
    await _keep(work, record, "text", as_json({"text": record.text}))


async def on_user(work: Work[None], record: UserRecord) -> None:
    """The name and address of somebody who can log in."""
    await _keep(work, record, "user", as_json({"user_id": record.user_id, "name": record.name, "email": record.email}))


async def _keep(work: Work[None], record: PersonalRecord, kind: str, body: str) -> None:
    if work.key != record.id:
        raise ValueError(f"{record.TYPE} {record.id!r} came under the key {work.key!r}")
    # The highest version wins: a relay that starts again may send an older one after a newer one. And nobody comes back of a contract whose
    # people are erased: a service that was restored does again what it did before it erased them.
    await work.connection.execute(
        """
        INSERT INTO people (id, kind, version, contract_number, body)
        SELECT $1::text, $2, $3, $4, $5
        WHERE NOT EXISTS (SELECT FROM erasures WHERE contract_number = $4)
            AND NOT EXISTS (SELECT FROM accounts WHERE user_id = CASE WHEN $2 = 'user' THEN $1::text::uuid END AND erased_at IS NOT NULL)
        ON CONFLICT (id) DO UPDATE
        SET kind = excluded.kind, version = excluded.version, body = excluded.body
        WHERE people.version < excluded.version
        """,
        record.id,
        kind,
        record.version,
        record.contract_number,
        body,
    )


async def erase(work: Work[None], _nothing: None) -> None:
    """What was personal is no more (PRV-1): pages say “Stagiaire”, or leave out what they cannot show. Ids and amounts stay. The files that
    were sent as proofs of theirs go with it, and mails to them or about them that wait; views that are built anew, which see no other
    schema, need it no less.
    """
    await work.connection.execute("DELETE FROM people WHERE id = $1", work.key)
    # Counted here too: a service's tombstones may come before the message that the contract's years are over (areas/erasure).
    await work.connection.execute(
        """
        WITH gone AS (DELETE FROM own.proof_contents WHERE person = $1 RETURNING contract_number)
        INSERT INTO own.erased AS known (contract_number, drafts, files) SELECT contract_number, 0, count(*) FROM gone GROUP BY 1
        ON CONFLICT (contract_number) DO UPDATE SET files = known.files + excluded.files
        """,
        work.key,
    )
    await work.connection.execute("DELETE FROM own.mails WHERE person = $1 AND ended_at IS NULL", work.key)


HANDLERS: Mapping[type[Message], Handler] = {
    TraineeRecord: on_trainee,
    TrainerRecord: on_trainer,
    AgentRecord: on_agent,
    TextRecord: on_text,
    UserRecord: on_user,
}
