"""The terms of a contract (ACT-4) as this service keeps them: its own types, so that another version of a message moves no state."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from contracts import awards
from contracts.codes import ActionKind, Place, TaxRegime

K = TypeVar("K")


@dataclass(frozen=True)
class Organisation:
    """The training organisation that holds the contract, as the contract names it."""

    siret: str
    name: str
    email: str
    address: str
    address_complement: str
    postcode: str
    town: str
    tax_regime: TaxRegime


@dataclass(frozen=True)
class PlaceTerms:
    """What the contract plans and pays in one place: hours per trainee, total price, rate per trainee-hour."""

    hours: Decimal
    price: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Period:
    """A stretch of days, both included, in one place."""

    place: Place
    start: date
    end: date


@dataclass(frozen=True)
class Subcontractor:
    """Named in the contract, with the ceiling of what it may invoice, excluding tax."""

    siret: str
    name: str
    ceiling: Decimal
    tax_regime: TaxRegime | None = None


@dataclass(frozen=True)
class Advance:
    """What is paid before any hours, and the shares of the price between which it is recovered, all in percent (BIL-10)."""

    rate: Decimal
    recovered_from: Decimal
    recovered_to: Decimal


@dataclass(frozen=True)
class Terms:
    """All of a contract that is not personal: what rules decide on, and what a later import is compared with (ACT-1)."""

    kind: ActionKind
    title: str
    call_for_projects: str
    programme_year: int
    safir_operation: str
    safir_market: str
    deciding_body: str
    vote_date: date
    location: str
    sector_code: str
    sector_label: str
    esf: bool
    organisation: Organisation
    planned_start: date
    planned_end: date
    centre: PlaceTerms
    company: PlaceTerms
    headcount: int
    paid_headcount: int
    thresholds: tuple[Decimal, Decimal, Decimal]
    periods: tuple[Period, ...]
    subcontractors: tuple[Subcontractor, ...] = ()
    advance: Advance | None = None


def terms_of(awarded: awards.Terms) -> Terms:
    """The terms that a contract was awarded with."""
    return _same_fields(
        Terms,
        awarded,
        organisation=_same_fields(Organisation, awarded.organisation),
        centre=_same_fields(PlaceTerms, awarded.centre),
        company=_same_fields(PlaceTerms, awarded.company),
        periods=tuple(_same_fields(Period, period) for period in awarded.periods),
        subcontractors=tuple(_same_fields(Subcontractor, subcontractor) for subcontractor in awarded.subcontractors),
        advance=_same_fields(Advance, awarded.advance) if awarded.advance else None,
    )


def _same_fields(kind: type[K], part: Any, **converted: Any) -> K:
    """A `kind` with what `part` holds under the same names; what is `converted` already is taken from there."""
    names = (field.name for field in fields(kind))  # type: ignore[arg-type]  # a dataclass
    return kind(**{name: converted[name] if name in converted else getattr(part, name) for name in names})
