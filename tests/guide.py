"""The guide's action 2007QCA0266, as the Region awards it; a test names only what is different in its own."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.actions import ActionAwarded, Organisation, Period, PlaceTerms, Terms
from contracts.answers import PersonalRef
from contracts.codes import ActionKind, Place, TaxRegime

CONTRACT = "2007QCA0266"
SIRET, OTHER_SIRET = "73282932000074", "55208131766522"
TITLE = "BTS ASSISTANT DE DIRECTION EN UN AN"
CENTRE_HOURS, CENTRE_RATE, COMPANY_HOURS, COMPANY_RATE = Decimal(812), Decimal(5), Decimal(420), Decimal("0.95")


def organisation(**said: Any) -> Organisation:
    """The organisation that holds the contract."""
    guide = {
        "siret": SIRET,
        "name": "SCENES ET FORMATIONS",
        "email": "contact@scenes.example",
        "address": "2 RUE VICTOR HUGO",
        "postcode": "34800",
        "town": "CLERMONT-L’HÉRAULT",
        "tax_regime": TaxRegime.EXEMPT,
    }
    return Organisation.model_validate(guide | said)


ORGANISATION = organisation()


def place(hours: Decimal | int | str, rate: Decimal | str, headcount: int) -> PlaceTerms:
    """The hours and rate of each of `headcount` trainees, and the price that follows."""
    return PlaceTerms(hours=Decimal(hours), rate=Decimal(rate), price=Decimal(hours) * Decimal(rate) * headcount)


def terms(start: date, end: date, *, headcount: int = 10, **said: Any) -> Terms:
    """Ten trainees: 812 h × 5.00 × 10 = 40,600.00 and 420 h × 0.95 × 10 = 3,990.00; every day in centre, all of them paid."""
    guide = {
        "kind": ActionKind.COLLECTIVE,
        "title": TITLE,
        "call_for_projects": "TEST PRQ 2007-2008",
        "programme_year": 2007,
        "safir_operation": "007874",
        "safir_market": "07S00075",
        "deciding_body": "Conseil régional",
        "vote_date": date(2006, 11, 24),
        "location": "CLERMONT-L’HÉRAULT",
        "sector_code": "SEG",
        "sector_label": "Services - Gestion de l’entreprise",
        "esf": False,
        "organisation": organisation(),
        "centre": place(CENTRE_HOURS, CENTRE_RATE, headcount),
        "company": place(COMPANY_HOURS, COMPANY_RATE, headcount),
        "paid_headcount": headcount,
        "thresholds": (Decimal(30), Decimal(60), Decimal(80)),
        "periods": (Period(place=Place.CENTRE, start=start, end=end),),
    }
    return Terms.model_validate(guide | {"planned_start": start, "planned_end": end, "headcount": headcount} | said)


def awarded(held: Terms | None = None, **said: Any) -> ActionAwarded:
    """The award, without trainers, of `held`, or of half a year in 2007; `said` are other particulars of the organisation."""
    holder = organisation(**{"tax_regime": TaxRegime.STANDARD} | said)
    held = held or terms(date(2007, 1, 2), date(2007, 7, 1), organisation=holder, paid_headcount=5)
    return ActionAwarded(terms=held, agent=PersonalRef(id="agent", version=1), trainers=())
