"""Documents of an action, as PDF: what stands in them is what its pages show (DOC-1, DOC-2)."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from unittest.mock import AsyncMock
from zipfile import ZipFile

import httpx
import pytest
import pytest_asyncio

from contracts.actions import TraineeEntered, TraineeRemoved
from contracts.codes import ExitKind, ExitReason, ProofKind
from contracts.declarations import Exit, TraineeExitChanged
from contracts.month import Month
from gateway.documents.printers import NotPrinted, Printers
from gateway.words.french import NBSP, file_size, number
from tests.gateway.html import links_of, text_of
from tests.gateway.printed import empty, read, said, shows, tags_of
from tests.gateway.region_in_march import BTS, CLOSED, NAMES, OVER, READY, RIVAL, TO_OPEN, Told, award, terms
from tests.gateway.running_portal import REGION_NAME, Person, RunningPortal
from tests.gateway.test_printers import EVERYTHING, year
from tests.gateway.verapdf import judged

pytestmark = pytest.mark.asyncio(loop_scope="session")
JANUARY = f"/actions/{BTS}/etats/declaration-2008-01-{BTS}.pdf"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def january(portal: RunningPortal, told: dict[str, Told]) -> bytes:
    """The declaration of January, as the organisation saves it."""
    answer = await portal.secretary.get(JANUARY)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f'attachment; filename="declaration-2008-01-{BTS}.pdf"'
    return answer.content


async def test_dec_02_a_months_declaration_says_each_trainees_hours_and_their_sums(january: bytes, told: dict[str, Told]) -> None:
    count = len(told[BTS].trainees)
    centre, company = sum((Decimal(60 + index) for index in range(count)), Decimal(0)), Decimal(20 * count)
    shows(january, "Déclaration de réalisation de janvier 2008", f"Contrat {BTS}", "CHOMBIER Gisèle", "ÉTIENNE Maud", "LÓPEZ Andrés")
    total = said(january).split("Total détaillé")[1]
    assert total.startswith(f" {number(centre)} {number(company)}".replace(NBSP, " "))
    shows(january, "Aucune absence déclarée.", "Pour l’organisme de formation", "Page 1 / ")


async def test_a_document_says_its_title_language_and_day(january: bytes) -> None:
    pdf = read(january)
    assert pdf.metadata and pdf.metadata.title == f"Déclaration de réalisation de janvier 2008 – Contrat {BTS}"
    assert pdf.trailer["/Root"]["/Lang"] == "fr-FR"
    assert pdf.metadata.creation_date and pdf.metadata.creation_date.date().isoformat() == "2008-02-06"
    assert [part.title for part in pdf.outline if not isinstance(part, list)][:1] == ["Réalisé horaire de l’action"]


async def test_the_regions_name_is_that_of_the_setting_on_documents_and_above_pages(portal: RunningPortal, january: bytes) -> None:
    shows(january, REGION_NAME)
    for page in ("/", "/entete?page=/"):
        assert f"{REGION_NAME} Formation professionnelle" in text_of(await portal.secretary.get(page))
    async with httpx.AsyncClient(base_url=portal.address) as stranger:
        assert REGION_NAME in text_of(await stranger.get("/connexion"))


async def test_the_region_saves_the_same_document_as_the_organisation(portal: RunningPortal, january: bytes) -> None:
    theirs = await portal.agent.get(f"/region{JANUARY}")
    assert theirs.content == january


async def test_another_organisations_document_is_not_found(portal: RunningPortal, told: dict[str, Told]) -> None:
    assert (await portal.rival.get(JANUARY)).status_code == 404
    assert (await portal.secretary.get(f"/actions/{RIVAL}/etats/declaration-2008-01-{RIVAL}.pdf")).status_code == 404
    assert (await portal.secretary.get(f"/region{JANUARY}")).status_code == 404


async def test_there_is_no_declaration_of_a_month_that_was_not_confirmed(portal: RunningPortal, told: dict[str, Told]) -> None:
    assert (await portal.secretary.get(JANUARY.replace("2008-01", "2008-02"))).status_code == 404


async def test_the_page_of_a_month_leads_to_its_document(portal: RunningPortal, told: dict[str, Told]) -> None:
    assert JANUARY in (await portal.secretary.get(f"/actions/{BTS}/declarations/2008-01")).text
    assert f"/region{JANUARY}" in (await portal.agent.get(f"/region/declarations/{BTS}/2008-01")).text


async def saved(who: Person, contract: str) -> dict[str, bytes]:
    """Every document that “États” offers of an action, by its file's name."""
    prefix = "/region" if who.viewer.is_agent else ""
    page = await who.get(f"{prefix}/actions/{contract}/etats")
    names = re.findall(rf'href="{prefix}/actions/{contract}/etats/([^"]+[.]pdf)"', page.text)
    assert names and len(names) == len(set(names))
    answers: dict[str, httpx.Response] = {name: await who.get(f"{prefix}/actions/{contract}/etats/{name}") for name in names}
    assert {answer.status_code for answer in answers.values()} == {200}, answers
    return {name: answer.content for name, answer in answers.items()}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def documents(portal: RunningPortal, told: dict[str, Told]) -> dict[str, bytes]:
    """All of actions at every stage of their lives, and the blank forms."""
    every = {
        name: content
        for contract in (BTS, TO_OPEN, READY, OVER, CLOSED)
        for name, content in (await saved(portal.secretary, contract)).items()
    }
    blank = re.findall(r'href="/formulaires/([^"]+)"', (await portal.secretary.get("/telechargements")).text)
    assert blank == ["report.pdf", "ouverture.pdf", "non-ouverture.pdf", "bordereau.pdf"]
    return every | {name: (await portal.secretary.get(f"/formulaires/{name}")).content for name in blank}


