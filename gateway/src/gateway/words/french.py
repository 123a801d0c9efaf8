"""How figures are written for French readers, and how what they type is read back.

Writing uses no-break spaces: `2 445,00 €`, `335,00 h`, `15 mars 2008`. Reading takes `15/03/2008`, `15032008`, `15/3/8`, `3,5`,
`3.5`, `3h30`, `3:30`.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from babel import Locale
from babel.dates import get_day_names, get_month_names

from contracts.month import PARIS, Month, paris_day

NBSP = "\u00a0"
MINUS = "\u2212"
# Looked up once: on a page with 200 actions, a fifth of the time went to finding out what French is.
FRENCH = Locale("fr")
MONTHS, SHORT_MONTHS = get_month_names("wide", locale=FRENCH), get_month_names("abbreviated", locale=FRENCH)
DAYS = get_day_names("wide", locale=FRENCH)
FIGURES = str.maketrans(",.-", f"{NBSP},{MINUS}")
"""From how Python writes a number to how French readers do; Babel, which writes the same, takes twenty times as long."""


class NotRead(ValueError):
    """What was typed is not what the field is for; the message is the French sentence beside the field."""


def number(value: Decimal, places: int = 2) -> str:
    """`1 232,00`: grouped by thousands, a comma, `places` decimals, a true minus."""
    return f"{value:,.{places}f}".translate(FIGURES)


def money(value: Decimal | str) -> str:
    """`2 445,00 €`."""
    return f"{number(Decimal(value))}{NBSP}€"


def before_tax(value: Decimal | str) -> str:
    """`2 445,00 € HT`: what is declared, invoiced and decided."""
    return f"{money(value)}{NBSP}HT"


def with_tax(value: Decimal | str) -> str:
    """`2 934,00 € TTC`: what is paid."""
    return f"{money(value)}{NBSP}TTC"


def exact_money(value: Decimal | str) -> str:
    """`2 445,0025 €`: two to four decimals, for a trainee's unrounded share (BIL-1)."""
    value = Decimal(value)
    places = next(places for places in (2, 3, 4) if places == 4 or value == value.quantize(Decimal(1).scaleb(-places)))
    return f"{number(value, places)}{NBSP}€"


def hours(value: Decimal | str) -> str:
    """`335,00 h`."""
    return f"{number(Decimal(value))}{NBSP}h"


def hours_cell(value: Decimal | str | None) -> str:
    """`335,00`, as a field of hours shows it; nothing for an empty cell."""
    return "" if value is None else f"{Decimal(value):.2f}".replace(".", ",")


def percent(share: Decimal | str, places: int = 2) -> str:
    """`36,98 %` for 0.3698, `30 %` for 0.3; cut, not rounded, so that a threshold is never shown as reached before it is."""
    cut = (Decimal(share) * 100).quantize(Decimal(1).scaleb(-places), "ROUND_DOWN")
    return f"{number(cut, 0 if cut == cut.to_integral_value() else places)}{NBSP}%"


def file_size(count: int) -> str:
    """Of so many bytes: `42 ko`, `1,2 Mo`."""
    return f"{max(1, round(count / 1000))} ko" if count < 999_500 else f"{number(Decimal(count) / 1_000_000, 1)} Mo"


