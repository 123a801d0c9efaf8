"""A trainee's sheet: what it must hold, and every missing or wrong field at once (TRN-2, TRN-4)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from contracts.codes import ActionKind, AgeBracket
from contracts.personal import MailAddress, TraineeSheet
from contracts.refusals import Refusal
from contracts.refusals.actions import (
    AgeImplausible,
    BirthDateAhead,
    EntryAfterAction,
    EntryOutsideAction,
    InseeCodeWrong,
    NameMissing,
    SheetFieldMissing,
    SheetPostcodeWrong,
)

from .action import Action

NAMES: Final = ("last_name", "first_name")
REQUIRED: Final = (
    *("title", "birth_date", "sex", "mail.address", "mail.postcode", "entry_date"),
    *("paid_by", "entry_level", "unemployment", "referrer", "rmi"),
)
"""Beside the names; optional: nationality, socio-professional category, address complement, town, address in training, disabled (TRN-2)."""
POSTCODE: Final = re.compile(r"[0-9]{5}")
INSEE_CODE: Final = re.compile(r"[0-9][0-9AB][0-9]{3}")
YOUNGEST, OLDEST = 14, 80
UPPER_AGES: Final = (
    (17, AgeBracket.UNDER_18),
    (25, AgeBracket.FROM_18_TO_25),
    (44, AgeBracket.FROM_26_TO_44),
    (49, AgeBracket.FROM_45_TO_49),
)


def age_on(birth: date, day: date) -> int:
    """Whole years; who is born on 29 February is a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_bracket(sheet: TraineeSheet) -> AgeBracket | None:
    """Follows from birth date and entry date (TRN-2); None while one is missing."""
    if sheet.birth_date is None or sheet.entry_date is None:
        return None
    age = age_on(sheet.birth_date, sheet.entry_date)
    return next((bracket for oldest, bracket in UPPER_AGES if age <= oldest), AgeBracket.FROM_50)


def is_complete(sheet: TraineeSheet) -> bool:
    """Whether nothing required is missing (TRN-2)."""
    return not _missing(sheet, REQUIRED)


def wrong_sheet(sheet: TraineeSheet, action: Action, day: date, *, partial: bool) -> list[Refusal]:
    """Every fault of a sheet saved on `day`; a `partial` one needs the names only, but what is given must be right (TRN-4)."""
    return [
        *(NameMissing(field=f"sheet.{name}") for name in _missing(sheet, NAMES)),
        *(SheetFieldMissing(field=f"sheet.{path}") for path in _missing(sheet, REQUIRED) if not partial),
        *_wrong_address(sheet.mail, "sheet.mail"),
        *_wrong_address(sheet.during_training, "sheet.during_training"),
        *_wrong_dates(sheet, action, day),
    ]


def wrong_entry(action: Action, entered_on: date, field: str, item: str | None = None) -> list[Refusal]:
    """The fault of an entry date outside the action (TRN-6, TRN-9).

    From the actual start; before the opening from the planned one, or from any day on an individualised action; to the planned end.
    """
    end = action.terms.planned_end
    collective = action.terms.kind is ActionKind.COLLECTIVE
    start = action.actual_start or (action.terms.planned_start if collective else None)
    if start is None:
        return [EntryAfterAction(field=field, item=item, end=end)] if entered_on > end else []
    return [] if start <= entered_on <= end else [EntryOutsideAction(field=field, item=item, start=start, end=end)]


def _missing(sheet: TraineeSheet, paths: tuple[str, ...]) -> list[str]:
    values = {path: _value(sheet, path) for path in paths}
    return [path for path, value in values.items() if value is None or (isinstance(value, str) and not value.strip())]


def _value(sheet: TraineeSheet, path: str) -> object:
    found: object = sheet
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _wrong_address(address: MailAddress, path: str) -> Iterator[Refusal]:
    if address.postcode and not POSTCODE.fullmatch(address.postcode):
        yield SheetPostcodeWrong(field=f"{path}.postcode")
    if address.insee_code and not INSEE_CODE.fullmatch(address.insee_code):
        yield InseeCodeWrong(field=f"{path}.insee_code")


def _wrong_dates(sheet: TraineeSheet, action: Action, day: date) -> Iterator[Refusal]:
    entry = wrong_entry(action, sheet.entry_date, "sheet.entry_date") if sheet.entry_date else []
    yield from entry
    if sheet.birth_date is None:
        return
    if sheet.birth_date > day:
        yield BirthDateAhead(field="sheet.birth_date", birth=sheet.birth_date)
        return
    # An entry date that is wrong itself says nothing about the birth date.
    age = age_on(sheet.birth_date, sheet.entry_date if sheet.entry_date and not entry else day)
    if not YOUNGEST <= age <= OLDEST:
        yield AgeImplausible(field="sheet.birth_date", age=max(age, 0), youngest=YOUNGEST, oldest=OLDEST)