async def test_every_kind_of_document_is_pdf_a_3a_and_pdf_ua_1(documents: dict[str, bytes], tmp_path: Path) -> None:
    kinds = {re.sub(r"(-20\d\d-\d\d)?-20\d\d[A-Z]+\d+", "-action", name): content for name, content in documents.items()}
    assert len(kinds) == 21, sorted(kinds)
    async with Printers.open() as printers:
        kinds |= {"annee.pdf": await printers.print(year(40)), "tout.pdf": await printers.print(EVERYTHING)}
    broken = judged({**kinds, "plain.pdf": empty()}, tmp_path)
    assert broken.pop("plain.pdf"), "veraPDF finds what is wrong"
    assert broken == {name: [] for name in kinds}


async def test_doc_01_the_agents_have_the_same_documents(portal: RunningPortal, told: dict[str, Told], documents: dict[str, bytes]) -> None:
    assert {name: content == documents[name] for name, content in (await saved(portal.agent, BTS)).items()} == {
        name: True for name in documents if name.endswith(f"-{BTS}.pdf")
    }


async def test_payment_requests_are_listed_by_what_became_of_them(documents: dict[str, bytes], told: dict[str, Told]) -> None:
    shows(documents[f"demandes-rejetees-{BTS}.pdf"], "Motif de rejet", "Demande de paiement d’acompte périodique", "décembre 2007")
    closed = documents[f"demandes-validees-{CLOSED}.pdf"]
    total = sum((invoice.excluding_tax for invoice in told[CLOSED].invoices), Decimal(0))
    shows(closed, f"Total {number(total)} €".replace(NBSP, " "), "Paiements", "Total payé")
    shows(documents[f"demandes-attente-{CLOSED}.pdf"], "Aucune demande en attente.")


async def test_bil_12_the_account_says_to_the_cent_where_each_gap_comes_from(portal: RunningPortal, documents: dict[str, bytes]) -> None:
    page = text_of(await portal.secretary.get(f"/actions/{CLOSED}/compte")).replace(NBSP, " ")
    table = page.split("D’où vient l’écart")[1].split("Délais de paiement")[0]
    amounts = re.findall(r"−?[0-9][0-9 ]*,[0-9]{2} €", table)
    printed = said(documents[f"compte-{CLOSED}.pdf"])
    assert len(amounts) > 8 and all(amount in printed for amount in amounts)
    shows(documents[f"compte-{CLOSED}.pdf"], "Tout ce qui est accepté est payé", "Mois par mois")


async def test_the_recapitulation_has_each_month_and_all_sums(documents: dict[str, bytes], told: dict[str, Told]) -> None:
    count = len(told[CLOSED].trainees)
    months = sum(1 for name in documents if name.startswith("declaration-") and CLOSED in name)
    everything = sum((Decimal(60 + index + 20) for index in range(count)), Decimal(0)) * months
    text = said(documents[f"realise-{CLOSED}.pdf"])
    assert f"{number(everything)} Réalisé horaire".replace(NBSP, " ") in text.split("Total des heures")[-1]


