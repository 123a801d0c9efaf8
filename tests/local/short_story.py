"""The history that is played on the installation of these tests: short, with every document of the guide in it (DOC-1)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from clock.days import day_of
from contracts.awards import Advance
from contracts.codes import ExitReason, Frequency, RequestObject
from sesame_local.demo.plan import Leave, Plan, Until, Wish
from sesame_local.demo.region import CEVENNES, OFFICE, SALAGOU, SCENES, SHOWS, Calendar

TODAY = day_of(datetime.now(UTC))


def short(today: date) -> tuple[Plan, ...]:
    """Three months from contract to a refund, and the surveys of a year, with a rejection, an advance and a subcontractor; three
    instalments with a quarter that waits; one that does not open; one to prepare.
    """
    calendar = Calendar(today)
    begins, ends, awarded = calendar.begins, calendar.ends, calendar.month(-5).first
    return (
        Plan(
            "QCA0001", "ACCESSOIRISTES", SCENES, SHOWS, begins(-17), calendar.middle(-15), calendar.month(-19).first, (210, "7.00"),
            (70, "0.95"), 5, 4, "",
            individualised=True, rejected=calendar.month(-17), leaves=(Leave(1, begins(-16), ExitReason.EMPLOYMENT),),
            wishes=(Wish(RequestObject.TRAINERS, begins(-16), begins(-16) + timedelta(1)),),
            advance=Advance(rate=Decimal(20), recovered_from=Decimal(70), recovered_to=Decimal(90)),
            subcontractor=SALAGOU.model_copy(update={"ceiling": Decimal("300.00")}),
        ),
        Plan(
            "QCA0002", "COMPTABLE ASSISTANT", CEVENNES, OFFICE, begins(-3), ends(1), awarded, (350, "5.55"), (70, "0.95"), 8, 3, "",
            frequency=Frequency.THREE_INSTALMENTS, half_filled=(calendar.month(1), calendar.recent), first_end=ends(0),
            proofs=calendar.month(-2), undecided=calendar.month(-1),
            wishes=(
                Wish(RequestObject.PLANNED_DATES, begins(-2), begins(-2) + timedelta(1)),
                Wish(RequestObject.TRAINEE, begins(-1), begins(-1) + timedelta(1), "Joignez le nouveau bail."),
                Wish(RequestObject.TRAINERS, begins(0)),
            ),
        ),
        Plan(
            "QCA0003", "COSTUMIER(ÈRE)", SCENES, SHOWS, begins(-2), ends(1), awarded, (210, "7.00"), (70, "0.95"), 4, 2, "",
            until=Until.NOT_OPENED,
        ),
        Plan(
            "QCA0004", "VENDEUR CONSEIL", CEVENNES, OFFICE, begins(1), ends(3), awarded, (210, "7.00"), (70, "0.95"), 4, 2, "",
            until=Until.AWARDED, by_programme=True,
        ),
    )  # fmt: skip
