"""Over all actions: an issuer's numbers have no gap and no repeat, a payment's reference is one payment."""

import pytest

from auditor.finding import Promise
from auditor.history import Cut, History
from auditor.promises.overall import legal_numbers, once_each, references, without_gap
from tests.rules.auditor.story import NOW, invoiced

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
