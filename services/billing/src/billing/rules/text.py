"""What the Region writes freely goes to the texts' table and topic, never into an event (PRV-1)."""

from contracts.account.ledger import Ledger
from contracts.personal import TextRecord, record_id


def written(ledger: Ledger, name: str, text: str) -> TextRecord:
    """The record of a text of this contract; `name` tells it from its others."""
    return TextRecord(id=record_id(ledger.contract_number, name), version=1, contract_number=ledger.contract_number, text=text)
