"""What a client is to do about each invoice of the sandbox, and how it is seen that it did (`contracts/FINANCE.md` has the same table)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from contracts.codes import Decision
from contracts.finance import IssuedInvoice, Payment

from ..exchanges import Conversation, Exchange
from ..partner import Scenario, Step
from . import records
from .history import BALANCE, NOBODYS, contract

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Talk:
    """What was said of the invoices of one scenario; they are counted from 1."""

    said: Conversation
    invoices: tuple[IssuedInvoice, ...]

    def decided(self, decision: Decision, invoice: int = 1, code: str | None = None) -> int:
        """How often that decision was sent and recorded, or refused with that code."""
        sent = filter(None, map(records.decision, self._answered(code)))
        return sum((each.invoice_id, each.decision) == (self._id(invoice), decision) for each in sent)

    def accepted(self, invoice: int = 1, code: str | None = None) -> int:
        """As `decided`."""
        return self.decided(Decision.ACCEPTED, invoice, code)

    def payments(self, invoice: int = 1) -> Mapping[str, Payment]:
        """Those that are recorded, by reference."""
        sent = filter(None, map(records.payment, self._answered(None)))
        return {payment.reference: payment for payment in sent if payment.invoice_id == self._id(invoice)}

    def paid(self, invoice: int = 1) -> bool:
        """Whether it is paid to the cent."""
        return sum((payment.amount for payment in self.payments(invoice).values()), NOTHING) == self.invoices[invoice - 1].including_tax

    def refused(self, code: str) -> bool:
        """Whether anything was, with that code."""
        return any(self._answered(code))

    def sent_again(self) -> bool:
        """Whether a payment was recorded twice."""
        sent = list(filter(None, map(records.payment, self._answered(None))))
        return any(sent.count(payment) > 1 for payment in sent)

    def mentioned(self, invoice: int = 1) -> bool:
        """Whether anything at all was said of it."""
        of = self._id(invoice)
        return any(of in _named(each) for each in self.said.exchanges)

    def _id(self, invoice: int) -> UUID:
        return self.invoices[invoice - 1].invoice_id

    def _answered(self, code: str | None) -> Iterator[Exchange]:
        return (each for each in self.said.exchanges if (each.is_recorded if code is None else each.code == code))


def _named(exchange: Exchange) -> set[UUID]:
    return {each.invoice_id for each in (records.decision(exchange), records.payment(exchange)) if each}


def talk_of(scenario: Scenario, said: Conversation) -> Talk | None:
    """What was said of it; None where its history was not played."""
    own = tuple(each for each in records.invoices(said).values() if each.contract_number == scenario.contracts[0])
    return Talk(said.of(scenario.contracts), own) if own else None


def in_time(talk: Talk) -> bool:
    """Whether all of it is paid by its last day (BIL-15)."""
    last = talk.invoices[0].pay_by or date.max
    return talk.paid() and all(payment.date <= last for payment in talk.payments().values())


def scenario(number: int, there: str, *parts: Any, also: tuple[str, ...] = (), **more: Any) -> Scenario:
    """The one of that number, on its contract."""
    return Scenario(f"S{number}", (contract(number), *also), there, *parts, **more)


ACCEPT: Step = ("accepter la facture", lambda talk: talk.accepted())
PAY: Step = ("la payer au centime près", lambda talk: talk.paid())

SCENARIOS: tuple[Scenario, ...] = (
    scenario(1, "une facture à décider", (ACCEPT, ("la payer en entier, à une date qui n'est pas après pay_by", in_time))),
    scenario(2, "une facture à décider", (("la rejeter, avec code et text", lambda talk: talk.decided(Decision.REJECTED)),)),
    scenario(
        3,
        "une facture que l'agent a acceptée",
        (("la payer en deux fois, sous deux références", lambda talk: len(talk.payments()) == 2 and talk.paid()),),
    ),
    scenario(
        4,
        "une facture à décider",
        (
            ("l'accepter, et renvoyer la même décision", lambda talk: talk.accepted() > 1),
            ("la payer, et renvoyer le même paiement", lambda talk: talk.paid() and talk.sent_again()),
        ),
    ),
    scenario(
        5,
        "une facture que l'agent a acceptée",
        (PAY, ("la payer encore, sous une autre référence : refusé", lambda talk: talk.refused("payment-too-large"))),
        frozenset({"payment-too-large"}),
    ),
    scenario(
        6,
        "une facture que l'agent a rejetée",
        (("l'accepter, comme si vous n'aviez pas lu le fait : refusé", lambda talk: talk.accepted(code="already-decided-otherwise")),),
        frozenset({"already-decided-otherwise"}),
        (("la payer", lambda talk: talk.refused("invoice-not-accepted")),),
    ),
    scenario(
        7,
        "une facture à décider",
        (
            ("décider d'une facture qui n'existe pas : refusé", lambda talk: talk.refused("unknown-invoice")),
            (f"décider sous la clé {NOBODYS} : refusé", lambda talk: talk.refused("unknown-contract")),
            ACCEPT,
        ),
        frozenset({"unknown-invoice", "unknown-contract"}),
        also=(NOBODYS,),
    ),
    scenario(
        8,
        "une facture à décider",
        (("envoyer ce qui n'est ni décision ni paiement : refusé", lambda talk: talk.refused("unreadable")), ACCEPT),
        frozenset({"unreadable"}),
    ),
    scenario(
        9,
        "une facture que l'agent a acceptée",
        (
            ("payer trop : refusé", lambda talk: talk.refused("payment-too-large")),
            ("payer 0.00 : refusé", lambda talk: talk.refused("payment-not-positive")),
            ("payer le juste montant, sous la référence du paiement refusé", lambda talk: talk.paid()),
        ),
        frozenset({"payment-too-large", "payment-not-positive"}),
    ),
    scenario(
        10,
        "une facture que l'agent a acceptée",
        (
            ("la payer sous une référence de S3 : refusé", lambda talk: talk.refused("reference-used-otherwise")),
            ("la payer sous une référence à elle", lambda talk: talk.paid()),
        ),
        frozenset({"reference-used-otherwise"}),
    ),
    scenario(
        11,
        "une facture à décider",
        (("la payer avant de l'accepter : refusé", lambda talk: talk.refused("invoice-not-accepted")), ACCEPT, PAY),
        frozenset({"invoice-not-accepted"}),
    ),
    scenario(
        12,
        "une facture à décider",
        (
            ("la rejeter sans code ni text : refusé", lambda talk: talk.refused("rejection-without-reason")),
            ("la rejeter avec", lambda talk: talk.decided(Decision.REJECTED)),
        ),
        frozenset({"rejection-without-reason"}),
    ),
    scenario(
        BALANCE,
        "un solde, dont l'agent n'a pas encore reçu le bilan",
        (
            ("l'accepter : refusé", lambda talk: talk.accepted(code="report-not-received")),
            ("l'accepter encore, après « make sandbox CMD=report »", lambda talk: talk.accepted()),
            PAY,
        ),
        frozenset({"report-not-received"}),
    ),
    scenario(14, "une facture de 0,00 €", (ACCEPT,), never=(("la payer", lambda talk: talk.refused("payment-too-large")),)),
    scenario(
        15,
        "une facture d'un sous-traitant, puis celle du titulaire, qui la déduit",
        (
            ("accepter et payer celle du sous-traitant", lambda talk: talk.accepted(1) and talk.paid(1)),
            ("accepter et payer celle du titulaire", lambda talk: talk.accepted(2) and talk.paid(2)),
        ),
    ),
    scenario(
        16,
        "une facture que l'agent a rejetée, et celle qui la corrige",
        (("accepter et payer la seconde", lambda talk: talk.accepted(2) and talk.paid(2)),),
        never=(("décider de la première, ou la payer", lambda talk: talk.mentioned(1)),),
    ),
    scenario(
        17,
        "une facture annoncée deux fois, et celle d'un étranger (ce_source n'est pas billing)",
        (("accepter la première et la payer une fois", lambda talk: talk.accepted() and talk.paid()),),
        never=(("décider de l'autre, ou la payer", lambda talk: talk.refused("unknown-invoice")),),
    ),
)
