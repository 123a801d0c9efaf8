"""What a page says of the next step is true on that day, whatever has happened since (ACT-2): the services say it, the page words it."""

from datetime import date
from uuid import uuid4

import pytest

from contracts import actions, codes
from contracts.codes import InvoiceKind
from contracts.month import Month
from tests.gateway.html import links_of, text_of
from tests.gateway.region_in_march import Told, award, terms
from tests.gateway.running_portal import RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEBRUARY = Month("2008-02")


async def short(portal: RunningPortal, *, count: int = 2, headcount: int = 10) -> Told:
    """An action of one month, February 2008; it is 6 March."""
    portal.it_is("2008-03-06T14:12")
    number = f"2008VRA{uuid4().hex[:6].upper()}"
    return await award(portal, number, terms("SOUDEURS", date(2008, 2, 4), date(2008, 2, 29), headcount=headcount))


async def test_clo_01_the_closing_and_the_report_say_what_is_left_after_them(portal: RunningPortal) -> None:
    told = await short(portal)
    path = f"/actions/{told.number}"
    await told.open(2)
    await told.leave(surveyed=2)
    await told.confirm(FEBRUARY)
    await told.close()
    assert "Il reste le bilan pédagogique , puis le solde ." in text_of(await portal.secretary.get(f"{path}/cloture"))
    await told.report(received=True)
    assert "est envoyé. Il reste le solde ." in text_of(await portal.secretary.get(f"{path}/cloture"))
    assert "Elle peut accepter le solde" not in text_of(await portal.secretary.get(f"{path}/bilan"))
    balance = await told.invoice(FEBRUARY, on=date(2008, 3, 6), kind=InvoiceKind.BALANCE)
    assert "Elle peut accepter le solde" in text_of(await portal.secretary.get(f"{path}/bilan"))
    await told.accept(balance, on=date(2008, 3, 6))
    assert "est envoyé, le solde est payé." in text_of(await portal.secretary.get(f"{path}/cloture"))
    report = text_of(await portal.secretary.get(f"{path}/bilan"))
    assert "Le solde est payé." in report and "Elle peut accepter le solde" not in report


async def test_opn_04_an_action_that_does_not_take_place_is_late_for_nothing(portal: RunningPortal) -> None:
    told = await short(portal)
    path = f"/actions/{told.number}"
    assert "en retard de" in text_of(await portal.secretary.get(path))
    await told.say(actions.ActionNotOpened(reason=codes.NonOpeningReason.TOO_FEW_TRAINEES))
    assert "en retard de" not in text_of(await portal.secretary.get(path))


async def test_bil_02_before_the_opening_there_is_no_month_that_could_be_invoiced(portal: RunningPortal) -> None:
    told = await short(portal)
    page = text_of(await portal.secretary.get(f"/actions/{told.number}/facturation"))
    assert "La facturation vient après l’ouverture" in page and "Tous les mois confirmés sont facturés" not in page


async def test_clo_01_the_closing_is_offered_once_it_is_possible(portal: RunningPortal) -> None:
    told = await short(portal)
    path = f"/actions/{told.number}"
    await told.open(2)
    page = await portal.secretary.get(f"{path}/solde")
    assert "Clôturer l’action" not in text_of(page) and f"{path}/cloture" in links_of(page)
    assert "Clôture Après les mois" in text_of(page)
    await told.confirm(FEBRUARY)
    assert "Clôture 2 sorties à saisir" in text_of(await portal.secretary.get(f"{path}/solde"))
    await told.leave()
    page = text_of(await portal.secretary.get(f"{path}/solde"))
    assert "Clôture À clôturer" in page and "Clôturer l’action" in page


