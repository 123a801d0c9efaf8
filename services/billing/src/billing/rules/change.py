"""What a rule decided."""

from dataclasses import dataclass

from contracts.finance import InvoiceFact
from contracts.message import Event
from contracts.personal import TextRecord

from .ledger import Ledger


@dataclass(frozen=True)
class Change:
    """The ledger as it becomes, what the log says, what the finance system is told, and a text that only `personal` carries."""

    ledger: Ledger
    events: tuple[Event, ...] = ()
    fact: InvoiceFact | None = None
    text: TextRecord | None = None
