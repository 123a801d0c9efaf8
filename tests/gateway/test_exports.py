"""Lists as files: what a page shows, all pages of it, as it is filtered, searched and sorted; to whom the page is shown (ACC-6)."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from litestar.exceptions import TooManyRequestsException

from contracts.answers import Fault
from contracts.awards import ProgrammeAnswered
from contracts.month import Month
from contracts.personal import TrainerRecord
from gateway.areas.history.queries import MOST_EXPORTED
from gateway.areas.home.pages import SIZES as SIZES_OF_HOME
from gateway.areas.surveys import exporting as exported_reports
from gateway.areas.surveys.received import ReportRow
from gateway.areas.trainees.listing import SIZES
from gateway.web.turns import MOST_OF_ONE, Turns
from tests import guide
from tests.gateway import asked
from tests.gateway.files import got, sheet_rows, take, text_rows
from tests.gateway.html import all_of, text_of, words
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import BTS, CLOSED, OVER, READY, RIVAL, TO_OPEN, Told, award
from tests.gateway.running_portal import Person, RunningPortal


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def requested(portal: RunningPortal, told: dict[str, Told]) -> None:
    """Beside what is in the portal: an invoice to decide, a request about a sheet, one about dates, and another organisation's."""
    await told[BTS].invoice(Month("2008-01"), on=date(2008, 2, 7))
    action = told[BTS]
    record, change = asked.sheet_asked(action.number, uuid4(), action.trainees[0], guide.sheet())
    await action.say(record, *asked.requested(action.number, uuid4(), change), on=date(2008, 3, 3))
    await asked.asks_for_periods(action, on=date(2008, 3, 5))
    other = told[RIVAL]
    await other.validate_dates()
    await asked.asks_for_periods(other, on=date(2008, 3, 4))
    wrong = (Fault(code="paid-above-headcount", figures={"paid": 11, "headcount": 10}, field="terms.paid_headcount"),)
    for key, outcome, faults in ((BTS, "replaced", ()), ("2008QTA0009", "refused", wrong)):
        await portal.happen(
            key, ProgrammeAnswered.model_validate({"outcome": outcome, "ask": "award", "contract_number": key, "faults": faults})
        )


async def test_who_took_a_file_is_noted(portal: RunningPortal, told: dict[str, Told]) -> None:
    noted = "SELECT about FROM security_log WHERE what = 'downloaded' AND user_id = $1 ORDER BY at DESC LIMIT 1"
    await got(portal.rival, f"/actions/{RIVAL}/formateurs", "csv")
    assert await portal.db.fetchval(noted, portal.rival.viewer.user_id) == f"/actions/{RIVAL}/formateurs.csv"


def files_of(page: httpx.Response) -> list[str]:
    """The addresses of the files to which a page leads, without their formats, in its order; each is offered in both."""
    links = [urlsplit(link.attributes["href"] or "") for link in all_of(page, "main a[href]")]
    offered = {kind: [link for link in links if link.path.endswith(kind)] for kind in (".csv", ".xlsx")}
    addresses = {
        kind: [f"{link.path.removesuffix(kind)}?{link.query}".removesuffix("?") for link in found] for kind, found in offered.items()
    }
    assert addresses[".csv"] == addresses[".xlsx"]
    return addresses[".csv"]


