"""What an invoice says otherwise than the rejected one that came before it, line by line (BIL-7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.billing import Invoice, Share
from contracts.codes import Place
from contracts.month import Month
from gateway.areas.action.queries.invoices import NOTHING, InvoiceView
from gateway.words.french import sortable

Line = tuple[Month, UUID, Place]


@dataclass(frozen=True, slots=True)
class Change:
    """A trainee's hours of a month in one place, in the rejected invoice and in this one; None where an invoice has none."""

    name: str
    line: Line
    before: Share | None
    now: Share | None

    @property
    def difference(self) -> Decimal:
        """Euros, unrounded, excluding tax."""
        return _amount(self.now) - _amount(self.before)


@dataclass(frozen=True, slots=True)
class Changes:
    """Every line that differs from the `rejected` invoice, in the months that both hold; by how much the two differ in these months."""

    rejected: InvoiceView
    lines: tuple[Change, ...]
    difference: Decimal

    @property
    def rows(self) -> frozenset[tuple[Month, UUID]]:
        """The trainees' months in which something differs."""
        return frozenset((change.line[0], change.line[1]) for change in self.lines)


def rejected_before(view: InvoiceView, invoices: Iterable[InvoiceView]) -> list[InvoiceView]:
    """The invoices that held some of the same months and were rejected before this one was issued, the latest first."""
    earlier = (other for other in invoices if other.state == "rejected" and other.issued_at < view.issued_at)
    return sorted(
        (other for other in earlier if set(other.invoice.months) & set(view.invoice.months)),
        key=lambda other: other.issued_at,
        reverse=True,
    )


def changes(view: InvoiceView, rejected: InvoiceView, names: Mapping[str, str]) -> Changes:
    """What the invoice changes of the `rejected` one; both have their shares."""
    invoice = view.invoice
    common = set(rejected.invoice.months) & set(invoice.months)
    old, new = _shares(rejected.invoice, common), _shares(invoice, common)
    differing = [line for line in {**old, **new} if _hours(old.get(line)) != _hours(new.get(line))]
    lines = [Change(names.get(str(line[1]), "Stagiaire"), line, old.get(line), new.get(line)) for line in differing]
    lines.sort(key=lambda change: (change.line[0], sortable(change.name), change.line[2] is Place.COMPANY))
    return Changes(rejected, tuple(lines), _total(invoice, common) - _total(rejected.invoice, common))


def _shares(invoice: Invoice, months: set[Month]) -> dict[Line, Share]:
    return {(share.month, share.trainee_id, share.place): share for share in invoice.shares if share.month in months}


def _hours(share: Share | None) -> tuple[Decimal, Decimal]:
    return (share.attended, share.excused) if share else (NOTHING, NOTHING)


def _amount(share: Share | None) -> Decimal:
    return share.amount if share else Decimal("0.0000")


def _total(invoice: Invoice, months: set[Month]) -> Decimal:
    return sum((line.amount for line in invoice.lines if line.month in months), NOTHING)
