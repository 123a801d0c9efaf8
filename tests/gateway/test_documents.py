"""Documents of an action, as PDF: what stands in them is what its pages show (DOC-1, DOC-2)."""

from decimal import Decimal

import pytest
import pytest_asyncio

from gateway.words.french import NBSP, number
from tests.gateway.printed import read, said, shows
from tests.gateway.region_in_march import BTS, RIVAL, Told
from tests.gateway.running_portal import RunningPortal

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
