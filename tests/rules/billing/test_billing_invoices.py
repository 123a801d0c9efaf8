from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.invoices import outside_window
from billing.rules.offered import changed, offered
from contracts.access import agent, holder
from contracts.account.ledger import award, open_
from contracts.billing import InvoicesOffered, Offer
from contracts.codes import Frequency, TaxRegime
from contracts.envelope import Actor
from contracts.finance import IssuedInvoice
from contracts.month import Month, in_window, paris_day
from contracts.refusals.billing import InvoiceWindowClosed
from contracts.refusals.common import ChangedMeanwhile, NotFound
from tests.guide import CONTRACT, SIRET
from tests.rules.billing.billed_action import MONTHLY, TRAINEES, BilledAction, line, months, place_hours, terms

OCTOBER = (
    line(TRAINEES[0], place_hours("105", "7"), place_hours("35")),
    line(TRAINEES[1], place_hours("98", "14"), place_hours("35")),
    line(TRAINEES[2], place_hours("97", "14"), place_hours("30")),
)


def october(regime: TaxRegime = TaxRegime.EXEMPT) -> BilledAction:
    """The guide's October 2006 at 7.00 and 1.00 €."""
    action = BilledAction(contract=terms(centre="7.00", company="1.00", regime=regime))
    action.confirm("2006-10", OCTOBER)
    return action


def test_bil_02_the_guides_invoice_of_october_is_explained_before_it_is_confirmed():
    offer = october().told()
    assert [(month.month, month.trainees, month.amount) for month in offer.months] == [("2006-10", 3, Decimal("2445.00"))]
    assert [(invoice.kind, invoice.months, invoice.excluding_tax) for invoice in offer.offers] == [
        (MONTHLY, months("2006-10"), Decimal("2445.00"))
    ]
    assert [len(said.shares) for said in october().priced] == [6]


def test_bil_02_the_confirmed_invoice_holds_what_was_explained_and_the_finance_system_is_told():
    action = october()
    explained = action.told().months[0]
    invoice = action.issue(MONTHLY, "2006-10", on="2006-11-03")
    assert invoice.lines == explained.lines
    assert (invoice.shares, explained.shares) == ((), ())  # said once, when the month was confirmed
    assert action.priced == []
    assert (invoice.number, invoice.legal_number, invoice.issuer) == (1, "2006-000001", SIRET)
    (fact,) = action.last.outside
    assert isinstance(fact, IssuedInvoice)
    assert (fact.sequence, fact.contract_number, fact.invoice_id) == (1, CONTRACT, invoice.invoice_id)
    assert (fact.excluding_tax, fact.including_tax, fact.trainees) == (Decimal("2445.00"), Decimal("2445.00"), 3)
    assert str(TRAINEES[0]) not in fact.body().decode()


def test_bil_02_trainees_of_several_months_are_counted_once_each():
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    action.confirm("2007-02", tuple(line(trainee, place_hours("400")) for trainee in TRAINEES[:5]))
    action.confirm("2007-03", tuple(line(trainee, place_hours("400")) for trainee in TRAINEES[3:8]))
    assert action.issue("instalment", "2007-02", "2007-03", on="2007-04-02").trainees == 8


def test_dec_07_who_comes_to_reach_into_a_confirmed_month_counts_there_with_zeros():
    action = october()
    action.tell({"2006-10": (TRAINEES[3],)})
    (month,) = action.told().months
    assert (month.trainees, month.amount) == (4, Decimal("2445.00"))
    assert [len(said.shares) for said in action.priced] == [8]
    action.tell()  # their entry was moved to November
    assert action.told().months[0].trainees == 3
    action.tell({"2006-10": (TRAINEES[3],)})
    invoice = action.issue(MONTHLY, "2006-10", on="2006-11-03")
    assert (invoice.trainees, invoice.excluding_tax) == (4, Decimal("2445.00"))
    action.reject(invoice)
    action.confirm("2006-10", OCTOBER)  # with everybody's line
    assert action.told().months[0].trainees == 3


def test_bil_02_an_amount_that_is_no_longer_what_the_user_saw_is_not_invoiced():
    with pytest.raises(ChangedMeanwhile):
        october().issue(MONTHLY, "2006-10", on="2006-11-03", seen="2445.01")


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        ("2006-10-31", date(2006, 11, 1), date(2006, 11, 15)),
        ("2006-10-05", date(2006, 11, 1), date(2006, 11, 15)),
        ("2006-11-16", date(2006, 12, 1), date(2006, 12, 15)),
        ("2006-12-31", date(2007, 1, 1), date(2007, 1, 15)),
    ],
)
def test_bil_05_outside_the_first_fifteen_days_of_a_later_month_the_next_window_is_named(day: str, opens: date, closes: date):
    with pytest.raises(InvoiceWindowClosed) as refused:
        october().issue(MONTHLY, "2006-10", on=day)
    assert refused.value.figures == {"month": "2006-10", "opens": opens, "closes": closes}


@pytest.mark.parametrize("day", ["2006-11-01", "2006-11-15", "2007-03-07", "2008-01-15"])
def test_bil_05_any_later_month_has_its_window(day: str):
    assert october().issue(MONTHLY, "2006-10", on=day).issued_on == date.fromisoformat(day)


