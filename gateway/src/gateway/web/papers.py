"""Documents in the portal: which there are, and one as an answer, printed beside the process that serves pages (DOC-1).

Each area lists those that it can make of an action (`DOCUMENTS` of `web.routes`); whoever lists or gives them knows no more of them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Response

from gateway.documents.paper import Paper
from gateway.documents.printers import Printers
from gateway.tables.writing import to_save
from gateway.words.french import date_long


@dataclass(frozen=True, slots=True)
class Document:
    """One that can be had now. `key` is its address and its file's name: it names nobody. `day` is the one that it speaks for."""

    key: str
    group: str
    """The heading under which “États” lists it, as the guide does (§3.8)."""
    title: str
    what: str
    """In a sentence, what stands in it."""
    day: date
    make: Callable[[], Awaitable[Paper | bytes]]
    """Its values; or its bytes, when it was made once and for all. Only what the viewer may see."""
    month: str | None = None
    """The month that it is about, if it is about one."""
    counted: int | None = None
    """Its bytes, when they are known beforehand."""
    speaks: str = "Situation au"
    """How a list says the day: of what the document is, on it."""

    @property
    def file_name(self) -> str:
        """As which it is saved."""
        return f"{self.key}.pdf"

    async def content(self, printers: Printers) -> bytes:
        """Its bytes. Raises NotPrinted."""
        made = await self.make()
        return made if isinstance(made, bytes) else await printers.print(made)

    async def size(self, printers: Printers) -> int:
        """Its bytes, counted. Raises NotPrinted."""
        made = await self.make()
        return len(made) if isinstance(made, bytes) else await printers.size(made)


class InPreparation(Exception):
    """A document can be had in a moment: why, in a French sentence."""


DocumentsOf = Callable[[Any, date], Awaitable[Sequence[Document]]]
"""What an area lists, of a visit to an action, without asking the database for each of many. The day is the last on which anything was
done on the action, for what speaks of today: so that it is the same document until something is done.
"""


def as_of(day: date) -> str:
    """How a document says the day that it speaks for: `Situation au 6 mars 2008`."""
    return f"Situation au {date_long(day)}"


def never_shown(name: str) -> dict[str, str]:
    """The headers of a file to save as `name`, which no browser shows as a page of ours."""
    return to_save(name) | {"Content-Security-Policy": "default-src 'none'; sandbox"}


def printed(content: bytes, name: str) -> Response[bytes]:
    """A document to save as `name`."""
    return Response(content, media_type="application/pdf", headers=never_shown(name))
