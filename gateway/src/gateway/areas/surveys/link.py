"""A personal link: whose survey it opens, and who answers by it (SURV-1)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from asyncpg import Pool

from contracts.codes import SurveyKind
from contracts.envelope import NAMESPACE
from contracts.surveys import SurveyLink
from gateway.mails.invitation import digest
from gateway.web.session import Viewer

NO_ORGANISATION = "link"
"""What stands where an organisation's SIRET would: what is asked by a link is nobody's, neither an organisation's nor the agents'."""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What a link that works is for; `answered` says that its trainee has answered by one."""

    contract_number: str
    title: str
    survey: SurveyKind
    link: SurveyLink
    last_day: date
    answered: bool


def author_of(link: SurveyLink) -> Viewer:
    """Who answers by a link: the same for the same link, and nobody who could do anything else."""
    return Viewer(uuid5(NAMESPACE, f"link/{link.sha256}"), "link", NO_ORGANISATION, "", "", must_choose_password=False)


async def find_link(db: Pool, token: str, today: date) -> OpenLink | None:
    """The link of this token; None when there is none, or it works no more: with its last day, with its trainee's record (PRV-1)."""
    row = await db.fetchrow(
        """
        SELECT l.contract_number, l.trainee_id, l.survey, l.sha256, l.last_day, a.title,
            coalesce(CASE l.survey WHEN 'exit' THEN (t.survey ->> 'by_link')::boolean ELSE s.by_link END, false) AS answered
        FROM survey_links l
        JOIN actions a USING (contract_number)
        JOIN trainees t USING (contract_number, trainee_id)
        LEFT JOIN later_surveys s ON (s.contract_number, s.trainee_id, s.survey) = (l.contract_number, l.trainee_id, l.survey)
        WHERE l.sha256 = $1 AND l.last_day >= $2 AND t.state = 'entered'
            AND EXISTS (SELECT FROM people WHERE id = l.contract_number || '/' || l.trainee_id)
        """,
        digest(token),
        today,
    )
    if row is None:
        return None
    trainee: UUID = row["trainee_id"]
    link = SurveyLink(trainee_id=trainee, sha256=row["sha256"])
    return OpenLink(row["contract_number"], row["title"], SurveyKind(row["survey"]), link, row["last_day"], row["answered"])
