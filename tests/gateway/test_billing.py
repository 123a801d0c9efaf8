"""“Facturation”: what is offered is one choice where months are common, and a rejection is settled once (BIL-3, BIL-4, BIL-7, BIL-11)."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from html import unescape
from time import monotonic
from uuid import uuid4

import pytest

from contracts import billing, codes, declarations
from contracts.codes import InvoiceKind
from contracts.message import Command, Message
from contracts.month import Month, months_between
from contracts.refusals.billing import AlreadyDecidedOtherwise, QuarterReachesThreshold, ThresholdNotReached
from gateway.web.commands import PATIENCE
from tests.gateway.html import all_of, links_of, text_of, value_of
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal

FEBRUARY, MARCH, APRIL, JUNE = Month("2008-02"), Month("2008-03"), Month("2008-04"), Month("2008-06")
REJECTED = "La Région a rejeté la facture"


@pytest.fixture(autouse=True)
def july(portal: RunningPortal) -> Iterator[None]:
    """It is 3 July 2008: a window is open for every month up to June."""
    portal.it_is("2008-07-03T09:00")
    yield
    portal.it_is("2008-03-06T14:12")


async def running(portal: RunningPortal, number: str, months: int, end: date = date(2008, 9, 26)) -> Told:
    """An action under three instalments, two trainees, so many months confirmed from February on."""
    told = await award(portal, number, terms("MENUISIERS", date(2008, 2, 4), end))
    await told.open(2, codes.Frequency.THREE_INSTALMENTS)
    for month in list(months_between(FEBRUARY, Month("2008-12")))[:months]:
        await told.confirm(month)
    return told


def offer(told: Told, kind: InvoiceKind, last: Month, not_before: date | None = None) -> billing.Offer:
    """An invoice of all months from February to `last`."""
    months = tuple(month for month in told.billable if month <= last)
    amount = sum((told.billable[month].amount for month in months), Decimal("0.00"))
    taxed = billing.Taxed(since=None, tax_rate=Decimal(0), tax=Decimal(0), including_tax=amount)
    return billing.Offer(
        kind=kind,
        months=months,
        windowed=True,
        not_before=not_before,
        ordinal=1 if kind is InvoiceKind.INSTALMENT else None,
        excluding_tax=amount,
        taxed=(taxed,),
    )


async def offers(told: Told, *given: billing.Offer) -> None:
    await told.say(told.offered().model_copy(update={"offers": given}))


async def test_bil_04_invoices_with_a_month_in_common_are_one_choice_on_every_page(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC001", 5)
    instalments = [offer(told, InvoiceKind.INSTALMENT, month) for month in (Month("2008-05"), JUNE)]
    await offers(told, offer(told, InvoiceKind.QUARTER, APRIL), *instalments)
    home = text_of(await portal.secretary.get("/"))
    assert "Facturer février, mars, avril, mai et juin 2008 : 3 factures possibles, au choix" in home
    assert "février, mars et avril 2008, 1 929,00 € HT ; février, mars, avril et mai 2008, 2 572,00 € HT ; février" in home
    assert "1 facture à valider , contrat 2008FAC001 3 possibles, au choix, jusqu’au 15/07" in home
    assert "1 facture à valider" in text_of(await portal.secretary.get(f"/actions/{told.number}"))
    page = await portal.secretary.get(f"/actions/{told.number}/facturation")
    assert "choisissez entre celles qui ont des mois en commun" in text_of(page)
    confirmed = links_of(await portal.secretary.get(f"/actions/{told.number}/declarations/2008-02"))
    assert f"/actions/{told.number}/facturation" in confirmed and not any("choix=" in link for link in confirmed)


async def test_bil_07_choosing_two_invoices_of_one_month_is_said_before_anything_is_sent(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC002", 4)
    await offers(told, offer(told, InvoiceKind.QUARTER, APRIL), offer(told, InvoiceKind.INSTALMENT, Month("2008-05")))
    path = f"/actions/{told.number}/facturation/verification"
    both = await portal.secretary.get(f"{path}?choix=quarter:2008-02,2008-03,2008-04&choix=instalment:2008-02,2008-03,2008-04,2008-05")
    assert both.status_code == 422 and both.text.count(" checked") == 2
    assert "Février, mars et avril 2008 : un mois ne va que dans une facture." in text_of(both)
    page = await portal.secretary.get(f"{path}?choix=quarter:2008-02,2008-03,2008-04")
    assert page.status_code == 200 and "Confirmer la facture de 1 929,00 € HT" in text_of(page)


async def test_bil_04_a_short_quarter_is_announced_for_the_day_on_which_it_can_be_confirmed(portal: RunningPortal) -> None:
    portal.it_is("2008-03-06T09:00")
    told = await running(portal, "2008FAC003", 1, end=date(2008, 3, 10))
    for trainee in told.trainees:
        left = declarations.Exit(on=date(2008, 2, 29), kind=codes.ExitKind.END_OF_TRAINING)
        await told.say(declarations.TraineeExited(trainee_id=trainee, exit=left, version=1))
    await offers(told, offer(told, InvoiceKind.QUARTER, FEBRUARY, not_before=date(2008, 3, 11)))
    home = text_of(await portal.secretary.get("/"))
    assert "1 facture à valider , contrat 2008FAC003 dès le 11/03" in home and "Facturer février 2008, 643,00" not in home
    path = f"/actions/{told.number}/facturation"
    assert "À confirmer du 11 mars au 15 mars 2008" in text_of(await portal.secretary.get(path))
    portal.it_is("2008-03-12T09:00")
    assert "Facturer février 2008, 643,00 €" in text_of(await portal.secretary.get("/"))
    assert "à confirmer jusqu’au 15 mars" in text_of(await portal.secretary.get(path))


async def test_bil_07_a_rejected_instalment_is_to_correct_until_all_its_months_are_invoiced_again(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC004", 2)
    path = f"/actions/{told.number}"
    rejected = await told.invoice(FEBRUARY, MARCH, on=date(2008, 4, 8), kind=InvoiceKind.INSTALMENT)
    await told.reject(rejected, on=date(2008, 4, 10), correct_by=date(2008, 4, 25))
    assert REJECTED in text_of(await portal.secretary.get(f"{path}/facturation"))
    for month in (FEBRUARY, MARCH):
        await told.confirm(month, again=True)
    await told.invoice(FEBRUARY, on=date(2008, 4, 20))
    assert REJECTED in text_of(await portal.secretary.get(f"{path}/facturation"))
    assert "1 facture rejetée" in text_of(await portal.secretary.get(path))
    await told.confirm(APRIL)
    again = await told.invoice(MARCH, APRIL, on=date(2008, 5, 8), kind=InvoiceKind.INSTALMENT)
    assert REJECTED not in text_of(await portal.secretary.get(f"{path}/facturation"))
    assert "facture rejetée" not in text_of(await portal.secretary.get(path))
    settled = text_of(await portal.secretary.get(f"{path}/factures/{rejected.invoice_id}"))
    assert REJECTED in settled and "il n’y a plus rien à corriger" in settled and "Corriger février" not in settled
    await told.reject(again, on=date(2008, 5, 20), correct_by=date(2008, 6, 15))
    twice = text_of(await portal.secretary.get(f"{path}/facturation"))
    assert twice.count(REJECTED) == 1 and f"{REJECTED} n° 3" in twice, "the later one is the one to correct"


@pytest.mark.parametrize("months", [[MARCH], []])
async def test_bil_11_a_rejected_balance_is_settled_by_the_next_one(portal: RunningPortal, months: list[Month]) -> None:
    told = await running(portal, f"2008FAC01{len(months)}", 2, end=date(2008, 3, 31))
    path = f"/actions/{told.number}"
    await told.leave(surveyed=2)
    for month in [FEBRUARY, MARCH][: 2 - len(months)]:
        await told.accept(await told.invoice(month, on=date(2008, 4, 8)), on=date(2008, 4, 10))
    await told.close()
    balance = await told.invoice(*months, on=date(2008, 4, 20), kind=InvoiceKind.BALANCE)
    await told.reject(balance, on=date(2008, 4, 22), correct_by=date(2008, 5, 15))
    page = await portal.secretary.get(f"{path}/facturation")
    assert f"{REJECTED} de solde" in text_of(page) and ("Corriger mars 2008" in text_of(page)) is bool(months)
    assert "Rejeté" in text_of(await portal.secretary.get(path))
    for month in months:
        await told.confirm(month, again=True)
    await told.invoice(*months, on=date(2008, 5, 8), kind=InvoiceKind.BALANCE)
    assert REJECTED not in text_of(await portal.secretary.get(f"{path}/facturation"))
    assert "facture rejetée" not in text_of(await portal.secretary.get(path))


async def test_bil_02_months_that_wait_are_listed_with_their_figures_and_what_they_wait_for(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC020", 2)
    below = ThresholdNotReached(month=MARCH, realised=Decimal("0.0265"), ordinal=1, threshold=Decimal("0.30"))
    waiting = {"offers": (), "waiting": (FEBRUARY, MARCH), "waits_for": below.faults()}
    await told.say(told.offered().model_copy(update=waiting))
    page = text_of(await portal.secretary.get(f"/actions/{told.number}/facturation"))
    assert "Mois confirmés qui attendent" in page
    assert "L’acompte 1 se facture à 30 % réalisés (fin mars 2008, vous en êtes à 2,65 %), après trois mois, ou au solde." in page
    assert "Février 2008 2 121,00 0,00 5,00 40,00 0,00 0,95 643,00 €" in page and "Total 1 286,00 €" in page


async def test_bil_03_why_a_choice_is_refused_stands_beside_it(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC021", 4)
    await offers(told, offer(told, InvoiceKind.QUARTER, APRIL))
    key, beside = "quarter:2008-02,2008-03,2008-04", "choix-quarter-2008-02-2008-03-2008-04"
    path = f"/actions/{told.number}/facturation/verification?choix={key}"
    preview = await portal.secretary.get(path)

    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise QuarterReachesThreshold(month=APRIL, realised=Decimal("0.3100"), threshold=Decimal("0.30"), ordinal=1)

    async with portal.answering(refuse):
        form = {"choix": key, "montant": value_of(preview, "montant")}
        refused = await portal.secretary.post(path, form)
    assert refused.status_code == 422 and f'id="{beside}-err"' in refused.text and f'href="#{beside}"' in refused.text
    assert "facturez ces mois comme acompte 1, pas comme trimestre." in text_of(refused)
    await offers(told)
    async with portal.answering(refuse):
        gone = await portal.secretary.post(path, form | {"_commande": str(uuid4())})
    assert gone.status_code == 422 and "Février, mars et avril 2008 : Fin avril 2008" in text_of(gone)


async def test_what_no_page_sends_is_no_invoice(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC022", 1)
    path = f"/actions/{told.number}/facturation/verification"
    async with portal.answering(nothing) as came:
        page = await portal.secretary.post(path, {"choix": "envie:2008-99", "montant": "beaucoup"})
    assert page.status_code == 422 and not came and "Choisissez au moins une ligne à facturer." in text_of(page)


def nothing(_key: str, _command: Command) -> Iterable[Message]:
    return []


async def test_bil_07_whoever_decides_second_is_told_that_the_first_decision_counts(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC023", 1)
    invoice = await told.invoice(FEBRUARY, on=date(2008, 7, 2))
    path = f"/region/factures/{invoice.invoice_id}"
    await told.accept(invoice, on=date(2008, 7, 3), paid=False)
    late = await portal.agent.post(path, {"decision": "rejeter", "motif": "hours_wrong", "texte": "Les heures de février."})
    assert "Cette facture vient d’être décidée La première décision compte" in text_of(late)
    assert "Les heures de février." in text_of(late) and "Confirmer le rejet" not in late.text

    def otherwise(_key: str, _command: Command) -> Iterable[Message]:
        raise AlreadyDecidedOtherwise(legal_number=invoice.legal_number, day=date(2008, 7, 3))

    form = {"decision": "rejeter", "motif": "hours_wrong", "texte": "Les heures de février.", "confirmer": "oui"}
    async with portal.answering(otherwise):
        refused = await portal.agent.post(path, form)
    assert refused.status_code == 422 and "La première décision compte." in text_of(refused)
    async with portal.answering(nothing):
        same = await portal.agent.post(path, {"decision": "accepter", "confirmer": "oui"})
    assert same.status_code == 200, "an equal second decision is no fault"


async def test_bil_11_the_balances_page_says_what_it_waits_for_and_no_more_is_done_than_is(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC025", 1)
    page = text_of(await portal.secretary.get(f"/actions/{told.number}/solde"))
    assert "Le solde se facture après la clôture." in page and "Toutes les factures décidées" in page
    assert "À confirmer : mars, avril, mai, juin, juillet, août et septembre 2008" in page and "Tous les mois confirmés" not in page
    await told.invoice(FEBRUARY, on=date(2008, 7, 2))
    page = text_of(await portal.secretary.get(f"/actions/{told.number}/solde"))
    assert "La Région n’a pas encore décidé de la facture 2008-000012." in page and "Toutes les factures décidées" not in page


async def test_bil_12_amounts_with_and_without_tax_are_in_scales_of_their_own(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC024", 1)
    await told.accept(await told.invoice(FEBRUARY, on=date(2008, 7, 2)), on=date(2008, 7, 3))
    page = await portal.secretary.get(f"/actions/{told.number}/compte")
    titles = [unescape(title).replace("\xa0", " ") for title in re.findall(r'<title id="t-w[^>]*>([^<]*)</title>', page.text)]
    assert len(titles) == 2
    assert "Facturé 643,00 € HT, Accepté 643,00 € HT" in titles[0] and "TTC" not in titles[0]
    assert titles[1].startswith("Accepté 643,00 € TTC, Payé 643,00 € TTC")
    assert "643,00 € TTC sont payés" in text_of(page) and "Déclaré et confirmé, HT" in text_of(page)


async def sent_by(portal: RunningPortal, told: Told, *choices: str) -> tuple[int, list[Command], str]:
    """Status, commands and text of a page that confirms these choices, for 643,00 € each; billing accepts whatever comes."""
    form = {"choix": list(choices), "montant": ["643.00"] * len(choices)}
    async with portal.answering(lambda _key, _command: ()) as came:
        answer = await portal.secretary.post(f"/actions/{told.number}/facturation/verification", form)
    return answer.status_code, came, text_of(answer)


async def test_bil_07_a_request_confirms_at_most_what_its_page_can_hold(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC020", 5)
    strangers = [f"monthly:{year}-{month:02}" for year in range(2020, 2037) for month in range(1, 13)]
    assert (await sent_by(portal, told, *strangers))[:2] == (422, [])
    balances = ["balance:" + "," * count for count in range(200)]
    assert len((await sent_by(portal, told, *balances))[1]) == 1
    twice = [f"{kind}:2008-02" for kind in InvoiceKind]
    status, came, page = await sent_by(portal, told, *twice)
    assert (status, came) == (422, []) and "Février 2008 : un mois ne va que dans une facture." in page


async def test_bil_02_invoices_that_are_confirmed_together_are_asked_in_their_order_and_awaited_together(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC021", 5)
    months = [month.month for month in told.billable.values()]
    form = {"choix": [f"monthly:{month}" for month in months], "montant": ["643.00"] * len(months)}
    begun = monotonic()
    answer = await portal.secretary.post(f"/actions/{told.number}/facturation/verification", form)
    assert answer.status_code == 200 and monotonic() - begun < 2 * PATIENCE, "five are awaited as long as one"
    bodies = await portal.db.fetch("DELETE FROM outbox RETURNING seq, body")
    asked = [billing.IssueInvoice.parse(row["body"]) for row in sorted(bodies, key=lambda row: row["seq"])]
    assert [command.months for command in asked] == [(month,) for month in months]


async def test_bil_07_a_rejection_says_what_is_left_to_do_once_the_month_is_confirmed_again(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC030", 1)
    path = f"/actions/{told.number}"
    invoice = await told.invoice(FEBRUARY, on=date(2008, 5, 8))
    await told.reject(invoice, on=date(2008, 7, 1), correct_by=date(2008, 7, 20))
    for page in (f"{path}/facturation", f"{path}/factures/{invoice.invoice_id}"):
        answer = await portal.secretary.get(page)
        assert "corrigez février 2008, confirmez-le de nouveau jusqu’au 20 juillet 2008, puis facturez de nouveau." in text_of(answer)
        assert f"{path}/declarations/2008-02" in links_of(answer)
    await told.confirm(FEBRUARY, again=True)
    for page in (f"{path}/facturation", f"{path}/factures/{invoice.invoice_id}"):
        answer = await portal.secretary.get(page)
        assert "son mois est confirmé de nouveau, facturez-le de nouveau." in text_of(answer)
        assert "corrigez" not in text_of(answer) and not all_of(answer, ".notice--bad")
        assert f"{path}/declarations/2008-02" not in links_of(answer), "a page that can only be read is no place to correct"


async def test_bil_07_between_a_rejection_and_the_reopening_of_its_months_nobody_is_told_to_invoice_them(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC032", 1)
    invoice = await told.invoice(FEBRUARY, on=date(2008, 5, 8))
    await told.reject(invoice, on=date(2008, 7, 1), correct_by=date(2008, 7, 20), reopens=False)
    answer = await portal.secretary.get(f"/actions/{told.number}/facturation")
    assert "corrigez son mois, qui s’ouvre à la correction dans quelques instants." in text_of(answer)
    assert "de nouveau" not in text_of(answer)


async def test_bil_07_who_goes_back_to_an_invoice_that_was_sent_is_told_that_it_is_gone(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC031", 2)
    await offers(told, offer(told, InvoiceKind.QUARTER, FEBRUARY), offer(told, InvoiceKind.QUARTER, MARCH))
    path = f"/actions/{told.number}/facturation/verification?choix=quarter:2008-02"
    assert "Vérifiez la facture" in text_of(await portal.secretary.get(path))
    sent = await told.invoice(FEBRUARY, on=date(2008, 7, 2), kind=InvoiceKind.QUARTER)
    back = await portal.secretary.get(path)
    assert back.status_code == 200 and "Cette facture est déjà partie (n° 1)" in text_of(back)
    assert not all_of(back, ".notice--bad") and f"/actions/{told.number}/factures/{sent.invoice_id}" in links_of(back)
    nothing = await portal.secretary.get(f"/actions/{told.number}/facturation/verification?choix=quarter:2008-03")
    assert "Cette facture est déjà partie" not in text_of(nothing) and nothing.status_code == 422


async def test_bil_07_a_rejected_invoice_is_no_earlier_rejection_of_itself(portal: RunningPortal) -> None:
    told = await running(portal, "2008FAC032", 1)
    first = await told.invoice(FEBRUARY, on=date(2008, 5, 8))
    await told.reject(first, on=date(2008, 5, 10), correct_by=date(2008, 7, 20))
    await told.confirm(FEBRUARY, again=True)
    second = await told.invoice(FEBRUARY, on=date(2008, 6, 8))
    await told.reject(second, on=date(2008, 6, 10), correct_by=date(2008, 7, 20))
    earlier, later = [text_of(await portal.agent.get(f"/region/factures/{one.invoice_id}")) for one in (first, second)]
    assert "pour les mêmes mois" not in earlier
    assert "Facture n° 1 rejetée le 10 mai 2008 pour les mêmes mois" in later and "Facture n° 2 rejetée" not in later
