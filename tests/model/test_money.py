"""Random organisations, agents and days, through the commands, beside a plain model of the money: every amount, state and refusal agrees.

`MONEY=2000` plays so many histories instead of a few (`make money`).
"""

import os
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.month import Month
from tests.model.hours import Typed
from tests.model.memory import Memory
from tests.model.played import SIRETS, START, Choice, PlayedAction, opened

HISTORIES, STEPS = int(os.environ.get("MONEY", "12")), 60
CENTRE, COMPANY = (st.sampled_from(hours).map(Decimal) for hours in (("0", "8.25", "16", "19.75", "20", "26.5"), ("0", "6", "11.75", "12")))
"""Hours of a month that, five times, come about to those planned: thresholds and ceilings are met from both sides."""
ABSENT = st.sampled_from([Decimal(0)] * 6 + [Decimal("0.25"), Decimal("7.50")])
RATES = st.sampled_from([Decimal("5.00"), Decimal("0.95"), Decimal("7.35"), Decimal("0.33")])
ENDS = st.sampled_from(["2013-12-31", "2014-01-15", "2014-02-14", "2014-02-28", "2014-03-31", "2014-04-18", "2014-05-02"]).map(
    date.fromisoformat
)
WRONG = st.sampled_from([Decimal("-0.25"), Decimal("0.10")])
CONTRACTS = st.lists(
    st.builds(
        Choice,
        siret=st.sampled_from(SIRETS),
        is_taxed=st.booleans(),
        monthly=st.booleans(),
        trainees=st.integers(1, 2),
        absent=st.integers(0, 1),
        rates=st.tuples(RATES, RATES),
        planned=st.just((Decimal(100), Decimal(60))),
        subcontracted=st.sampled_from([Decimal(0), Decimal("0.1"), Decimal("0.5")]),
        advance=st.sampled_from([None, *(tuple(map(Decimal, rates)) for rates in ((5, 65, 80), (30, 0, 100), (20, 10, 40)))]),
        pathways=st.sampled_from([(), ((Decimal("75.25"), Decimal(60)), (Decimal(100), Decimal("40.50")))]),
    ),
    min_size=1,
    max_size=2,
)
TYPED = st.builds(Typed, st.tuples(CENTRE, ABSENT, ABSENT), st.tuples(COMPANY, ABSENT, ABSENT))
OFTEN, SELDOM = (
    ("month", "month", "invoice", "invoice", "decide", "decide", "pay", "end", "ask", "answer", "subcontract"),
    ("wait", "save", "confirm", "any invoice", "whole year", "leave early"),
)
STEP = st.sampled_from([*OFTEN, *OFTEN, *SELDOM])


