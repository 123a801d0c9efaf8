"""What somebody typed into a form, what is wrong with it, and nothing lost.

A page reads the form, says what is wrong (`Form.wrong`) all at once, sends the command when nothing is, and shows the same form
again when the service refuses: `Form.take` puts each fault beside its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import structlog
from litestar import Request
from litestar.datastructures import UploadFile
from uuid_utils.compat import uuid7

from contracts.refusals import Refusal
from contracts.refusals.common import ChangedMeanwhile
from gateway.words import french
from gateway.words.refusals import sentence

from .commands import Answer
from .form_ids import FormId

Code = TypeVar("Code", bound=StrEnum)

LONGEST = 20_000

Fields = Callable[[str], str | None]
"""Which field of a form shows a field of its command; None: the fault is said of the whole."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Of a form that is shown again: which one, and when it was sent, if it was refused since; otherwise the session had lapsed and
    nothing was sent.
    """

    which: FormId
    sent_at: datetime | None = None


class Form:
    """Values by field name, errors by field name, and general errors; a repeated field has one value per row."""

    def __init__(
        self,
        values: Mapping[str, list[str]] | None = None,
        files: Mapping[str, UploadFile] | None = None,
        *,
        restored: Restored | None = None,
    ) -> None:
        self.restored = restored
        """What was typed earlier and no service has accepted; None when it was just typed, or is stored."""
        self.typed: dict[str, list[str]] = {name: list(rows) for name, rows in (values or {}).items()}
        self.files = dict(files or {})
        self.errors: dict[str, list[str]] = {}
        self.general: list[str] = []
        self.names: dict[str, str] = {}
        """What people call the fields, in the page's order: the summary of errors names them."""
        self.codes: set[str] = set()
        """Codes of what a service refused."""
        self.stored: dict[str, str] = {}
        """After a conflict: what is stored now in the fields that differ from what is typed."""
        self.command_id = self._command_id()

    @classmethod
    async def of(cls, request: Request[Any, Any, Any]) -> "Form":
        """The form that was posted; what is logged from here on names its command."""
        posted = await request.form()
        values: dict[str, list[str]] = {}
        files: dict[str, UploadFile] = {}
        for name, value in posted.multi_items():
            if isinstance(value, UploadFile):
                files[name] = value
            else:
                values.setdefault(name, []).append(str(value).replace("\0", "")[:LONGEST])  # PostgreSQL keeps no zero byte
        form = cls(values, files)
        structlog.contextvars.bind_contextvars(correlation=str(form.command_id))
        return form

    @classmethod
    def showing(cls, values: Mapping[str, Any]) -> "Form":
        """A form that shows what is stored."""
        return cls({name: [_shown(value)] for name, value in values.items()})

    def _command_id(self) -> UUID:
        try:
            return UUID(self.value("_commande"))
        except ValueError:
            return uuid7()

    def renew(self) -> None:
        """A refused command is over: what is sent next from this form is another one."""
        self.command_id = uuid7()

    # What the template shows

    def value(self, name: str, row: int = 0) -> str:
        """What was typed into a field; nothing when it was not."""
        rows = self.typed.get(name, [])
        return rows[row] if row < len(rows) else ""

    def values(self, name: str) -> list[str]:
        """What was typed into a repeated field."""
        return self.typed.get(name, [])

    def error(self, name: str) -> str:
        """What is wrong with a field, as sentences; nothing when it is right."""
        return " ".join(self.errors.get(name, []))

    def listed(self) -> list[tuple[str, str, str]]:
        """Field, name and sentence of each error, in the page's order."""
        order = {name: place for place, name in enumerate(self.names)}
        fields = sorted(self.errors, key=lambda name: order.get(name, len(order)))
        return [(name, self.names.get(name, ""), sentence) for name in fields for sentence in self.errors[name]]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong so far."""
        return not self.errors and not self.general

    @property
    def status(self) -> int:
        """Of the page that shows it: 422 says that what was just posted is not done."""
        return 200 if self.ok or self.restored else 422

    @property
    def conflict(self) -> bool:
        """Whether it was refused because somebody else had changed the same thing meanwhile."""
        return ChangedMeanwhile.code() in self.codes

    # What a page says is wrong

    def wrong(self, name: str | None, what: str) -> None:
        """Note what is wrong with a field (or with the whole, `name` None), once."""
        noted = self.general if name is None else self.errors.setdefault(name, [])
        if what not in noted:
            noted.append(what)

    def refuse(self, name: str | None, refusal: Refusal) -> None:
        """Note, in its own words, what a service would refuse anyway."""
        for fault in refusal.faults():
            self.wrong(name, sentence(fault, {}))

    def take(self, answer: Answer, people: Mapping[str, str] | None = None, fields: Fields | None = None) -> None:
        """Note the faults of a refused command beside their fields; `fields` says which field of the form shows a field of the command."""
        self.codes = {fault.code for fault in answer.faults or ()}
        for fault in answer.faults or ():
            shown = fault.field if fields is None else fields(fault.field) if fault.field else None
            self.wrong(shown if shown in self.typed or fields else None, sentence(fault, people or {}))
        self.renew()

    def compare(self, stored: "Form", shown: Callable[[str, str], str] = lambda _name, value: value) -> None:
        """Note what is stored in each field that was typed differently, and go on from there: what is sent next changes that version.
        `shown` gives a field's value as people read it.
        """
        if "version" in stored.typed:
            self.typed["version"] = stored.typed["version"]
        for name, typed in self.typed.items():
            if name in stored.typed and typed != stored.typed[name]:
                self.stored[name] = shown(name, stored.value(name))

    # What a page reads

    def text(self, name: str, missing: str | None = None, row: int = 0) -> str:
        """A field's text, trimmed; `missing` is the sentence when it is required and empty."""
        text = self.value(name, row).strip()
        if not text and missing:
            self.wrong(name, missing)
        return text

    def _read(self, read: Callable[[str], Any], name: str, missing: str | None, row: int) -> Any:
        try:
            value = read(self.value(name, row))
        except french.NotRead as error:
            self.wrong(name if row == 0 and len(self.values(name)) < 2 else f"{name}.{row}", str(error))
            return None
        if value is None and missing:
            self.wrong(name if row == 0 and len(self.values(name)) < 2 else f"{name}.{row}", missing)
        return value

    def date(self, name: str, missing: str | None = None, row: int = 0) -> date | None:
        """A field's date; what cannot be read is noted."""
        return self._read(french.read_date, name, missing, row)  # type: ignore[no-any-return]

    def hours(self, name: str, missing: str | None = None, row: int = 0) -> Decimal | None:
        """A field's hours; what cannot be read is noted."""
        return self._read(french.read_hours, name, missing, row)  # type: ignore[no-any-return]

    def money(self, name: str, missing: str | None = None, row: int = 0) -> Decimal | None:
        """A field's euros; what cannot be read is noted."""
        return self._read(french.read_money, name, missing, row)  # type: ignore[no-any-return]

    def code(self, name: str, of: type[Code], missing: str | None = None, row: int = 0) -> Code | None:
        """A field's code of a list; None when nothing, or nothing of the list, was chosen."""
        chosen = self.value(name, row)
        if chosen in {code.value for code in of}:
            return of(chosen)
        if missing or chosen:
            self.wrong(name, missing or "Choisissez une valeur de la liste.")
        return None

    def flag(self, name: str, missing: str | None = None) -> bool | None:
        """`oui` or `non`; None when neither was chosen."""
        chosen = {"oui": True, "non": False}.get(self.value(name))
        if chosen is None and missing:
            self.wrong(name, missing)
        return chosen


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return french.date_short(value)
    return french.hours_cell(value) if isinstance(value, Decimal) else str(value)
