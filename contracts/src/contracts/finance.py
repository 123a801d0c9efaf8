"""The public contract with the Region's finance system (FIN-1 to FIN-3): `billing.invoices`, `gateway.documents`, `region.decisions`
and its replies.
"""

from base64 import b64decode, b64encode
from datetime import date, datetime
from hashlib import sha256
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from .billing import Adjustment, InvoiceLine
from .codes import DecidedBy, Decision, InvoiceKind, RejectionCode, WithoutMonths
from .message import Message
from .month import Month
from .types import ContractNumber, Money, Siret, TaxRate

LARGEST = 1_000_000
"""Characters of a document in base64: what is around it fits into the topic's record, of 1 MiB, too."""


class InvoiceFact(Message):
    """What Sésame says of an invoice. `sequence` counts the facts of one contract from 1, without gaps: a gap is a message missed."""

    sequence: int
    contract_number: ContractNumber
    invoice_id: UUID

    @classmethod
    def sources(cls) -> frozenset[str]:
        """What the finance system is told, billing says."""
        return frozenset({"billing"})

    @classmethod
    def topic(cls) -> str:
        """What became of invoices."""
        return "billing.invoices"


class IssuedInvoice(InvoiceFact):
    """An invoice to decide: everything but who the trainees are. Amounts in euros.

    `siret` and `organisation` are who issues it and is paid: the holder of the contract, or its subcontractor. One `without_months` says
    `instalment` as its kind, since readers that are older know no other.
    """

    TYPE: ClassVar[str] = "finance.invoice-issued.v1"

    legal_number: str
    number: int | None
    kind: InvoiceKind
    siret: Siret
    organisation: str
    months: tuple[Month, ...]
    trainees: int
    lines: tuple[InvoiceLine, ...]
    excluding_tax: Money
    tax_rate: TaxRate
    tax: Money
    including_tax: Money
    issued_on: date
    replaces: UUID | None = None
    pay_by: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    without_months: WithoutMonths | None = None
    holder: Siret | None = None
    """Who holds the contract, when somebody else issues the invoice."""


class AcceptedInvoice(InvoiceFact):
    """The invoice is accepted and can be paid."""

    TYPE: ClassVar[str] = "finance.invoice-accepted.v1"

    decided_by: DecidedBy
    decided_at: datetime


class RejectedInvoice(InvoiceFact):
    """The invoice is void; what corrects it comes as a new one."""

    TYPE: ClassVar[str] = "finance.invoice-rejected.v1"

    decided_by: DecidedBy
    decided_at: datetime
    code: RejectionCode


class TooLarge(ValueError):
    """A document that no record holds."""


class InvoiceDocument(Message):
    """An issued invoice as a document: a PDF with its data in it, Factur-X of profile EN 16931, on `gateway.documents`. It is made once:
    of two records about one invoice, the first counts, and the bytes of that one are what everybody has.
    """

    TYPE: ClassVar[str] = "finance.invoice-document.v1"

    contract_number: ContractNumber
    invoice_id: UUID
    legal_number: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    document: str = Field(pattern=r"^[0-9A-Za-z+/]+={0,2}$", max_length=LARGEST)
    """Base64, of RFC 4648, without line breaks."""

    @classmethod
    def of(cls, contract_number: str, invoice_id: UUID, legal_number: str, content: bytes) -> "InvoiceDocument":
        """That of these bytes. Raises TooLarge for more than 750 kB."""
        document = b64encode(content).decode()
        if len(document) > LARGEST:
            raise TooLarge(legal_number)
        return cls(
            contract_number=contract_number,
            invoice_id=invoice_id,
            legal_number=legal_number,
            sha256=sha256(content).hexdigest(),
            document=document,
        )

    @property
    def content(self) -> bytes:
        """The PDF. Raises ValueError when it has another digest than is said."""
        content = b64decode(self.document, validate=True)
        if sha256(content).hexdigest() != self.sha256:
            raise ValueError(f"the document of {self.legal_number} is not the one of which it is said")
        return content

    @classmethod
    def sources(cls) -> frozenset[str]:
        """The portal prints."""
        return frozenset({"gateway"})

    @classmethod
    def topic(cls) -> str:
        """Invoices as documents."""
        return "gateway.documents"


class FromFinance(Message):
    """What the finance system sends, without an envelope."""

    @classmethod
    def topic(cls) -> str:
        """What it decides, and what it paid."""
        return "region.decisions"


class InvoiceDecision(FromFinance):
    """What the finance system decides of an invoice. The record's key is the contract number; no header is needed (FIN-3).

    A rejection needs `code` and `text` (BIL-7).
    """

    TYPE: ClassVar[str] = "finance.invoice-decision.v1"

    invoice_id: UUID
    decision: Decision
    code: RejectionCode | None = None
    text: str | None = Field(default=None, max_length=2_000)


class Payment(FromFinance):
    """A payment of an invoice, in euros; `reference` names one payment in the whole system (BIL-13)."""

    TYPE: ClassVar[str] = "finance.payment.v1"

    invoice_id: UUID
    amount: Money
    date: date
    reference: str = Field(min_length=1, max_length=100)


ReplyCode = Literal[
    "unreadable",
    "unknown-contract",
    "unknown-invoice",
    "already-decided-otherwise",
    "rejection-without-reason",
    "report-not-received",
    "invoice-not-accepted",
    "payment-not-positive",
    "payment-too-large",
    "reference-used-otherwise",
]


class Reply(Message):
    """The answer to one record of `region.decisions`, by partition and offset: recorded, or refused with code and sentence."""

    TYPE: ClassVar[str] = "finance.reply.v1"

    outcome: Literal["recorded", "refused"]
    code: ReplyCode | None = None
    reason: str | None = None
    invoice_id: UUID | None = None
    reference: str | None = None
    partition: int
    offset: int

    @classmethod
    def sources(cls) -> frozenset[str]:
        """As `InvoiceFact`."""
        return frozenset({"billing"})

    @classmethod
    def topic(cls) -> str:
        """What the finance system is answered."""
        return "region.decisions.replies"
