"""Everything that happens is told, or it is said why not; and what is told reads."""

from string import Formatter

import pytest

from contracts.message import Event
from contracts.registry import MESSAGES
from gateway.told.row import Notice
from gateway.told.table import NOT_TOLD, NOTICES, ROWS, TOLD
from gateway.words.sentences import FORMATS

EVENTS = {kind for kind in MESSAGES.values() if issubclass(kind, Event)}


def test_every_event_is_told_once_or_it_is_said_why_not() -> None:
    assert TOLD.keys() | NOT_TOLD.keys() == EVENTS
    assert not TOLD.keys() & NOT_TOLD.keys()
    assert len(TOLD) == len(ROWS)


def test_not_1_each_kind_of_notification_is_one_sentence() -> None:
    kinds = [notice.kind for row in ROWS for notice in row.notices]
    assert len(set(kinds)) == len(kinds)


def test_events_that_read_as_one_are_about_a_trainee_each() -> None:
    for row in ROWS:
        assert row.together is None or (isinstance(row.line, str) and "{trainee:person}" in row.line and row.together.by in row.line)


@pytest.mark.parametrize("notice", NOTICES.values(), ids=NOTICES)
def test_a_notification_writes_its_figures_in_formats_that_exist(notice: Notice[Event]) -> None:
    parts = [part for words in (notice.title, notice.text, notice.path) for part in Formatter().parse(words)]
    assert {spec for _, _, spec, _ in parts if spec} <= {*FORMATS, "person", "about"}
    assert notice.text.endswith(".")
