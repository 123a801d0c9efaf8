"""The public contract with the Region's programme system (ACT-1): `region.contracts` and its replies."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, TypeAdapter

from .awards import Ask, Contract, Outcome
from .message import Message, Part
from .types import ContractNumber

MOST_BYTES, MOST_LISTED = 262_144, 1_000
"""Of one record, and the elements of each list in it: a contract has some thousands of bytes, and some dozens of trainers."""
MOST_FAULTS = 100
"""Of one reply, so that it fits a record whatever was sent."""


class ContractAward(Contract, Message):
    """Award this contract, or put it in the place of the one that is known, as long as nobody has worked on that (ACT-1, ACT-4).

    The record's key is the contract number; no header is needed. The same again changes nothing.
    """

    TYPE: ClassVar[str] = "programme.contract-award.v1"

    ask: Literal["award", "replace"]

    @classmethod
    def topic(cls) -> str:
        """What it asks for."""
        return "region.contracts"


class ContractWithdrawal(Message):
    """Take the contract back, as long as nobody has worked on it (ACT-1). The same again changes nothing."""

    TYPE: ClassVar[str] = "programme.contract-withdrawal.v1"

    ask: Literal["withdraw"]
    number: ContractNumber

    @classmethod
    def topic(cls) -> str:
        """What it asks for."""
        return "region.contracts"


Asked = ContractAward | ContractWithdrawal
ASKED: TypeAdapter[Asked] = TypeAdapter(Annotated[Asked, Field(discriminator="ask")])
"""Reads either: `ask` tells which it is."""


Replied = Outcome | Literal["known"]
"""What came of a record; `known`: it was done already."""


class ProgrammeFault(Part):
    """What is wrong: a code to program against, a sentence in French, the path of the field that it is about."""

    code: str
    reason: str
    field: str | None = None


class ProgrammeReply(Message):
    """The answer to one record of `region.contracts`, by partition and offset: what was done (`known`: it was done already), or what is
    wrong, all of it at once (`more` faults are not listed).
    """

    TYPE: ClassVar[str] = "programme.reply.v1"

    outcome: Replied
    ask: Ask | None = None
    contract_number: ContractNumber | None = None
    faults: tuple[ProgrammeFault, ...] = ()
    more: int = 0
    partition: int
    offset: int

    @classmethod
    def sources(cls) -> frozenset[str]:
        """What the programme system is told, actions says."""
        return frozenset({"actions"})

    @classmethod
    def topic(cls) -> str:
        """What the programme system is answered."""
        return "region.contracts.replies"