async def test_opn_05_a_form_that_is_taken_from_an_action_is_filled_in_and_from_elsewhere_blank(documents: dict[str, bytes]) -> None:
    shows(documents[f"ouverture-{TO_OPEN}.pdf"], "SCENES ET FORMATIONS", TO_OPEN, "L’organisme certifie que l’action a ouvert")
    assert TO_OPEN not in said(documents["ouverture.pdf"])
    shows(documents["ouverture.pdf"], "Formulaire vierge", "Numéro de contrat", "Réservé à la Région")
    assert f"non-ouverture-{BTS}.pdf" not in documents


async def test_surveys_and_report_are_those_of_the_pages(documents: dict[str, bytes]) -> None:
    shows(documents[f"enquete-sortie-{CLOSED}.pdf"], "Situation à la sortie", "CHOMBIER Gisèle")
    shows(documents[f"bilan-{CLOSED}.pdf"], "Stagiaires entrés", "Texte du bilan")


async def test_the_archive_of_an_action_holds_all_its_documents_behind_their_contents(
    portal: RunningPortal, told: dict[str, Told], documents: dict[str, bytes]
) -> None:
    answers = [await portal.secretary.get(f"/actions/{TO_OPEN}/etats.zip") for _ in range(2)]
    assert answers[0].content == answers[1].content
    with ZipFile(BytesIO(answers[0].content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[0] == "00-sommaire.pdf"
        assert {name[3:]: archive.read(name) for name in names[1:]} == {
            name: pdf for name, pdf in documents.items() if f"-{TO_OPEN}." in name
        }
        shows(archive.read(names[0]), "Liste des formateurs", "Bordereau d’envoi", "01 ")
    assert (await portal.rival.get(f"/actions/{TO_OPEN}/etats.zip")).status_code == 404


async def test_a_months_archive_holds_what_is_about_it(portal: RunningPortal, told: dict[str, Told]) -> None:
    address = f"/actions/{BTS}/etats.zip?mois=2008-01"
    assert address in links_of(await portal.secretary.get(f"/actions/{BTS}/etats"))
    answer = await portal.secretary.get(address)
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["00-sommaire.pdf", f"01-declaration-2008-01-{BTS}.pdf"]
    assert (await portal.secretary.get(f"/actions/{BTS}/etats.zip?mois=2031-01")).status_code == 404


async def test_a_picture_of_the_first_page_is_made_again_only_when_it_would_be_another(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    path = JANUARY.replace(".pdf", ".png")
    picture = await portal.secretary.get(path)
    assert picture.content.startswith(b"\x89PNG")
    again = await portal.secretary.client.get(path, headers={"If-None-Match": picture.headers["ETag"]})
    assert again.status_code == 304
    assert (await portal.rival.get(path)).status_code == 404


async def test_the_list_says_how_large_a_document_is(portal: RunningPortal, told: dict[str, Told], documents: dict[str, bytes]) -> None:
    assert JANUARY.replace(".pdf", ".taille") in (await portal.secretary.get(f"/actions/{BTS}/etats")).text
    told_size = await portal.secretary.get(JANUARY.replace(".pdf", ".taille"))
    assert told_size.text == f"· {file_size(len(documents[JANUARY.rpartition('/')[2]]))}"
    assert (await portal.rival.get(JANUARY.replace(".pdf", ".taille"))).status_code == 404


async def test_it_is_noted_who_takes_a_document(portal: RunningPortal, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.web.security_log.MOST", 10_000)  # others have taken many in this minute
    await portal.db.execute("DELETE FROM own.security_log")
    await portal.secretary.get(JANUARY)
    await portal.secretary.get(f"/actions/{TO_OPEN}/etats.zip")
    assert await portal.db.fetch("SELECT what, about FROM own.security_log ORDER BY at") == [
        ("downloaded", JANUARY),
        ("downloaded", f"/actions/{TO_OPEN}/etats.zip"),
    ]


async def test_doc_01_trainees_at_the_opening_and_the_closing_are_those_who_were_on_the_list_then(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await award(portal, "2007QCA0882", terms("QUI ÉTAIT LÀ", date(2008, 2, 4), date(2008, 2, 29)))
    await action.open(3)
    await action.register(1)
    came, gone, late = action.trainees[0], action.trainees[1], action.trainees[3]
    await action.say(TraineeEntered(trainee_id=late, entered_on=date(2008, 2, 18)), TraineeRemoved(trainee_id=gone))
    action.trainees.remove(gone)
    await action.leave()
    await action.close()
    other = Exit(on=date(2008, 2, 27), kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT)
    await action.say(TraineeExitChanged(trainee_id=came, exit=other, version=2))
    lists = {
        when: (await portal.secretary.get(f"/actions/{action.number}/etats/stagiaires-{when}-{action.number}.pdf")).content
        for when in ("ouverture", "fermeture")
    }
    names = [last for last, _ in NAMES[:4]]
    assert [name in said(lists["ouverture"]) for name in names] == [True, True, True, False]
    assert [name in said(lists["fermeture"]) for name in names] == [True, False, True, True]
    shows(lists["ouverture"], "Liste des stagiaires à l’ouverture de l’action", "3 stagiaires pour un effectif de", "04/02/2008")
    assert "29/02/2008" not in said(lists["ouverture"]), "nobody had left"
    shows(lists["fermeture"], "18/02/2008", "29/02/2008")
    assert "27/02/2008" not in said(lists["fermeture"]), "that was not known yet"


async def test_the_page_of_all_actions_leads_to_the_documents_of_each(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get("/etats?annee=2007")
    assert f"/actions/{CLOSED}/etats/bilan-{CLOSED}.pdf" in page.text
    assert RIVAL not in page.text


async def test_bil_14_an_invoice_says_what_to_print_sign_and_send_and_its_slip_lists_just_that(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action, february = await award(portal, "2007QCA0881", terms("À ENVOYER", date(2008, 2, 4), date(2008, 4, 25))), Month("2008-02")
    await action.open(2)
    await action.confirm(february, calls_for=(ProofKind.ABSENCE,))
    invoice = await action.invoice(february, on=date(2008, 3, 6))
    path, declaration = f"/actions/{action.number}/factures/{invoice.invoice_id}", f"etats/declaration-2008-02-{action.number}.pdf"
    page = await portal.secretary.get(path)
    assert f"/actions/{action.number}/{declaration}" in page.text and f"{path}/bordereau.pdf" in page.text
    assert f"{path}#t-envoi" in (await portal.secretary.get(f"/actions/{action.number}/facturation")).text
    slip = (await portal.secretary.get(f"{path}/bordereau.pdf")).content
    shows(
        slip, "Facture n° 1, à signer", "Déclaration de février 2008, à signer", "Justificatif d’absence de CHOMBIER Gisèle, février 2008"
    )
    assert "Certificat administratif" not in said(slip)
    assert (await portal.rival.get(f"{path}/bordereau.pdf")).status_code == 404


async def test_bil_14_nothing_is_to_be_sent_once_the_region_has_decided(portal: RunningPortal, told: dict[str, Told]) -> None:
    paid = told[CLOSED].invoices[0]
    page = await portal.secretary.get(f"/actions/{CLOSED}/factures/{paid.invoice_id}")
    assert "bordereau.pdf" not in page.text
    assert (await portal.secretary.get(f"/actions/{CLOSED}/factures/{paid.invoice_id}/bordereau.pdf")).status_code == 404


async def test_a_document_that_cannot_be_made_is_answered_with_a_sentence(
    portal: RunningPortal, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Printers, "print", AsyncMock(side_effect=NotPrinted))
    answer = await portal.secretary.get(JANUARY)
    assert answer.status_code == 503
    assert "Le document n’a pas pu être fait Rien n’est perdu. Réessayez" in text_of(answer)


async def test_home_3_the_user_guide_is_a_page_and_a_document(portal: RunningPortal, told: dict[str, Told]) -> None:
    assert {"/guide", "/guide.pdf"} <= links_of(await portal.secretary.get("/telechargements"))
    assert "Avant l’ouverture" in text_of(await portal.secretary.get("/guide"))
    guide = (await portal.secretary.get("/guide.pdf")).content
    shows(guide, "Guide de l’utilisateur", "Avant l’ouverture", "– Inscrivez les stagiaires")
    assert tags_of(guide) >= {"/H1", "/L", "/LI", "/P"}
