"""How long what is personal of a contract is kept (PRV-1), and that it is kept no more."""

from dataclasses import replace
from datetime import date

from chassis.decision import Decision
from contracts.account.ledger import Issued, Ledger
from contracts.codes import ContractEnd
from contracts.codes import Decision as Decided
from contracts.erasure import ErasedByBilling, ErasureDue, erased_on
from contracts.month import paris_day
from contracts.refusals.common import PeopleAreErased


def give_up(ledger: Ledger, day: date) -> Decision[Ledger]:
    """The contract was withdrawn, or its action is not opened: that is its end (ACT-1, OPN-4)."""
    return Decision(replace(ledger, given_up_on=day))


def end_of(ledger: Ledger) -> tuple[ContractEnd, date]:
    """With what the contract came to its end, and when: the last payment, once its account is settled.

    One that nobody settles ends too: with its planned end, or with what was last invoiced, decided or paid after it. A payment that
    comes later moves the end, as long as nothing is erased.
    """
    if ledger.given_up_on:
        return ContractEnd.NEVER_BEGAN, ledger.given_up_on
    decided = [paris_day(invoice.decided_at) for invoice in ledger.invoices if invoice.decided_at]
    if is_settled(ledger):
        return (ContractEnd.LAST_PAYMENT, ledger.last_paid_on) if ledger.last_paid_on else (ContractEnd.NOTHING_TO_PAY, max(decided))
    issued = [paris_day(invoice.issued_at) for invoice in ledger.invoices]
    paid = [ledger.last_paid_on] if ledger.last_paid_on else []
    return ContractEnd.LEFT_OPEN, max([ledger.terms.planned_end, *issued, *decided, *paid])


def is_settled(ledger: Ledger) -> bool:
    """Whether the balance stands, and all that stands is accepted and paid (BIL-11, BIL-13)."""
    return ledger.balance is not None and all(map(_is_settled, ledger.live))


def due(ledger: Ledger, years: int) -> ErasureDue:
    """When what is personal of the contract is to be erased, as its account stands, and counted from what (PRV-1)."""
    end, ended_on = end_of(ledger)
    return ErasureDue(end=end, ended_on=ended_on, years=years, due_on=erased_on(ended_on, years))


def look_again_on(ledger: Ledger, day: date, years: int) -> date:
    """When it is worth looking again, of a contract that on `day` is not to be erased yet: nothing that is still to come can end it before
    that day, whatever is planned.
    """
    return min(due(ledger, years).due_on, erased_on(day, years))


def erase(ledger: Ledger, is_due: ErasureDue, day: date, texts: int) -> Decision[Ledger]:
    """Everybody is told to erase what they keep; this service has erased so many `texts`."""
    return Decision(replace(ledger, erased_on=day), (is_due, ErasedByBilling(texts=texts)))


def refuse_texts(ledger: Ledger) -> None:
    """Nothing is written about a contract whose people are erased: nobody would erase it. Raises PeopleAreErased."""
    if ledger.erased_on:
        raise PeopleAreErased(day=ledger.erased_on)


def _is_settled(invoice: Issued) -> bool:
    return invoice.decision is Decided.ACCEPTED and invoice.paid >= invoice.including_tax
