"""The action of the journey: three trainees, January to March 2008, at the guide's rates (300 + 35) × 7.00 + 100 × 1.00."""

from datetime import date
from decimal import Decimal

from contracts.actions import Contract, Period
from contracts.codes import Place, TaxRegime
from contracts.personal import AgentContact, TrainerSheet
from tests import guide

NUMBER, PLAIN, TITLE, SIRET, EMAIL = "2008QCA0971", "2008QCA0972", "ACCESSOIRISTES", "73282932000074", "contact@scenes.example"
START, END = date(2008, 1, 14), date(2008, 3, 28)


def contract(number: str = NUMBER, title: str = TITLE, headcount: int = 3) -> Contract:
    """Collective: 300 h in centre at 7.00 € and 120 h in company at 1.00 € for each trainee; 19.6 % of tax."""
    return Contract(
        number=number,
        terms=guide.terms(
            START,
            END,
            headcount=headcount,
            paid_headcount=headcount - 1,
            title=title,
            programme_year=2008,
            organisation=guide.organisation(email=EMAIL, tax_regime=TaxRegime.STANDARD),
            centre=guide.place(300, "7.00", headcount),
            company=guide.place(120, "1.00", headcount),
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
