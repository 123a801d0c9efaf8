"""Trainees are invited by mail to answer a survey (SURV-1): what a page asked, and what an organisation wants done by itself.

The token of a link is made here, at the moment of its mail, and stands in that mail alone until the mail server has taken it. In one
transaction the mail is put and the service is asked to let its digest answer; the mail goes once the views show that link, and goes to
nobody when it was refused, replaced or ended meanwhile (`outbox.claim`, `outbox.end_over`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from asyncpg import Record

from chassis import tracing
from chassis.db import Connection
from chassis.work import Work
from contracts.codes import SurveyKind
from contracts.envelope import NAMESPACE
from contracts.month import paris_day
from contracts.personal import record_id
from contracts.surveys import LINK_LIVES, OfferSurveyLinks, SurveyLink
from gateway.mails import outbox
from gateway.mails.invitation import FellDue, digest, letter, new_token
from gateway.mails.letter import written
from gateway.settings import GatewaySettings
from gateway.web.commands import commit
from gateway.web.hub import CHANGED
from gateway.web.security import LINKS
from gateway.web.session import Viewer

from . import hints

KIND = "survey_link"
AT_ONCE = 100
"""Mails that are put between two looks at what else is to be sent."""


async def note(connection: Connection, works: Sequence[Work[None]]) -> None:
    """Surveys that a batch made due, of organisations that want links sent by themselves: in its transaction, each once. What was said
    before mails were first sent, or before the organisation wanted it, is the past.
    """
    due = [(work, each) for work in works for each in work.leaves if isinstance(each, FellDue)]
    if not due:
        return
    await connection.execute(
        """
        INSERT INTO own.survey_mailings (id, contract_number, trainee_id, survey, due_on, trace)
        SELECT said.id, said.contract_number, trainee_id, survey, due_on, said.trace
        FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::date[], $6::text[], $7::int[], $8::bigint[], $9::timestamptz[],
            $10::text[]) AS said (id, contract_number, trainee_id, survey, due_on, topic, partition, "offset", at, trace)
        JOIN actions USING (contract_number)
        JOIN own.survey_sending ON survey_sending.siret = actions.siret AND by_itself AND chosen_at <= said.at
        LEFT JOIN own.mail_starts AS start USING (topic, partition)
        WHERE said."offset" > coalesce(start."offset", -1) AND EXISTS (SELECT FROM own.mail_starts)
        ORDER BY said.id
        ON CONFLICT DO NOTHING
        """,
        [uuid5(NAMESPACE, f"invited {work.envelope.id}/{each.trainee_id}") for work, each in due],
        [work.key for work, _ in due],
        [each.trainee_id for _, each in due],
        [each.survey for _, each in due],
        [each.on for _, each in due],
        [work.position.topic for work, _ in due],
        [work.position.partition for work, _ in due],
        [work.position.offset for work, _ in due],
        [work.at for work, _ in due],
        [work.envelope.trace for work, _ in due],
    )


async def invite(connection: Connection, settings: GatewaySettings, at: datetime) -> int:
    """Puts the mails that are due at `at`, each with a link of its own; how many. What nobody waits for any more is forgotten: a survey
    that is filled in, a trainee without an address; by itself also when a link works already.
    """
    rows = await connection.fetch(
        """
        SELECT asked.id, asked.contract_number, asked.trainee_id, asked.survey, asked_by, asked.trace, actions.siret, title,
            terms -> 'organisation' ->> 'name' AS organisation, people.body ->> 'email' AS email,
            trainees.state = 'entered' AND trainees.exit IS NOT NULL AND coalesce(people.body ->> 'email', '') <> ''
            AND NOT CASE asked.survey WHEN 'exit' THEN trainees.survey IS NOT NULL
                ELSE EXISTS (SELECT FROM later_surveys AS filled WHERE (filled.contract_number, filled.trainee_id, filled.survey)
                    = (asked.contract_number, asked.trainee_id, asked.survey)) END
            AND (asked_by IS NOT NULL OR (
                EXISTS (SELECT FROM own.survey_sending AS chosen WHERE chosen.siret = actions.siret AND by_itself)
                AND NOT EXISTS (SELECT FROM survey_links AS working WHERE working.last_day >= $1
                    AND (working.contract_number, working.trainee_id, working.survey)
                    = (asked.contract_number, asked.trainee_id, asked.survey))
            )) AS is_wanted
        FROM own.survey_mailings AS asked
        JOIN actions USING (contract_number)
        LEFT JOIN trainees USING (contract_number, trainee_id)
        LEFT JOIN people ON people.id = asked.contract_number || '/' || asked.trainee_id
        WHERE mail_id IS NULL AND due_on <= $1
        ORDER BY asked_at, asked.id LIMIT $2
        """,
        paris_day(at),
        AT_ONCE,
    )
    await connection.execute("DELETE FROM own.survey_mailings WHERE id = ANY($1)", [row["id"] for row in rows if not row["is_wanted"]])
    wanted = [row for row in rows if row["is_wanted"]]
    for row in wanted:
        with tracing.going_on([row["trace"]], "invite to a survey"):
            async with connection.transaction():
                await _invite(connection, settings, row, at)
    await outbox.end_over(connection)
    return len(wanted)


async def _invite(connection: Connection, settings: GatewaySettings, row: Record, at: datetime) -> None:
    token, survey, contract = new_token(), SurveyKind(row["survey"]), row["contract_number"]
    link = SurveyLink(trainee_id=row["trainee_id"], sha256=digest(token))
    command = OfferSurveyLinks(survey=survey, links=(link,), by_mail=True)
    path = f"/actions/{contract}/enquetes"
    await commit(connection, settings.topic_prefix, _asker(row), contract, command, row["id"], path, f"{survey}/{row['trainee_id']}")
    await connection.execute("UPDATE own.commands SET told = true WHERE id = $1", row["id"])  # its page says what became of it
    address = f"{settings.portal_url.rstrip('/')}{LINKS}{token}"
    words = written(letter(row["title"], row["organisation"], survey, address, paris_day(at) + LINK_LIVES))
    key, person = f"survey/{row['id']}", record_id(contract, row["trainee_id"])
    await outbox.put(connection, row["email"], KIND, words, key=key, person=person, link=link.sha256, traces=[row["trace"]])
    await connection.execute("UPDATE own.survey_mailings SET mail_id = $2 WHERE id = $1", row["id"], outbox.id_of(key))


def _asker(row: Record) -> Viewer:
    """Whoever pressed the button; nobody for what is done by itself."""
    user: UUID = row["asked_by"] or uuid5(NAMESPACE, f"invites for {row['siret']}")
    return Viewer(user, "organisation" if row["asked_by"] else "system", row["siret"], "", "", must_choose_password=False)


async def tell(connection: Connection, kind: str, person: str | None) -> None:
    """Open pages of the trainee's action show what became of the mail to them."""
    if kind == KIND and person:
        for payload in hints.payloads({person.partition("/")[0]}):
            await connection.execute("SELECT pg_notify($1, $2)", CHANGED, payload)
