"""Everything that happens is told, or it is said why not; and what is told reads."""

import json
from string import Formatter

import pytest
from pydantic_core import to_json

from contracts.message import Event
from contracts.registry import MESSAGES
from contracts.schemas import examples_of
from gateway.told.fields import FIELDS, changes
from gateway.told.row import Notice, Told
from gateway.told.table import NOT_TOLD, NOTICES, ROWS, TOLD
from gateway.words.sentences import FORMATS, French

OF_TRAINEES = ("person", "about")
"""Formats that name trainees: whose names are known is not theirs to say."""
EVENTS = {kind for kind in MESSAGES.values() if issubclass(kind, Event)}


def test_every_event_is_told_once_or_it_is_said_why_not() -> None:
    assert TOLD.keys() | NOT_TOLD.keys() == EVENTS
    assert not TOLD.keys() & NOT_TOLD.keys()
    assert len(TOLD) == len(ROWS)


def test_not_1_each_kind_of_notification_is_one_sentence() -> None:
    kinds = [notice.kind for row in ROWS for notice in row.notices]
    assert len(set(kinds)) == len(kinds)


ABOUT = {"trainee", "month", "months", "invoice", "text"}
"""Figures that say what an act is about, and where what somebody wrote is."""
BESIDE = {
    "again": "it chooses the words of the line",
    "by_mail": "so does this one",
    "passed_over": "so does this one, when there is none",
    "user": "the operator's log of accounts names them by it",
}
"""Figures that are neither in a line nor told from what to what, and why."""


def examples() -> list[tuple[Told[Event], Event]]:
    return [(row, kind.parse(path.read_bytes())) for kind, row in TOLD.items() for path in examples_of(kind.TYPE)]


@pytest.mark.parametrize(("row", "event"), [pytest.param(*each, id=each[1].TYPE) for each in examples()])
def test_every_figure_that_is_kept_of_an_event_can_be_read_in_its_line_or_from_what_to_what(row: Told[Event], event: Event) -> None:
    for figures in row.acts(event):
        stored = json.loads(to_json(figures))
        sentence = row.sentence(stored)
        parts = [(name, spec) for _, name, spec, _ in Formatter().parse(sentence) if name]
        assert {spec for _, spec in parts if spec and not spec.startswith("plural ")} <= {*FORMATS, *OF_TRAINEES}
        assert stored.keys() <= {*FIELDS, *ABOUT, *BESIDE, *(name for name, _ in parts)}, "kept, and told nobody"
        assert French({}, "un stagiaire").format(sentence, **stored)
        assert all(change.after for change in changes(stored, {})), "every figure is written"


def test_every_row_of_the_history_has_words() -> None:
    assert [row.event for row in ROWS if not row.line] == []


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_a_notification_writes_its_figures_in_formats_that_exist(notice: Notice[Event]) -> None:
    parts = [part for words in (notice.title, notice.text, notice.path) for part in Formatter().parse(words)]
    assert {spec for _, _, spec, _ in parts if spec and not spec.startswith("plural ")} <= {*FORMATS, *OF_TRAINEES}
    assert notice.text.endswith(".")
