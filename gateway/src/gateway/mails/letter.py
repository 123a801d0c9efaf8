"""What a mail says, as values; and how it looks, from the same values, as plain text and as HTML."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import fill

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

WIDTH = 76


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and where it leads: the words of the link and its address, both empty when nowhere."""

    text: str
    link: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What belongs together under one title."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. All are texts as people read them, in no markup; `foot` says why it came, and how it stops."""

    subject: str
    opening: str
    sections: tuple[Section, ...]
    foot: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A mail as it is kept and sent. `stop` is the address that stops mails of its kind with one click (RFC 8058); empty: none does."""

    subject: str
    plain: str
    html: str
    stop: str = ""


def written(letter: Letter, stop: str = "") -> Words:
    """The letter in both forms."""
    subject = " ".join(letter.subject.split())
    plain, html = (_environment().get_template(name).render(letter=letter, subject=subject) for name in ("letter.txt.j2", "letter.html.j2"))
    return Words(subject, plain.strip() + "\n", html, stop)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["wrap"] = _wrapped
    return environment


def _wrapped(text: str, indent: str = "") -> str:
    """In lines that every program shows whole; no word, and so no address, is broken."""
    return fill(
        re.sub(r"[ \t\r\n]+", " ", text),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
