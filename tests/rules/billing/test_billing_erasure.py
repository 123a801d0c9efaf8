"""How long what is personal of a contract is kept (PRV-1)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from billing.rules import erasure
from billing.rules.notes import note
from contracts.account.ledger import Ledger
from contracts.billing import NoteInvoice
from contracts.codes import ContractEnd
from contracts.erasure import ErasedByBilling, ErasureDue, erased_on
from contracts.refusals.common import PeopleAreErased
from tests.rules.billing.billed_action import BALANCE, MONTHLY, BilledAction

YEARS = 5


def settled() -> BilledAction:
    """One month invoiced, one in the balance: all accepted and paid, the last time on 3 March 2008."""
    action = BilledAction()
    action.confirm("2007-02", "489")
    first = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    action.accept(first, "2007-03-20")
    action.confirm("2007-12", "100")
    action.close(acknowledged=True)
    balance = action.issue(BALANCE, "2007-12", on="2008-01-10")
    action.accept(balance, "2008-01-20")
    action.pay(balance, "500.00", "2008-2", on="2008-03-03")
    action.pay(first, "2445.00", "2008-1", on="2008-02-01")  # told later, paid earlier
    return action


def nothing_done() -> BilledAction:
    return BilledAction()


def unpaid() -> BilledAction:
    """Accepted, and never paid."""
    action = BilledAction()
    action.confirm("2007-02", "489")
    action.accept(action.issue(MONTHLY, "2007-02", on="2007-03-05"), "2008-04-02")
    return action


def unsettled() -> BilledAction:
    """A month is paid, and nobody ever invoices the rest."""
    action = BilledAction()
    action.confirm("2007-02", "489")
    invoice = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    action.accept(invoice, "2007-03-20")
    action.pay(invoice, "2445.00", on="2007-04-01")
    return action


def without_a_payment() -> BilledAction:
    """The balance of an action of which nothing is paid, accepted on 20 January 2008."""
    action = BilledAction()
    action.confirm("2007-12", "0")
    action.close(acknowledged=True)
    action.accept(action.issue(BALANCE, "2007-12", on="2008-01-10"), "2008-01-20")
    return action


def given_up() -> BilledAction:
    action = BilledAction()
    action.ledger = erasure.give_up(action.ledger, date(2006, 11, 2)).state
    return action


@pytest.mark.parametrize(
    ("made", "end", "ended_on", "due_on"),
    [
        (settled, ContractEnd.LAST_PAYMENT, "2008-03-03", "2014-01-01"),
        (without_a_payment, ContractEnd.NOTHING_TO_PAY, "2008-01-20", "2014-01-01"),
        (given_up, ContractEnd.NEVER_BEGAN, "2006-11-02", "2012-01-01"),
        (nothing_done, ContractEnd.LEFT_OPEN, "2007-12-31", "2013-01-01"),
        (unsettled, ContractEnd.LEFT_OPEN, "2007-12-31", "2013-01-01"),
        (unpaid, ContractEnd.LEFT_OPEN, "2008-04-02", "2014-01-01"),
    ],
)
def test_prv_01_a_contract_comes_to_its_end_and_its_people_are_erased_five_years_after_the_31_december_that_follows(
    made: Callable[[], BilledAction], end: ContractEnd, ended_on: str, due_on: str
):
    is_due = erasure.due(made().ledger, YEARS)
    assert is_due == ErasureDue(end=end, ended_on=date.fromisoformat(ended_on), years=YEARS, due_on=date.fromisoformat(due_on))


@pytest.mark.parametrize(
    ("ended_on", "years", "kept_no_more"),
    [("2008-01-01", 5, "2014-01-01"), ("2008-12-31", 5, "2014-01-01"), ("2009-01-01", 5, "2015-01-01"), ("2008-03-03", 1, "2010-01-01")],
)
def test_prv_01_the_years_are_counted_from_the_31_december(ended_on: str, years: int, kept_no_more: str):
    assert erased_on(date.fromisoformat(ended_on), years) == date.fromisoformat(kept_no_more)


def test_prv_01_an_invoice_that_is_decided_late_moves_the_end_and_a_rejected_one_holds_up_nothing():
    action = settled()
    assert erasure.is_settled(action.ledger)
    action = without_a_payment()
    action.ledger = replace(action.ledger, invoices=tuple(replace(each, decision=None, decided_at=None) for each in action.ledger.invoices))
    assert not erasure.is_settled(action.ledger)
    assert erasure.end_of(action.ledger) == (ContractEnd.LEFT_OPEN, date(2008, 1, 10))


@pytest.mark.parametrize(
    ("made", "day", "look_on"),
    [
        (nothing_done, "2007-06-01", "2013-01-01"),
        (nothing_done, "2006-06-01", "2012-01-01"),  # it could be given up today
        (settled, "2010-06-01", "2014-01-01"),
        (unsettled, "2012-06-01", "2013-01-01"),
    ],
)
def test_prv_01_a_contract_is_looked_at_again_when_it_could_be_due_at_the_earliest(
    made: Callable[[], BilledAction], day: str, look_on: str
):
    assert erasure.look_again_on(made().ledger, date.fromisoformat(day), YEARS) == date.fromisoformat(look_on)


def erased(action: BilledAction) -> Ledger:
    is_due = erasure.due(action.ledger, YEARS)
    decision = erasure.erase(action.ledger, is_due, is_due.due_on, texts=2)
    assert decision.events == (is_due, ErasedByBilling(texts=2))
    return decision.state


def test_prv_01_amounts_stay_and_nothing_is_written_any_more():
    action = settled()
    before = action.ledger
    action.ledger = erased(action)
    assert replace(action.ledger, erased_on=None) == before
    with pytest.raises(PeopleAreErased):
        note(action.ledger, NoteInvoice(invoice_id=before.invoices[0].invoice_id, text="Bonjour."), UUID(int=7))


def test_prv_01_a_rejection_which_has_a_reason_comes_too_late_and_an_acceptance_does_not():
    action = BilledAction()
    action.confirm("2007-02", "489")
    invoice = action.issue(MONTHLY, "2007-02", on="2007-03-05")
    action.ledger = erased(action)
    with pytest.raises(PeopleAreErased):
        action.reject(invoice, "2014-02-01")
    action.accept(invoice, "2014-02-01")
    action.pay(invoice, "2445.00", on="2014-03-01")
    assert action.ledger.last_paid_on == date(2014, 3, 1)
