"""Contracts: ACT-1, ACT-3 (planned), ACT-4."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.rules import contract
from actions.rules.action import Action
from actions.rules.contract_faults import planned_hours, planned_price, wrong_contract
from chassis.decision import Decision
from contracts.awards import (
    ActionAwarded,
    ActionWithdrawn,
    Advance,
    Contract,
    ContractReplaced,
    ContractsImported,
    PlaceTerms,
    Subcontractor,
)
from contracts.codes import TaxRegime
from contracts.personal import AgentContact, AgentRecord, PersonalRecord, TrainerRecord
from contracts.refusals import refuse_all
from tests import guide
from tests.guide import CONTRACT, DURAND, OTHER_SIRET, SIRET, TRAINER, day, period
from tests.refused import cells, codes, faults
from tests.rules.actions.action_in_preparation import AWARDED_AT, ActionInPreparation, imported

TERMS = guide.contract().terms
CEVENNES = "83014132100034"


def place(hours: str, price: str, rate: str) -> PlaceTerms:
    return PlaceTerms(hours=Decimal(hours), price=Decimal(price), rate=Decimal(rate))


def imports(
    *contracts: Contract, known: Action | None = None, people: dict[str, PersonalRecord] | None = None, **how: bool
) -> tuple[list[Decision[Action]], ContractsImported]:
    """What is decided of a file: `known` is the action of the guide's contract, `people` whom it names."""
    return contract.import_contracts(imported(*contracts, **how), {CONTRACT: known} if known else {}, people or {}, AWARDED_AT)


def awarded(given: Contract) -> tuple[Action, dict[str, PersonalRecord]]:
    """The action of a contract, and the people that it names."""
    [decision], _ = imports(given)
    return decision.state, {record.id: record for record in decision.records}


def wrong(**changed: Any) -> list[tuple[str, str | None]]:
    return cells(lambda: imports(guide.contract(**changed)))


def organisation(**changed: str) -> dict[str, Any]:
    return {"organisation": TERMS.organisation.model_copy(update=changed)}


def subcontractor(
    siret: str = CEVENNES, ceiling: str = "1500", name: str = "CEVENNES-GESTION", regime: TaxRegime | None = TaxRegime.EXEMPT
) -> Subcontractor:
    return Subcontractor(siret=siret, name=name, ceiling=Decimal(ceiling), tax_regime=regime)


def advance(rate: str = "5", begins: str = "65", ends: str = "80") -> Advance:
    return Advance(rate=Decimal(rate), recovered_from=Decimal(begins), recovered_to=Decimal(ends))


def test_act_03_the_planned_total_per_trainee_is_812_and_420_hours_1232():
    assert planned_hours(TERMS) == 1232


@pytest.mark.parametrize(
    ("hours", "rate", "headcount", "price"),
    [
        ("812", "5.00", 10, "40600.00"),
        ("420", "0.95", 10, "3990.00"),
        ("480", "7.00", 12, "40320.00"),
        ("0.25", "0.30", 1, "0.08"),  # 0.075: half up
        ("0.25", "0.98", 1, "0.25"),  # 0.245: half up
        ("0", "0", 10, "0.00"),
    ],
)
def test_act_04_a_place_costs_hours_by_rate_by_headcount_to_the_cent(hours: str, rate: str, headcount: int, price: str):
    assert planned_price(place(hours, price, rate), headcount) == Decimal(price)
    other = place(hours, str(Decimal(price) + Decimal("0.01")), rate)
    assert planned_price(other, headcount) != other.price


