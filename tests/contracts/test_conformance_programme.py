"""What the conformance check says of programme systems that go wrong, over records as they would stand on the topics."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.record import Record
from contracts.awards import ActionWithdrawn
from contracts.programme import ProgrammeFault, ProgrammeReply, Replied
from sesame_local.place import REPOSITORY
from sesame_local.sandbox.exchanges import conversation
from sesame_local.sandbox.programme import PROGRAMME, history, records
from sesame_local.sandbox.report import Report, report

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
NUMBER = "07-1"


def contract(**terms: Any) -> dict[str, Any]:
    body: dict[str, Any] = history.contract(NUMBER).model_dump(mode="json")
    return {"ask": "award", **body, "terms": body["terms"] | terms}


def came(*said: tuple[dict[str, Any] | bytes, Replied, tuple[str, ...]], key: str = NUMBER, played: bool = False) -> Report:
    """Records, a minute apart, each with its outcome and the codes for which it was refused."""
    sent, replies = [], []
    for place, (body, outcome, codes) in enumerate(said):
        at = NOON + timedelta(minutes=place)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent.append(Record("region.contracts", 0, place, key.encode(), (), raw, at))
        faults = tuple(ProgrammeFault(code=code, reason="Non.", field="number") for code in codes)
        reply = ProgrammeReply(outcome=outcome, faults=faults, partition=0, offset=place)
        replies.append(Record("replies", 0, place, key.encode(), (), reply.body(), at + timedelta(milliseconds=50)))
    headers = (("ce_type", ActionWithdrawn.TYPE.encode()),)
    facts = [Record("events", 0, 0, records.WITHDRAWN.encode(), headers, ActionWithdrawn().body(), NOON)] if played else []
    return report(PROGRAMME, conversation(sent, replies, records.answer, records.facts(facts)))


def test_act_01_a_client_that_keeps_to_the_contract_is_told_nothing() -> None:
    right = came((contract(), "awarded", ()), (contract(), "known", ()), ({"ask": "withdraw", "number": NUMBER}, "withdrawn", ()))
    assert (right.found, right.is_wrong) == ((), False)


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"ask": "create", "number": NUMBER}, "message-unreadable", "n'est ni award"),
        ({"ask": "withdraw", "number": "07-2"}, "key-differs", "Le contrat est le 07-2, et la clé dit 07-1"),
        (contract(planned_start="2026-11-02T00:00:00"), "field-unreadable", "c'est un jour de Paris"),
        (contract(vote_date=1_782_432_000), "field-unreadable", "(terms.vote_date)"),
        (contract(thresholds=[30, 60, 80.001]), "field-unreadable", "(terms.thresholds.2) a plus de deux décimales"),
        (b"\x00\x00\x00\x00\x01", "message-unreadable", "registre de schémas"),
    ],
)
def test_act_01_what_is_wrong_is_named_by_its_place(body: dict[str, Any] | bytes, code: str, said: str) -> None:
    (found,) = came((body, "refused", (code,))).faults
    assert said in found.sentence


def test_act_01_numbers_instead_of_text_are_advice() -> None:
    (found,) = came((contract(thresholds=[30.5, "60", "80"]), "awarded", ())).found
    assert found.advice


def test_act_01_every_fault_of_a_refusal_is_told_with_what_to_do() -> None:
    sentences = [each.sentence for each in came((contract(), "refused", ("contract-differs", "siret-wrong"))).faults]
    assert sentences[0].startswith("Refusé (contract-differs) : Non. (number) Si c'est voulu")
    assert sentences[1] == "Refusé (siret-wrong) : Non. (number)"


def test_act_01_a_refusal_that_is_ignored_is_found() -> None:
    again = came((contract(), "refused", ("contract-in-use",)), (contract(), "refused", ("contract-in-use",)))
    assert any("Le même enregistrement" in each.sentence for each in again.faults)


def test_what_a_scenario_provokes_is_no_fault_and_nothing_else_is_excused_by_it() -> None:
    key = "2026SBP08"
    wrong = {**contract(), "number": key}
    assert not came((wrong, "refused", ("price-differs",)), key=key).is_wrong
    assert came((wrong, "refused", ("price-differs", "siret-wrong")), key=key).is_wrong
    lines = "\n".join(came((wrong, "refused", ("price-differs",)), key=key, played=True).lines())
    assert "P8  2026SBP08  pas fait" in lines and "à faire : l'attribuer (award) : awarded" in lines and "P1 " in lines


def test_the_programme_page_tells_every_scenario_and_what_it_provokes() -> None:
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in _page().splitlines() if line.startswith("| P")}
    assert rows.keys() == {scenario.name for scenario in PROGRAMME.scenarios}
    for scenario in PROGRAMME.scenarios:
        row = rows[scenario.name]
        assert f"`{scenario.contracts[0]}`" in row
        assert all(f"`{code}`" in row for code in scenario.provokes)


def _page() -> str:
    return (REPOSITORY / "contracts" / "PROGRAMME.md").read_text()
