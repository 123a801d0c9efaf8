"""Another planned end: from then on a shorter quarter waits for it (BIL-4, REQ-4). What that would change of the offers is said before."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from contracts.account.ledger import AskedAmendment, Ledger
from contracts.billing import OffersForeseen
from contracts.declarations import AmendmentForeseen, AmendmentGranted
from contracts.month import Month

from .offered import offered


def amend(ledger: Ledger, granted: AmendmentGranted) -> Ledger:
    """The planned end is another one, and so are the months that need a declaration: both at once, as `declarations` decided them."""
    return replace(_amended(ledger, granted.planned_end, granted.effect.to_declare), asked=None)


def ask(ledger: Ledger, request_id: UUID, planned_end: date) -> Ledger:
    """The Region is asked for another planned end (REQ-1)."""
    return replace(ledger, asked=AskedAmendment(request_id, planned_end))


def decided(ledger: Ledger, request_id: UUID) -> Ledger:
    """A request is open no more; one about anything else changes nothing here."""
    return replace(ledger, asked=None) if ledger.asked and ledger.asked.request_id == request_id else ledger


def foresee(ledger: Ledger, foreseen: AmendmentForeseen) -> Ledger:
    """`declarations` says which months would need a declaration; it may say so of a request that was decided before it read that."""
    if ledger.asked is None or ledger.asked.request_id != foreseen.request_id:
        return ledger
    to_declare = foreseen.effect.to_declare if foreseen.effect else None
    return replace(ledger, asked=replace(ledger.asked, to_declare=to_declare))


def offers_foreseen(ledger: Ledger) -> OffersForeseen | None:
    """What would be offered otherwise with the planned end that is asked for, by the rules that offer; None when none is asked for.

    Nothing as long as it cannot be granted.
    """
    asked = ledger.asked
    if asked is None:
        return None
    now = then = offered(ledger).offers
    if asked.to_declare is not None:
        then = offered(_amended(ledger, asked.planned_end, asked.to_declare)).offers
    return OffersForeseen(
        request_id=asked.request_id,
        vanish=tuple(offer for offer in now if offer not in then),
        appear=tuple(offer for offer in then if offer not in now),
    )


def foreseen_changed(before: Ledger | None, after: Ledger) -> tuple[OffersForeseen, ...]:
    """What the log is told when something else would come of it than before; nothing once it is decided."""
    now = offers_foreseen(after)
    return (now,) if now and now != (offers_foreseen(before) if before else None) else ()


def _amended(ledger: Ledger, planned_end: date, to_declare: Iterable[Month]) -> Ledger:
    return replace(ledger, terms=replace(ledger.terms, planned_end=planned_end), to_declare=tuple(to_declare))
