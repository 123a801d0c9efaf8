"""What can be invoiced (BIL-2 to BIL-5, BIL-10, BIL-11): what could be confirmed now or in its window, and what others wait for."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from ..billing import Adjustment, Nature, Offer
from ..codes import Frequency, InvoiceKind, WithoutMonths
from ..month import Month
from ..tax import taxed
from .adjustments import adjustments
from .amounts import NOTHING
from .chain import MONTHS_OF_A_QUARTER, following, next_ordinal
from .ledger import Ledger
from .obstacles import against

CHAINED = (InvoiceKind.INSTALMENT, InvoiceKind.QUARTER)
OF_FREQUENCY = (InvoiceKind.MONTHLY, *CHAINED)
"""They are confirmed in windows, and replace rejected ones (BIL-3, BIL-5)."""


def offers_of(ledger: Ledger) -> Iterator[Offer]:
    """Every invoice against which nothing stands: replacements, those of the payment frequency, the balance, the advance."""
    for nature, months in _candidates(ledger):
        if not against(ledger, nature, months):
            yield offer_of(ledger, nature, months)


def offer_of(ledger: Ledger, nature: Nature, months: tuple[Month, ...]) -> Offer:
    """The invoice of that nature for `months`, against which nothing stands: its amounts, its ordinal, and when it can be confirmed."""
    is_windowed = nature in OF_FREQUENCY
    replaced = ledger.replaceable.get(months) if is_windowed else None
    is_short = nature is InvoiceKind.QUARTER and len(months) < MONTHS_OF_A_QUARTER and not replaced
    ordinal = next_ordinal(ledger, months) if nature is InvoiceKind.INSTALMENT else None
    excluding_tax, taken_off = _amount(ledger, nature, months)
    return Offer(
        kind=nature if isinstance(nature, InvoiceKind) else InvoiceKind.INSTALMENT,
        without_months=nature if isinstance(nature, WithoutMonths) else None,
        months=months,
        ordinal=replaced.ordinal if replaced else ordinal,
        replaces=replaced.invoice_id if replaced else None,
        windowed=is_windowed and not replaced,
        # Somebody could still enter until then, and bring another month (BIL-4).
        not_before=ledger.terms.planned_end + timedelta(days=1) if is_short else None,
        excluding_tax=excluding_tax,
        taxed=taxed(excluding_tax, ledger.terms.tax_regime),
        adjustments=taken_off,
    )


def _amount(ledger: Ledger, nature: Nature, months: tuple[Month, ...]) -> tuple[Decimal, tuple[Adjustment, ...]]:
    """Excluding tax: the advance; or what the months are worth, less what they bear (BIL-6, BIL-10), which is the second."""
    if nature is WithoutMonths.ADVANCE:
        return (ledger.terms.advance.amount if ledger.terms.advance else NOTHING), ()
    taken_off = adjustments(ledger, months, all_of_it=nature is InvoiceKind.BALANCE)
    return ledger.worth(months) + sum((line.amount for line in taken_off), NOTHING), taken_off


def _candidates(ledger: Ledger) -> Iterator[tuple[Nature, tuple[Month, ...]]]:
    replaceable = ledger.replaceable
    yield from ((replaced.kind, months) for months, replaced in replaceable.items())
    if ledger.frequency is Frequency.MONTHLY:
        one_by_one = ((declared.month,) for declared in ledger.free)
        yield from ((InvoiceKind.MONTHLY, months) for months in one_by_one if months not in replaceable)
    else:
        yield from ((kind, months) for months in _beginnings(ledger) if months not in replaceable for kind in CHAINED)
    yield InvoiceKind.BALANCE, tuple(declared.month for declared in ledger.free)
    yield WithoutMonths.ADVANCE, ()


def _beginnings(ledger: Ledger) -> Iterator[tuple[Month, ...]]:
    """The months after the last invoice: the first, the first two, …"""
    months = tuple(declared.month for declared in following(ledger))
    return (months[:length] for length in range(1, len(months) + 1))