AGENT, SECRETARY = "agent", "secretary"
AMOUNTS = ("Déclaré HT", "Accepté HT", "Payé HT", "Reste à accepter HT")
PAGES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    f"/actions/{TO_OPEN}/stagiaires": (SECRETARY, "#liste", "stagiaires", ("Nom", "Prénom", "Date de début", "Fiche", "Il manque")),
    f"/actions/{TO_OPEN}/stagiaires?tri=prenom&sens=desc": (SECRETARY, "#liste", "stagiaires", ("Nom", "Prénom", "Date de début")),
    f"/actions/{BTS}/formateurs": (
        *(SECRETARY, "main table", "formateurs"),
        ("Nom", "Prénom", "Domaine d’intervention", "Heures assurées", "Statut", "Formation et expérience professionnelle"),
    ),
    f"/actions/{BTS}/declarations/2007-11": (
        *(SECRETARY, ".realised", "heures"),
        ("Stagiaire", "Date de naissance", "Code Insee", "FSE", "Date d’entrée", "Validé", "Heures en centre", "Total depuis l’entrée"),
    ),
    f"/region/declarations/{OVER}/2008-02": (AGENT, ".realised", "heures", ("Stagiaire", "Date de sortie", "Heures en entreprise")),
    f"/actions/{OVER}/enquetes": (
        *(SECRETARY, "#fiches", "enquetes"),
        ("Stagiaire", "Date de début", "Date de fin", "Enquête à la sortie", "Situation à la sortie"),
    ),
    f"/region/bilans/{CLOSED}": (AGENT, ".queue__main", "enquetes", ("Stagiaire", "Date de fin", "Situation à la sortie")),
    f"/actions/{BTS}/facturation": (
        *(SECRETARY, "#emises", "factures"),
        ("Facture", "Nature", "Émise le", "Montant HT", "Montant TTC", "État"),
    ),
    f"/actions/{CLOSED}/compte": (
        SECRETARY,
        "table:has(caption:lexbor-contains('Ce que vaut'))",
        "compte",
        ("Déclaré HT", "Facture", "État"),
    ),
    f"/actions/{BTS}/demandes": (SECRETARY, "#demandes", "demandes", ("Demande", "Envoyée le", "État")),
    f"/region/actions/{BTS}": (AGENT, "#suivi table", "stagiaires", ("Nom", "Prénom", "Date de début", "Fiche")),
    "/region/actions?tri=intitule": (AGENT, "#actions", "actions", ("Contrat", "Intitulé", "Organisme", "Début prévu", "État")),
    "/region/factures": (AGENT, "#file", "factures", ("Organisme", "Contrat", "Intitulé", "Facture", "Montant HT", "Reçue le")),
    "/region/factures?etat=decidees&tri=montant&sens=desc": (
        *(AGENT, "#file", "factures"),
        ("Organisme", "Contrat", "Facture", "Mois", "Nature", "Montant HT", "Reçue le", "État", "Décidée le"),
    ),
    f"/region/factures?etat=payees&action={CLOSED}": (AGENT, "#file", "factures", ("Contrat", "Facture", "Montant HT", "Décidée le")),
    "/region/demandes": (AGENT, "#file", "demandes", ("Organisme", "Contrat", "Intitulé", "Reçue le", "État")),
    "/region/demandes?objet=trainee": (AGENT, "#file", "demandes", ("Organisme", "Contrat", "Reçue le")),
    "/region/import/programme": (AGENT, "#messages", "programme", ("Reçu le", "Contrat", "Intitulé", "Demande", "Réponse", "Erreurs")),
    "/region/bilans?etat=tous": (AGENT, "#bilans", "bilans", ("Organisme", "Contrat", "Intitulé", "Envoyé le", "État")),
    "/?annee=2007&tri=intitule": (
        *(SECRETARY, "#actions", "actions"),
        ("Numéro de contrat", "Intitulé", "Année de programmation", "Début prévu", "Fin prévue", "Stagiaires inscrits", "Clôture"),
    ),
    "/region/tableau-de-bord?annee=2008": (AGENT, "[aria-labelledby=t-mois]", "mois", AMOUNTS),
    "/region/tableau-de-bord?annee=2007": (AGENT, "[aria-labelledby=t-secteur]", "secteurs", ("Secteur", *AMOUNTS)),
}
"""Of each page with a list: who looks, where its table is, the name of the file, and what page and file both say of each row."""


@pytest.mark.parametrize("path", PAGES)
async def test_a_file_says_what_its_page_says_row_by_row(portal: RunningPortal, told: dict[str, Told], requested: None, path: str) -> None:
    who, region, name, columns = PAGES[path]
    person: Person = getattr(portal, who)
    page = await person.get(path)
    (address,) = [address for address in files_of(page) if address.partition("?")[0].endswith(f"/{name}")]
    taken = await take(person, address)
    shown = [words(row).casefold() for row in all_of(page, region)[0].css("tbody tr:not(.more)")]
    assert taken.rows and len(shown) == len(taken.rows)
    for row, said in zip(taken.rows, shown, strict=True):
        missing = [row[column] for column in columns if _plain(row[column]) not in said.replace(" ", "")]
        assert not missing, (missing, said)


