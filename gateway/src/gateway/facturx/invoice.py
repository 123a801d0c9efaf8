"""An invoice with all that its document says: what billing said of it, whose it is, whom it is for, which other invoices it names.

All of it is said once and changes no more (BIL-9), so that the document is the same whenever it is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.awards import Terms
from contracts.billing import Adjustment, Invoice
from contracts.codes import AdjustmentKind, InvoiceKind, WithoutMonths
from contracts.month import Month
from contracts.payment_clock import last_day

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Party:
    """Who issues an invoice, or whom it is for. A subcontractor's address is in no contract."""

    name: str
    siret: str
    address: tuple[str, ...] = ()
    postcode: str = ""
    town: str = ""

    @property
    def siren(self) -> str:
        """Who they are, whatever their establishment."""
        return self.siret[:9]

    @property
    def vat_number(self) -> str:
        """The number under which they pay VAT, if they do: it follows from the SIREN."""
        return f"FR{(12 + 3 * (int(self.siren) % 97)) % 97:02d}{self.siren}"


@dataclass(frozen=True, slots=True)
class Named:
    """Another invoice, which this one corrects, deducts or recovers."""

    legal_number: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class InvoiceInFull:
    """What an invoice's document is made of. Raises ValueError when its amounts do not add up: no document says so."""

    contract_number: str
    terms: Terms
    invoice: Invoice
    region: Party
    named: Mapping[UUID, Named]

    def __post_init__(self) -> None:
        invoice = self.invoice
        of_lines = sum((line.amount for line in invoice.lines), NOTHING) + sum((each.amount for each in invoice.adjustments), NOTHING)
        if invoice.without_months is None and of_lines != invoice.excluding_tax:
            raise ValueError(f"the lines of {invoice.legal_number} make {of_lines}, and not {invoice.excluding_tax}")
        if invoice.excluding_tax + invoice.tax != invoice.including_tax:
            raise ValueError(f"{invoice.legal_number} says {invoice.including_tax} with tax, which is not the sum")
        if missing := {*self.names} - self.named.keys():
            raise ValueError(f"{invoice.legal_number} names invoices that are not known: {missing}")

    @property
    def holder(self) -> Party:
        """Who holds the contract, as it names them."""
        of = self.terms.organisation
        address = tuple(filter(None, (of.address, of.address_complement)))
        return Party(of.name, of.siret, address, of.postcode, of.town)

    @property
    def issuer(self) -> Party:
        """In whose name it is: the holder's, or a subcontractor's (BIL-6)."""
        theirs = self.invoice.subcontractor
        return Party(theirs, self.invoice.issuer) if theirs else self.holder

    @property
    def is_taxed(self) -> bool:
        """Whether its issuer's training is (BIL-8)."""
        return self.invoice.tax_rate > 0

    @property
    def is_refund(self) -> bool:
        """Whether the Region is owed something: a credit note (BIL-11)."""
        return self.invoice.including_tax < 0

    @property
    def is_correction(self) -> bool:
        """Whether it takes the place of a rejected one (BIL-7)."""
        return self.invoice.replaces is not None

    @property
    def recovers(self) -> bool:
        """Whether some of the advance is taken off (BIL-10)."""
        return any(each.kind is AdjustmentKind.RECOVERY and each.amount < 0 for each in self.invoice.adjustments)

    @property
    def names(self) -> tuple[UUID, ...]:
        """The invoices that it refers to: the one that it corrects, or those because of which it takes something off."""
        invoice = self.invoice
        return (invoice.replaces,) if invoice.replaces else tuple(dict.fromkeys(each.invoice_id for each in invoice.adjustments))

    @property
    def pay_by(self) -> date:
        """The last day on which it is decided and paid in time (BIL-15)."""
        return self.invoice.pay_by or last_day(self.invoice.issued_on)

    @property
    def period(self) -> tuple[date, date] | None:
        """The days that its months make, from the first to the last; None when it has none."""
        months = sorted(self.invoice.months)
        return (Month(months[0]).first, Month(months[-1]).last) if months else None

    @property
    def payment_reference(self) -> str:
        """What whoever pays is asked to write on the payment: `2007QCA0266 2008-000012`."""
        return f"{self.contract_number} {self.invoice.legal_number}"

    @property
    def is_advance(self) -> bool:
        """Whether it asks for the advance (BIL-10)."""
        return self.invoice.without_months is WithoutMonths.ADVANCE

    @property
    def is_subcontract(self) -> bool:
        """Whether it is a subcontractor's (BIL-6)."""
        return self.invoice.without_months is WithoutMonths.SUBCONTRACT

    @property
    def is_balance(self) -> bool:
        """Whether it settles the contract (BIL-11)."""
        return self.invoice.without_months is None and self.invoice.kind is InvoiceKind.BALANCE


def because(adjustment: Adjustment) -> str:
    """What an adjustment is, in a few words: “Déduction de la facture 2007-000004 de CEVENNES-GESTION”."""
    if adjustment.kind is AdjustmentKind.RECOVERY:
        what = "Reprise de l’avance" if adjustment.amount <= 0 else "Restitution de la reprise de l’avance"
        return f"{what}, facture {adjustment.legal_number}"
    what = "Déduction" if adjustment.amount <= 0 else "Restitution de la déduction"
    return f"{what} de la facture {adjustment.legal_number} de {adjustment.name}"
