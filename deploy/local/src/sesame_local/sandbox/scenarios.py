"""What a client is to do about each invoice of the sandbox, and how it is seen that it did (`contracts/FINANCE.md` has the same table)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from contracts.codes import Decision
from contracts.finance import IssuedInvoice, Payment

from .exchanges import Conversation, Exchange
from .history import BALANCE, NOBODYS, contract

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Talk:
    """What was said of the invoices of one scenario; they are counted from 1."""

    said: Conversation
    invoices: tuple[IssuedInvoice, ...]

    def decided(self, decision: Decision, invoice: int = 1, code: str | None = None) -> int:
        """How often that decision was sent and recorded, or refused with that code."""
        return sum(
            each.decision is not None and (each.decision.invoice_id, each.decision.decision) == (self._id(invoice), decision)
            for each in self._answered(code)
        )

    def accepted(self, invoice: int = 1, code: str | None = None) -> int:
        """As `decided`."""
        return self.decided(Decision.ACCEPTED, invoice, code)

    def payments(self, invoice: int = 1) -> Mapping[str, Payment]:
        """Those that are recorded, by reference."""
        sent = [each.payment for each in self._answered(None) if each.payment and each.payment.invoice_id == self._id(invoice)]
        return {payment.reference: payment for payment in sent}

    def paid(self, invoice: int = 1) -> bool:
        """Whether it is paid to the cent."""
        return sum((payment.amount for payment in self.payments(invoice).values()), NOTHING) == self.invoices[invoice - 1].including_tax

    def refused(self, code: str) -> bool:
        """Whether anything was, with that code."""
        return any(self._answered(code))

    def sent_again(self) -> bool:
        """Whether a payment was recorded twice."""
        bodies = [each.payment for each in self._answered(None) if each.payment]
        return any(bodies.count(body) > 1 for body in bodies)

    def mentioned(self, invoice: int = 1) -> bool:
        """Whether anything at all was said of it."""
        of = self._id(invoice)
        return any(of in _named(each) for each in self.said.exchanges)

    def _id(self, invoice: int) -> UUID:
        return self.invoices[invoice - 1].invoice_id

    def _answered(self, code: str | None) -> Iterator[Exchange]:
        return (each for each in self.said.exchanges if (each.is_recorded if code is None else each.code == code))


def _named(exchange: Exchange) -> set[UUID]:
    return {each.invoice_id for each in (exchange.decision, exchange.payment) if each}


Step = tuple[str, Callable[[Talk], bool | int]]
"""Something to do, or never to do, and whether it was done."""


@dataclass(frozen=True)
class Scenario:
    """A contract of the sandbox, what is there, what to do, step by step, and the refusals that are provoked with it."""

    number: int
    there: str
    steps: tuple[Step, ...]
    provokes: frozenset[str] = frozenset()
    never: tuple[Step, ...] = ()
    also: tuple[str, ...] = field(default=())
    """Other contracts that belong to it."""

    @property
    def name(self) -> str:
        """S1, S2, …"""
        return f"S{self.number}"

    @property
    def contracts(self) -> tuple[str, ...]:
        """All of it."""
        return (contract(self.number), *self.also)

    def talk(self, conversation: Conversation) -> Talk:
        """What was said of it."""
        own = contract(self.number)
        return Talk(conversation.of(self.contracts), tuple(each for each in conversation.invoices.values() if each.contract_number == own))

    def missing(self, conversation: Conversation) -> list[str]:
        """What is still to do."""
        talk = self.talk(conversation)
        return [words for words, is_done in self.steps if not is_done(talk)]

    def overdone(self, conversation: Conversation) -> list[str]:
        """What was not to be done."""
        talk = self.talk(conversation)
        return [words for words, is_done in self.never if is_done(talk)]


def in_time(talk: Talk) -> bool:
    """Whether all of it is paid by its last day (BIL-15)."""
    last = talk.invoices[0].pay_by or date.max
    return talk.paid() and all(payment.date <= last for payment in talk.payments().values())


ACCEPT: Step = ("accepter la facture", lambda talk: talk.accepted())
PAY: Step = ("la payer au centime près", lambda talk: talk.paid())

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(1, "une facture à décider", (ACCEPT, ("la payer en entier, à une date qui n'est pas après pay_by", in_time))),
    Scenario(2, "une facture à décider", (("la rejeter, avec code et text", lambda talk: talk.decided(Decision.REJECTED)),)),
    Scenario(
        3,
        "une facture que l'agent a acceptée",
        (("la payer en deux fois, sous deux références", lambda talk: len(talk.payments()) == 2 and talk.paid()),),
    ),
    Scenario(
        4,
        "une facture à décider",
        (
            ("l'accepter, et renvoyer la même décision", lambda talk: talk.accepted() > 1),
            ("la payer, et renvoyer le même paiement", lambda talk: talk.paid() and talk.sent_again()),
        ),
    ),
    Scenario(
        5,
        "une facture que l'agent a acceptée",
        (PAY, ("la payer encore, sous une autre référence : refusé", lambda talk: talk.refused("payment-too-large"))),
        frozenset({"payment-too-large"}),
    ),
    Scenario(
        6,
        "une facture que l'agent a rejetée",
        (("l'accepter, comme si vous n'aviez pas lu le fait : refusé", lambda talk: talk.accepted(code="already-decided-otherwise")),),
        frozenset({"already-decided-otherwise"}),
        (("la payer", lambda talk: talk.refused("invoice-not-accepted")),),
    ),
    Scenario(
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
    Scenario(
        8,
        "une facture à décider",
        (("envoyer ce qui n'est ni décision ni paiement : refusé", lambda talk: talk.refused("unreadable")), ACCEPT),
        frozenset({"unreadable"}),
    ),
    Scenario(
        9,
        "une facture que l'agent a acceptée",
        (
            ("payer trop : refusé", lambda talk: talk.refused("payment-too-large")),
            ("payer 0.00 : refusé", lambda talk: talk.refused("payment-not-positive")),
            ("payer le juste montant, sous la référence du paiement refusé", lambda talk: talk.paid()),
        ),
        frozenset({"payment-too-large", "payment-not-positive"}),
    ),
    Scenario(
        10,
        "une facture que l'agent a acceptée",
        (
            ("la payer sous une référence de S3 : refusé", lambda talk: talk.refused("reference-used-otherwise")),
            ("la payer sous une référence à elle", lambda talk: talk.paid()),
        ),
        frozenset({"reference-used-otherwise"}),
    ),
    Scenario(
        11,
        "une facture à décider",
        (("la payer avant de l'accepter : refusé", lambda talk: talk.refused("invoice-not-accepted")), ACCEPT, PAY),
        frozenset({"invoice-not-accepted"}),
    ),
    Scenario(
        12,
        "une facture à décider",
        (
            ("la rejeter sans code ni text : refusé", lambda talk: talk.refused("rejection-without-reason")),
            ("la rejeter avec", lambda talk: talk.decided(Decision.REJECTED)),
        ),
        frozenset({"rejection-without-reason"}),
    ),
    Scenario(
        BALANCE,
        "un solde, dont l'agent n'a pas encore reçu le bilan",
        (
            ("l'accepter : refusé", lambda talk: talk.accepted(code="report-not-received")),
            ("l'accepter encore, après « make sandbox CMD=report »", lambda talk: talk.accepted()),
            PAY,
        ),
        frozenset({"report-not-received"}),
    ),
    Scenario(14, "une facture de 0,00 €", (ACCEPT,), never=(("la payer", lambda talk: talk.refused("payment-too-large")),)),
    Scenario(
        15,
        "une facture d'un sous-traitant, puis celle du titulaire, qui la déduit",
        (
            ("accepter et payer celle du sous-traitant", lambda talk: talk.accepted(1) and talk.paid(1)),
            ("accepter et payer celle du titulaire", lambda talk: talk.accepted(2) and talk.paid(2)),
        ),
    ),
    Scenario(
        16,
        "une facture que l'agent a rejetée, et celle qui la corrige",
        (("accepter et payer la seconde", lambda talk: talk.accepted(2) and talk.paid(2)),),
        never=(("décider de la première, ou la payer", lambda talk: talk.mentioned(1)),),
    ),
    Scenario(
        17,
        "une facture annoncée deux fois, et celle d'un étranger (ce_source n'est pas billing)",
        (("accepter la première et la payer une fois", lambda talk: talk.accepted() and talk.paid()),),
        never=(("décider de l'autre, ou la payer", lambda talk: talk.refused("unknown-invoice")),),
    ),
)
OF_CONTRACT: Mapping[str, Scenario] = {number: scenario for scenario in SCENARIOS for number in scenario.contracts}


def is_provoked(exchange: Exchange) -> bool:
    """Whether it was refused as its scenario asks for."""
    scenario = OF_CONTRACT.get(exchange.contract or "")
    return scenario is not None and exchange.code in scenario.provokes
