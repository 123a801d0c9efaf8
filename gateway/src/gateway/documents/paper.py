"""A document as values: what it says and in which order, not how it looks (`paper.typ`). All its texts are as they are printed: nothing is
computed from here on, and nothing in it is ever read as markup (DOC-1, DOC-2).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Literal


class Align(StrEnum):
    """Where the texts of a column stand; figures at its end."""

    START = "start"
    CENTER = "center"
    END = "end"


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a part, and its bookmark; `level` 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text; its line breaks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """Texts that are listed, one below the other."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in smaller print: how a sum comes about, whence a figure."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values, side by side; an empty value is a line to write on."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Labels with several lines each, in columns: from whom, for whom."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Of a table. `share` of the width that is left once those without one have what they need; `group` stands over neighbours that name
    the same.
    """

    title: str
    align: Align = Align.START
    share: float | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`caption` says what it is, to who hears it too; its head stands on every page. A row may be shorter than the columns; each row of
    `totals` ends with the last column, and its first cell takes what is left.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, ...], ...] = ()
    nothing: str = "Aucune ligne."
    """What stands there instead of an empty table."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Boxes: which of them are ticked, and what each is for."""

    boxes: tuple[tuple[bool, str], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """So many lines to write on, under a label."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, side by side: whose, and what is to be added by hand."""

    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class QrCode:
    """A square to be photographed, as SVG (`qr.drawn`); `alt` says where it leads, to who hears the document."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a page, unless it does already."""


Block = Heading | Paragraph | Items | Note | Facts | Beside | Table | Choices | Lines | Signatures | QrCode | PageBreak


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `day` is the one that it speaks for, also when it is printed later: no clock is in it (DOC-2)."""

    title: str
    subject: str
    """What it is about: an action's title."""
    reference: str
    """What it is found by: the contract's number, an invoice's."""
    day: date
    day_said: str
    """The day, as it is printed: `Situation au 6 mars 2008`."""
    region: str
    organisation: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """A file inside a document (PDF/A-3): what it is to the document, and its bytes."""

    name: str
    mime_type: str
    relationship: Literal["source", "data", "alternative", "supplement"]
    description: str
    content: bytes


def as_data(paper: Paper, attached: Sequence[Attached] = ()) -> dict[str, Any]:
    """What `paper.typ` reads: the same for the same paper, in every process."""
    return {
        **asdict(paper),
        "day": [paper.day.year, paper.day.month, paper.day.day],
        "blocks": [{"kind": type(block).__name__, **asdict(block)} for block in paper.blocks],
        "attached": [{**asdict(file), "content": list(file.content)} for file in attached],
    }


def digest_of(paper: Paper) -> str:
    """The same for papers that are printed alike."""
    return sha256(repr(as_data(paper)).encode()).hexdigest()[:32]
