"""Trainees of an action: the list that is searched, sorted and paged, and one with the sheet (TRN-2, TRN-5, TRN-7)."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlencode
from uuid import UUID

from asyncpg import Pool, Record
from litestar.exceptions import NotFoundException

from contracts.personal import TraineeSheet

from ..french import date_short, sortable
from .action import Action, Tone

SIZES = (10, 25, 50)
Order = Literal["nom", "prenom", "debut", "fin", "fiche"]
ORDERS: tuple[Order, ...] = ("nom", "prenom", "debut", "fin", "fiche")


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
    unlock_reason: str | None
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


SELECT = """
    SELECT t.*, p.body, p.version,
        EXISTS (SELECT FROM lines WHERE lines.contract_number = t.contract_number AND lines.trainee_id = t.trainee_id) AS has_lines
    FROM trainees t JOIN people p ON p.id = t.trainee_id::text AND p.kind = 'trainee'
    WHERE t.contract_number = $1 AND t.state <> 'removed'
"""


async def load_trainees(db: Pool, action: Action) -> list[TraineeRow]:
    """Everybody on the action's list, by name; who never came at the end."""
    rows = [_row(row) for row in await db.fetch(SELECT, action.contract_number)]
    return sorted(rows, key=lambda row: (row.state == "never_came", sortable(row.name)))


async def load_trainee(db: Pool, action: Action, trainee_id: UUID) -> TraineeRow:
    """One of them. Raises NotFoundException when they are not on this action's list."""
    row = await db.fetchrow(SELECT + " AND t.trainee_id = $2", action.contract_number, trainee_id)
    if row is None:
        raise NotFoundException
    return _row(row)


def _row(row: Record) -> TraineeRow:
    sheet = TraineeSheet.model_validate_json(row["body"])
    exit_: dict[str, Any] = json.loads(row["exit"]) if row["exit"] else {}
    names = ("trainee_id", "state", "complete", "planned_entry", "entered_on", "unlocked", "unlock_reason", "has_lines")
    return TraineeRow(
        **{name: row[name] for name in (*names, "sheet_version", "version")},
        last_name=sheet.last_name,
        first_name=sheet.first_name,
        exit_on=date.fromisoformat(exit_["on"]) if exit_ else None,
        sheet=sheet,
    )


@dataclass(frozen=True, slots=True)
class TraineePage:
    """A page of the list: which rows, and what was asked for. `found` counts all that match."""

    rows: tuple[TraineeRow, ...]
    found: int
    search: str
    order: Order
    down: bool
    size: int
    number: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.found // self.size))

    def query(self, *, order: Order | None = None, number: int = 1) -> str:
        """The address of the same list in another order (the other way round when it is the same), or of another page."""
        down = not self.down if order == self.order else self.down if order is None else False
        found = {"tri": order or self.order, "sens": "desc" if down else "asc", "par": self.size, "page": number, "q": self.search}
        return "?" + urlencode({name: value for name, value in found.items() if value != ""})


KEYS: dict[Order, Callable[[TraineeRow], Any]] = {
    "nom": lambda row: (sortable(row.last_name), sortable(row.first_name)),
    "prenom": lambda row: (sortable(row.first_name), sortable(row.last_name)),
    "debut": lambda row: (row.start or date.max, sortable(row.name)),
    "fin": lambda row: (row.exit_on or date.max, sortable(row.name)),
    "fiche": lambda row: (row.complete, not row.unlocked, sortable(row.name)),
}


def page_of(rows: Iterable[TraineeRow], *, search: str, order: str, down: bool, size: str, number: str) -> TraineePage:
    """The rows that match, in that order (TRN-7); what cannot be read of the address is as if it were not there."""
    wanted = sortable(search.strip())
    by: Order = next((one for one in ORDERS if one == order), "nom")
    matching = [row for row in rows if wanted in sortable(row.name) or wanted in date_short(row.start)]
    matching.sort(key=KEYS[by], reverse=down)
    per = int(size) if size.isdigit() and int(size) in SIZES else SIZES[0]
    last = max(1, -(-len(matching) // per))
    at = min(max(int(number), 1), last) if number.isdigit() else 1
    return TraineePage(tuple(matching[(at - 1) * per : at * per]), len(matching), search.strip(), by, down, per, at)
