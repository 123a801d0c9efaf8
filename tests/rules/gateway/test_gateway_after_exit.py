"""What the portal shows and says again of hours that a month adds after an admissible exit (DEC-5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

from contracts.codes import ExitKind, ExitReason
from contracts.declarations import AddedHours, ConfirmedLine, Exit, PlaceHours, SeenLine
from contracts.month import Month
from gateway.areas.declarations.added import WouldAdd
from gateway.areas.declarations.asking import confirm, shown
from gateway.areas.declarations.correction import typed_of
from gateway.areas.declarations.queries import Row, with_added
from gateway.web.rendering import environment
from gateway.web.values import Values
from tests.rules.declarations.declared_action import BORG, KOURNIKOVA, figures

ADDED = AddedHours(centre=Decimal("29.75"), company=Decimal(0))


def row(trainee: UUID, adds: AddedHours | None, version: int = 1) -> Row:
    """A trainee who did 10 h in centre."""
    left = Exit(on=date(2007, 1, 20), kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT, proofs_announced=True) if adds else None
    return Row(
        trainee_id=trainee,
        name="BORG Bjon",
        sheet=None,
        entered_on=date(2007, 1, 2),
        exit=left,
        exit_version=int(left is not None),
        planned_end=date(2007, 3, 31),
        first=date(2007, 1, 2),
        last=date(2007, 1, 20),
        line=figures("10 0 0 0 0 0"),
        version=version,
        complete=True,
        saved_at=None,
        saved_by=None,
        others={},
        adds=adds,
    )


def test_dec_06_what_was_shown_of_added_hours_comes_back_with_the_confirmation() -> None:
    command = confirm(Values({"vu": [shown([row(KOURNIKOVA, None), row(BORG, ADDED, version=0)])]}), Month("2007-01"))
    assert command.seen == (
        SeenLine(trainee_id=KOURNIKOVA, version=1, exit_version=0),
        SeenLine(trainee_id=BORG, version=0, exit_version=1, added=ADDED),
    )


def test_dec_06_a_word_that_was_tampered_with_is_read_as_another_version_or_none() -> None:
    typed = f"{BORG.hex}.1.1.119 nobody.1.1 {KOURNIKOVA.hex}"
    seen = confirm(Values({"vu": [typed]}), Month("2007-01")).seen
    assert seen == (SeenLine(trainee_id=BORG, version=1, exit_version=1), SeenLine(trainee_id=KOURNIKOVA, version=0, exit_version=0))


def test_dec_05_a_line_with_what_its_month_adds_and_back() -> None:
    line = with_added(figures("10 2 0 0 0 0"), ADDED)
    assert (line.centre.attended, line.centre.excused, line.company.excused) == (10, Decimal("31.75"), 0)
    places = {name: PlaceHours.model_validate(getattr(line, name), from_attributes=True) for name in ("centre", "company")}
    confirmed = ConfirmedLine(trainee_id=BORG, added=ADDED, **places)
    assert typed_of(confirmed) == (10, 2, 0, 0, 0, 0)
    assert typed_of(None) == (None,) * 6


def test_dec_05_who_left_before_the_month_is_not_present_in_it() -> None:
    there = row(BORG, ADDED)
    assert there.is_present and not replace(there, first=date(2007, 2, 1)).is_present


def asked_for(count: int, opened: str = "") -> list[str]:
    """For which of so many rows it is reckoned what a reason would add, when each is shown."""
    asked: list[str] = []

    def would_add(entry: SimpleNamespace, _action: object, on: date) -> WouldAdd:
        asked.append(entry.key)
        return WouldAdd(on, ())

    entries = [SimpleNamespace(key=f"s{number}", row=SimpleNamespace(name="BORG Bjon")) for number in range(count)]
    known = {"entries": entries, "leaves_on": {entry.key: date(2007, 1, 20) for entry in entries}, "would_add": would_add}
    source = '{% import "declarations/_added.html" as a with context %}'
    source += "{% for entry in entries %}{{ a.would(entry, entry.key == opened) }}{% endfor %}"
    page = environment().from_string(source).render(**known, opened=opened, focus="", action=None)
    assert page.count("Avec un motif recevable") == count
    return asked


def test_dec_05_of_more_than_fifty_rows_what_a_reason_would_add_is_reckoned_for_the_open_ones_alone() -> None:
    assert len(asked_for(50)) == 50
    assert asked_for(300, opened="s7") == ["s7"] and not asked_for(300)
