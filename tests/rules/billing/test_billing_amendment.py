"""Another planned end, as money sees it: BIL-3, BIL-4, BIL-11, BIL-12, REQ-3, REQ-4."""

from datetime import date
from decimal import Decimal

import pytest

from billing.rules.offered import offered
from contracts.billing import OffersForeseen
from contracts.codes import Frequency
from contracts.refusals.billing import ShortQuarterBeforeEnd
from tests.rules.billing.billed_action import BALANCE, INSTALMENT, MONTHLY, OTHER_REQUEST, QUARTER, REQUEST, BilledAction, terms

PLANNED = Decimal(12_320)


def until_march(frequency: Frequency = Frequency.THREE_INSTALMENTS) -> BilledAction:
    """Planned until 20 April; February and March are confirmed, at 10 % and 20 %, and April is left."""
    action = BilledAction(frequency, terms(planned_end=date(2007, 4, 20)))
    action.confirm("2007-02", PLANNED / 10)
    action.confirm("2007-03", PLANNED / 10)
    return action


def test_bil_04_a_shorter_quarter_waits_for_the_amended_end_and_for_all_the_months_that_are_left_then():
    action = until_march()
    action.is_amended("2007-03-31")
    assert action.offered() == [(QUARTER, "2007-02", "2007-03")]
    assert action.offers()[0].not_before == date(2007, 4, 1)
    action.is_amended("2007-05-11", "2007-04", "2007-05")
    assert action.offered() == []
    action.confirm("2007-04", PLANNED / 20, left=("2007-05",))
    assert action.offered() == [(QUARTER, "2007-02", "2007-04")]


def test_bil_04_a_shorter_quarter_is_not_confirmed_before_the_amended_end_has_passed():
    action = until_march()
    action.is_amended("2007-04-05")
    with pytest.raises(ShortQuarterBeforeEnd):
        action.issue(QUARTER, "2007-02", "2007-03", on="2007-04-05")
    assert action.issue(QUARTER, "2007-02", "2007-03", on="2007-04-06").months == ("2007-02", "2007-03")


def test_bil_04_a_shorter_quarter_that_was_issued_stands_and_the_next_count_starts_after_its_last_month():
    action = until_march()
    action.is_amended("2007-03-31")
    issued = action.issue(QUARTER, "2007-02", "2007-03", on="2007-04-02")
    action.is_amended("2007-07-27", "2007-04", "2007-05", "2007-06", "2007-07")
    for month in ("2007-04", "2007-05", "2007-06"):
        action.confirm(month, PLANNED / 100)
    assert action.offered() == [(QUARTER, "2007-04", "2007-06")]
    assert action.ledger.live[0].invoice_id == issued.invoice_id and action.ledger.live[0].excluding_tax == issued.excluding_tax


def test_bil_03_lengthened_instalments_go_on_over_the_months_that_appeared():
    action = until_march()
    action.confirm("2007-04", PLANNED / 20)
    action.issue(QUARTER, "2007-02", "2007-03", "2007-04", on="2007-05-02")
    action.is_amended("2007-06-29", "2007-05", "2007-06")
    action.confirm("2007-05", PLANNED / 10)
    assert action.offered() == [(INSTALMENT, "2007-05", "2007-05")]
    assert action.issue(INSTALMENT, "2007-05", on="2007-06-04").ordinal == 1


def test_bil_11_shortened_an_action_comes_to_its_balance_and_bil_12_holds():
    action = until_march()
    action.is_amended("2007-03-31")
    action.close(acknowledged=True)
    assert (BALANCE, "2007-02", "2007-03") in action.offered()
    balance = action.issue(BALANCE, "2007-02", "2007-03", on="2007-04-02")
    action.accept_all()
    assert balance.excluding_tax == sum(sum(month.paid_hours.values()) for month in action.ledger.confirmed) * Decimal(5)


# What is said before


def foreseen(action: BilledAction) -> OffersForeseen:
    return action.foreseen[-1]


def test_bil_04_what_an_amendment_would_change_of_the_offers_is_said_before_it_is_granted():
    action = until_march()
    action.is_asked_for("2007-03-31")
    assert foreseen(action) == OffersForeseen(request_id=REQUEST, vanish=(), appear=())
    action.is_foreseen("2007-03-31")
    told = foreseen(action)
    assert (told.vanish, [(offer.kind, offer.months, offer.not_before) for offer in told.appear]) == (
        (),
        [(QUARTER, ("2007-02", "2007-03"), date(2007, 4, 1))],
    )
    before = set(offered(action.ledger).offers)
    action.is_amended("2007-03-31")
    assert (before - set(told.vanish)) | set(told.appear) == set(offered(action.ledger).offers)
    assert action.ledger.asked is None


def test_bil_04_an_offer_that_would_wait_for_another_day_vanishes_and_appears():
    action = until_march()
    action.left = ()
    action.tell()
    action.is_asked_for("2007-04-27")
    action.is_foreseen("2007-04-27")
    told = foreseen(action)
    assert [offer.not_before for offer in (*told.vanish, *told.appear)] == [date(2007, 4, 21), date(2007, 4, 28)]


def test_bil_04_paid_monthly_nothing_of_the_offers_changes():
    action = until_march(Frequency.MONTHLY)
    action.is_asked_for("2007-03-31")
    action.is_foreseen("2007-03-31")
    assert len(action.foreseen) == 1 and action.offered() == [(MONTHLY, "2007-02", "2007-02"), (MONTHLY, "2007-03", "2007-03")]


def test_req_01_what_cannot_be_granted_or_was_decided_changes_nothing():
    action = until_march()
    action.is_asked_for("2007-03-31")
    action.is_foreseen("2007-03-31")
    action.is_foreseen("2007-03-31", possible=False)
    assert (foreseen(action).vanish, foreseen(action).appear) == ((), ())
    action.is_decided(OTHER_REQUEST)
    assert action.ledger.asked
    action.is_decided()
    action.is_foreseen("2007-03-31")  # said by `declarations` before it read the decision
    assert action.ledger.asked is None and len(action.foreseen) == 3
