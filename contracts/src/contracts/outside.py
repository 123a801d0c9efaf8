"""What every system outside is read and answered by: a contract number in a record's key, a refusal as a French sentence."""

from decimal import Decimal
from string import Formatter
from typing import Any

from pydantic import TypeAdapter

from .refusals import Refusal
from .types import ContractNumber

_NUMBER: TypeAdapter[str] = TypeAdapter(ContractNumber)


def contract_of(key: bytes | None) -> str | None:
    """The contract number in a record's key; None when it is none."""
    try:
        return _NUMBER.validate_python((key or b"").decode())
    except ValueError:
        return None


def sentence(refusal: Refusal) -> str:
    """The refusal's sentence with its figures: “Il reste 1 440,00 € à payer…”."""
    return _French().format(" ".join((type(refusal).__doc__ or "").split()), **refusal.figures)


class _French(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in {"money", "hours"}:
            unit = {"money": "€", "hours": "h"}[format_spec]
            return f"{Decimal(value):,.2f} {unit}".replace(",", " ").replace(".", ",")
        if format_spec == "date":
            return f"{value:%d/%m/%Y}"
        return str(super().format_field(value, format_spec))
