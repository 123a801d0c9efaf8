"""Money, hours, months and identifiers as they travel: decimals as strings with a fixed schema, so that no reader rounds."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainSerializer, WithJsonSchema

CENT = Decimal("0.01")


def to_cent(amount: Decimal) -> Decimal:
    """`amount` rounded half away from zero to the cent (BIL-1, BIL-8): 10 284.0005 → 10 284.00; −0.005 → −0.01."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _exactly(places: int) -> Any:
    unit = Decimal(1).scaleb(-places)

    def check(value: Decimal) -> Decimal:
        if value != (rounded := value.quantize(unit)):
            raise ValueError(f"more than {places} decimals")
        return rounded

    return AfterValidator(check)


def _as_text(pattern: str) -> tuple[Any, Any]:
    return PlainSerializer(lambda value: f"{value:f}", return_type=str), WithJsonSchema({"type": "string", "pattern": pattern})


_TWO, _TWO_SCHEMA = _as_text(r"^-?\d{1,12}\.\d{2}$")
_FOUR, _FOUR_SCHEMA = _as_text(r"^-?\d{1,12}\.\d{4}$")
_ANY, _ANY_SCHEMA = _as_text(r"^-?\d{1,12}(\.\d{1,6})?$")

Money = Annotated[Decimal, Field(gt=-(10**12), lt=10**12), _exactly(2), _TWO, _TWO_SCHEMA]
"""Euros and cents, `"2445.00"`; negative when it is owed to the Region."""
Rate = Annotated[Decimal, Field(ge=0, lt=10**6), _exactly(2), _TWO, _TWO_SCHEMA]
"""Euros per trainee-hour, `"7.00"`."""
TaxRate = Annotated[Decimal, Field(ge=0, lt=1), _exactly(4), _FOUR, _FOUR_SCHEMA]
"""A share: 19.6 % is `"0.1960"`."""
Realised = Annotated[Decimal, Field(ge=0, lt=10**6), _exactly(4), _FOUR, _FOUR_SCHEMA]
"""A realised rate (ACT-3) cut, not rounded, to four decimals: what shows as `"0.3000"` has reached 30 %. It may reach 1."""
Exact = Annotated[Decimal, Field(gt=-(10**12), lt=10**12), _exactly(4), _FOUR, _FOUR_SCHEMA]
"""Euros with four decimals: a trainee's unrounded share of an invoice line (BIL-1)."""
Hours = Annotated[Decimal, Field(ge=0, lt=10**7), _exactly(2), _TWO, _TWO_SCHEMA]
"""Hours as a decimal number, `"43.25"`."""
Figure = Annotated[Decimal, Field(gt=-(10**6), lt=10**6, max_digits=12, decimal_places=6), _ANY, _ANY_SCHEMA]
"""Hours as somebody typed them: whether they are quarter hours is for DEC-3 to say."""
Percent = Annotated[Decimal, Field(ge=0, le=100), _exactly(2), _TWO, _TWO_SCHEMA]

Siret = Annotated[str, Field(pattern=r"^\d{14}$")]
ContractNumber = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z_.-]{0,39}$")]
Text = Annotated[str, Field(max_length=20_000)]
Passage = Annotated[str, Field(max_length=4_000)]
"""A paragraph or two, where a message holds several."""
Label = Annotated[str, Field(max_length=300)]
