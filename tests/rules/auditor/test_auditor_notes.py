"""What was read comes back key by key, whatever the order in which it came; the file goes with the audit."""

from dataclasses import replace
from pathlib import Path

from auditor.history import Cut
from auditor.notes import notes
from tests.rules.auditor.story import NOW, opened

CUT = Cut(frozenset(), {}, NOW)


def test_a_key_comes_back_with_all_its_messages_in_order_and_all_its_rows() -> None:
    told = opened().told
    others = [replace(each, key="Z", partition=1) for each in told]
    with notes() as kept:
        kept.tell(reversed([*told, *others]))
        kept.tell([replace(told[0], waits=True, version=99)])
        kept.hold("billing", "payments", [("Z", '{"amount": 12.10, "reference": "é"}')])
        kept.hold("billing", "counted", [("A row without a message", '{"source": "billing", "version": 3}')])
        first, second, third = kept.histories(CUT)
    assert [first.key, second.key, third.key] == [told[0].key, "A row without a message", "Z"]
    assert first.told == [*told, replace(told[0], waits=True, version=99)]
    assert (second.told, second.counted("billing")) == ([], 3)
    assert third.told == others
    assert third.rows("billing", "payments") == [{"amount": third.rows("billing", "payments")[0]["amount"], "reference": "é"}]
    assert f"{third.rows('billing', 'payments')[0]['amount']}" == "12.10"


def test_what_was_gathered_comes_back_in_order() -> None:
    with notes() as kept:
        kept.gather("number", [("b", 2, "y"), ("a", 7, "x"), ("b", 1, "x")])
        kept.gather("reference", [("a", 1, "z")])
        assert list(kept.gathered("number")) == [("a", [(7, "x")]), ("b", [(1, "x"), (2, "y")])]


def test_nothing_stays_behind() -> None:
    with notes() as kept:
        kept.tell(opened().told)
        (file,) = [row[2] for row in kept._connection.execute("PRAGMA database_list")]
    assert file and not Path(file).parent.exists()
