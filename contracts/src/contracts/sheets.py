"""What is right and wrong in a trainee's sheet by itself: said early to who types it, decided when it is saved (TRN-2, TRN-4).

What rests on more than the sheet, the action's dates and its places (`ceilings.py`) is for `actions` to decide.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from . import pathways
from .codes import ActionKind, AgeBracket
from .personal import MailAddress, Pathway, TraineeSheet
from .refusals import Refusal
from .refusals import actions as refusals

NAMES = ("last_name", "first_name")
"""What a partial sheet needs (TRN-4)."""
REQUIRED = (
    *("title", "birth_date", "sex", "mail.address", "mail.postcode", "entry_date"),
    *("paid_by", "entry_level", "unemployment", "referrer", "rmi"),
)
"""What a whole sheet needs beside the names (TRN-2), as paths in the sheet. Optional: nationality, socio-professional category, address
complement, town, e-mail address, address during training, disabled.
"""
PATHWAY = tuple(f"pathway.{path}" for path in pathways.REQUIRED)
"""What the sheet of a trainee on an individualised action needs as well (TRN-3)."""
POSTCODE = re.compile(r"[0-9]{5}")
INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+", re.ASCII)
EMAIL_MOST = 254
"""Characters of an address to which a mail can be sent (RFC 5321)."""
LONGEST_LIFE = 120
"""Years: who was born longer ago was not."""
YOUNGEST, OLDEST = 14, 80
"""An age at the entry below or above these surprises."""
UPPER_AGES = (
    (17, AgeBracket.UNDER_18),
    (25, AgeBracket.FROM_18_TO_25),
    (44, AgeBracket.FROM_26_TO_44),
    (49, AgeBracket.FROM_45_TO_49),
)


@dataclass(frozen=True, slots=True)
class EntryDays:
    """The days on which a trainee may enter an action, both included; without a `first`, any until the last (TRN-6, TRN-9)."""

    first: date | None
    last: date

    @classmethod
    def of(cls, kind: ActionKind, planned_start: date, planned_end: date, actual_start: date | None) -> "EntryDays":
        """From the actual start to the planned end; before the opening from the planned start, or any day of an individualised action."""
        return cls(actual_start or (planned_start if kind is ActionKind.COLLECTIVE else None), planned_end)


def is_email(text: str, most: int = EMAIL_MOST) -> bool:
    """Whether mails can go there, as far as its letters say."""
    return len(text) <= most and bool(EMAIL.fullmatch(text))


def value(sheet: TraineeSheet, path: str) -> object:
    """What the sheet holds at `path`: `mail.postcode`, say; None within a pathway that is not begun."""
    held: object = sheet
    for name in path.split("."):
        held = getattr(held, name) if held is not None else None
    return held


def needed(kind: ActionKind) -> tuple[str, ...]:
    """What a whole sheet needs on such an action (TRN-2, TRN-3), but for a pathway's periods."""
    return (*NAMES, *REQUIRED, *(PATHWAY if kind is ActionKind.INDIVIDUALISED else ()))


def lacking(sheet: TraineeSheet, paths: Iterable[str]) -> list[str]:
    """Those of `paths` that are still empty. A no is an answer, spaces are none."""
    values = {path: value(sheet, path) for path in paths}
    return [path for path, held in values.items() if held is None or (isinstance(held, str) and not held.strip())]


def is_complete(sheet: TraineeSheet, kind: ActionKind) -> bool:
    """Whether the sheet is whole, on such an action (TRN-2, TRN-3)."""
    return not lacking(sheet, needed(kind)) and (sheet.pathway is None or pathways.has_its_periods(sheet.pathway))


