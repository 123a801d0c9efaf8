"""What the conformance check says of clients that go wrong, over records as they would stand on the topics; and of one that does not."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import UUID

import pytest

from chassis.record import Record
from contracts.finance import IssuedInvoice, Reply, ReplyCode
from contracts.schemas import examples_of
from sesame_local.place import REPOSITORY
from sesame_local.sandbox.exchanges import conversation
from sesame_local.sandbox.finance import FINANCE, history, records
from sesame_local.sandbox.report import Report, report

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
OURS, OTHERS = "07-1", "07-2"
INVOICE, OTHER = UUID(int=1), UUID(int=2)
ACCEPTED = {"invoice_id": str(INVOICE), "decision": "accepted"}
PAID = {"invoice_id": str(INVOICE), "amount": "2445.00", "date": "2026-10-12", "reference": "VIR-1"}


@dataclass
class Client:
    """Writes records, a minute apart, and is answered as it is told: recorded, or refused with a code."""

    sent: list[Record] = field(default_factory=list)
    replies: list[Record] = field(default_factory=list)
    facts: list[Record] = field(default_factory=lambda: [fact(OURS, INVOICE), fact(OTHERS, OTHER)])

    def sends(
        self,
        body: dict[str, Any] | bytes | None,
        code: ReplyCode | None = None,
        *,
        key: bytes | None = OURS.encode(),
        partition: int = 3,
        headers: tuple[tuple[str, bytes | None], ...] = (),
        after: timedelta = timedelta(minutes=1),
        answered: bool = True,
    ) -> "Client":
        """One record."""
        raw = json.dumps(body).encode() if isinstance(body, dict) else body
        at = (self.sent[-1].timestamp if self.sent else NOON) + after
        self.sent.append(Record("region.decisions", partition, len(self.sent), key, headers, raw, at))
        reply = Reply(
            outcome="refused" if code else "recorded",
            code=code,
            reason="Refusé." if code else None,
            partition=partition,
            offset=len(self.sent) - 1,
        )
        if answered:
            self.replies.append(Record("replies", 0, len(self.replies), key, (), reply.body(), at + timedelta(milliseconds=50)))
        return self

    @property
    def report(self) -> Report:
        """What is said of it."""
        return report(FINANCE, conversation(self.sent, self.replies, records.answer, records.facts(self.facts)))

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Rules and sentences."""
        return [(FINANCE.numbers.get(each.rule, each.rule), each.sentence) for each in self.report.faults]


def fact(contract: str, invoice: UUID, source: bytes = b"billing") -> Record:
    """An invoice that was issued."""
    body = json.loads(examples_of(IssuedInvoice.TYPE)[0].read_text()) | {
        "sequence": 1,
        "contract_number": contract,
        "invoice_id": str(invoice),
    }
    headers = (("ce_type", IssuedInvoice.TYPE.encode()), ("ce_source", source))
    return Record("billing.invoices", 0, 0, contract.encode(), headers, json.dumps(body).encode(), NOON)


def test_a_client_that_keeps_to_the_contract_is_told_nothing() -> None:
    client = Client().sends(ACCEPTED).sends(ACCEPTED).sends(PAID).sends(PAID, after=timedelta(0))
    assert (client.report.found, client.report.is_wrong, client.report.unanswered) == ((), False, 0)
    assert list(client.report.lines())[-1] == "\nAucune faute jusqu'ici."


