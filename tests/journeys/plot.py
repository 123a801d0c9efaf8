"""The action whose life is played: three trainees, January to March 2008, at the guide's rates (300 + 35) × 7.00 + 100 × 1.00."""

from datetime import date
from decimal import Decimal

from contracts.actions import Contract, Organisation, Period, PlaceTerms, Terms
from contracts.codes import ActionKind, Place, TaxRegime
from contracts.personal import AgentContact, TrainerSheet

NUMBER, PLAIN, TITLE, SIRET, EMAIL = "2008QCA0971", "2008QCA0972", "ACCESSOIRISTES", "73282932000074", "contact@scenes.example"
START, END = date(2008, 1, 14), date(2008, 3, 28)


def contract(number: str = NUMBER, title: str = TITLE, headcount: int = 3) -> Contract:
    """Collective: 300 h in centre at 7.00 € and 120 h in company at 1.00 € for each trainee; 19.6 % of tax."""
    return Contract(
        number=number,
        terms=Terms(
            kind=ActionKind.COLLECTIVE,
            title=title,
            call_for_projects="TEST PRQ 2007-2008",
            programme_year=2008,
            safir_operation="007874",
            safir_market="07S00075",
            deciding_body="Conseil régional",
            vote_date=date(2007, 11, 23),
            location="CLERMONT-L’HÉRAULT",
            sector_code="SPE",
            sector_label="Spectacle",
            esf=False,
            organisation=Organisation(
                siret=SIRET,
                name="SCENES ET FORMATIONS",
                email=EMAIL,
                address="2 RUE VICTOR HUGO",
                postcode="34800",
                town="CLERMONT-L’HÉRAULT",
                tax_regime=TaxRegime.STANDARD,
            ),
            planned_start=START,
            planned_end=END,
            centre=PlaceTerms(hours=Decimal(300), price=Decimal(2100) * headcount, rate=Decimal(7)),
            company=PlaceTerms(hours=Decimal(120), price=Decimal(120) * headcount, rate=Decimal(1)),
            headcount=headcount,
            paid_headcount=headcount - 1,
            thresholds=(Decimal(30), Decimal(60), Decimal(80)),
            periods=(
                Period(place=Place.CENTRE, start=START, end=date(2008, 2, 29)),
                Period(place=Place.COMPANY, start=date(2008, 3, 3), end=END),
            ),
        ),
        agent=AgentContact(name="Service formation", telephone="04 67 22 80 00"),
        trainers=(
            TrainerSheet(
                last_name="ROCHER",
                first_name="Yves",
                field="gestion et économie",
                hours=Decimal(12),
                status="CDD",
                experience="4 ans d’ancienneté",
            ),
            TrainerSheet(
                last_name="MEUNIER",
                first_name="Jacques",
                field="informatique",
                hours=Decimal(12),
                status="VACATAIRE",
                experience="2 ans de formation à l’étranger",
            ),
        ),
    )
