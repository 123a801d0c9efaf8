"""“Et ensuite ?”: what the portal foresees of an action, and how it says so."""

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from contracts.awards import Terms
from contracts.billing import InvoiceIssued
from contracts.codes import Place, Standing
from contracts.declarations import PlaceDays, PresenceOffered
from contracts.month import Month, months_between
from gateway.areas.action.action import Action, MonthView
from gateway.areas.action.ahead import Ahead, Confirming, account_of, ahead
from gateway.areas.action.queries.ahead import Basis, ConfirmedMonth, Hours, IssuedInvoice, Trainee
from gateway.web.rendering import environment
from tests import guide
from tests.rules.billing.billed_action import MONTHLY, BilledAction, instant, subcontractor, terms

FEBRUARY, MARCH = Month("2007-02"), Month("2007-03")
ANNE, BRUNO = UUID(int=1), UUID(int=2)
TWO_MONTHS = guide.terms(
    date(2007, 2, 5), date(2007, 3, 30), headcount=2, centre=guide.place(140, "5.00", 2), company=guide.place(0, "0.95", 2)
)
"""Two trainees of 140 h each in centre, over the 40 weekdays from Monday 5 February to Friday 30 March: 63 h in February, 77 h in March."""


def weekdays() -> tuple[date, ...]:
    """These 40."""
    days = [month.first.replace(day=day) for month in (FEBRUARY, MARCH) for day in range(1, month.last.day + 1)]
    return tuple(day for day in days if day.weekday() < 5 and date(2007, 2, 5) <= day <= date(2007, 3, 30))


def month(of: Month, *, confirmed: bool) -> MonthView:
    """A month of the action."""
    known = dict.fromkeys(field.name for field in fields(MonthView))
    standing = Standing.CONFIRMED if confirmed else Standing.DRAFT
    return MonthView(**(known | {"month": of, "standing": standing, "to_declare": not confirmed}))  # type: ignore[arg-type]


def action(*confirmed: Month, of: Terms = TWO_MONTHS, days: tuple[date, ...] = weekdays()) -> Action:
    """The action, paid by the month, of which these months are confirmed."""
    places = [(Place.CENTRE, of.centre.hours, days), (Place.COMPANY, of.company.hours, ())]
    said = PresenceOffered(places=tuple(PlaceDays(place=place, hours=hours, days=on) for place, hours, on in places))
    known = dict.fromkeys(field.name for field in fields(Action)) | {
        "contract_number": guide.CONTRACT,
        "terms": of,
        "planned_end": of.planned_end,
        "closes_on": of.planned_end,
        "frequency": "monthly",
        "presence": said.model_dump_json(),
        "months": tuple(month(each, confirmed=each in confirmed) for each in (FEBRUARY, MARCH)),
    }
    return Action(**known)  # type: ignore[arg-type]


def in_centre(hours: str) -> Hours:
    """So many hours, none in company."""
    return {Place.CENTRE: Decimal(hours), Place.COMPANY: Decimal(0)}


def basis(paid: str | None = None, added: str = "0", foreseen: str = "0", left: date | None = None) -> Basis:
    """What is known: both trainees, and February confirmed with so many paid hours, of which so many were added after an exit; Bruno left,
    if he did, by an admissible exit after which so many are foreseen in March.
    """
    held = in_centre(str(Decimal(paid or 0) / 2))
    months = (ConfirmedMonth(FEBRUARY, in_centre(paid), Decimal(added)),) if paid else ()
    anne = Trainee(ANNE, date(2007, 2, 5), None, None, held, {})
    return Basis(months, (), (anne, replace(anne, trainee_id=BRUNO, left_on=left, added={MARCH: in_centre(foreseen)})))


def amounts(found: Ahead | None) -> list[tuple[str, str, str]]:
    """Of each invoice that would come, and of the balance: month, first day, amount."""
    assert found and found.outlook.balance
    every = (*found.outlook.invoices, found.outlook.balance)
    return [(",".join(one.offer.months), str(one.opens), str(one.offer.excluding_tax)) for one in every]


def text(found: Ahead | None, of: Action) -> str:
    """What the page says on 5 March."""
    source = '{% import "action/_ahead.html" as a with context %}{{ a.ahead(ahead, action) }}{{ a.recovery(ahead) }}'
    html = environment().from_string(source).render(ahead=found, action=of, today=date(2007, 3, 5))
    return " ".join(html.replace("\u00a0", " ").replace("&nbsp;", " ").split())