def test_fin_03_a_client_without_any_header_is_right_and_one_with_some_is_told_that_they_count_for_nothing() -> None:
    assert not Client().sends(ACCEPTED).report.found
    (found,) = Client().sends(ACCEPTED, headers=(("ce_type", b"finance.payment.v1"), ("ce_id", None))).report.found
    assert found.advice and "ce_id, ce_type" in found.sentence


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (None, "n'a pas de clé"),
        (b'"07-1"', "entre guillemets"),
        (b"\xff\xfe", "pas un numéro de contrat en UTF-8"),
        (INVOICE.bytes, "pas un numéro de contrat"),
    ],
)
def test_fin_03_a_wrong_key_is_named(key: bytes | None, said: str) -> None:
    ((rule, sentence),) = Client().sends(ACCEPTED, "unreadable", key=key).faults
    assert rule == "FIN-3" and said in sentence


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "est vide"),
        (b"\x00\x00\x00\x00\x07{}", "registre de schémas"),
        (b"accepted", "pas un objet JSON"),
        (b"\xff", "pas un objet JSON"),
        ({"invoice_id": str(INVOICE)}, "Ni décision"),
        (PAID | ACCEPTED, "à la fois"),
        (ACCEPTED | {"invoice_id": "2026-000012"}, "invoice_id"),
        (ACCEPTED | {"decision": "ok"}, "ni accepted ni rejected"),
        (PAID | {"reference": ""}, "référence manque"),
        (PAID | {"amount": "deux mille"}, "n'en est pas un"),
    ],
)
def test_fin_03_a_body_that_nobody_can_read_is_named_by_what_is_wrong_in_it(body: dict[str, Any] | bytes | None, said: str) -> None:
    sentences = [sentence for _, sentence in Client().sends(body, "unreadable").faults]
    assert any(said in sentence for sentence in sentences)
    assert not any("Refusé (unreadable)" in sentence for sentence in sentences), "what is said more precisely is not said twice"


@pytest.mark.parametrize(("amount", "is_wrong"), [(2445.0, False), (2445, False), ("2445", False), (2445.1 * 3, True), ("2445.001", True)])
def test_bil_08_amounts_as_floats_are_found_and_wrong_once_they_are_no_longer_exact(amount: object, is_wrong: bool) -> None:
    (found,) = Client().sends(PAID | {"amount": amount}, "unreadable" if is_wrong else None).report.found
    assert (found.rule, found.advice) == ("BIL-8", not is_wrong)


@pytest.mark.parametrize("date", ["2026-10-12T00:00:00", "12/10/2026", 1_791_763_200, None])
def test_fin_03_a_date_is_a_day_of_paris_and_no_naive_instant(date: object) -> None:
    ((_, sentence),) = Client().sends(PAID | {"date": date}).faults  # some of them are read, all the same
    assert "jour de Paris" in sentence


def test_bil_07_an_unknown_reason_and_a_rejection_without_one_are_named() -> None:
    client = Client().sends(ACCEPTED | {"decision": "rejected", "code": "too_expensive", "text": "Trop cher."}, "unreadable")
    ((rule, sentence),) = client.faults
    assert rule == "BIL-7" and "too_expensive" in sentence and "hours_wrong" in sentence
    ((_, without),) = Client().sends(ACCEPTED | {"decision": "rejected"}, "rejection-without-reason").faults
    assert "dit pourquoi" in without


def test_fin_02_a_decision_on_somebody_elses_invoice_says_whose_it_is() -> None:
    ((rule, sentence),) = Client().sends(ACCEPTED | {"invoice_id": str(OTHER)}, "unknown-invoice").faults
    assert rule == "FIN-2" and f"du contrat {OTHERS}" in sentence


def test_fin_02_who_believes_a_stranger_is_told() -> None:
    client = Client()
    client.facts.append(fact(OURS, UUID(int=3), source=b"gateway"))
    ((_, sentence),) = client.sends(ACCEPTED | {"invoice_id": str(UUID(int=3))}, "unknown-invoice").faults
    assert "ce_source billing" in sentence


def test_bil_13_the_same_reference_with_other_content_is_found_but_a_refused_payment_may_be_corrected_under_it() -> None:
    ((rule, sentence),) = Client().sends(PAID).sends(PAID | {"amount": "10.00"}, "reference-used-otherwise").faults
    assert rule == "BIL-13" and "2445.00 € du 12/10/2026" in sentence
    corrected = Client().sends(PAID | {"amount": "9000.00"}, "payment-too-large").sends(PAID)
    assert [sentence.split(" :")[0] for _, sentence in corrected.faults] == ["Refusé (payment-too-large)"]


def test_fin_02_who_decides_twice_and_otherwise_is_told() -> None:
    rejected = {"invoice_id": str(INVOICE), "decision": "rejected", "code": "other", "text": "Non."}
    ((_, sentence),) = Client().sends(ACCEPTED).sends(rejected, "already-decided-otherwise").faults
    assert "« accepted »" in sentence and "définitive" in sentence


