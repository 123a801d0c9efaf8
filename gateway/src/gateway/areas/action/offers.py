"""What can be invoiced, when, and between what one has to choose: as billing said it (BIL-2 to BIL-5, BIL-11)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.billing import InvoicesOffered, Offer, Taxed
from contracts.codes import InvoiceKind, WithoutMonths
from contracts.month import Month, Window
from gateway.words.french import plural

from .action import Action


@dataclass(frozen=True, slots=True)
class OfferView:
    """An invoice that could be confirmed, with when, and that day's tax (BIL-2, BIL-5)."""

    offer: Offer
    window: Window | None
    taxed: Taxed
    can_be_confirmed: bool

    @property
    def key(self) -> str:
        """Names it in a form: `monthly:2008-02`, `quarter:2008-02,2008-03,2008-04`."""
        return f"{self.offer.kind}:{','.join(self.offer.months)}"


def offered(action: Action) -> InvoicesOffered:
    """What billing last said can be invoiced."""
    return InvoicesOffered.model_validate(action.offers) if action.offers else InvoicesOffered(months=(), offers=())


def view_offers(action: Action, today: date) -> list[OfferView]:
    """The offers of months, but the balance (BIL-3, BIL-4)."""
    others = (InvoiceKind.BALANCE, WithoutMonths.ADVANCE)
    return [view for view in every_offer(action, today) if view.offer.nature not in others]


def view_advance(action: Action, today: date) -> OfferView | None:
    """The advance, when it can be confirmed (BIL-10)."""
    return next((view for view in every_offer(action, today) if view.offer.without_months), None)


def view_balance(action: Action, today: date) -> OfferView | None:
    """The balance, once it can be confirmed (BIL-11)."""
    return next((view for view in every_offer(action, today) if view.offer.kind is InvoiceKind.BALANCE), None)


def every_offer(action: Action, today: date) -> Iterator[OfferView]:
    """Every offer, as of `today`."""
    for body in (action.offers or {}).get("offers", []):
        offer = Offer.model_validate(body)
        window = Window.after(Month(offer.months[-1]), today, not_before=offer.not_before) if offer.windowed and offer.months else None
        taxed = max((tax for tax in offer.taxed if tax.since is None or tax.since <= today), key=lambda tax: tax.since or date.min)
        yield OfferView(offer, window, taxed, window is None or today in window)


def alternatives(views: Iterable[OfferView]) -> list[list[OfferView]]:
    """The offers, those together that have a month in common: no month is ever in two invoices, so one of them is to be chosen.

    Under three instalments a quarter Feb–Apr and instalments Feb–May and Feb–Jun are one choice (BIL-3, BIL-4).
    """
    groups: list[list[OfferView]] = []
    for view in views:
        months = set(view.offer.months)
        touched = [group for group in groups if any(months & set(other.offer.months) for other in group)]
        groups = [group for group in groups if group not in touched] + [[*(other for group in touched for other in group), view]]
    return groups


def to_confirm(choices: Sequence[Sequence[OfferView]]) -> str:
    """`1 facture à valider`: alternatives count once."""
    return f"{plural(len(choices), 'facture')} à valider"
