"""What is wrong with a contract (ACT-4), checked whole: every fault at once, each with its path in the contract."""

import re
from collections.abc import Iterator
from decimal import Decimal

from stdnum.fr import siret

from contracts.awards import MOST_MONTHS, MOST_SUBCONTRACTORS, MOST_TRAINEES, Contract, PlaceTerms, Terms
from contracts.lines import QUARTER
from contracts.month import Month, months_between
from contracts.periods import wrong_periods
from contracts.refusals import Refusal
from contracts.refusals.awards import (
    AdvanceRateOutOfRange,
    CeilingOutOfRange,
    CeilingsAbovePrice,
    ContractFieldMissing,
    ContractTooLong,
    HeadcountTooLarge,
    NoHoursPlanned,
    PaidAboveHeadcount,
    PlannedDatesReversed,
    PlannedHoursNotQuarter,
    PriceDiffers,
    RecoveryRatesDisordered,
    SiretWrong,
    SubcontractorTwice,
    ThresholdsDisordered,
    TooManySubcontractors,
)
from contracts.refusals.common import EmailWrong
from contracts.types import to_cent

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def planned_hours(terms: Terms) -> Decimal:
    """The planned total per trainee, hours in centre + hours in company: 812 + 420 = 1232 (ACT-3)."""
    return terms.centre.hours + terms.company.hours


def planned_price(place: PlaceTerms, headcount: int) -> Decimal:
    """Hours × rate × headcount, rounded half up to the cent: 812 × 5.00 × 10 = 40,600.00; 420 × 0.95 × 10 = 3,990.00 (ACT-4)."""
    return to_cent(place.hours * place.rate * headcount)


def wrong_contract(contract: Contract) -> list[Refusal]:
    """Everything that is wrong with a contract (ACT-4), each with the contract's number as its item."""
    terms = contract.terms
    faults: list[Refusal] = [
        *_missing(contract),
        *_wrong_sirets(terms),
        *_wrong_amounts(terms),
        *wrong_periods(terms.periods, terms.planned_start, terms.planned_end, "terms.periods"),
    ]
    if terms.organisation.email.strip() and not EMAIL.fullmatch(terms.organisation.email):
        faults.append(EmailWrong(field="terms.organisation.email"))
    if terms.planned_end < terms.planned_start:
        faults.append(PlannedDatesReversed(field="terms.planned_end", start=terms.planned_start, end=terms.planned_end))
    faults += _too_large(terms)
    for refusal in faults:
        refusal.item = contract.number
    return faults


def _too_large(terms: Terms) -> Iterator[Refusal]:
    """What would outgrow a message, or a state that is read and written with each."""
    if (count := len(months_between(Month.of(terms.planned_start), Month.of(terms.planned_end)))) > MOST_MONTHS:
        yield ContractTooLong(field="terms.planned_end", count=count, most=MOST_MONTHS)
    if terms.headcount > MOST_TRAINEES:
        yield HeadcountTooLarge(field="terms.headcount", headcount=terms.headcount, most=MOST_TRAINEES)
    if (named := len(terms.subcontractors)) > MOST_SUBCONTRACTORS:
        yield TooManySubcontractors(field="terms.subcontractors", count=named, most=MOST_SUBCONTRACTORS)


def _missing(contract: Contract) -> Iterator[Refusal]:
    terms, organisation = contract.terms, contract.terms.organisation
    texts = {
        "terms.title": terms.title,
        "terms.call_for_projects": terms.call_for_projects,
        "terms.safir_operation": terms.safir_operation,
        "terms.safir_market": terms.safir_market,
        "terms.deciding_body": terms.deciding_body,
        "terms.location": terms.location,
        "terms.sector_code": terms.sector_code,
        "terms.sector_label": terms.sector_label,
        "terms.organisation.name": organisation.name,
        "terms.organisation.email": organisation.email,
        "terms.organisation.address": organisation.address,
        "terms.organisation.town": organisation.town,
        "agent.name": contract.agent.name,
        "agent.telephone": contract.agent.telephone,
    }
    for index, subcontractor in enumerate(terms.subcontractors):
        texts[f"terms.subcontractors.{index}.name"] = subcontractor.name
        texts[f"terms.subcontractors.{index}.tax_regime"] = subcontractor.tax_regime or ""
    for index, trainer in enumerate(contract.trainers):
        for name in ("last_name", "first_name", "field", "experience"):
            texts[f"trainers.{index}.{name}"] = getattr(trainer, name)
    return (ContractFieldMissing(field=path) for path, text in texts.items() if not text.strip())


def _wrong_sirets(terms: Terms) -> Iterator[Refusal]:
    if not siret.is_valid(terms.organisation.siret):
        yield SiretWrong(field="terms.organisation.siret")
    known = [terms.organisation.siret]
    for index, subcontractor in enumerate(terms.subcontractors):
        if not siret.is_valid(subcontractor.siret):
            yield SiretWrong(field=f"terms.subcontractors.{index}.siret")
        elif subcontractor.siret in known:
            yield SubcontractorTwice(field=f"terms.subcontractors.{index}.siret")
        known.append(subcontractor.siret)


def _wrong_amounts(terms: Terms) -> Iterator[Refusal]:
    for name, place in (("centre", terms.centre), ("company", terms.company)):
        if place.price != (expected := planned_price(place, terms.headcount)):
            yield PriceDiffers(
                field=f"terms.{name}.price", hours=place.hours, rate=place.rate, headcount=terms.headcount, expected=expected
            )
        if place.hours % QUARTER:
            yield PlannedHoursNotQuarter(field=f"terms.{name}.hours", hours=place.hours)
    if not planned_hours(terms):
        yield NoHoursPlanned(field="terms.centre.hours")
    if terms.paid_headcount > terms.headcount:
        yield PaidAboveHeadcount(field="terms.paid_headcount", paid=terms.paid_headcount, headcount=terms.headcount)
    first, second, third = terms.thresholds
    if not 0 < first < second < third:
        yield ThresholdsDisordered(field="terms.thresholds")
    yield from _wrong_ceilings(terms)
    if terms.advance and not terms.advance.rate:
        yield AdvanceRateOutOfRange(field="terms.advance.rate")
    if terms.advance and terms.advance.recovered_from >= terms.advance.recovered_to:
        yield RecoveryRatesDisordered(field="terms.advance.recovered_to")


def _wrong_ceilings(terms: Terms) -> Iterator[Refusal]:
    """Each is within the price, and all together are (BIL-6)."""
    price = terms.centre.price + terms.company.price
    alone = [CeilingOutOfRange(field=f"terms.subcontractors.{index}.ceiling", price=price) for index in _out_of_range(terms, price)]
    ceilings = sum((subcontractor.ceiling for subcontractor in terms.subcontractors), Decimal())
    if ceilings > price and not alone:
        yield CeilingsAbovePrice(field=f"terms.subcontractors.{len(terms.subcontractors) - 1}.ceiling", ceilings=ceilings, price=price)
    yield from alone


def _out_of_range(terms: Terms, price: Decimal) -> Iterator[int]:
    return (index for index, subcontractor in enumerate(terms.subcontractors) if not 0 < subcontractor.ceiling <= price)