def _plain(cell: str) -> str:
    """As the words of a page are compared: without the spaces within figures."""
    return cell.casefold().replace(" ", "").removeprefix("'")


async def test_all_pages_of_a_list_are_in_its_file_and_a_search_carries_on(portal: RunningPortal, told: dict[str, Told]) -> None:
    path = f"/actions/{BTS}/stagiaires"
    page = await portal.secretary.get(f"{path}?par={SIZES[0]}")
    assert len((await take(portal.secretary, files_of(page)[0])).rows) == told[BTS].terms.headcount - 2
    sought = await portal.secretary.post("/recherche", {"page": path, "q": "chombier", "tri": "nom"})
    (address,) = files_of(sought)
    assert [row["Nom"] for row in (await take(portal.secretary, address)).rows] == ["CHOMBIER"]
    assert "chombier" not in address.lower(), "no address holds what is sought"
    of_agent = await portal.agent.post("/recherche", {"page": "/region/actions", "q": "regisseurs"})
    assert [row["Contrat"] for row in (await take(portal.agent, files_of(of_agent)[0])).rows] == [OVER]
    filtered = await take(portal.agent, f"/region/factures?etat=decidees&action={OVER}")
    assert {row["Contrat"] for row in filtered.rows} == {OVER} and len(filtered.rows) == 3