def test_the_months_to_come_are_counted_at_the_pace_of_those_that_are_confirmed() -> None:
    """113.50 of 126 h: 90 %; of March's 77 h each, 69.25 come: 138.50 × 5.00."""
    of = action(FEBRUARY)
    found = ahead(of, date(2007, 3, 5), basis("113.50"))
    assert found and (found.pace, found.realised, found.planned) == (Decimal("0.90"), Decimal("113.50"), Decimal("126.00"))
    assert amounts(found) == [("2007-02", "2007-03-05", "567.50"), ("2007-03", "2007-04-01", "692.50"), ("", "2007-04-01", "0.00")]
    said = text(found, of)
    assert "les mois confirmés comptent 113,50 h réalisées ou justifiées pour 126,00 h prévues, soit 90 %." in said
    assert "au rythme de 90 % du prévu" in said and "février 2007</strong>, dès maintenant : 567,50 € HT." in said
    assert "mars 2007</strong>, à partir du 1er avril 2007 : environ 692,50 € HT." in said
    assert "<strong>Solde</strong>, à partir du 1er avril 2007, après la clôture et l’envoi du bilan : environ 0,00 € HT." in said


def test_when_nothing_is_confirmed_the_plan_itself_is_followed() -> None:
    found = ahead(action(), date(2007, 2, 10), basis())
    assert found and found.pace is None
    assert amounts(found)[:2] == [("2007-02", "2007-03-01", "630.00"), ("2007-03", "2007-04-01", "770.00")]
    assert "aucun mois n’est encore confirmé, et les mois à venir sont comptés comme le plan les prévoit" in text(found, action())


def test_dec_05_hours_after_an_admissible_exit_are_no_pace_and_come_whole() -> None:
    """February's 10 h that an exit added count in its invoice alone; March's 9 h are added to what comes at the pace."""
    found = ahead(action(FEBRUARY), date(2007, 3, 5), basis("123.50", added="10", foreseen="9"))
    assert found and found.pace == Decimal("0.90")
    assert [amount for _, _, amount in amounts(found)] == ["617.50", "737.50", "0.00"]  # of March, 138.50 h and 9


def test_dec_05_what_comes_before_an_admissible_exit_and_what_it_adds_are_no_more_than_the_plan() -> None:
    """No line of March is typed yet, so all of Bruno's 80 h that are left are foreseen after his exit; 46.50 come before it at 95 %, and
    33.50 after it, beside Anne's 73.00.
    """
    found = ahead(action(FEBRUARY), date(2007, 3, 5), basis("120", foreseen="80", left=date(2007, 3, 20)))
    assert found and found.pace == Decimal("0.95")
    assert [amount for _, _, amount in amounts(found)] == ["600.00", "765.00", "0.00"]


def test_before_a_month_is_confirmed_its_hours_as_they_are_shown_make_the_pace() -> None:
    shown = Confirming(FEBRUARY, in_centre("100"), Decimal(0), {ANNE: in_centre("50"), BRUNO: in_centre("50")})
    found = ahead(action(), date(2007, 3, 5), basis(), shown)
    assert found and found.pace == Decimal("0.79")  # 100 of 126
    assert "les mois confirmés, février 2007 compris, comptent 100,00 h" in text(found, action())
    assert amounts(found)[:2] == [("2007-02", "2007-03-05", "500.00"), ("2007-03", "2007-04-01", "607.50")]  # 60.75 h each


def test_before_a_reopened_month_is_confirmed_again_what_was_rejected_counts_no_more() -> None:
    shown = Confirming(FEBRUARY, in_centre("100"), Decimal(0), {ANNE: in_centre("50"), BRUNO: in_centre("50")})
    found = ahead(action(), date(2007, 3, 5), basis("126"), shown)
    assert found and found.realised == 100 and amounts(found)[0][2] == "500.00"


def test_an_amount_that_can_be_invoiced_as_things_stand_is_no_estimate() -> None:
    said = text(ahead(action(FEBRUARY, MARCH), date(2007, 3, 5), basis("113.50")), action(FEBRUARY, MARCH))
    assert "environ 567,50" not in said and "567,50 € HT" in said


def test_bil_10_the_page_says_when_the_advance_is_recovered() -> None:
    """10 % of 1,400.00, from 30 to 60 %: February makes 40.53 %, March all."""
    contract = TWO_MONTHS.model_copy(update={"advance": terms(advance=("10", "30", "60")).advance})
    issued, of = BilledAction(contract=contract).advance(), action(FEBRUARY, of=contract)
    known = replace(basis("113.50"), invoices=(IssuedInvoice(issued, "accepted", instant("2007-02-20")),))
    found = ahead(of, date(2007, 3, 5), known)
    assert found and [(str(one.recovered), str(one.to_recover)) for one in found.outlook.recoveries] == [
        ("49.17", "90.83"),
        ("90.83", "0.00"),
    ]
    said = text(found, of)
    assert "Dont 49,17 € d’avance récupérés : vos factures font alors 40,53 % du prix du contrat, et il reste 90,83 € à récupérer." in said
    assert "elle commencerait à l’être avec la facture de février 2007, dès maintenant : environ 49,17 €" in said
    assert "Elle le serait entièrement avec la facture de mars 2007, à partir du 1er avril 2007, pour les 90,83 € qui resteraient" in said


