"""What somebody typed into a form, and nothing lost: a page shows the same form again when it is wrong, or when the service refuses its
command; `Form.take` puts each fault beside its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from litestar import Request
from litestar.datastructures import UploadFile
from uuid_utils.compat import uuid7

from contracts.refusals.common import ChangedMeanwhile
from gateway.words.refusals import sentence

from .commands import Answer
from .form_ids import FormId
from .posted import posted
from .values import LONGEST, Fields, Values, as_text


@dataclass(frozen=True, slots=True)
class Restored:
    """Of a form that is shown again: which one, and when it was sent, if it was refused since; otherwise the session had lapsed and
    nothing was sent.
    """

    which: FormId
    sent_at: datetime | None = None
    is_unanswered: bool = False
    """It was not refused: no answer came, and none is expected."""


class Form(Values):
    """The values of a page's form, its errors, and the command that it sends."""

    def __init__(
        self,
        values: Mapping[str, list[str]] | None = None,
        files: Mapping[str, UploadFile] | None = None,
        *,
        restored: Restored | None = None,
    ) -> None:
        super().__init__(values)
        self.restored = restored
        """What was typed earlier and no service has accepted; None when it was just typed, or is stored."""
        self.files = dict(files or {})
        self.codes: set[str] = set()
        """Codes of what a service refused."""
        self.stored: dict[str, str] = {}
        """After a conflict: what is stored now in the fields that differ from what is typed."""
        self.id = self._id()
        """What is sent twice from one form, by one user, is one command (`commands.command_id`)."""

    @classmethod
    async def of(cls, request: Request[Any, Any, Any], *, with_file: bool = False) -> "Form":
        """The form that was posted, as `posted` reads it; what is logged from here on names it."""
        sent = await posted(request, with_file=with_file)
        form = cls(sent.texts, sent.files)
        for name, texts in sent.texts.items():
            form.fits(name, max(map(len, texts)), LONGEST)
        structlog.contextvars.bind_contextvars(correlation=str(form.id))
        return form

    @classmethod
    def showing(cls, values: Mapping[str, Any]) -> "Form":
        """A form that shows what is stored."""
        return cls({name: [as_text(value)] for name, value in values.items()})

    def _id(self) -> UUID:
        try:
            return UUID(self.value("_commande"))
        except ValueError:
            return uuid7()

    def renew(self) -> None:
        """A refused command is over: what is sent next from this form is another one."""
        self.id = uuid7()

    # What the template shows

    def listed(self) -> list[tuple[str, str, str]]:
        """Field, name and sentence of each error, in the page's order."""
        order = {name: index for index, name in enumerate(self.names)}
        fields = sorted(self.errors, key=lambda name: order.get(name, len(order)))
        return [(name, self.names.get(name, ""), sentence) for name in fields for sentence in self.errors[name]]

    @property
    def status(self) -> int:
        """Of the page that shows it: 422 says that what was just posted is not done."""
        return 200 if self.ok or self.restored else 422

    @property
    def conflict(self) -> bool:
        """Whether it was refused because somebody else had changed the same thing meanwhile."""
        return ChangedMeanwhile.code() in self.codes

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