class History:
    """What happens to a Region's actions, drawn step by step."""

    def __init__(self, data: st.DataObject, actions: list[PlayedAction]) -> None:
        self.data, self.actions = data, actions
        self.today = START + timedelta(days=31)

    def step(self) -> None:
        """One thing happens to one action, right or wrong."""
        what, action = self.data.draw(STEP), self.data.draw(st.sampled_from(self.actions))
        match what:
            case "wait":
                self.today += timedelta(days=self.data.draw(st.integers(1, 20)))
            case "month":
                self._month(action)
            case "save":
                month, trainee = (
                    self.data.draw(st.sampled_from(action.model.months)),
                    self.data.draw(st.integers(0, action.model.trainees - 1)),
                )
                typed = self.data.draw(TYPED)
                if self.data.draw(st.integers(0, 4)) == 0:
                    typed = Typed((self.data.draw(WRONG), *typed.centre[1:]), typed.company)
                action.save(month, trainee, typed, self.today)
            case "confirm":
                action.confirm(self.data.draw(st.sampled_from([*action.model.months, "2013-09"])), self.today)
            case "subcontract":
                self._subcontract(action)
            case "invoice" | "any invoice":
                self._invoice(action, possible=what == "invoice")
            case "decide" if action.model.bills:
                place = self.data.draw(st.integers(0, len(action.model.bills) - 1))
                accepted, by_finance = self.data.draw(st.integers(0, 3)) > 0, self.data.draw(st.booleans())
                action.decide(place, self.today, accepted=accepted, by_finance=by_finance)
            case "pay" if action.model.bills:
                self._pay(action)
            case "whole year":
                for _ in action.model.months:
                    self._month(action, on_time=True)
            case "ask":
                ends = st.sampled_from([Month(month).last for month in action.model.months])
                action.ask_for(self.data.draw(st.one_of(ENDS, ENDS, ends)), self.today)
            case "answer":
                action.amend(self.today) if self.data.draw(st.integers(0, 4)) else action.withdraw(self.today)
            case "leave early":
                month = Month(self.data.draw(st.sampled_from(action.model.months)))
                action.leave_early(month.first + timedelta(days=self.data.draw(st.integers(0, 30))), self.today)
            case "end":
                if self.data.draw(st.booleans()):
                    action.leave(self.today)
                    action.survey(self.today)
                if not action.model.closed and (action.model.left == action.model.end or self.data.draw(st.integers(0, 3)) == 0):
                    action.close(self.today)
                action.survey(self.today)
                action.report(self.today)
        action.check()

    def _month(self, action: PlayedAction, *, on_time: bool = False) -> None:
        """The next month to confirm, as people do: its hours, then its window, then the confirmation."""
        waiting = [month for month in action.model.months if month not in action.model.confirmed]
        if not waiting:
            return
        month = waiting[0] if on_time else self.data.draw(st.sampled_from([waiting[0], *waiting[:2]]))
        self.today = max(self.today, date.fromisoformat(f"{month}-01"))
        for trainee in range(action.model.trainees):
            action.save(month, trainee, self.data.draw(TYPED), self.today)
        if month == action.model.months[-1]:
            action.leave(self.today)
        if on_time or self.data.draw(st.integers(0, 3)):
            self.today = max(self.today, date.fromisoformat(f"{month}-01") + timedelta(days=36))
        if self.today.day > 15 and (on_time or self.data.draw(st.integers(0, 3))):
            self.today = (self.today.replace(day=1) + timedelta(days=32)).replace(day=2)
        action.confirm(month, self.today)

    def _invoice(self, action: PlayedAction, *, possible: bool) -> None:
        months = action.model.months
        first, last = sorted((self.data.draw(st.integers(0, len(months) - 1)), self.data.draw(st.integers(0, len(months) - 1))))
        kind, chosen = (
            self.data.draw(st.sampled_from(["monthly", "instalment", "quarter", "balance", "advance"])),
            tuple(months[first : last + 1]),
        )
        if possible:
            if not (choices := action.possible()):
                return
            kind, chosen = self.data.draw(st.sampled_from(choices))
            if self.today.day > 15 and self.data.draw(st.integers(0, 3)):
                self.today = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        amount = action.model.net(kind, chosen) if set(chosen) <= action.model.confirmed else Decimal("1.00")
        if self.data.draw(st.integers(0, 9)) == 0:
            amount += Decimal("0.01")
        action.issue(kind, chosen, amount, self.today)

    def _subcontract(self, action: PlayedAction) -> None:
        """Up to what is possible, to the cent, or a cent more."""
        model = action.model
        invoiced = sum(bill.amount for bill in model.bills if bill.kind == "subcontract" and bill.stands)
        free = model.amount(model.free) - sum(model.outstanding("subcontract").values())
        most = min(free, (model.subcontractor[1] if model.subcontractor else Decimal(0)) - invoiced)
        part = (max(most, Decimal(0)) / 3).quantize(Decimal("0.01"))
        action.subcontract(self.data.draw(st.sampled_from([most, part, part, most + Decimal("0.01"), Decimal("0.00")])), self.today)

    def _pay(self, action: PlayedAction) -> None:
        place = self.data.draw(st.integers(0, len(action.model.bills) - 1))
        bill = action.model.bills[place]
        whole = bill.with_tax - bill.paid
        amount = self.data.draw(st.sampled_from([whole, whole + Decimal("0.01"), (whole / 3).quantize(Decimal("0.01")), Decimal("0.00")]))
        action.pay(place, amount, f"VIR-{self.data.draw(st.integers(1, 6))}", self.today)


@pytest.mark.timeout(900)  # time to make a failing history short enough to be read
@given(data=st.data(), contracts=CONTRACTS)
@settings(max_examples=HISTORIES, suppress_health_check=list(HealthCheck), print_blob=True)
def test_every_amount_state_and_refusal_of_random_histories_is_the_models(data: st.DataObject, contracts: list[Choice]) -> None:
    memory = Memory()
    with memory.playing():
        history = History(data, opened(memory, contracts))
        for _ in range(STEPS):
            history.step()
