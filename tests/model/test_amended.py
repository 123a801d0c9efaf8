"""An amendment in every state of an action, lengthened and shortened at each border, and the money followed to the balance (REQ-3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.codes import InvoiceKind
from contracts.month import Month
from tests import guide
from tests.model.hours import Typed, months_of
from tests.model.memory import Memory
from tests.model.played import END, START, Choice, PlayedAction, awarded, open_

WORKED = Typed((Decimal("2"), Decimal("0"), Decimal("0.25")), (Decimal("2"), Decimal("0.50"), Decimal(0)))
"""A day's, so that a month of one day holds them; seven months of them are 78.75 % of what is planned."""
MONTHS = months_of(START, END)
AROUND = {Month(month).last + timedelta(days) for month in MONTHS for days in (-1, 0, 1)}
BORDERS = sorted({START, *AROUND, date(2014, 3, 31), date(2014, 4, 18)} - {END})
AWARDED, LEFT, CLOSED = -1, 6, 7
"""States of an action beside 0 to 5: open, with so many months confirmed."""


def typed(action: PlayedAction, month: str) -> date:
    """Everybody's hours of a month are typed; the day on which it can be confirmed."""
    for trainee in range(action.model.trainees):
        action.save(month, trainee, WORKED, Month(month).last)
    return Month(month).next().first


def declares(action: PlayedAction, month: str) -> None:
    """A month is typed and confirmed; whatever can be invoiced then is, and the Region accepts it."""
    today = typed(action, month)
    if month == action.model.months[-1]:
        action.leave(today)
    action.confirm(month, today)
    assert month in action.model.confirmed
    invoices(action, today + timedelta(days=2))


def invoices(action: PlayedAction, today: date) -> None:
    """The first that can be confirmed."""
    for kind, months in action.possible():
        if kind != "balance" and action.model.against(kind, months, today) == frozenset():
            action.issue(kind, months, action.model.amount(months), today)
            action.decide(len(action.model.bills) - 1, today, accepted=True, by_finance=False)
            break
    action.check()


def to_the_balance(action: PlayedAction) -> None:
    """All that is left is declared and invoiced, the action is closed, and its balance accepted."""
    for month in list(action.model.months):
        if month not in action.model.confirmed:
            declares(action, month)
    today = max(action.model.end, Month(action.model.months[-1]).next().first) + timedelta(days=3)
    action.leave(today)
    for month in list(action.model.months):
        if month not in action.model.confirmed:
            declares(action, month)
    today = max(today, Month(action.model.months[-1]).next().first) + timedelta(days=3)
    action.close(today)
    assert action.model.closed
    action.survey(today)
    action.report(today)
    action.report(today)
    free = action.model.free
    action.issue(InvoiceKind.BALANCE.value, free, action.model.amount(free), today)
    action.decide(len(action.model.bills) - 1, today, accepted=True, by_finance=True)
    action.check()
    assert action.model.invoiced() == action.model.declared()


def in_state(memory: Memory, state: int) -> PlayedAction:
    """An action, paid in three instalments, that has come so far."""
    choice = Choice(guide.SIRET, True, False, 2, 0, (Decimal("5.00"), Decimal("0.95")), (Decimal(20), Decimal(20)))
    (action,) = awarded(memory, [choice])
    if state == AWARDED:
        return action
    open_(action)
    for month in action.model.months[:state]:
        if month == "2014-02":
            action.leave(END)
        declares(action, month)
    if state >= LEFT:
        action.leave(END)
    if state == CLOSED:
        action.close(date(2014, 3, 5))
    return action


@pytest.mark.parametrize("state", range(AWARDED, CLOSED + 1))
def test_req_03_an_amendment_at_each_border_is_followed_to_the_balance(state: int) -> None:
    """What the rules refuse, the plain model refuses; what they grant was foreseen, and comes to a balance that makes all even."""
    granted: list[date] = []
    for end in BORDERS:
        memory = Memory()
        with memory.playing():
            action = in_state(memory, state)
            today = START if state == AWARDED else date(2014, 3, 6)
            action.ask_for(end, today)
            action.amend(today)
            if action.model.end != end:
                continue
            granted.append(end)
            if state == AWARDED:
                open_(action)
            to_the_balance(action)
    first = {AWARDED: START, 0: START, 5: END, LEFT: END, CLOSED: date.max}.get(state) or Month(MONTHS[state - 1]).last
    assert granted == [end for end in BORDERS if end >= first]
