"""Who is on `personal` is who their owner keeps and the portal shows."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from auditor.finding import Promise
from auditor.log import content
from auditor.promises.people import kept_on, never_kept, records, shown
from contracts.personal import PERSONAL, TextRecord
from tests.rules.auditor.story import CONTRACT, Story

RECORD = TextRecord(id=f"{CONTRACT}/text", version=1, contract_number=CONTRACT, text="Elle est malade.")


def written() -> Story:
    """A text that was corrected once."""
    story = Story()
    for version in (1, 2):
        told = story.say(RECORD, "actions", PERSONAL, digest=b"%d" % version)
    for database in ("actions", "gateway"):
        story.hold(database, "people", kind="text", version=2, digest=told.digest.hex())
    return story


def broken(story: Story) -> set[Promise]:
    history = story.history()
    early = [finding for _, _, finding in never_kept(history)]
    return {finding.promise for finding in (*records(history), *shown(history), *early)}


def compacted(story: Story) -> None:
    story.told.pop(0)


def erased(story: Story) -> None:
    story.say(RECORD, "nobody", PERSONAL, type="", version=0)
    story.held.clear()


@pytest.mark.parametrize("what", [lambda _: None, compacted, erased])
def test_people_who_are_where_they_belong_are_in_order(what: Callable[[Story], None]) -> None:
    story = written()
    what(story)
    assert broken(story) == set()


def on_its_way(story: Story) -> None:
    """The contract's people are erased: the owner has done it, the portal not yet, and no tombstone is there."""
    story.erased = frozenset({CONTRACT})
    del story.held["actions", "people"]


def test_prv_01_people_who_are_being_erased_are_in_order() -> None:
    story = written()
    on_its_way(story)
    assert broken(story) == set()


def test_prv_01_whoever_is_still_there_though_they_are_said_to_be_erased_is_named() -> None:
    story = written()
    on_its_way(story)
    story.hold("gateway", "kept_on", kind="text")
    assert [finding.promise for finding in kept_on(story.history())] == [Promise.ERASED]


def lost(story: Story) -> None:
    story.told.pop()


def all_lost(story: Story) -> None:
    story.told.clear()


def another(story: Story) -> None:
    story.told[-1] = replace(story.told[-1], digest=b"forged")


def ahead(story: Story) -> None:
    story.say(RECORD, "actions", PERSONAL, version=9)


@pytest.mark.parametrize("fault", [lost, all_lost, another, ahead])
def test_a_record_that_its_owner_does_not_keep_or_that_is_gone_is_named(fault: Callable[[Story], None]) -> None:
    story = written()
    fault(story)
    assert Promise.RECORDS in broken(story)


def behind(story: Story) -> None:
    story.held["gateway", "people"] = [{"kind": "text", "version": 1, "digest": b"1".hex()}]


def gone(story: Story) -> None:
    story.held["gateway", "people"].clear()


def kept_though_erased(story: Story) -> None:
    story.say(RECORD, "nobody", PERSONAL, type="", version=0)
    del story.held["actions", "people"]


@pytest.mark.parametrize("fault", [behind, gone, kept_though_erased])
def test_a_portal_that_shows_somebody_otherwise_is_named(fault: Callable[[Story], None]) -> None:
    story = written()
    fault(story)
    assert broken(story) == {Promise.VIEWS}


def test_prv_1_a_version_that_knows_a_field_less_says_the_same_of_a_person() -> None:
    sheet = {"last_name": "MARTIN", "mail": {"town": "SÈTE", "complement": None}, "periods": [{"note": None}]}
    record = {"id": "1", "version": 2, "sheet": sheet}
    assert (
        content(record) == content(sheet | {"email": None}) == content({"last_name": "MARTIN", "mail": {"town": "SÈTE"}, "periods": [{}]})
    )
    assert content(record) != content(sheet | {"email": "a@b.example"})
    assert content(record) != content({"last_name": "MARTIN"})
