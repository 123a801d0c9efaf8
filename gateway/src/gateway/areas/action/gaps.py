"""From the contract to what is paid, and where each gap comes from: read on pages, and printed (BIL-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.words.french import hours, money, months

from .action import Action
from .queries.account import Account
from .queries.invoices import InvoiceView


@dataclass(frozen=True, slots=True)
class Gap:
    """An amount of the account, how far it is from the one above it, and why."""

    name: str
    amount: Decimal
    gap: Decimal | None
    why: str


def gaps(account: Account, action: Action) -> tuple[Gap, ...]:
    """The six amounts, from the contract down."""
    amounts = (
        ("Contrat, HT", account.contract, _contract(action)),
        ("Déclaré et confirmé, HT", account.declared, _declared(account)),
        ("Facturé, HT", account.invoiced, _invoiced(account)),
        ("Accepté, HT", account.accepted, _named("En attente de la Région", account.pending) or "Toutes les factures sont décidées"),
        ("Accepté, TTC", account.accepted_with_tax, _taxed(account)),
        ("Payé, TTC", account.paid, _paid(account)),
    )
    above = (None, *(amount for _, amount, _ in amounts))
    return tuple(
        Gap(name, amount, None if before is None else amount - before, why)
        for (name, amount, why), before in zip(amounts, above, strict=False)
    )


def _contract(action: Action) -> str:
    places = (f"{hours(place.hours)} × {money(place.rate)}" for place in (action.terms.centre, action.terms.company))
    return f"{action.terms.headcount} stagiaires × ({' + '.join(places)})"


def _declared(account: Account) -> str:
    to_confirm = f", dont {months(account.to_confirm)} à confirmer" if account.to_confirm else ""
    return f"Heures que le contrat prévoit et qui ne sont pas confirmées{to_confirm}"


def _invoiced(account: Account) -> str:
    to_invoice = [month.month for month in account.to_invoice]
    return " ; ".join(
        (
            f"À facturer : {months(to_invoice)}" if to_invoice else "Tout ce qui est confirmé est facturé",
            *_owed("avance", "récupérer", account.to_recover),
            *_owed("sous-traitance", "déduire", account.to_deduct),
        )
    )


def _owed(what: str, take_off: str, amount: Decimal) -> tuple[str, ...]:
    """What the next invoices take off; less than nothing is what they give back, of an invoice that was rejected (BIL-6, BIL-10)."""
    return (f"{what} à {take_off if amount > 0 else 'rendre'} : {money(abs(amount))}",) if amount else ()


def _taxed(account: Account) -> str:
    return "Taxe sur la valeur ajoutée" if account.accepted_with_tax != account.accepted else "Organisme exonéré de taxe"


def _paid(account: Account) -> str:
    if account.unpaid:
        return _named("Paiement à venir", account.unpaid)
    if account.balance and account.balance.invoice.including_tax < 0:
        return "Le solde est négatif : un reversement est dû à la Région"
    return "Tout ce qui est accepté est payé"


def _named(what: str, invoices: Sequence[InvoiceView]) -> str:
    names = ", ".join(f"facture {view.name}" if view.invoice.number else "solde" for view in invoices)
    return f"{what} : {names}" if names else ""
