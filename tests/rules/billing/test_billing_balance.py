"""BIL-12 and BIL-7 at every step of random histories, against a model that knows nothing of the rules' own state."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contracts.account.hours import Line, PaidHours
from contracts.account.ledger import Ledger, Unbalanced, balanced
from contracts.billing import Invoice, InvoiceAccepted, InvoiceRejected
from contracts.codes import Decision, Frequency, InvoiceKind, WithoutMonths
from contracts.declarations import ConfirmedLine
from contracts.month import Month
from contracts.refusals import Refusal
from tests.often import often
from tests.rules.billing.billed_action import (
    ADVANCE,
    BALANCE,
    GARRIGUE,
    INSTALMENT,
    MONTHLY,
    SUBCONTRACT,
    TRAINEES,
    BilledAction,
    line,
    place_hours,
    subcontractor,
    terms,
)

STORED: TypeAdapter[Ledger] = TypeAdapter(Ledger)


class Model:
    """One action whose months are confirmed, invoiced, decided and corrected as chance has it, and what must come of it."""

    def __init__(self, frequency: Frequency, chance: Random) -> None:
        self.chance = chance
        named = (subcontractor("1500"), subcontractor("900", GARRIGUE))
        contract = terms(headcount=1, centre="7.13", company="0.95", subcontractors=named, advance=("20", "30", "70"))
        self.action, self.price = BilledAction(frequency, contract), contract.centre.price + contract.company.price
        self.day = date(2007, 3, 1)
        self.next_month = Month("2007-02")
        self.declared: dict[Month, Decimal] = {}
        self.reopened: set[Month] = set()
        self.issued: list[Invoice] = []
        self.decided: dict[int, Decision] = {}
        self.closed = False
        self.owed: Month | None = None
        """A month that a correction has brought back after the closing."""

    def live(self) -> list[Invoice]:
        return [invoice for at, invoice in enumerate(self.issued) if self.decided.get(at) is not Decision.REJECTED]

    def pending(self) -> list[int]:
        return [at for at in range(len(self.issued)) if at not in self.decided]

    def step(self) -> None:
        """One of the moves that are possible; closing is rare, so that there is something to close."""
        moves: list[Callable[[], None]] = [self.let_time_pass, self.try_anything]
        if not self.closed:
            moves += [self.confirm_the_next_month] * 2
        if self.reopened:
            moves += [self.correct_a_month] * 3
        if self.owed:
            moves += [self.declare_what_came_back]
        if self.action.offers():
            moves += [self.issue_what_is_offered] * 3
        if self.pending():
            moves += [self.decide] * 2
        if self.decided:
            moves += [self.decide_again]
        if any(standing.at_most for standing in self.action.told().subcontracts):
            moves += [self.invoice_for_a_subcontractor] * 2
        if not self.closed:
            moves += [self.amend]
        if len(self.declared) > 5 and not self.reopened and not self.closed and self.chance.random() < 0.3:
            moves += [self.close]
        self.chance.choice(moves)()

    def let_time_pass(self) -> None:
        self.day += timedelta(days=self.chance.randint(1, 40))

    def confirm_the_next_month(self) -> None:
        month = self.next_month if self.chance.random() < 0.8 else self.next_month.next()  # one is passed over
        self.next_month = month.next()
        self.day = max(self.day, self.next_month.first)
        self.confirm(month)

    def correct_a_month(self) -> None:
        month = self.chance.choice(sorted(self.reopened))
        self.reopened.remove(month)
        if self.closed and not self.owed and self.chance.random() < 0.3:
            self.owed, self.next_month = self.next_month, self.next_month.next()  # somebody's exit is moved into it
        self.confirm(month)

    def declare_what_came_back(self) -> None:
        month, self.owed = self.owed, None
        assert month
        self.day = max(self.day, month.next().first)
        self.confirm(month)

    def confirm(self, month: Month) -> None:
        lines = tuple(self.line(at) for at in range(self.chance.randint(1, 3)))
        left = (self.owed,) if self.closed else (self.next_month,) if self.chance.random() < 0.7 else ()
        self.action.confirm(month, lines, left=tuple(filter(None, left)))
        centre = sum((line.centre.attended + line.centre.excused for line in lines), Decimal(0)) * Decimal("7.13")
        company = sum((line.company.attended + line.company.excused for line in lines), Decimal(0)) * Decimal("0.95")
        self.declared[month] = sum((part.quantize(Decimal("0.01"), ROUND_HALF_UP) for part in (centre, company)), Decimal(0))

    def line(self, trainee: int) -> ConfirmedLine:
        figures = [Decimal(self.chance.randint(0, 250)) / 4 for _ in range(6)]
        return line(TRAINEES[trainee], place_hours(*figures[:3]), place_hours(*figures[3:]))

    def issue_what_is_offered(self) -> None:
        offer = self.chance.choice(self.action.offers())
        if offer.windowed:
            self.day = max(self.day, offer.months[-1].next().first, offer.not_before or self.day)
            self.day = self.day if self.day.day <= 15 else Month.of(self.day).next().first
        day = self.day.isoformat()
        self.remember(self.action.advance(day) if offer.without_months else self.action.issue(offer.kind, *offer.months, on=day))

    def invoice_for_a_subcontractor(self) -> None:
        standing = self.chance.choice([standing for standing in self.action.told().subcontracts if standing.at_most])
        amount = standing.at_most if self.chance.random() < 0.4 else Decimal(self.chance.randint(1, int(standing.at_most * 100))) / 100
        with pytest.raises(Refusal):
            self.action.subcontract(standing.at_most + Decimal("0.01"), self.day.isoformat(), standing.siret)
        self.remember(self.action.subcontract(amount, self.day.isoformat(), standing.siret))

    def amend(self) -> None:
        end = self.day + timedelta(days=self.chance.randint(0, 200))
        self.action.is_amended(end.isoformat(), *self.action.left)

    def try_anything(self) -> None:
        wanted = [month for month in sorted(self.declared) if self.chance.random() < 0.4]
        with suppress(Refusal):
            self.remember(self.action.issue(self.chance.choice(list(InvoiceKind)), *wanted, on=self.day.isoformat()))

    def remember(self, invoice: Invoice) -> None:
        assert {month for other in self.live() for month in other.months}.isdisjoint(invoice.months)
        assert self.reopened.isdisjoint(invoice.months)
        if not invoice.without_months:
            worth = sum((self.declared[month] for month in invoice.months), Decimal(0))
            assert invoice.excluding_tax == worth - self.takes_off(worth, self.price, all_of_it=invoice.kind is BALANCE)
            assert invoice.excluding_tax >= 0 or invoice.kind is BALANCE
        self.issued.append(invoice)

    def left_of(self, *natures: WithoutMonths) -> list[Decimal]:
        """Of each invoice of that nature, in the order of issue: what is still to take off; below zero, to give back."""
        found = []
        for at, invoice in enumerate(self.issued):
            if invoice.without_months in natures:
                taken = -sum(line.amount for other in self.live() for line in other.adjustments if line.invoice_id == invoice.invoice_id)
                asked = Decimal(0) if self.decided.get(at) is Decision.REJECTED else invoice.excluding_tax
                assert abs(taken) <= invoice.excluding_tax  # never twice
                found.append(asked - taken)
        return found

    def takes_off(self, worth: Decimal, price: Decimal, *, all_of_it: bool) -> Decimal:
        """What an invoice of months takes off of their `worth` (BIL-6, BIL-10), from what stands alone."""
        deductions, recoveries = self.left_of(SUBCONTRACT), self.left_of(ADVANCE)
        if not all_of_it and (advance := next((invoice for invoice in self.live() if invoice.without_months is ADVANCE), None)):
            held = sum((self.declared[month] for invoice in self.live() for month in invoice.months), worth)
            reached = min(max((held / price - Decimal("0.3")) / Decimal("0.4"), Decimal(0)), Decimal(1)) * advance.excluding_tax
            at = [invoice for invoice in self.issued if invoice.without_months is ADVANCE].index(advance)
            due = reached.quantize(Decimal("0.01"), ROUND_HALF_UP) - (advance.excluding_tax - recoveries[at])
            recoveries[at] = max(due, Decimal(0))
        wanted = [*deductions, *recoveries]
        back, off = -sum(amount for amount in wanted if amount < 0), sum(amount for amount in wanted if amount > 0)
        return (off if all_of_it else min(off, worth + back)) - back

    def decide(self) -> None:
        at, decision = self.chance.choice(self.pending()), self.chance.choice(list(Decision))
        invoice = self.issued[at]
        if invoice.kind is BALANCE:
            self.action.close(acknowledged=True)
        self.action.decide(invoice.invoice_id, decision, on=self.day.isoformat())
        self.decided[at] = decision
        (event,) = self.action.last.events
        assert isinstance(event, InvoiceAccepted if decision is Decision.ACCEPTED else InvoiceRejected)
        if decision is Decision.REJECTED:
            self.reopened |= set(invoice.months)
            for month in invoice.months:
                del self.declared[month]

    def decide_again(self) -> None:
        before = self.action.ledger
        with suppress(Refusal):
            self.action.decide(
                self.issued[self.chance.choice(list(self.decided))].invoice_id, self.chance.choice(list(Decision)), on="2030-01-01"
            )
        assert self.action.ledger == before

    def close(self) -> None:
        self.closed = True
        self.action.close()

    def check(self) -> None:
        """What holds at every instant."""
        live = self.live()
        invoiced = sum((invoice.excluding_tax for invoice in live), Decimal(0))
        declared = sum(self.declared.values(), Decimal(0))
        assert invoiced <= declared + sum(self.left_of(SUBCONTRACT, ADVANCE))  # BIL-12
        balances = [invoice for invoice in live if invoice.kind is BALANCE]
        assert not balances or (len(balances) == 1 and invoiced == declared and not self.owed)  # BIL-11
        assert not balances or not any(self.left_of(SUBCONTRACT, ADVANCE))
        assert sum(invoice.without_months is ADVANCE for invoice in live) <= 1  # BIL-10
        assert sum(self.left_of(SUBCONTRACT)) == self.action.told().to_deduct  # BIL-6
        held = [month for invoice in live for month in invoice.months]
        assert len(held) == len(set(held))  # BIL-7
        assert [month.month for month in self.action.told().months] == sorted(set(self.declared) - set(held))  # BIL-2
        numbers = [invoice.number for invoice in self.issued if invoice.kind is not BALANCE]
        assert numbers == list(range(1, len(numbers) + 1))  # BIL-9
        assert self.action.ledger.facts == len(self.issued) + len(self.decided)  # FIN-1
        ordinals = [invoice.ordinal for invoice in live if invoice.ordinal]
        assert len(ordinals) == len(set(ordinals)) and set(ordinals) <= {1, 2, 3}  # BIL-3
        assert STORED.validate_json(STORED.dump_json(self.action.ledger)) == self.action.ledger


@pytest.mark.timeout(900)  # time to make a failing history short enough to be read
@given(frequency=st.sampled_from(Frequency), chance=st.randoms(use_true_random=False))
@settings(max_examples=often(15), deadline=None)
def test_bil_12_whatever_happens_no_more_is_invoiced_than_declared_and_as_much_while_a_balance_stands(frequency: Frequency, chance: Random):
    model = Model(frequency, chance)
    for _ in range(60):
        model.step()
        model.check()


def test_bil_12_a_ledger_that_invoices_more_than_was_declared_is_a_bug():
    action = BilledAction()
    action.confirm("2007-02", "489")
    action.issue(MONTHLY, "2007-02", on="2007-03-05")
    less = replace(
        action.ledger, months=(replace(action.ledger.months[0], lines=(Line(TRAINEES[0], PaidHours(attended=Decimal("488.75"))),)),)
    )
    with pytest.raises(Unbalanced):
        balanced(less)


def test_bil_12_a_balance_that_leaves_something_is_a_bug():
    action = BilledAction()
    action.confirm("2007-02", "489", left=())
    action.close()
    action.issue(BALANCE, "2007-02", on="2007-03-05")
    with pytest.raises(Unbalanced):
        action.confirm("2007-03", "1")


def test_bil_07_a_month_in_two_invoices_or_reopened_in_one_is_a_bug():
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    action.confirm("2007-02", "4000")
    action.issue(INSTALMENT, "2007-02", on="2007-03-05")
    with pytest.raises(Unbalanced):
        balanced(replace(action.ledger, invoices=action.ledger.invoices * 2))
    with pytest.raises(Unbalanced):
        balanced(replace(action.ledger, months=(replace(action.ledger.months[0], reopened=True),)))