@given(st.decimals(0, 3000, places=2), st.decimals(0, 100, places=2), st.integers(1, 500))
def test_act_04_any_price_is_within_half_a_cent_of_the_exact_product(hours: Decimal, rate: Decimal, headcount: int):
    price = planned_price(place(str(hours), "0", str(rate)), headcount)
    exact = hours * rate * headcount
    assert abs(price - exact) <= Decimal("0.005") and price == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_act_04_a_wrong_price_is_told_with_the_right_one():
    (fault,) = faults(lambda: imports(guide.contract(centre=place("812", "40500", "5.00"))))
    assert (fault.code, fault.field, fault.item) == ("price-differs", "terms.centre.price", CONTRACT)
    assert fault.figures == {"hours": "812.00", "rate": "5.00", "headcount": 10, "expected": "40600.00"}


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"company": place("420", "3990.01", "0.95")}, "price-differs", "terms.company.price"),
        ({"company": place("420.10", "3990.95", "0.95")}, "planned-hours-not-quarter", "terms.company.hours"),
        ({"paid_headcount": 11}, "paid-above-headcount", "terms.paid_headcount"),
        ({"thresholds": (Decimal(30), Decimal(30), Decimal(80))}, "thresholds-disordered", "terms.thresholds"),
        ({"thresholds": (Decimal(0), Decimal(60), Decimal(80))}, "thresholds-disordered", "terms.thresholds"),
        ({"planned_end": day("2010-09-01")}, "contract-too-long", "terms.planned_end"),
        ({"headcount": 301}, "headcount-too-large", "terms.headcount"),
        ({"planned_end": day("2007-09-02"), "periods": ()}, "planned-dates-reversed", "terms.planned_end"),
        ({"periods": (period("2007-10-01", "2007-09-30"),)}, "period-reversed", "terms.periods.0.end"),
        ({"periods": (period("2007-09-02", "2007-10-01"),)}, "period-outside-action", "terms.periods.0.start"),
        ({"periods": (period("2007-09-03", "2008-06-28"),)}, "period-outside-action", "terms.periods.0.end"),
        (organisation(siret="73282932000079"), "siret-wrong", "terms.organisation.siret"),
        (organisation(email="contact"), "email-wrong", "terms.organisation.email"),
        (organisation(email="contact@scenes"), "email-wrong", "terms.organisation.email"),
        (organisation(email=" "), "contract-field-missing", "terms.organisation.email"),
        (organisation(town=""), "contract-field-missing", "terms.organisation.town"),
        ({"sector_code": " "}, "contract-field-missing", "terms.sector_code"),
        ({"subcontractors": (subcontractor("12345678900012"),)}, "siret-wrong", "terms.subcontractors.0.siret"),
        ({"subcontractors": (subcontractor(name=""),)}, "contract-field-missing", "terms.subcontractors.0.name"),
        (
            {"subcontractors": (subcontractor(), subcontractor(OTHER_SIRET, ceiling="44590.01"))},
            "ceiling-out-of-range",
            "terms.subcontractors.1.ceiling",
        ),
        ({"subcontractors": (subcontractor(ceiling="0"),)}, "ceiling-out-of-range", "terms.subcontractors.0.ceiling"),
        (
            {"subcontractors": (subcontractor(ceiling="44590"), subcontractor(OTHER_SIRET, ceiling="0.01"))},
            "ceilings-above-price",
            "terms.subcontractors.1.ceiling",
        ),
        ({"subcontractors": (subcontractor(SIRET),)}, "subcontractor-twice", "terms.subcontractors.0.siret"),
        ({"subcontractors": (subcontractor(), subcontractor())}, "subcontractor-twice", "terms.subcontractors.1.siret"),
        ({"subcontractors": (subcontractor(regime=None),)}, "contract-field-missing", "terms.subcontractors.0.tax_regime"),
        ({"advance": advance(rate="0")}, "advance-rate-out-of-range", "terms.advance.rate"),
        ({"advance": advance(begins="80")}, "recovery-rates-disordered", "terms.advance.recovered_to"),
        (
            {"centre": place("0", "0", "0"), "company": place("0", "0", "0.95")},
            "no-hours-planned",
            "terms.centre.hours",
        ),
    ],
)
def test_act_04_what_is_wrong_in_a_contract_is_named_by_its_path(changed: dict[str, Any], code: str, field: str):
    assert wrong(**changed) == [(code, field)]


def test_act_04_the_bounds_are_in():
    edge = guide.contract(
        planned_end=day("2010-08-31"),
        headcount=300,
        subcontractors=(subcontractor(ceiling="1337700"),),
        thresholds=(Decimal("0.01"), Decimal("0.02"), Decimal(100)),
        periods=(period("2007-09-03", "2007-09-03"), period("2007-09-04", "2008-06-27")),
    )
    refuse_all(wrong_contract(edge))


def test_act_04_people_of_a_contract_have_a_name_and_a_telephone():
    nobody = TRAINER.model_copy(update={"last_name": "", "experience": " "})
    nameless = guide.contract(agent=AgentContact(name="", telephone=""), trainers=(TRAINER, nobody))
    assert cells(lambda: imports(nameless)) == [
        ("contract-field-missing", "agent.name"),
        ("contract-field-missing", "agent.telephone"),
        ("contract-field-missing", "trainers.1.last_name"),
        ("contract-field-missing", "trainers.1.experience"),
    ]


