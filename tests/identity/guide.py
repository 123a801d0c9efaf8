"""The guide's action 2007QCA0266, as the Region awards it, and the organisation that holds it."""

from datetime import date
from decimal import Decimal
from typing import Any

from contracts.actions import ActionAwarded, Organisation, Period, PlaceTerms, Terms
from contracts.answers import PersonalRef
from contracts.codes import ActionKind, Place, TaxRegime

CONTRACT = "2007QCA0266"
SIRET, OTHER_SIRET = "73282932000074", "55208131766522"
ORGANISATION = Organisation(
    siret=SIRET,
    name="SCENES ET FORMATIONS",
    email="contact@scenes.example",
    address="2 RUE VICTOR HUGO",
    postcode="34800",
    town="CLERMONT-L'HERAULT",
    tax_regime=TaxRegime.STANDARD,
)


def awarded(**said: Any) -> ActionAwarded:
    """The award; `said` are other particulars of the organisation."""
    terms = Terms(
        kind=ActionKind.COLLECTIVE,
        title="COSTUMIER(ERE)",
        call_for_projects="TEST PRQ 2007-2008",
        programme_year=2007,
        safir_operation="2007-000312",
        safir_market="2007-0266",
        deciding_body="Commission permanente",
        vote_date=date(2006, 11, 24),
        location="Montpellier",
        sector_code="21754",
        sector_label="Habillement",
        esf=False,
        organisation=ORGANISATION.model_copy(update=said),
        planned_start=date(2007, 1, 2),
        planned_end=date(2007, 7, 1),
        centre=PlaceTerms(hours=Decimal(812), price=Decimal(40600), rate=Decimal(5)),
        company=PlaceTerms(hours=Decimal(420), price=Decimal(3990), rate=Decimal("0.95")),
        headcount=10,
        paid_headcount=5,
        thresholds=(Decimal(30), Decimal(60), Decimal(80)),
        periods=(Period(place=Place.CENTRE, start=date(2007, 1, 2), end=date(2007, 7, 1)),),
    )
    return ActionAwarded(terms=terms, agent=PersonalRef(id="agent", version=1), trainers=())