def test_fin_02_a_refusal_that_is_ignored_is_found() -> None:
    again = Client().sends(PAID, "invoice-not-accepted").sends(PAID, "invoice-not-accepted")
    assert any("Le même enregistrement avait été refusé (3/0, invoice-not-accepted)" in sentence for _, sentence in again.faults)
    crossed = Client().sends(PAID, "invoice-not-accepted").sends(PAID, "invoice-not-accepted", after=timedelta(seconds=1))
    assert not any("Le même" in sentence for _, sentence in crossed.faults), "it may have been sent before the reply was read"
    corrected = Client().sends(PAID, "invoice-not-accepted").sends(ACCEPTED).sends(PAID)
    assert not any("Le même" in sentence for _, sentence in corrected.faults), "what it was refused for has been put right"
    later = Client().sends(ACCEPTED, "report-not-received").sends(ACCEPTED)
    assert not any("Le même" in sentence for _, sentence in later.faults), "this one is to be sent again"
    paid = Client().sends(ACCEPTED, "already-decided-otherwise").sends(PAID, "invoice-not-accepted")
    assert any("dont l'acceptation a été refusée (3/0, already-decided-otherwise)" in sentence for _, sentence in paid.faults)


def test_fin_01_records_of_a_contract_in_two_partitions_have_no_order() -> None:
    client = Client().sends(ACCEPTED).sends(PAID, partition=5)
    ((_, sentence),) = client.faults
    assert "  FIN-1  5/1, clé 07-1" in "\n".join(client.report.lines()) and "partitions 3 et 5" in sentence


def test_what_has_no_reply_yet_is_counted_and_is_nobodys_fault() -> None:
    came = Client().sends(ACCEPTED, answered=False).report
    assert (came.unanswered, came.is_wrong) == (1, False)


def test_what_a_scenario_asks_to_be_refused_is_not_held_against_anybody_but_elsewhere_it_is() -> None:
    key = history.contract(8).encode()
    client = Client(facts=[fact(history.contract(8), INVOICE)])
    assert not client.sends(b"{}", "unreadable", key=key).faults
    assert client.sends(b"{}", "unreadable").faults
    lines = "\n".join(client.report.lines())
    assert "S8" in lines and "pas fait" in lines and "à faire : accepter la facture" in lines and "S1 " not in lines


def test_who_pays_what_was_not_to_be_paid_is_told_so() -> None:
    key = history.contract(6).encode()
    client = Client(facts=[fact(history.contract(6), INVOICE)])
    client.sends(ACCEPTED, "already-decided-otherwise", key=key).sends(PAID, "invoice-not-accepted", key=key)
    assert "il ne fallait pas la payer" in "\n".join(client.report.lines())
    assert client.report.is_wrong


def test_every_refusal_is_provoked_by_a_scenario_and_says_what_to_do() -> None:
    assert {code for scenario in FINANCE.scenarios for code in scenario.provokes} == set(get_args(ReplyCode)) == FINANCE.what_to_do.keys()


def test_the_history_is_the_same_each_time() -> None:
    first, second = list(history.history()), list(history.history())
    assert first == second
    ids = [said.envelope.id for said in (*first, history.acknowledgement())]
    assert len(ids) == len(set(ids))
    assert [scenario.contracts[0] for scenario in FINANCE.scenarios] == [history.contract(number) for number in history.NUMBERS]
    assert str(history.invoices(first)[history.contract(1)][0]) == "6aab6eed-5560-5c43-9689-229ab519888a"


def test_the_finance_page_tells_every_scenario_with_its_invoices_and_refusals() -> None:
    page = (REPOSITORY / "contracts" / "FINANCE.md").read_text()
    told = history.invoices(history.history())
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in page.splitlines() if line.startswith("| S")}
    assert rows.keys() == {scenario.name for scenario in FINANCE.scenarios}
    for scenario in FINANCE.scenarios:
        row = rows[scenario.name]
        assert f"`{scenario.contracts[0]}`" in row
        assert row.count("2026-0000") == len(told[scenario.contracts[0]])
        assert {code for code in get_args(ReplyCode) if f"`{code}`" in row} == scenario.provokes