async def test_home_01_what_an_organisation_takes_of_its_actions_is_what_its_home_page_says_of_each(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    taken = await take(portal.secretary, "/actions?annee=2007")
    assert taken.name == "actions-2007-2008-03-06"
    listed = {row["Numéro de contrat"]: row for row in taken.rows}
    assert RIVAL not in listed and listed[CLOSED]["Facturation"] == "Aucune facture à valider ; Solde payé"
    for size in SIZES_OF_HOME:
        page = await portal.secretary.get(f"/?annee=2007&par={size}")
        assert files_of(page) == [f"/actions?tri=contrat&annee=2007&par={size}"], "all of them, however many a page has"


async def test_dec_02_the_hours_of_an_action_are_every_confirmed_month_of_every_trainee(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    (address,) = files_of(await portal.secretary.get(f"/actions/{OVER}/declarations"))
    taken = await take(portal.secretary, address)
    assert taken.name == f"heures-{OVER}-2008-03-06"
    assert [row["Mois"] for row in taken.rows] == [month for month in ("11/2007", "12/2007", "01/2008", "02/2008") for _ in range(6)]
    first = [row for row in taken.rows if row["Stagiaire"] == "CHOMBIER Gisèle"]
    total = sum(Decimal(row["Heures en centre"].replace(",", ".")) for row in first)
    assert first[-1]["Total en centre depuis l’entrée"] == f"{total:.2f}".replace(".", ",")
    months = [row[0] for row in taken.cells]
    assert months[0] == Month("2007-11").first, "a day, so that a spreadsheet can sort by it"
    assert (await take(portal.agent, f"/region{address}")).cells == taken.cells


async def test_bil_13_payments_are_listed_with_their_references_by_both_sides(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(f"/actions/{BTS}/facturation")
    _, address = files_of(page)
    mine = await take(portal.secretary, address)
    assert address == f"/actions/{BTS}/paiements" and mine.name == f"paiements-{BTS}-2008-03-06"
    references = {row["Référence"] for row in mine.rows}
    assert len(references) == 2 and all(reference in text_of(page) for reference in references)
    factures, paiements = files_of(await portal.secretary.get("/etats"))
    everywhere = await take(portal.secretary, paiements)
    assert {BTS, OVER, CLOSED} == {row["Contrat"] for row in everywhere.rows} and RIVAL not in str(everywhere.rows)
    assert len((await take(portal.secretary, factures)).rows) == len(all_of(await portal.secretary.get("/etats"), "#demandes tbody tr"))
    _, of_list = files_of(await portal.agent.get(f"/region/factures?etat=payees&action={BTS}"))
    assert {row["Référence"] for row in (await take(portal.agent, of_list)).rows} == references


async def test_a_rejection_is_explained_in_the_file_of_its_action_alone(portal: RunningPortal, told: dict[str, Told]) -> None:
    rejected = [row for row in (await take(portal.secretary, f"/actions/{BTS}/factures")).rows if row["État"] == "Rejetée"]
    assert [row["Motif de rejet"] for row in rejected] == ["Justificatifs manquants"] and rejected[0]["Précisions"]
    assert (rejected[0]["Reste à payer TTC"], rejected[0]["À décider et payer jusqu’au"]) == ("", "")
    everywhere = await take(portal.secretary, "/etats/factures")
    assert "Précisions" not in everywhere.headings and rejected[0]["Précisions"] not in str(everywhere.rows)


async def test_a_file_of_several_actions_names_no_trainee(portal: RunningPortal, told: dict[str, Told], requested: None) -> None:
    assert "CHOMBIER" in text_of(await portal.agent.get("/region/demandes"))
    for address in ("/region/demandes?etat=toutes", "/region/factures?etat=decidees", "/region/actions", "/region/bilans?etat=tous"):
        assert "CHOMBIER" not in str((await take(portal.agent, address)).rows), address
    assert "Fiche de CHOMBIER" in str((await take(portal.secretary, f"/actions/{BTS}/demandes")).rows)


async def test_acc_08_the_history_is_a_workbook_too(portal: RunningPortal, told: dict[str, Told]) -> None:
    (address,) = files_of(await portal.secretary.get(f"/actions/{CLOSED}/historique?objet=factures"))
    taken = await take(portal.secretary, address)
    assert taken.name == f"historique-{CLOSED}-2008-03-06" and {row["Contrat"] for row in taken.rows} == {CLOSED}
    assert taken.rows[-1]["Quoi"].startswith("Facture de solde : paiement de 1 306,00 € TTC") and isinstance(taken.cells[0][0], date)


async def test_a_history_that_is_too_long_for_a_workbook_is_offered_as_text(
    portal: RunningPortal, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOST_EXPORTED, "xlsx", 3)
    answer = await portal.secretary.get(f"/actions/{CLOSED}/historique.xlsx")
    assert answer.status_code == 422 and "Plus de 3 actes correspondent" in text_of(answer)
    assert len(text_rows((await got(portal.secretary, f"/actions/{CLOSED}/historique", "csv")).content)) > 4
    assert len(sheet_rows((await got(portal.secretary, f"/actions/{CLOSED}/historique?au=01/02/2007", "xlsx")).content)) > 1


async def test_an_empty_list_has_its_headings(portal: RunningPortal, told: dict[str, Told]) -> None:
    for person, address in (
        (portal.agent, "/region/factures?action=NONE"),
        (portal.agent, "/region/demandes?etat=retirees"),
        (portal.secretary, f"/actions/{READY}/paiements"),
        (portal.secretary, f"/actions/{READY}/heures"),
        (portal.secretary, f"/actions/{READY}/enquetes"),
    ):
        taken = await take(person, address)
        assert taken.headings and not taken.rows, address


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_a_list_that_cannot_be_read_to_its_end_is_no_file_and_leaves_none(
    portal: RunningPortal, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def broken(*_: object) -> AsyncGenerator[list[ReportRow], None]:
        now = datetime(2008, 3, 6, tzinfo=UTC)
        yield [ReportRow(BTS, "BTS", "SCENES", now, None)]
        assert left_in(tmp_path), "what a workbook is put together from"
        raise OSError

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(exported_reports, "read_reports", broken)
    answer = await portal.agent.get("/region/bilans.xlsx")
    assert answer.status_code == 503 and "momentanément indisponible" in text_of(answer)
    assert not left_in(tmp_path)


async def test_a_name_that_is_a_formula_is_a_text(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await award(portal, "2008FORM01", terms("+PLOMBIERS", date(2008, 4, 7), date(2008, 9, 26)))
    trainer = guide.TRAINERS[0].model_copy(update={"last_name": '=HYPERLINK("http://x")', "experience": "@SUM(A1)"})
    record = TrainerRecord(id=f"{action.number}/trainer-0", version=2, contract_number=action.number, sheet=trainer)
    await action.say(record)
    taken = await take(portal.secretary, f"/actions/{action.number}/formateurs")
    assert taken.rows[0]["Nom"] == '\'=HYPERLINK("http://x")' and taken.cells[0][0] == '=HYPERLINK("http://x")'
    listed = {row["Contrat"]: row["Intitulé"] for row in (await take(portal.agent, "/region/actions")).rows}
    assert listed[action.number] == "'+PLOMBIERS"


OF_AN_ACTION = (
    *(
        "stagiaires",
        "formateurs",
        "heures",
        "heures?mois=2007-11",
        "enquetes",
        "factures",
        "paiements",
        "compte",
        "demandes",
        "historique",
    ),
)
OF_THE_REGION = (
    *("actions", "factures", "factures/paiements", "demandes", "bilans", "comptes", "tableau-de-bord/mois", "tableau-de-bord/secteurs"),
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_acc_06_a_file_is_there_for_whom_its_page_is(portal: RunningPortal, told: dict[str, Told], kind: str) -> None:
    async def status(person: Person, address: str) -> int:
        path, mark, query = address.partition("?")
        return (await person.get(f"{path}.{kind}{mark}{query}")).status_code

    for name in OF_AN_ACTION:
        assert await status(portal.secretary, f"/actions/{BTS}/{name}") == 200, name
        assert await status(portal.rival, f"/actions/{BTS}/{name}") == 404, name
        assert await status(portal.agent, f"/actions/{BTS}/{name}") == 404, name
        assert await status(portal.secretary, f"/region/actions/{BTS}/{name}") == 404, name
        assert await status(portal.agent, f"/region/actions/{BTS}/{name}") == (
            404 if name in {"formateurs", "demandes", "compte"} else 200
        ), name
        assert await status(portal.secretary, f"/actions/NONE/{name}") == 404, name
    for name in OF_THE_REGION:
        assert await status(portal.agent, f"/region/{name}") == 200, name
        assert await status(portal.secretary, f"/region/{name}") == 404, name
    for address in ("/etats/factures", "/etats/paiements", "/actions", "/compte/collegues"):
        assert await status(portal.agent, address) == 404, address
    for month in ("2008-02", "2007-08", "x", "²"):  # not confirmed, none of the action's, none
        assert await status(portal.secretary, f"/actions/{BTS}/heures?mois={month}") == 404, month
    async with httpx.AsyncClient(base_url=portal.address) as nobody:
        assert (await nobody.get(f"/actions/{BTS}/factures.{kind}")).status_code in {302, 303, 401}


@pytest.mark.parametrize("query", ["tri=²&sens=%00&page=-1", "etat=%ff&objet=[]&organisme=" + "9" * 3_000, "recherche=%00&par=x&annee=²"])
async def test_whatever_an_address_asks_a_file_comes(portal: RunningPortal, told: dict[str, Told], query: str) -> None:
    for person, address in (
        *((portal.secretary, f"/actions/{BTS}/{name}") for name in ("stagiaires", "formateurs", "factures", "historique")),
        *((portal.agent, f"/region/{name}") for name in OF_THE_REGION),
    ):
        answer = await person.get(f"{address}.csv?{query}")
        assert answer.status_code < 500, (address, answer.status_code)


async def test_somebody_who_takes_too_many_files_at_once_is_told_so_and_others_have_their_turn() -> None:
    turns, one, other = Turns(), uuid4(), uuid4()
    may_end, begun = asyncio.Event(), asyncio.Event()

    async def write(user: UUID) -> None:
        async with turns.turn(user):
            begun.set()
            await may_end.wait()

    writing = [asyncio.create_task(write(one)) for _ in range(MOST_OF_ONE)]
    await begun.wait()
    with pytest.raises(TooManyRequestsException):
        await write(one)
    writing.append(asyncio.create_task(write(other)))
    await asyncio.sleep(0)
    may_end.set()
    await asyncio.wait_for(asyncio.gather(*writing), 5)
    await asyncio.wait_for(write(one), 5)