def test_act_01_every_error_of_every_contract_is_told_at_once_and_nothing_is_kept():
    good, bad, worse = (
        guide.contract(),
        guide.contract("2007QCA0267", paid_headcount=11),
        guide.contract("2007QCA0268", title="", **organisation(siret="12345678900012")),
    )
    said = faults(lambda: imports(good, bad, worse))
    assert [(fault.item, fault.code) for fault in said] == [
        ("2007QCA0267", "paid-above-headcount"),
        ("2007QCA0268", "contract-field-missing"),
        ("2007QCA0268", "siret-wrong"),
    ]


def test_act_01_each_contract_of_a_file_is_awarded_with_its_people():
    [award, _], answer = imports(guide.contract(), guide.contract("2007QIA0970"))
    assert (answer.awarded, answer.known, answer.replaced, answer.check_only) == ((CONTRACT, "2007QIA0970"), (), (), False)
    (event,), records = award.events, award.records
    assert (award.state.number, award.state.untouched) == (CONTRACT, True)
    assert type(event) is ActionAwarded and event.terms == TERMS
    assert [(type(record), record.contract_number) for record in records] == [(AgentRecord, CONTRACT), (TrainerRecord, CONTRACT)]
    assert [ref.id for ref in (event.agent, *event.trainers)] == [record.id for record in records]


def test_act_01_ids_of_people_follow_from_the_contract_so_that_a_replay_agrees():
    first, second = (imports(guide.contract()) for _ in range(2))
    assert first == second
    [other], _ = imports(guide.contract("2007QIA0970"))
    assert {record.id for record in other.records}.isdisjoint(record.id for record in first[0][0].records)


def test_act_01_nothing_personal_is_in_the_state_or_in_an_event():
    [award], _ = imports(guide.contract())
    said = f"{award.state}{award.events}"
    assert not [word for word in ("VIDAL", "04 67 22 80 00", "MEUNIER", "Jacques", "étranger") if word in said]


def test_act_01_checking_answers_the_same_and_changes_nothing():
    awards, answer = imports(guide.contract(), check_only=True)
    assert awards == [] and (answer.awarded, answer.check_only) == ((CONTRACT,), True)
    bad = guide.contract(paid_headcount=11)
    assert codes(lambda: imports(bad, check_only=True)) == ["paid-above-headcount"]


def test_act_01_the_same_content_again_is_known_and_awards_nothing():
    action, people = awarded(guide.contract())
    awards, answer = imports(guide.contract(), known=action, people=people)
    assert awards == [] and (answer.awarded, answer.known) == ((), (CONTRACT,))


def test_act_01_the_same_content_is_known_even_when_the_organisation_has_begun():
    action = ActionInPreparation()
    _, people = awarded(guide.contract())
    awards, answer = imports(guide.contract(), known=action.running().state, people=people)
    assert awards == [] and answer.known == (CONTRACT,)


@pytest.mark.parametrize(
    ("other", "paths", "count"),
    [
        (guide.contract(headcount=12), "terms.centre.price,terms.company.price,terms.headcount", 4),
        (guide.contract(agent=AgentContact(name="M. ROUX", telephone="04 67 22 80 00")), "agent.name", 1),
        (guide.contract(trainers=()), "trainers", 1),
        (
            guide.contract(periods=(*TERMS.periods[:2], period("2008-02-19", "2008-04-18"))),
            "terms.periods.2.place,terms.periods.2.start",
            2,
        ),
    ],
)
def test_act_01_another_content_under_a_known_number_is_one_error_that_names_the_differences(other: Contract, paths: str, count: int):
    action, people = awarded(guide.contract())
    [fault] = faults(lambda: imports(other, known=action, people=people))
    assert (fault.code, fault.field, fault.item) == ("contract-differs", "number", CONTRACT)
    assert fault.figures == {"paths": paths, "count": count}


def test_act_01_another_content_is_a_replacement_when_the_agent_says_so():
    action, people = awarded(guide.contract())
    other = guide.contract(headcount=12)
    [award], answer = imports(other, replace=True, known=action, people=people)
    assert answer.replaced == (CONTRACT,) and [type(event) for event in award.events] == [ContractReplaced]
    assert (award.state.terms.headcount, award.state.award) == (12, 2)
    assert {(record.id, record.version) for record in award.records} == {(record_id, 2) for record_id in people}