async def test_bil_07_the_month_to_correct_comes_before_the_next_one(portal: RunningPortal) -> None:
    portal.it_is("2008-04-06T14:12")
    told = await award(portal, f"2008VRA{uuid4().hex[:6].upper()}", terms("SOUDEURS", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(2)
    await told.confirm(FEBRUARY)
    await told.reject(await told.invoice(FEBRUARY, on=date(2008, 3, 6)), on=date(2008, 4, 1), correct_by=date(2008, 4, 20))
    page = text_of(await portal.secretary.get(f"/actions/{told.number}/facturation"))
    assert "Corrigez d’abord février 2008 et confirmez-le de nouveau" in page and "Confirmez d’abord mars" not in page
    portal.it_is("2008-03-06T14:12")


async def test_trn_05_whom_nobody_can_remove_is_not_to_be_removed(portal: RunningPortal) -> None:
    told = await short(portal, headcount=2)
    await told.open(2)
    path = f"/actions/{told.number}/stagiaires"
    assert "supprimez un stagiaire qui ne vient pas" in text_of(await portal.secretary.get(path))
    await told.declare(FEBRUARY)
    assert "supprimez" not in text_of(await portal.secretary.get(path)).lower()
    assert "supprimez" not in text_of(await portal.secretary.get(f"{path}/nouveau")).lower()


async def test_bil_11_a_month_that_can_be_invoiced_by_itself_or_in_the_balance_is_one_choice(portal: RunningPortal) -> None:
    told = await short(portal)
    path = f"/actions/{told.number}"
    await told.open(2)
    await told.leave(surveyed=2)
    await told.confirm(FEBRUARY)
    await told.close()
    await told.report(sent=True)
    alone = told.offered()
    both = told.offered(alone.offers[0].excluding_tax)
    await told.say(alone.model_copy(update={"offers": (*alone.offers, *both.offers)}))
    assert "Février 2008 : ici ou dans le solde" in text_of(await portal.secretary.get(f"{path}/facturation"))
    assert "Février 2008 : dans le solde, ou à part" in text_of(await portal.secretary.get(f"{path}/solde"))
    tasks = text_of(await portal.secretary.get(path))
    assert "Facturer février 2008 : 2 factures possibles, au choix" in tasks and "Confirmer le solde," not in tasks
    assert "février 2008, 643,00 € HT ; le solde, 643,00 € HT" in tasks


async def test_sur_01_the_contract_of_whoever_has_a_job_is_not_said_to_be_optional(portal: RunningPortal) -> None:
    told = await short(portal)
    await told.open(1)
    await told.leave()
    page = text_of(await portal.secretary.get(f"/actions/{told.number}/enquetes/sortie/{told.trainees[0]}"))
    assert "Contrat de travail (à choisir si le stagiaire a un emploi)" in page and "(facultatif)" not in page


async def test_acc_03_the_confirmation_of_a_new_password_is_not_said_to_be_optional(portal: RunningPortal) -> None:
    page = text_of(await portal.secretary.get("/compte"))
    assert "Nouveau mot de passe (facultatif)" in page and "Confirmation du mot de passe (si vous le changez)" in page


async def test_months_that_begin_with_a_vowel_are_elided_on_every_page_of_a_month(portal: RunningPortal) -> None:
    portal.it_is("2008-05-06T14:12")
    told = await award(portal, f"2008VRA{uuid4().hex[:6].upper()}", terms("SOUDEURS", date(2008, 4, 7), date(2008, 9, 26)))
    await told.open(1)
    path, april = f"/actions/{told.number}", "2008-04"
    await told.declare(Month(april))
    pages = [path, f"{path}/declarations", *(f"{path}/declarations/{page}" for page in (april, f"{april}/confirmation", "2008-08"))]
    said = [text_of(await portal.secretary.get(page)) for page in pages]
    await told.confirm(Month(april))
    preview = f"{path}/facturation/verification?choix=monthly:{april}"
    said += [text_of(await portal.secretary.get(page)) for page in (f"{path}/declarations/{april}", f"{path}/facturation", preview, "/")]
    assert "Heures d’avril 2008" in " ".join(said)
    assert not [page for page in said if "de avril" in page or "de août" in page]
    portal.it_is("2008-03-06T14:12")


async def test_a_balance_in_the_list_of_invoices_is_read_aloud_as_one(portal: RunningPortal) -> None:
    told = await short(portal)
    await told.open(2)
    await told.leave(surveyed=2)
    await told.confirm(FEBRUARY)
    await told.close()
    await told.report(received=True)
    await told.invoice(FEBRUARY, on=date(2008, 3, 6), kind=InvoiceKind.BALANCE)
    page = text_of(await portal.agent.get("/region/factures"))
    assert f", solde, contrat {told.number}" in page and ", de solde" not in page


async def test_dec_02_the_months_beside_an_open_one_fit_on_its_line_and_are_read_aloud_whole(portal: RunningPortal) -> None:
    told = await award(portal, f"2008VRA{uuid4().hex[:6].upper()}", terms("SOUDEURS", date(2008, 2, 4), date(2008, 9, 26)))
    await told.open(1)
    page = await portal.secretary.get(f"/actions/{told.number}/declarations/2008-02")
    assert 'Mars<span class="visually-hidden"> 2008</span>' in page.text and "Février 2008" in text_of(page)


async def test_the_fields_of_the_account_stand_in_pairs(portal: RunningPortal) -> None:
    assert 'class="fields fields--pairs"' in (await portal.secretary.get("/compte")).text


async def test_dec_05_an_abbreviation_of_the_contract_is_spelled_out_where_it_stands(portal: RunningPortal) -> None:
    told = await short(portal)
    await told.open(1)
    page = (await portal.secretary.get(f"/actions/{told.number}/declarations/2008-02")).text
    assert page.count("CCTP") == page.count("CCTP (cahier des clauses techniques particulières)") > 0
