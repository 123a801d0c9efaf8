"""What the Region awards: a contract with its terms, imported, replaced or withdrawn (ACT-1, ACT-4)."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from .answers import Fault, PersonalRef
from .codes import ActionKind, TaxRegime
from .message import Command, Event, Part
from .periods import Period
from .personal import AgentContact, TrainerSheet
from .types import ContractNumber, Hours, Label, Money, Percent, Rate, Siret

THRESHOLDS = (Decimal(30), Decimal(60), Decimal(80))
"""Those of a contract that names none (OPN-3)."""
MOST_TRAINEES, MOST_MONTHS, MOST_SUBCONTRACTORS = 300, 36, 20
"""The headcount of a contract, so that a list of all of them is one command; the calendar months from its planned start to its planned
end; its subcontractors. What is said of the largest contract fits a message, and a month's grid fits a form
(`tests/rules/test_largest_contract.py`).
"""


class Organisation(Part):
    """The training organisation that holds the contract, as the contract names it."""

    siret: Siret
    name: Label
    email: Label
    address: Label
    address_complement: Label = ""
    postcode: str = Field(pattern=r"^\d{5}$")
    town: Label
    tax_regime: TaxRegime


class PlaceTerms(Part):
    """What the contract plans and pays in one place: hours per trainee, total price, rate per trainee-hour."""

    hours: Hours
    price: Money
    rate: Rate


class Subcontractor(Part):
    """Named in the contract, with the ceiling of what it may invoice, excluding tax (BIL-6).

    Without a tax regime, as contracts were awarded once, it can invoice nothing.
    """

    siret: Siret
    name: Label
    ceiling: Money
    tax_regime: TaxRegime | None = None


class Advance(Part):
    """What is paid before any hours, in percent of the price less the subcontractors' ceilings; it is recovered while the share of the
    price that is invoiced goes from the one rate to the other, in percent (BIL-10).
    """

    rate: Percent
    recovered_from: Percent
    recovered_to: Percent


class Terms(Part):
    """A contract (ACT-4) without what is personal."""

    kind: ActionKind
    title: Label
    call_for_projects: Label
    programme_year: int = Field(ge=1990, le=2100)
    safir_operation: Label
    safir_market: Label
    deciding_body: Label
    vote_date: date
    location: Label
    sector_code: Label
    sector_label: Label
    esf: bool
    organisation: Organisation
    planned_start: date
    planned_end: date
    centre: PlaceTerms
    company: PlaceTerms
    headcount: int = Field(ge=1, le=10_000)
    paid_headcount: int = Field(ge=0, le=10_000)
    thresholds: tuple[Percent, Percent, Percent]
    """Of the three instalments, in percent of the planned hours; the third is the one that stays below (BIL-3)."""
    periods: tuple[Period, ...]
    subcontractors: tuple[Subcontractor, ...] = ()
    advance: Advance | None = None


class Contract(Part):
    """A contract as the Region awards it: its terms, the agent in charge, the trainers."""

    number: ContractNumber
    terms: Terms
    agent: AgentContact
    trainers: tuple[TrainerSheet, ...]


class ImportContracts(Command):
    """Award every contract of a workbook, or none (ACT-1). Keyed by the import's own id; `check_only` answers and changes nothing."""

    TYPE: ClassVar[str] = "actions.import-contracts.v1"

    contracts: tuple[Contract, ...]
    replace: bool = False
    check_only: bool = False


class WithdrawContract(Command):
    """Take back a contract on which nothing was entered (ACT-1)."""

    TYPE: ClassVar[str] = "actions.withdraw-contract.v1"


class ActionAwarded(Event):
    """The Region awarded a contract (ACT-1)."""

    TYPE: ClassVar[str] = "actions.action-awarded.v1"

    terms: Terms
    agent: PersonalRef
    trainers: tuple[PersonalRef, ...]


class ContractReplaced(ActionAwarded):
    """Other terms took the place of an awarded contract's (ACT-1)."""

    TYPE: ClassVar[str] = "actions.contract-replaced.v1"


class ActionWithdrawn(Event):
    """The Region took the contract back (ACT-1)."""

    TYPE: ClassVar[str] = "actions.action-withdrawn.v1"


class ContractsImported(Event):
    """What an import did, or would do (`check_only`), under the import's id: how many contracts were new, known, replaced."""

    TYPE: ClassVar[str] = "actions.contracts-imported.v1"

    awarded: tuple[ContractNumber, ...]
    known: tuple[ContractNumber, ...]
    replaced: tuple[ContractNumber, ...]
    check_only: bool


Ask = Literal["award", "replace", "withdraw"]
"""What the programme system asks of a contract."""
Outcome = Literal["awarded", "replaced", "withdrawn", "refused"]
"""What came of it."""


class ProgrammeAnswered(Event):
    """What came of one record of `region.contracts` (ACT-1), under the contract's number, or an id of the record's own when it has none:
    what was done, or why nothing was; of what was done already, nothing is said. `more` faults are not listed.
    """

    TYPE: ClassVar[str] = "actions.programme-answered.v1"

    outcome: Outcome
    ask: Ask | None = None
    """None when it could not be read."""
    contract_number: ContractNumber | None = None
    faults: tuple[Fault, ...] = ()
    more: int = 0