def age_on(birth: date, day: date) -> int:
    """Whole years; who is born on 29 February is a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_bracket(birth: date | None, entry: date | None) -> AgeBracket | None:
    """Follows from birth date and entry date (TRN-2); None while one is missing."""
    if birth is None or entry is None:
        return None
    age = age_on(birth, entry)
    return next((bracket for oldest, bracket in UPPER_AGES if age <= oldest), AgeBracket.FROM_50)


def surprising_age(sheet: TraineeSheet, day: date) -> int | None:
    """The age at the entry (on `day` while no entry date is given) when it surprises: to be asked about, never refused (TRN-4)."""
    if sheet.birth_date is None or list(_wrong_birth(sheet.birth_date, day, "sheet.birth_date")):
        return None
    age = age_on(sheet.birth_date, sheet.entry_date or day)
    return None if YOUNGEST <= age <= OLDEST else max(age, 0)


def person(sheet: TraineeSheet) -> str | None:
    """Who the sheet is about, as far as names and birth date say, without case, accents and hyphens: two sheets with the same are asked
    about, for they may be one person's (TRN-8). None while one of the three is missing.
    """
    if lacking(sheet, (*NAMES, "birth_date")):
        return None
    names = (unicodedata.normalize("NFKD", name).casefold() for name in (sheet.last_name, sheet.first_name))
    return " ".join([*("".join(filter(str.isalnum, name)) for name in names), f"{sheet.birth_date}"])


def wrong_sheet(
    sheet: TraineeSheet, days: EntryDays, room: pathways.Room | None, day: date, *, partial: bool, at: str = "sheet"
) -> list[Refusal]:
    """Every fault of a sheet saved on `day`; a `partial` one needs the names only, but what is given must be right (TRN-4). `room` is what
    the action leaves to a pathway, None on a collective one.

    A fault's field is its path, `sheet.mail.postcode`; `at` is where the sheet stands in its command.
    """
    required = (*REQUIRED, *(PATHWAY if room else ()))
    return [
        *(refusals.NameMissing(field=f"{at}.{name}") for name in lacking(sheet, NAMES)),
        *(refusals.SheetFieldMissing(field=f"{at}.{path}") for path in lacking(sheet, required) if not partial),
        *_wrong_address(sheet.mail, f"{at}.mail"),
        *_wrong_address(sheet.during_training, f"{at}.during_training"),
        *([refusals.SheetEmailWrong(field=f"{at}.email")] if sheet.email and not is_email(sheet.email) else []),
        *(wrong_entry(sheet.entry_date, days, f"{at}.entry_date") if sheet.entry_date else []),
        *(_wrong_birth(sheet.birth_date, day, f"{at}.birth_date") if sheet.birth_date else []),
        *(_wrong_pathway(sheet.pathway, room, f"{at}.pathway", partial=partial) if sheet.pathway else []),
    ]


def wrong_entry(entered_on: date, days: EntryDays, field: str, item: str | None = None) -> list[Refusal]:
    """The fault of an entry date outside the action (TRN-6, TRN-9), if it is."""
    if days.first is None:
        return [refusals.EntryAfterAction(field=field, item=item, end=days.last)] if entered_on > days.last else []
    if days.first <= entered_on <= days.last:
        return []
    return [refusals.EntryOutsideAction(field=field, item=item, start=days.first, end=days.last)]


def _wrong_address(address: MailAddress, path: str) -> Iterator[Refusal]:
    if address.postcode and not POSTCODE.fullmatch(address.postcode):
        yield refusals.SheetPostcodeWrong(field=f"{path}.postcode")
    if address.insee_code and not INSEE_CODE.fullmatch(address.insee_code):
        yield refusals.InseeCodeWrong(field=f"{path}.insee_code")


def _wrong_pathway(pathway: Pathway, room: pathways.Room | None, at: str, *, partial: bool) -> list[Refusal]:
    return pathways.wrong_pathway(pathway, room, partial=partial, at=at) if room else [refusals.PathwayUnexpected(field=at)]


def _wrong_birth(birth: date, day: date, field: str) -> Iterator[Refusal]:
    if birth > day:
        yield refusals.BirthDateAhead(field=field, birth=birth)
    elif (birth.year + LONGEST_LIFE, birth.month, birth.day) < (day.year, day.month, day.day):
        yield refusals.BirthDateTooOld(field=field, birth=birth)
