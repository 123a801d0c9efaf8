"""The outcomes report as the pages show it (SUR-2), and to whom personal links go, on letters and by mail (SURV-1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from asyncpg import Pool

from chassis import tracing
from contracts.codes import SurveyKind
from contracts.personal import TraineeSheet
from contracts.surveys import ReportFigures
from gateway.web.session import Viewer
from gateway.words.french import sortable

from .figures import Difference, differences


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who gets a letter: the sheet, as it is now."""

    trainee_id: UUID
    sheet: TraineeSheet


async def load_addressees(db: Pool, viewer: Viewer, contract_number: str, trainees: Sequence[UUID]) -> list[Addressee]:
    """Those of these trainees who are of an action of the viewer's and not erased, by name."""
    rows = await db.fetch(
        """
        SELECT t.trainee_id, p.body FROM trainees t
        JOIN actions a USING (contract_number)
        JOIN people p ON p.id = t.contract_number || '/' || t.trainee_id AND p.kind = 'trainee'
        WHERE t.contract_number = $1 AND t.trainee_id = ANY($2) AND a.siret = $3
        """,
        contract_number,
        trainees,
        viewer.siret,
    )
    found = [Addressee(row["trainee_id"], TraineeSheet.model_validate_json(row["body"])) for row in rows]
    return sorted(found, key=lambda each: sortable(f"{each.sheet.last_name} {each.sheet.first_name}"))


@dataclass(frozen=True, slots=True)
class Sending:
    """Whether links go by mail when a survey falls due, by themselves; and whether any mail goes out of this installation."""

    by_itself: bool
    goes_out: bool


async def find_sending(db: Pool, viewer: Viewer) -> Sending:
    """What the viewer's organisation chose: by itself nothing goes until it has."""
    row = await db.fetchrow(
        """
        SELECT coalesce((SELECT by_itself FROM survey_sending WHERE siret = $1), false) AS by_itself,
            EXISTS (SELECT FROM mail_starts) AS goes_out
        """,
        viewer.siret,
    )
    assert row is not None
    return Sending(**row)


async def choose_sending(db: Pool, viewer: Viewer, at: datetime, *, by_itself: bool) -> None:
    """From `at` on links of the viewer's organisation go by themselves, or do not."""
    await db.execute(
        """
        INSERT INTO survey_sending (siret, by_itself, chosen_by, chosen_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (siret) DO UPDATE SET by_itself = excluded.by_itself, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at
        """,
        viewer.siret,
        by_itself,
        viewer.user_id,
        at,
    )


async def ask_mails(db: Pool, viewer: Viewer, contract_number: str, survey: SurveyKind, to: Mapping[UUID, UUID], today: date) -> int:
    """A mail with a link for each of these trainees of the viewer's, by an id of its own; how many were asked for. Who was sent one in the
    last day, or is about to be, gets none, unless it did not leave: nobody's mailbox is filled.
    """
    rows = await db.fetch(
        """
        INSERT INTO survey_mailings (id, contract_number, trainee_id, survey, asked_by, due_on, trace)
        SELECT asked.id, contract_number, asked.trainee_id, $4, $5, $6, $8
        FROM unnest($1::uuid[], $2::uuid[]) AS asked (id, trainee_id)
        JOIN actions ON contract_number = $3 AND siret = $7
        WHERE NOT EXISTS (
            SELECT FROM survey_mailings AS known LEFT JOIN mails ON mails.id = known.mail_id
            WHERE (known.contract_number, known.trainee_id, known.survey) = ($3, asked.trainee_id, $4)
                AND known.asked_at > now() - interval '1 day' AND coalesce(outcome, 'sent') = 'sent'
        )
        ON CONFLICT DO NOTHING RETURNING id
        """,
        list(to),
        list(to.values()),
        contract_number,
        survey,
        viewer.user_id,
        today,
        viewer.siret,
        tracing.current(),
    )
    return len(rows)


MailState = Literal["waiting", "sent", "refused", "given_up"]


@dataclass(frozen=True, slots=True)
class Mailed:
    """What became of the last mail with a link, and when that was; of one that waits, when it was asked for."""

    state: MailState
    at: datetime


async def load_mailed(db: Pool, viewer: Viewer, contract_number: str) -> dict[tuple[UUID, SurveyKind], Mailed]:
    """The last mail for each trainee and survey of an action of the viewer's organisation; none that went to nobody."""
    rows = await db.fetch(
        """
        SELECT DISTINCT ON (trainee_id, survey) trainee_id, survey,
            coalesce(outcome, 'waiting') AS state, coalesce(ended_at, asked_at) AS at
        FROM survey_mailings AS asked
        JOIN actions USING (contract_number) LEFT JOIN mails ON mails.id = asked.mail_id
        WHERE contract_number = $1 AND siret = $2
        ORDER BY trainee_id, survey, asked_at DESC, asked.id
        """,
        contract_number,
        viewer.siret,
    )
    known = {(row["trainee_id"], SurveyKind(row["survey"])): row for row in rows if row["state"] != "nobody"}
    return {which: Mailed(row["state"], row["at"]) for which, row in known.items()}


@dataclass(frozen=True, slots=True)
class ReportView:
    """The report as it stands: figures, whose survey is missing, and once it is sent its text, when, and when it was received.

    `changed` are the figures that a correction has made others since it was sent, the last one `changed_at`.
    """

    figures: ReportFigures
    missing: tuple[UUID, ...]
    can_be_submitted: bool
    submitted_at: datetime | None
    text: str | None
    acknowledged_at: datetime | None
    changed: tuple[Difference, ...]
    changed_at: datetime | None


async def load_report(db: Pool, viewer: Viewer, contract_number: str) -> ReportView | None:
    """The report of an action of the viewer's; None before anything is known."""
    row = await db.fetchrow(
        """
        SELECT r.figures, r.missing, r.can_be_submitted, r.submitted_at, r.acknowledged_at, r.figures_now, r.figures_changed_at,
            p.body->>'text' AS text
        FROM reports r JOIN actions a USING (contract_number)
            LEFT JOIN people p ON p.contract_number = r.contract_number AND p.id = r.text_id
        WHERE r.contract_number = $1 AND ($2 OR a.siret = $3)
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    if row is None:
        return None
    sent = ReportFigures.model_validate_json(row["figures"])
    return ReportView(
        figures=sent,
        missing=tuple(row["missing"]),
        can_be_submitted=row["can_be_submitted"],
        submitted_at=row["submitted_at"],
        text=row["text"],
        acknowledged_at=row["acknowledged_at"],
        changed=differences(sent, ReportFigures.model_validate_json(row["figures_now"])) if row["figures_now"] else (),
        changed_at=row["figures_changed_at"],
    )