def test_bil_03_each_instalment_says_with_which_month_which_threshold_is_reached() -> None:
    """The guide's hours over 230 weekdays: 96.25 h of February's 18 for each of ten trainees, of which 90 were confirmed: 94 %. March then
    has 73.00 + 37.75 h, April 69.50 + 36.00 h each: 3,062.50 of 12,320 h by April, 24.85 %; 10,125.00 + 285.00 + 358.63 + 342.00 €.
    """
    of = terms(planned_end=date(2007, 12, 21)).model_copy(update={"planned_start": date(2007, 2, 5)})
    every = [of.planned_start + timedelta(number) for number in range((of.planned_end - of.planned_start).days + 1)]
    days = tuple(day for day in every if day.weekday() < 5)
    offered = [(Place.CENTRE, of.centre.hours), (Place.COMPANY, of.company.hours)]
    said = PresenceOffered(places=tuple(PlaceDays(place=place, hours=hours, days=days) for place, hours in offered))
    year = tuple(month(each, confirmed=each == FEBRUARY) for each in months_between(FEBRUARY, Month("2007-12")))
    known = replace(action(of=of), presence=said.model_dump_json(), frequency="three_instalments", months=year)
    held = {Place.CENTRE: Decimal(60), Place.COMPANY: Decimal(30)}
    everybody = tuple(Trainee(UUID(int=number), of.planned_start, None, None, held, {}) for number in range(1, 11))
    so_far = ConfirmedMonth(FEBRUARY, {Place.CENTRE: Decimal(600), Place.COMPANY: Decimal(300)}, Decimal(0))
    shown = text(ahead(known, date(2007, 3, 5), Basis((so_far,), (), everybody)), known)
    for sentence in (
        "février, mars et avril 2007</strong>, à partir du 1er mai 2007 : environ 11 110,63 € HT.",
        "Au rythme de 94 % du prévu, trois mois sont confirmés sans que le seuil de 30 % soit atteint (24,85 % réalisés fin avril 2007).",
        "Au rythme de 94 % du prévu, le seuil de 30 % est atteint avec le mois de mai 2007 (34,23 % réalisés).",
        "Au rythme de 94 % du prévu, le seuil de 60 % est atteint avec le mois d’août 2007 (61,16 % réalisés).",
        "Au rythme de 94 % du prévu, le seuil de 60 % est dépassé avec le mois de septembre 2007 (69,31 % réalisés).",
        "Il contient octobre, novembre et décembre 2007, que nulle facture n’aurait pris avant.",
        "Au rythme de 94 % du prévu, l’action serait réalisée à 93,79 %.",
    ):
        assert sentence in shown


def test_without_days_in_the_plan_nothing_is_foreseen() -> None:
    assert ahead(action(FEBRUARY, days=()), date(2007, 3, 5), basis("113.50")) is None
    assert not text(None, action())


@pytest.mark.parametrize("decided", ["issued", "accepted", "rejected"])
def test_the_views_hold_the_account_as_billing_keeps_it(decided: str) -> None:
    contract = terms(subcontractors=(subcontractor(ceiling="1500"),), advance=("10", "1", "60"))
    billed = BilledAction(contract=contract)
    advance = billed.advance()
    billed.confirm("2007-02", "489")
    invoices = [advance, billed.subcontract("500", on="2007-03-03"), billed.issue(MONTHLY, "2007-02", on="2007-03-05")]
    for each in invoices:
        if decided == "accepted":
            billed.accept(each)
        elif decided == "rejected":
            billed.reject(each)
    issued = [IssuedInvoice(InvoiceIssued(invoice=each).invoice, decided, instant("2007-03-05")) for each in invoices]
    known = Basis((ConfirmedMonth(FEBRUARY, in_centre("489"), Decimal(0)),), tuple(issued), ())
    copy = account_of(replace(action(FEBRUARY), terms=contract, planned_end=contract.planned_end), known)
    kept = billed.ledger
    assert copy.terms == kept.terms and copy.frequency == kept.frequency
    assert [declared.paid_hours for declared in copy.months] == [declared.paid_hours for declared in kept.months]
    ours = [replace(each, issued_at=kept.invoices[0].issued_at, decided_at=None, paid=Decimal(0)) for each in copy.invoices]
    assert ours == [replace(each, issued_at=kept.invoices[0].issued_at, decided_at=None, paid=Decimal(0)) for each in kept.invoices]
    assert (copy.to_deduct, copy.to_recover) == (kept.to_deduct, kept.to_recover)
