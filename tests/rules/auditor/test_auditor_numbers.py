"""Over all actions: an issuer's numbers have no gap and no repeat, a payment's reference is one payment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from auditor.finding import Promise
from auditor.history import CONTRACTS, CONTRACTS_REPLIES, DECISIONS, REPLIES, Cut, History
from auditor.promises.overall import asked_outside, legal_numbers, once_each, references, replied_once, without_gap
from contracts.codes import Decision
from contracts.finance import InvoiceDecision, Reply
from contracts.programme import ContractWithdrawal, ProgrammeReply
from tests.rules.auditor.story import FIRST, NOW, Story, invoiced

ISSUER = "73282932000074/2007"


@pytest.mark.parametrize(("numbers", "wrong"), [([1, 2, 3, 4], 0), ([1, 3, 4], 1), ([2, 3], 1), ([1, 2, 2, 3], 1), ([1, 2, 4], 1)])
def test_bil_9_a_gap_or_a_repeat_is_named(numbers: list[int], wrong: int) -> None:
    found = list(without_gap([(ISSUER, [(number, "x") for number in numbers])]))
    assert [(finding.promise, finding.about) for finding in found] == [(Promise.NUMBERS, ISSUER)] * wrong


def test_bil_9_what_the_database_counts_closes_the_sequence() -> None:
    counter = History(ISSUER, Cut(frozenset(), {}, NOW), held={("billing", "legal_numbers"): [{"last": 3}]})
    numbers = sorted((number, owner) for history in (invoiced().history(), counter) for _, number, owner in legal_numbers(history))
    assert [number for number, _ in numbers] == [1, 2, 4]
    (finding,) = without_gap([(ISSUER, numbers)])
    assert "le numéro 4 est à le suivant" in finding.what


def test_bil_13_a_reference_that_two_actions_have_is_named() -> None:
    of_one = [(number, owner) for _, number, owner in references(invoiced().history())]
    assert list(once_each([("VIR-1", of_one)])) == []
    (finding,) = once_each([("VIR-1", of_one * 2)])
    assert (finding.promise, finding.about) == (Promise.PAYMENTS, "paiement VIR-1")


def asked(*replies: int) -> Story:
    """Finance has sent a decision, and was replied to so often."""
    story = Story()
    story.say(InvoiceDecision(invoice_id=FIRST, decision=Decision.ACCEPTED), "finance", DECISIONS)
    for number in replies:
        reply = Reply(outcome="recorded", partition=0, offset=0)
        story.say(reply, topic=REPLIES, offset=number, digest=b"%d" % number)
    return story


def withdrawn(*replies: int) -> Story:
    """The programme system has taken a contract back, and was replied to so often."""
    story = Story()
    story.say(ContractWithdrawal(ask="withdraw", number="07-1"), "programme", CONTRACTS)
    for number in replies:
        reply = ProgrammeReply(outcome="withdrawn", partition=0, offset=0)
        story.say(reply, topic=CONTRACTS_REPLIES, offset=number, digest=b"%d" % number)
    return story


def gathered(story: Story) -> list[tuple[str, list[tuple[int, str]]]]:
    found = list(asked_outside(story.history()))
    about, both = found[0][0] if found else "", [(number, owner) for _, number, owner in found]
    return [(about, both)] if both else []


def test_fin_2_a_record_with_its_one_reply_is_in_order() -> None:
    assert list(replied_once(gathered(asked(1)))) == []


@pytest.mark.parametrize("replies", [(), (1, 2)])
def test_fin_2_a_record_without_a_reply_or_with_two_is_named(replies: tuple[int, ...]) -> None:
    (finding,) = replied_once(gathered(asked(*replies)))
    assert (finding.promise, finding.about) == (Promise.FINANCE, "region.decisions-0@0")


def test_act_1_what_the_programme_system_sends_has_one_reply_too() -> None:
    assert list(replied_once(gathered(withdrawn(1)))) == []
    for replies in ((), (1, 2)):
        (finding,) = replied_once(gathered(withdrawn(*replies)))
        assert (finding.promise, finding.about) == (Promise.PROGRAMME, "region.contracts-0@0")


def test_a_record_that_billing_has_not_read_or_has_parked_or_that_is_old_waits_for_nothing() -> None:
    unread, parked, old = asked(), asked(), asked()
    unread.told[0] = replace(unread.told[0], offset=99)
    parked.hold("billing", "parked", topic=DECISIONS, partition=0, offset=0, waits=False)
    old.told[0] = replace(old.told[0], written=NOW - timedelta(days=36))
    assert [gathered(story) for story in (unread, parked, old)] == [[], [], []]
