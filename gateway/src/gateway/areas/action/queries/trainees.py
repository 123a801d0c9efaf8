"""Trainees of an action: the list that is searched, sorted and paged, and one with the sheet (TRN-2, TRN-5, TRN-7)."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.personal import TraineeSheet
from gateway.web.session import Viewer
from gateway.words.french import sortable

from ..action import Action
from ..tone import Tone


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """A trainee of the list. `entered_on` is confirmed, `planned_entry` only on the sheet (TRN-9); `has_lines` says that hours are
    recorded (TRN-5).
    """

    trainee_id: UUID
    last_name: str
    first_name: str
    state: Literal["registered", "entered", "never_came"]
    complete: bool
    planned_entry: date | None
    entered_on: date | None
    exit_on: date | None
    unlocked: bool
    unlocked_because: str | None
    """Why an agent unlocked the sheet, until it is changed (TRN-5)."""
    unlock_request: UUID | None
    """The request whose grant unlocked it."""
    has_lines: bool
    sheet_version: int
    version: int
    """Of the sheet that `sheet` is: it may be ahead of the log."""
    sheet: TraineeSheet

    @property
    def name(self) -> str:
        """NOM Prénom."""
        return f"{self.last_name} {self.first_name}"

    @property
    def start(self) -> date | None:
        """The confirmed entry date, or the sheet's."""
        return self.entered_on or self.planned_entry

    @property
    def as_confirmed(self) -> TraineeSheet:
        """The sheet with the entry date that is confirmed, which may be another than was written on it (TRN-9)."""
        return self.sheet.model_copy(update={"entry_date": self.start})

    @property
    def is_locked(self) -> bool:
        """Whether the sheet waits for an agent's unlocking (TRN-5)."""
        return self.state == "entered" and not self.unlocked

    def badge(self) -> tuple[Tone, str, str]:
        """Tone, word and icon of the sheet's state."""
        if self.state == "never_came":
            return "later", "N’est jamais venu", "x"
        if self.state == "entered" and self.unlocked:
            return "todo", "Déverrouillée", "todo"
        if not self.complete:
            return "warn", "Incomplète", "warn"
        return ("later", "Verrouillée", "lock") if self.is_locked else ("ok", "Complète", "ok")

    def can_change(self, action: Action) -> bool:
        """Whether the sheet can be changed now (TRN-5)."""
        return action.state in {"awarded", "opened"} and self.state != "never_came" and not self.is_locked

    def can_remove(self, action: Action) -> bool:
        """Whether they can be taken off the list now: no hours are recorded (TRN-5)."""
        return action.state in {"awarded", "opened"} and not self.has_lines


EVER = """
    SELECT t.*, p.body, p.version,
        (SELECT r.body->>'text' FROM people r WHERE r.contract_number = t.contract_number AND r.id = t.unlock_reason AND r.kind = 'text')
            AS unlocked_because,
        EXISTS (SELECT FROM lines WHERE lines.contract_number = t.contract_number AND lines.trainee_id = t.trainee_id) AS has_lines
    FROM trainees t JOIN people p ON p.id = t.contract_number || '/' || t.trainee_id AND p.kind = 'trainee'
    WHERE t.contract_number = (SELECT contract_number FROM actions WHERE contract_number = $1 AND ($2 OR siret = $3))
"""
SELECT = EVER + " AND t.state <> 'removed'"
Moment = Literal["at_opening", "at_closing"]


async def load_trainees(db: Pool, viewer: Viewer, contract_number: str) -> list[TraineeRow]:
    """Everybody on the list of an action of the viewer's, by name; who never came at the end."""
    rows = [_row(row) for row in await db.fetch(SELECT, contract_number, viewer.is_agent, viewer.siret)]
    return sorted(rows, key=lambda row: (row.state == "never_came", sortable(row.name)))


async def load_who_was_there(db: Pool, viewer: Viewer, contract_number: str, moment: Moment) -> list[TraineeRow]:
    """Everybody who was on the list then, with the dates of then, by name; nobody whose record is erased. Names and sheets are today's."""
    known = await db.fetch(f"{EVER} AND t.{moment} IS NOT NULL", contract_number, viewer.is_agent, viewer.siret)
    rows = [_then(_row(row), json.loads(row[moment])) for row in known]
    return sorted(rows, key=lambda row: sortable(row.name))


def _then(row: TraineeRow, dates: dict[str, str | None]) -> TraineeRow:
    start, exit_on = (date.fromisoformat(day) if (day := dates[name]) else None for name in ("start", "exit_on"))
    return replace(row, state="entered", entered_on=start, exit_on=exit_on)


async def load_trainee(db: Pool, viewer: Viewer, contract_number: str, trainee_id: UUID) -> TraineeRow:
    """One of them. Raises NotFoundException when they are not on this action's list, or it is not the viewer's (ACC-6)."""
    row = await db.fetchrow(SELECT + " AND t.trainee_id = $4", contract_number, viewer.is_agent, viewer.siret, trainee_id)
    if row is None:
        raise NotFoundException
    return _row(row)


def _row(row: Record) -> TraineeRow:
    sheet = TraineeSheet.model_validate_json(row["body"])
    exit_: dict[str, Any] = json.loads(row["exit"]) if row["exit"] else {}
    names = (
        "trainee_id",
        "state",
        "complete",
        "planned_entry",
        "entered_on",
        "unlocked",
        "unlocked_because",
        "unlock_request",
        "has_lines",
    )
    return TraineeRow(
        **{name: row[name] for name in (*names, "sheet_version", "version")},
        last_name=sheet.last_name,
        first_name=sheet.first_name,
        exit_on=date.fromisoformat(exit_["on"]) if exit_ else None,
        sheet=sheet,
    )
