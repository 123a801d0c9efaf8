"""What a cell of the workbook may hold: how its text is read, how a value is written, what a spreadsheet may offer in a list."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from contracts.awards import MOST_TRAINEES
from contracts.codes import ActionKind, Place, TaxRegime
from gateway.tables.cells import comparable
from gateway.tables.writing import Cell
from gateway.words.french import MINUS, NotRead, read_date
from gateway.words.labels import LABELS


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` takes a text that is not empty and raises NotRead; `write` gives a value's cell.

    `stand_in` is what a contract holds in the place of a cell that cannot be read, so that the rest of it can be checked all the same.
    `form` is how a spreadsheet shows such cells; `allowed` is its list of values.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], Cell]
    stand_in: Any
    form: str = "@"
    allowed: tuple[str, ...] = ()


def _text(longest: int = 300) -> Kind:
    def read(text: str) -> str:
        if len(text) > longest:
            raise NotRead(f"Ce texte a {len(text)} caractères, il en faut {longest} au plus. Raccourcissez-le.")
        return text

    return Kind(read, str, "-")


def _matching(pattern: str, otherwise: str, stand_in: str) -> Kind:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text := "".join(text.split())):
            raise NotRead(otherwise)
        return text

    return Kind(read, str, stand_in)


def _decimal(below: int, example: str) -> Kind:
    def read(text: str) -> Decimal:
        bare = "".join(text.split()).removesuffix("€").removesuffix("h").replace(",", ".").replace(MINUS, "-")
        try:
            value = Decimal(bare)
        except InvalidOperation:
            raise NotRead(f"« {text} » n’est pas un nombre. Saisissez par exemple {example}.") from None
        if not value.is_finite() or not 0 <= value < below:
            raise NotRead(f"Il faut un nombre positif, inférieur à {below}, par exemple {example}.")
        if value != (rounded := round(value, 2)):
            raise NotRead(f"Il faut deux décimales au plus, par exemple {example}.")
        return rounded

    return Kind(read, float, Decimal("1.00"), "#,##0.00")


def _read_percent(text: str) -> Decimal:
    value: Decimal = _decimal(1_000, "30").read(text.removesuffix("%"))
    # A cell formatted in percent shows 30 % and holds 0.3.
    value = value * 100 if value < 1 and "%" not in text else value
    if value > 100:
        raise NotRead("Il faut un pourcentage de 0 à 100, par exemple 30.")
    return value


def _whole(least: int, most: int) -> Kind:
    def read(text: str) -> int:
        bare = "".join(text.split())
        if not re.fullmatch(r"\d{1,9}", bare) or not least <= int(bare) <= most:
            raise NotRead(f"Il faut un nombre entier de {least} à {most}.")
        return int(bare)

    return Kind(read, float, max(1, least), "0")


def _read_day(text: str) -> date:
    day = read_date(text)
    if day is None or not 1990 <= day.year <= 2100:
        raise NotRead(f"« {text} » n’est pas une date de 1990 à 2100. Saisissez par exemple 03/09/2007.")
    return day


def _one_of(values: dict[str, Any]) -> Kind:
    known = {comparable(label): value for label, value in values.items()}
    labels = {value: label for label, value in values.items()}

    def read(text: str) -> Any:
        if comparable(text) not in known:
            raise NotRead(f"« {text} » n’est pas dans la liste. Choisissez {', '.join(list(values)[:-1])} ou {list(values)[-1]}.")
        return known[comparable(text)]

    return Kind(read, labels.__getitem__, next(iter(values.values())), allowed=tuple(values))


def _code(of: type[StrEnum]) -> Kind:
    return _one_of({label: of(code) for code, label in LABELS[of].items()})


TEXT, LONG_TEXT = _text(), _text(20_000)
NUMBER = _matching(
    r"[0-9A-Za-z][0-9A-Za-z_.-]{0,39}",
    "Un numéro de contrat a 40 caractères au plus : lettres sans accent, chiffres, tiret, point. Par exemple 2007QCA0266.",
    "",
)
SIRET = _matching(r"\d{14}", "Un SIRET a 14 chiffres. Mettez la cellule au format texte pour garder un zéro au début.", "00000000000000")
POSTCODE = _matching(r"\d{5}", "Un code postal a 5 chiffres. Mettez la cellule au format texte pour garder un zéro au début.", "00000")
MONEY, RATE, HOURS = _decimal(10**12, "40600,00"), _decimal(10**6, "5,00"), _decimal(10**7, "812,00")
PERCENT = Kind(_read_percent, float, Decimal("1.00"), "0.##")
YEAR, HEADCOUNT, PAID = _whole(1990, 2100), _whole(1, MOST_TRAINEES), _whole(0, MOST_TRAINEES)
DAY = Kind(_read_day, lambda day: day, date(2000, 1, 1), "dd/mm/yyyy")
YES_NO = _one_of({"oui": True, "non": False})
ACTION_KIND, PLACE, TAX_REGIME = _code(ActionKind), _code(Place), _code(TaxRegime)
