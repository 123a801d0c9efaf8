"""What an organisation asks the Region to change, as this service keeps it (REQ-1); what is personal of it is in the table of people."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.codes import PaidBy, Place, RequestObject

from .terms import Period


@dataclass(frozen=True)
class PlannedDates:
    """From when to when an action is planned."""

    start: date
    end: date


@dataclass(frozen=True)
class Subject:
    """What may be unlocked, or asked about, once at a time: `trainee_id` is whose sheet, when it is one."""

    object: RequestObject
    trainee_id: UUID | None = None


@dataclass(frozen=True)
class AskedDates:
    """Other periods, as seen in version `base_version` of the dates."""

    periods: tuple[Period, ...]
    base_version: int
    object: Literal[RequestObject.DATES] = RequestObject.DATES


@dataclass(frozen=True)
class AskedPlannedDates:
    """Other planned dates, with the periods as they are to be then."""

    planned: PlannedDates
    periods: tuple[Period, ...]
    base_version: int
    object: Literal[RequestObject.PLANNED_DATES] = RequestObject.PLANNED_DATES


@dataclass(frozen=True)
class AskedSheet:
    """Another sheet of a trainee: the record `sheet`, which says who pays, when they entered, and which hours their pathway plans."""

    trainee_id: UUID
    sheet: str
    paid_by: PaidBy | None
    entry: date | None
    base_version: int
    object: Literal[RequestObject.TRAINEE] = RequestObject.TRAINEE
    planned: dict[Place, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class AskedTrainer:
    """Somebody on the list that is asked for: `id` is None when they are to be added; `sheet` is the record to take it from."""

    id: str | None
    sheet: str


@dataclass(frozen=True)
class AskedTrainers:
    """Another list of trainers."""

    trainers: tuple[AskedTrainer, ...]
    base_version: int
    object: Literal[RequestObject.TRAINERS] = RequestObject.TRAINERS


Asked = AskedDates | AskedPlannedDates | AskedSheet | AskedTrainers


@dataclass(frozen=True)
class Request:
    """A request that is open; or granted, as long as the one change that it unlocked has not been made (REQ-2)."""

    asked: Asked
    granted: bool = False

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(self.asked.object, self.asked.trainee_id if isinstance(self.asked, AskedSheet) else None)
