"""The action of the journey: three trainees, January to March 2008, at the guide's rates (300 + 35) × 7.00 + 100 × 1.00."""

from datetime import date

from contracts.awards import Contract
from contracts.codes import Place
from tests import guide
from tests.guide import period

NUMBER, PLAIN, ASKING = "2008QCA0971", "2008QCA0972", "2008QCA0973"
TITLE = "ACCESSOIRISTES"
START, END = date(2008, 1, 14), date(2008, 3, 28)


def contract(number: str = NUMBER, title: str = TITLE, headcount: int = 3) -> Contract:
    """Collective: 300 h in centre at 7.00 € and 120 h in company at 1.00 € for each trainee; 19.6 % of tax."""
    return guide.contract(
        number,
        trainers=guide.TRAINERS,
        planned_start=START,
        planned_end=END,
        headcount=headcount,
        paid_headcount=headcount - 1,
        title=title,
        programme_year=2008,
        centre=guide.place(300, "7.00", headcount),
        company=guide.place(120, "1.00", headcount),
        periods=(period("2008-01-14", "2008-02-29"), period("2008-03-03", "2008-03-28", Place.COMPANY)),
    )
