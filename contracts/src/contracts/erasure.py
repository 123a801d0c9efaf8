"""What ends with a contract (PRV-1): when its people are to be erased, and that they were. None of it says who they are."""

from datetime import date
from typing import ClassVar

from .codes import ContractEnd
from .message import Event


def erased_on(ended_on: date, years: int) -> date:
    """The first day on which what is personal of a contract that came to its end on `ended_on` is kept no more: `years` after the
    31 December that follows (PRV-1). 3 March 2008, five years: kept until 31 December 2013, erased on 1 January 2014.
    """
    return date(ended_on.year + years + 1, 1, 1)


class ErasureDue(Event):
    """The years are over: whoever keeps anything personal of the contract erases it (PRV-1). Nobody is recorded on it any more."""

    TYPE: ClassVar[str] = "billing.erasure-due.v1"

    end: ContractEnd
    ended_on: date
    """The day from which the years were counted."""
    years: int
    due_on: date


class PeopleErased(Event):
    """How many records of each kind a service kept of the contract's people and has erased, on `personal` too (PRV-1)."""

    trainees: int = 0
    trainers: int = 0
    agents: int = 0
    texts: int = 0


class ErasedByActions(PeopleErased):
    """Sheets, trainers, the agent in charge, reasons."""

    TYPE: ClassVar[str] = "actions.people-erased.v1"


class ErasedByBilling(PeopleErased):
    """Why invoices were rejected, and notes about them."""

    TYPE: ClassVar[str] = "billing.people-erased.v1"


class ErasedBySurveys(PeopleErased):
    """Reports, and notes about them."""

    TYPE: ClassVar[str] = "surveys.people-erased.v1"