def test_t_03_the_fifteenth_ends_at_midnight_in_paris_not_in_greenwich():
    offer = october().offers()[0]
    last_minute = datetime(2006, 11, 15, 22, 59, tzinfo=UTC)  # 23:59 in Paris
    too_late = datetime(2006, 11, 15, 23, 0, tzinfo=UTC)  # 00:00 on the 16th in Paris
    assert outside_window(offer, paris_day(last_minute)) == []
    assert [refusal.figures["opens"] for refusal in outside_window(offer, paris_day(too_late))] == [date(2006, 12, 1)]


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(0, 24), st.booleans())
def test_bil_05_a_window_is_the_first_day_that_is_allowed(day: date, months_ago: int, windowed: bool):
    last = Month.of(day)
    for _ in range(months_ago):
        last = last.previous()
    offer = Offer(kind=MONTHLY, months=(last,), windowed=windowed, excluding_tax=Decimal(0), taxed=())
    days = map(date.fromordinal, range(day.toordinal(), day.toordinal() + 70))
    opens = next(on for on in days if not windowed or (in_window(on) and Month.of(on) > last))
    assert [refusal.figures["opens"] for refusal in outside_window(offer, day)] == ([] if opens == day else [opens])


def test_bil_05_a_replacement_is_confirmed_on_any_day():
    action = october()
    action.reject(action.issue(MONTHLY, "2006-10", on="2006-11-03"), on="2006-11-20")
    action.confirm("2006-10", OCTOBER)
    assert [offer.windowed for offer in action.offers()] == [False]
    assert action.issue(MONTHLY, "2006-10", on="2006-11-28").number == 2


def test_bil_08_the_preview_knows_every_rate_and_the_invoice_takes_that_of_its_date():
    action = october(TaxRegime.STANDARD)
    offer = action.offers()[0]
    assert [(tax.since, tax.including_tax) for tax in offer.taxed] == [
        (None, Decimal("2924.22")),
        (date(2014, 1, 1), Decimal("2934.00")),
    ]
    invoice = action.issue(MONTHLY, "2006-10", on="2006-11-03")
    assert (invoice.tax_rate, invoice.tax, invoice.including_tax) == (Decimal("0.1960"), Decimal("479.22"), Decimal("2924.22"))


def test_bil_09_a_rejected_invoices_number_is_not_used_again():
    action = BilledAction()
    for month in ("2007-02", "2007-03"):
        action.confirm(month, "100")
    action.reject(action.issue(MONTHLY, "2007-02", on="2007-04-02"))
    action.confirm("2007-02", "90")
    assert action.issue(MONTHLY, "2007-03", on="2007-04-03").number == 2
    assert action.issue(MONTHLY, "2007-02", on="2007-04-03").number == 3


def test_bil_09_a_correction_leaves_the_invoice_that_it_corrects_as_it_was():
    action = october()
    first = action.issue(MONTHLY, "2006-10", on="2006-11-03")
    action.reject(first)
    kept = action.ledger.invoice(first.invoice_id)
    action.confirm("2006-10", OCTOBER[:1])
    second = action.issue(MONTHLY, "2006-10", on="2006-11-28")
    assert action.ledger.invoice(first.invoice_id) == kept
    assert (kept.excluding_tax, second.excluding_tax) == (Decimal("2445.00"), Decimal("819.00"))


def test_bil_02_what_is_offered_is_said_only_when_it_changes():
    ledger = award(CONTRACT, terms())
    assert changed(None, ledger) == ()
    opened = open_(ledger, Frequency.MONTHLY)
    assert [event.realised for event in changed(ledger, opened)] == [0]
    assert changed(opened, opened) == ()


def test_bil_02_confirmed_months_that_wait_are_named():
    action = BilledAction(Frequency.THREE_INSTALMENTS)
    action.confirm("2007-02", "100")
    assert action.told().waiting == months("2007-02")
    assert october().told().waiting == ()


@pytest.mark.parametrize(
    ("actor", "may_issue", "may_decide"),
    [
        (Actor("u1", "organisation", SIRET), True, False),
        (Actor("u1", "organisation", "40483304800022"), False, False),
        (Actor("u1", "organisation"), False, False),
        (Actor("a1", "agent"), False, True),
        (Actor("a1", "agent", SIRET), False, True),
        (Actor("s1", "system"), False, False),
        (None, False, False),
    ],
)
def test_acc_06_the_holder_issues_an_agent_decides_and_nobody_else_finds_anything(actor: Actor | None, may_issue: bool, may_decide: bool):
    ledger = october().ledger
    for gate, allowed in ((holder, may_issue), (agent, may_decide)):
        if allowed:
            assert gate(ledger, actor) is ledger
        else:
            with pytest.raises(NotFound):
                gate(ledger, actor)
    with pytest.raises(NotFound):
        holder(None, actor)
    with pytest.raises(NotFound):
        agent(None, actor)


def test_opn_03_nothing_is_offered_before_the_action_is_open():
    ledger = award(CONTRACT, terms())
    assert offered(ledger) == InvoicesOffered(months=(), offers=())
