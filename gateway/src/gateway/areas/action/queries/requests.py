"""What was asked of the Region about an action: all of it, or one request with what it asks and what would come of it (REQ-1, REQ-2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

from asyncpg import Pool
from litestar.exceptions import NotFoundException
from pydantic import TypeAdapter

from contracts.actions import Period
from contracts.billing import OffersForeseen
from contracts.codes import RequestObject
from contracts.declarations import AmendmentForeseen
from contracts.personal import TraineeSheet, TrainerSheet
from contracts.requests import ChangeForeseen, RequestedChange, RequestedSheet, RequestedTrainers
from gateway.web.session import Viewer

from ..requests import RequestHead

HEAD: LiteralString = """
    r.request_id, r.object, r.trainee_id, r.state, r.asked_at, r.answered_at, r.applied, r.taken_back_at IS NOT NULL AS taken_back,
    r.state = 'granted' AND (
        EXISTS (SELECT FROM actions u WHERE u.contract_number = r.contract_number AND r.request_id IN (u.dates_request, u.trainers_request))
        OR EXISTS (SELECT FROM trainees t WHERE t.contract_number = r.contract_number AND t.unlock_request = r.request_id)
    ) AS unlocks,
    coalesce((SELECT concat_ws(' ', p.body ->> 'last_name', p.body ->> 'first_name') FROM people p
              WHERE p.contract_number = r.contract_number AND p.id = r.contract_number || '/' || r.trainee_id AND p.kind = 'trainee'), '')
        AS trainee,
    (SELECT p.body ->> 'text' FROM people p WHERE p.contract_number = r.contract_number AND p.id = r.refusal AND p.kind = 'text') AS refusal
"""
"""The columns of a RequestHead, of the table `requests r`."""
PLAIN = (*("request_id", "trainee_id", "trainee", "state", "asked_at", "answered_at", "applied", "taken_back", "unlocks", "refusal"),)


def head_of(row: Any) -> RequestHead:
    """The request of a row with the columns of HEAD."""
    return RequestHead(object=RequestObject(row["object"]), **{name: row[name] for name in PLAIN})


@dataclass(frozen=True, slots=True)
class Held:
    """Planned dates and periods as they held when something was asked."""

    planned_start: date
    planned_end: date
    periods: tuple[Period, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Sheets and texts come on a topic of their own, a little later perhaps, and may be erased."""

    head: RequestHead
    change: RequestedChange
    before: Held
    reason: str | None
    asked_by: str
    answered_by: str
    sheet: TraineeSheet | None
    """As it was asked for, of a trainee."""
    trainers: tuple[tuple[str | None, TrainerSheet], ...]
    """As they were asked for, each with the id of who was on the list already."""
    foreseen: ChangeForeseen | None
    amendment: AmendmentForeseen | None
    offers: OffersForeseen | None

    @property
    def is_whole(self) -> bool:
        """Whether everybody whom it names is known: what a form may be filled with."""
        change = self.change
        return len(self.trainers) == len(change.trainers) if isinstance(change, RequestedTrainers) else True


async def load_requests(db: Pool, viewer: Viewer, contract_number: str) -> list[RequestHead]:
    """Everything that was asked about an action of the viewer's, the latest first."""
    rows = await db.fetch(
        "SELECT "
        + HEAD
        + """
        FROM requests r JOIN actions a USING (contract_number)
        WHERE r.contract_number = $1 AND ($2 OR a.siret = $3) ORDER BY r.asked_at DESC, r.request_id
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
    )
    return [head_of(row) for row in rows]


async def load_request(db: Pool, viewer: Viewer, contract_number: str, request_id: UUID) -> Request:
    """One request about an action. Raises NotFoundException when there is none, or it is not the viewer's (ACC-6)."""
    row = await db.fetchrow(
        "SELECT "
        + HEAD
        + """,
            r.change, r.before, r.foreseen, r.amendment, r.offers,
            (SELECT p.body ->> 'text' FROM people p WHERE p.contract_number = r.contract_number AND p.id = r.reason AND p.kind = 'text')
                AS reason,
            (SELECT p.body ->> 'name' FROM accounts JOIN people p ON p.id = person WHERE user_id::text = r.asked_by) AS asked_by,
            (SELECT p.body ->> 'name' FROM accounts JOIN people p ON p.id = person WHERE user_id::text = r.answered_by) AS answered_by,
            (SELECT jsonb_object_agg(p.id, p.body) FROM people p WHERE p.contract_number = r.contract_number AND p.id IN (
                SELECT r.change #>> '{sheet,id}'
                UNION ALL SELECT trainer #>> '{sheet,id}' FROM jsonb_path_query(r.change, '$.trainers[*]') AS trainer
            )) AS sheets
        FROM requests r JOIN actions a USING (contract_number)
        WHERE r.contract_number = $1 AND r.request_id = $4 AND ($2 OR a.siret = $3)
        """,
        contract_number,
        viewer.is_agent,
        viewer.siret,
        request_id,
    )
    if row is None:
        raise NotFoundException
    return _request(row)


CHANGE: TypeAdapter[RequestedChange] = TypeAdapter(RequestedChange)
HELD = TypeAdapter(Held)
SHEETS = TypeAdapter(dict[str, dict[str, Any]])


def _request(row: Any) -> Request:
    change, sheets = CHANGE.validate_json(row["change"]), SHEETS.validate_json(row["sheets"] or "{}")
    return Request(
        head=head_of(row),
        change=change,
        before=HELD.validate_json(row["before"]),
        reason=row["reason"],
        asked_by=row["asked_by"] or "",
        answered_by=row["answered_by"] or "",
        sheet=_sheet(change, sheets),
        trainers=_trainers(change, sheets),
        foreseen=ChangeForeseen.model_validate_json(row["foreseen"]) if row["foreseen"] else None,
        amendment=AmendmentForeseen.model_validate_json(row["amendment"]) if row["amendment"] else None,
        offers=OffersForeseen.model_validate_json(row["offers"]) if row["offers"] else None,
    )


def _sheet(change: RequestedChange, sheets: Mapping[str, Any]) -> TraineeSheet | None:
    body = sheets.get(change.sheet.id) if isinstance(change, RequestedSheet) else None
    return TraineeSheet.model_validate(body) if body else None


def _trainers(change: RequestedChange, sheets: Mapping[str, Any]) -> tuple[tuple[str | None, TrainerSheet], ...]:
    if not isinstance(change, RequestedTrainers):
        return ()
    found = ((trainer.id, sheets.get(trainer.sheet.id)) for trainer in change.trainers)
    return tuple((id_, TrainerSheet.model_validate(body)) for id_, body in found if body)