def _day(value: date | datetime | str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    return paris_day(value) if isinstance(value, datetime) else value


def date_long(value: date | datetime | str) -> str:
    """`15 mars 2008`, `1er mars 2008`: in a sentence."""
    day = _day(value)
    return f"{_first(day)}{NBSP}{MONTHS[day.month]} {day.year}"


def date_day(value: date | datetime | str) -> str:
    """`15 mars`, `1er mars`."""
    day = _day(value)
    return f"{_first(day)}{NBSP}{MONTHS[day.month]}"


def _first(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def date_short(value: date | datetime | str | None) -> str:
    """`15/03/2008`: in a table, in a field; nothing for none."""
    return "" if value is None else f"{_day(value):%d/%m/%Y}"


def weekday(value: date | datetime | str) -> str:
    """`jeudi 6 mars 2008`."""
    return f"{DAYS[_day(value).weekday()]} {date_long(value)}"


def clock(value: datetime | str) -> str:
    """`14 h 12`, in Paris."""
    at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(PARIS)
    return f"{at.hour}{NBSP}h{NBSP}{at.minute:02d}"


def hour(value: datetime | str) -> str:
    """`, 14 h 12`, after a day; nothing at midnight: what a day brings, and what the finance system says, has no hour (T-1)."""
    said = clock(value)
    return "" if said == f"0{NBSP}h{NBSP}00" else f", {said}"


def moment(value: datetime | str) -> str:
    """`6 mars 2008 à 14 h 12`."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{date_long(at)} à {clock(at)}"


def month(value: str) -> str:
    """`février 2008`."""
    return f"{MONTHS[Month(value).first.month]} {value[:4]}"


def de(name: str) -> str:
    """`de février 2008`, `d’avril 2008`: a name after “de”."""
    return f"d’{name}" if sortable(name)[:1] in "aeiouy" else f"de {name}"


def month_short(value: str) -> str:
    """`févr. 2008`."""
    return f"{SHORT_MONTHS[Month(value).first.month]} {value[:4]}"


def months(values: Sequence[str]) -> str:
    """`février, mars et avril 2008`."""
    names = [month(value) for value in values]
    if len({value[:4] for value in values}) == 1:
        names = [name.rsplit(" ", 1)[0] for name in names[:-1]] + names[-1:]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} et {names[-1]}"


def sortable(name: str) -> str:
    """What names are sorted by: without accents and case, so that ÉTIENNE stands between DURAND and FERRANDO."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter)).casefold()


def plural(count: int, one: str, many: str | None = None) -> str:
    """`3 stagiaires`, `1 stagiaire`, `0 stagiaire`, `2 000 contrats`."""
    return f"{number(Decimal(count), 0)}{NBSP}{one if count < 2 else many or one + 's'}"


def left(day: date, today: date) -> str:
    """Days left until `day`, today counted: `dernier jour`, `il reste 10 jours`, `en retard de 65 jours`, `dans 32 jours`."""
    days = (day - today).days
    if days < 0:
        return f"en retard de {plural(-days, 'jour')}"
    if days == 0:
        return "dernier jour"
    return f"dans {plural(days, 'jour')}" if days > 30 else f"il reste {plural(days + 1, 'jour')}"


def read_date(text: str) -> date | None:
    """The date in `text`, None when it is empty. Raises NotRead."""
    if not (text := text.strip()):
        return None
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
        year, month_, day = match.groups()
    elif match := re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4}|\d{1,2})|(\d{2})(\d{2})(\d{4})", text):
        day, month_, year = (part for part in match.groups() if part is not None)
    else:
        raise NotRead(f"« {text} » n’est pas une date. Saisissez le jour, le mois et l’année, par exemple 15/03/2008.")
    full = int(year) if len(year) == 4 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)
    if not 1900 <= full <= 2100:
        raise NotRead(f"Vérifiez l’année du {text} : elle est avant 1900 ou après 2100.")
    try:
        return date(full, int(month_), int(day))
    except ValueError:
        raise NotRead(f"Le {text} n’existe pas dans le calendrier. Vérifiez le jour et le mois.") from None


def read_hours(text: str) -> Decimal | None:
    """Hours in `text` as a decimal number, None when it is empty: `3,5`, `3.5`, `3h30`, `3:30`, `3:30:00`. Raises NotRead."""
    if not (text := text.strip().replace(NBSP, "").replace(" ", "").replace("\u202f", "")):
        return None
    if match := re.fullmatch(r"(\d{1,5})(?:[hH](?:([0-5]\d))?|:([0-5]\d)(?::00)?)", text):
        return Decimal(match[1]) + Decimal(match[2] or match[3] or 0) / 60
    return _decimal(text, f"« {text} » n’est pas un nombre d’heures. Saisissez par exemple 3,5 ou 3h30.")


def read_money(text: str) -> Decimal | None:
    """Euros in `text`, None when it is empty. Raises NotRead."""
    text = text.strip().replace(NBSP, "").replace(" ", "").replace("\u202f", "").removesuffix("€")
    return _decimal(text, f"« {text} » n’est pas un montant. Saisissez par exemple 2 445,00.") if text else None


def _decimal(text: str, otherwise: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ".").replace(MINUS, "-"))
    except InvalidOperation:
        raise NotRead(otherwise) from None
    if not value.is_finite() or abs(value) >= 10**6 or value != round(value, 6):
        raise NotRead(otherwise)
    return value or Decimal()  # -0 is 0