def test_act_01_a_replacement_is_checked_whole():
    action, people = awarded(guide.contract())
    other = guide.contract(paid_headcount=11)
    assert codes(lambda: imports(other, replace=True, known=action, people=people)) == ["paid-above-headcount"]


@pytest.mark.parametrize(
    "begun",
    [
        lambda action: action.validates(),
        lambda action: action.registers(DURAND),
        lambda action: action.registers(DURAND).removes(DURAND),
        lambda action: action.confirms_trainers(),
        lambda action: action.running(),
        lambda action: action.declines(),
    ],
)
def test_act_01_once_something_was_entered_a_contract_is_neither_replaced_nor_withdrawn(begun: Any):
    action = begun(ActionInPreparation()).state
    _, people = awarded(guide.contract())
    other = guide.contract(headcount=12)
    assert codes(lambda: imports(other, known=action, people=people)) == ["contract-in-use"], "no replacement is advised"
    assert codes(lambda: imports(other, replace=True, known=action, people=people)) == ["contract-in-use"]
    assert codes(lambda: begun(ActionInPreparation()).withdraws()) == ["contract-in-use"]


def test_act_01_a_contract_on_which_nothing_was_entered_can_be_withdrawn():
    action = ActionInPreparation().withdraws()
    assert action.said == [ActionWithdrawn()]
    assert codes(lambda: action.withdraws()) == ["action-withdrawn-by-region"]


@pytest.mark.parametrize("headcount", [10, 12])
def test_act_01_the_number_of_a_withdrawn_contract_does_not_serve_again(headcount: int):
    _, people = awarded(guide.contract())
    other, withdrawn = guide.contract(headcount=headcount), ActionInPreparation().withdraws().state
    assert codes(lambda: imports(other, replace=True, known=withdrawn, people=people)) == ["contract-withdrawn"]


def test_act_01_a_number_twice_in_a_file_and_an_empty_file_are_errors():
    assert codes(lambda: imports(guide.contract(), guide.contract())) == ["contract-twice"]
    assert codes(imports) == ["no-contract"]


def test_act_01_once_its_people_are_erased_a_contract_cannot_be_compared_and_is_left_alone():
    action, _ = awarded(guide.contract())
    assert cells(lambda: imports(guide.contract(), known=action)) == [("contract-differs", "number")]


def test_act_01_two_thousand_contracts_are_one_command_and_a_file_wrong_on_every_line_still_gets_an_answer():
    numbers = [f"2008QCA{number:04}" for number in range(2000)]
    awards, answer = imports(*(guide.contract(number) for number in numbers))
    assert len(awards) == 2000 and answer.awarded == tuple(numbers)
    bare = {"title": "", "sector_code": "", "paid_headcount": 11}
    said = faults(lambda: imports(*(guide.contract(number, **bare) for number in numbers)))
    assert len(said) == 5001 and (said[-1].code, said[-1].figures) == ("more-faults", {"count": 1000})


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), max_size=8),
)
def test_act_04_periods_of_one_place_are_refused_exactly_when_two_share_a_day(spans: list[tuple[int, int]]):
    first = date(2007, 9, 3)
    days = [(first + timedelta(start), first + timedelta(start + length)) for start, length in spans]
    given = guide.contract(periods=tuple(period(str(start), str(end)) for start, end in days))
    used = [start + timedelta(n) for start, end in days for n in range((end - start).days + 1)]
    refusals = wrong_contract(given)
    assert bool(refusals) == (len(used) != len(set(used)))
    assert {refusal.code() for refusal in refusals} <= {"periods-overlap"}


def test_act_01_an_advance_that_is_new_gone_or_another_is_named_where_the_contract_differs():
    without, with_one, other = (guide.contract(advance=of) for of in (None, advance(), advance(rate="6")))
    whole = "terms.advance.rate,terms.advance.recovered_from,terms.advance.recovered_to"
    for before, now, paths in ((without, with_one, whole), (with_one, without, whole), (with_one, other, "terms.advance.rate")):
        known, people = awarded(before)
        (fault,) = faults(lambda now=now, known=known, people=people: imports(now, known=known, people=people))  # type: ignore[misc]
        assert (fault.code, fault.figures["paths"]) == ("contract-differs", paths)
    known, people = awarded(with_one)
    assert imports(with_one, known=known, people=people)[1].known == (CONTRACT,)
