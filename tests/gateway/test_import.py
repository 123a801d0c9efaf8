"""An agent imports a workbook of contracts: ACT-1, ACT-4."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
from python_calamine import CalamineWorkbook
from uuid_utils.compat import uuid7

from actions.rules.action import Action
from actions.rules.action import Stage as ActionStage
from actions.rules.contract import import_contracts
from chassis.instant import now
from contracts.awards import ImportContracts
from contracts.message import Command, Message
from contracts.personal import PersonalRecord
from gateway.areas.contracts_import.workbook import writing
from gateway.web.session import Viewer
from tests import guide
from tests.gateway.browser import faults_at_every_width
from tests.gateway.running_portal import Person, RunningPortal
from tests.gateway.workbooks import full, number, sheets_of, spoil, words, xlsx


@dataclass
class Region:
    """`actions` as its own rules decide, and the agent's browser."""

    portal: RunningPortal
    known: dict[str, Action] = field(default_factory=dict)
    people: dict[str, PersonalRecord] = field(default_factory=dict)
    in_view: bool = True
    """Whether the views show at once what an import awarded."""

    async def decide(self, key: str, command: Command) -> Iterable[Message]:
        assert isinstance(command, ImportContracts)
        at = await self.portal.db.fetchval("SELECT max(sent_at) FROM commands WHERE key = $1", key)
        decisions, answer = import_contracts(command, self.known, self.people, at)
        for decision in decisions:
            self.known[decision.state.number] = decision.state
            self.people |= {record.id: record for record in decision.records}
            if self.in_view:
                await self.portal.happen(decision.state.number, *decision.records, *decision.events, at=at)
        return [answer]

    async def send(self, file: bytes, name: str = "contrats.xlsx", *, wait: bool = True, command_id: str = "") -> httpx.Response:
        """What the page says of a file, once it has been answered."""
        data = {"_commande": command_id or str(uuid7())}
        answer = await self.portal.agent.client.post("/region/import", data=data, files={"fichier": (name, file)}, timeout=60)
        return await self.settled(answer) if wait else answer

    async def press(self, answer: httpx.Response, button: str, *, wait: bool = True) -> httpx.Response:
        """The page after its button was pressed, once that has been answered."""
        assert f'value="{button}"' in answer.text
        command = re.findall(r'name="_commande" value="([^"]+)"', answer.text)[0]
        data = {"_commande": command, "faire": button}
        pressed = await self.portal.agent.client.post(answer.url.path, data=data, timeout=60)
        return await self.settled(pressed) if wait else pressed

    async def settled(self, answer: httpx.Response) -> httpx.Response:
        """The page as it is when nothing is under way any more."""
        while "Vérification en cours" in answer.text or "Import en cours" in answer.text:
            await asyncio.sleep(0.05)
            answer = await self.portal.agent.client.get(answer.url.path, timeout=60)
        return answer


@asynccontextmanager
async def another(portal: RunningPortal) -> AsyncIterator[Person]:
    """Another agent."""
    person = await portal.person(Viewer(uuid4(), "agent", None, "autre", "Paul ROUX", False))
    yield person
    await person.client.aclose()


def rows_of(page: str) -> list[list[str]]:
    """The cells of the page's table of errors."""
    table = page[page.index("Ce qui ne va pas</h2>") :]
    rows = re.findall(r'<tr role="row">(<th scope="row".*?)</tr>', table, re.DOTALL)
    return [[words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


@pytest.fixture
def region(portal: RunningPortal) -> Region:
    return Region(portal)


async def test_acc_6_an_organisation_imports_nothing(portal: RunningPortal) -> None:
    for path in ("/region/import", "/region/import/modele.xlsx", f"/region/import/{uuid4()}"):
        assert (await portal.secretary.get(path)).status_code == 404
    assert (await portal.secretary.post("/region/import", {})).status_code == 404


async def test_the_template_is_a_file_to_save(portal: RunningPortal) -> None:
    answer = await portal.agent.get("/region/import/modele.xlsx")
    assert answer.content == writing.template() and "modele-contrats.xlsx" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("file", "what"),
    [(b"", "Choisissez un fichier"), (b"contrats", "n’est pas un classeur lisible"), (b"x" * (10 * 1024 * 1024 + 1), "dépasse 10 Mo")],
)
async def test_a_file_that_cannot_be_read_is_refused_beside_its_field(region: Region, file: bytes, what: str) -> None:
    answer = await region.send(file)
    assert answer.status_code == 422 and what in words(answer) and 'aria-invalid="true"' in answer.text


async def test_act_1_a_good_file_is_listed_then_imported(region: Region, portal: RunningPortal) -> None:
    numbers = [number() for _ in range(3)]
    async with portal.answering(region.decide) as came:
        answer = await region.send(writing.write(guide.contract(contract_number) for contract_number in numbers), "contrats 2008.xlsx")
        text = words(answer)
        assert "Le fichier est bon" in text and "3 contrats à importer, 133 770,00 € HT" in text and "Importer 3 contrats" in text
        assert all(contract_number in text for contract_number in numbers) and not region.known and "contrats 2008.xlsx" in text
        done = await region.press(answer, "importer")
    text = words(done)
    assert "3 contrats importés Les organismes voient leurs actions dès maintenant" in text and all(
        f'href="/region/actions/{contract_number}"' in done.text for contract_number in numbers
    )
    assert set(region.known) == set(numbers)
    assert [command.check_only for command in came if isinstance(command, ImportContracts)] == [True, False]
    assert done.url.path in (await portal.agent.get("/region/import")).text
    async with another(portal) as colleague:
        assert "3 contrats importés" in words(await colleague.get(done.url.path))


async def test_act_1_every_error_of_a_file_is_said_at_once(region: Region, portal: RunningPortal) -> None:
    """What cannot be read and what the rules refuse, in one table; what rests on an unreadable cell is left out."""
    good, bad, twice, unreadable = (number() for _ in range(4))
    contracts = [full(good), full(bad), full(twice), full(unreadable), full(twice + "X")]
    sheets = sheets_of(*contracts)
    spoil(sheets, "Contrats", 3, "SIRET du titulaire", "12345678900012")
    spoil(sheets, "Contrats", 3, "Prix en centre", 44500)
    spoil(sheets, "Contrats", 3, "Secteur d’activité (code)", "")
    spoil(sheets, "Contrats", 5, "Effectif total", "dix")  # so nothing can be said of prices, nor of the paid headcount
    spoil(sheets, "Contrats", 5, "E-mail du titulaire", "contact")
    spoil(sheets, "Contrats", 6, "Numéro de contrat", twice)
    spoil(sheets, "Contrats", 6, "Seuil du 2e acompte", 20)
    spoil(sheets, "Périodes", 6, "Fin", date(2010, 1, 1))
    spoil(sheets, "Périodes", 11, "Début", "31/02/2008")
    spoil(sheets, "Formateurs", 10, "Numéro de contrat", "INCONNU")
    async with portal.answering(region.decide):
        answer = await region.send(xlsx(sheets))
    assert "<title>Erreur, Import de contrats" in answer.text
    rows = rows_of(answer.text)
    assert [(row[0], row[1], row[2], row[3], row[4]) for row in rows] == [
        ("Contrats", "3", bad, "Secteur d’activité (code)", "vide"),
        ("Contrats", "3", bad, "SIRET du titulaire", "12345678900012"),
        ("Contrats", "3", bad, "Prix en centre", "44500"),
        ("Contrats", "5", unreadable, "E-mail du titulaire", "contact"),
        ("Contrats", "5", unreadable, "Effectif total", "dix"),
        ("Contrats", "6", twice, "Numéro de contrat", twice),
        ("Contrats", "6", twice, "Seuil du 1er acompte", "30, 20, 80"),
        ("Périodes", "6", bad, "Fin", "01/01/2010"),
        ("Périodes", "11", unreadable, "Début", "31/02/2008"),
        ("Périodes", "14", twice + "X", "Numéro de contrat", twice + "X"),
        ("Périodes", "15", twice + "X", "Numéro de contrat", twice + "X"),
        ("Périodes", "16", twice + "X", "Numéro de contrat", twice + "X"),
        ("Formateurs", "10", "INCONNU", "Numéro de contrat", "INCONNU"),
        ("Formateurs", "11", twice + "X", "Numéro de contrat", twice + "X"),
        ("Sous-traitants", "6", twice + "X", "Numéro de contrat", twice + "X"),
    ]
    sentences = {(row[1], row[3]): row[5] for row in rows if row[0] == "Contrats"}
    assert sentences["3", "Prix en centre"].endswith("soit 812,00 h × 5,00 € × 10 = 40 600,00 €.")
    assert sentences["6", "Numéro de contrat"] == "Ce contrat figure déjà à la ligne 4. Gardez une seule ligne par numéro de contrat."
    text = words(answer)
    assert "Aucun contrat importé : 15 erreurs sur 11 lignes" in text and 'value="importer"' not in answer.text and not region.known
    table = await portal.agent.get(f"{answer.url.path}/erreurs.xlsx")
    with CalamineWorkbook.from_filelike(BytesIO(table.content)) as book:
        assert [row[:2] for row in book.get_sheet_by_index(0).iter_rows()][1:3] == [["Contrats", 3.0], ["Contrats", 3.0]]


async def test_what_cannot_be_read_is_said_while_the_rules_have_not_answered(region: Region, portal: RunningPortal) -> None:
    sheets = sheets_of(full(number()))
    spoil(sheets, "Contrats", 2, "Effectif total", "dix")
    answer = await region.send(xlsx(sheets), wait=False)
    assert "Vérification en cours" in words(answer) and "dix" in words(answer) and '"Region":"etat"' in answer.text
    async with portal.answering(region.decide):
        later = await region.settled(answer)
    assert "Aucun contrat importé : 1 erreur sur 1 ligne" in words(later) and '"Region":"etat"' not in later.text


async def test_act_1_the_same_content_again_changes_nothing(region: Region, portal: RunningPortal) -> None:
    file = writing.write([guide.contract(number()), guide.contract(number())])
    async with portal.answering(region.decide):
        await region.press(await region.send(file), "importer")
        answer = await region.send(file)
    assert "2 contrats déjà connus, rien à faire" in words(answer) and 'value="importer"' not in answer.text


async def test_act_1_a_known_number_with_another_content_is_an_error_that_offers_to_replace(region: Region, portal: RunningPortal) -> None:
    changed, same, new = (number() for _ in range(3))
    async with portal.answering(region.decide) as came:
        await region.press(await region.send(writing.write([guide.contract(changed), guide.contract(same)])), "importer")
        other = [guide.contract(changed, headcount=12), guide.contract(same), guide.contract(new)]
        answer = await region.send(writing.write(other))
        rows = rows_of(answer.text)
        assert [row[:5] for row in rows] == [["Contrats", "2", changed, "Numéro de contrat", changed]], "one sentence, not one by cell"
        assert rows[0][5] == (
            "Ce contrat existe déjà avec un autre contenu : Prix en centre, 48720 au lieu de 40600"
            " ; Prix en entreprise, 4788 au lieu de 3990 ; Effectif total, 12 au lieu de 10 ; 1 autre différence."
            " Retirez-le du fichier, ou remplacez-le."
        )
        assert "Remplacer les contrats qui ont changé" in words(answer) and 'value="importer"' not in answer.text
        listed = await region.press(answer, "remplacer")
        assert "2 contrats à importer" in words(listed) and "1 autre contrat du fichier est déjà connu" in words(listed)
        assert region.known[changed].terms.headcount == 10
        done = await region.press(listed, "importer")
    assert "2 contrats importés" in words(done) and region.known[changed].terms.headcount == 12
    assert [(asked.replace, asked.check_only) for asked in came if isinstance(asked, ImportContracts)][2:] == [
        (False, True),
        (True, True),
        (True, False),
    ]


async def test_act_1_a_contract_on_which_somebody_has_worked_is_not_replaced(region: Region, portal: RunningPortal) -> None:
    contract_number = number()
    async with portal.answering(region.decide):
        await region.press(await region.send(writing.write([guide.contract(contract_number)])), "importer")
        region.known[contract_number] = replace(region.known[contract_number], stage=ActionStage.OPENED)
        refused = await region.send(writing.write([guide.contract(contract_number, headcount=12)]))
    [row] = rows_of(refused.text)
    assert row[5].startswith("L’organisme a déjà travaillé sur ce contrat") and row[5].endswith("Retirez-le du fichier.")
    assert "remplacez-l" not in words(refused) and 'value="remplacer"' not in refused.text


async def test_act_1_what_others_imported_meanwhile_refuses_the_import_and_is_said(region: Region, portal: RunningPortal) -> None:
    contract_number = number()
    async with portal.answering(region.decide):
        answer = await region.send(writing.write([guide.contract(contract_number)]))
        import_contracts(ImportContracts(contracts=(guide.contract(contract_number, headcount=12),)), region.known, region.people, now())
        await region.decide("", ImportContracts(contracts=(guide.contract(contract_number, headcount=12),)))
        refused = await region.press(answer, "importer")
    assert "Aucun contrat importé" in words(refused) and "Effectif total, 10 au lieu de 12" in words(refused)


async def test_a_double_click_checks_and_imports_once(region: Region, portal: RunningPortal) -> None:
    file, command = writing.write([guide.contract(number())]), str(uuid7())
    async with portal.answering(region.decide) as came:
        first, second = await asyncio.gather(region.send(file, command_id=command), region.send(file, command_id=command))
        assert first.url.path == second.url.path and len(came) == 1
        other = await region.send(writing.write([guide.contract(number())]), command_id=command)
        assert other.url.path != first.url.path and len(came) == 2
        await asyncio.gather(region.press(first, "importer"), region.press(first, "importer"))
    assert [asked.check_only for asked in came if isinstance(asked, ImportContracts)] == [True, True, False]


async def test_a_file_is_its_senders_alone(region: Region, portal: RunningPortal) -> None:
    async with portal.answering(region.decide):
        answer = await region.send(writing.write([guide.contract(number())]))
    async with another(portal) as colleague:
        assert (await colleague.get(answer.url.path)).status_code == 404
        assert (await colleague.post(answer.url.path, {"faire": "importer"})).status_code == 404


async def test_an_import_counts_what_the_pages_show_already(region: Region, portal: RunningPortal) -> None:
    region.in_view = False
    numbers = [number() for _ in range(3)]
    async with portal.answering(region.decide):
        answer = await region.press(
            await region.send(writing.write(guide.contract(contract_number) for contract_number in numbers)), "importer"
        )
    assert "0 sur 3" in words(answer) and '"Region":"visibles"' in answer.text
    at = await portal.db.fetchval("SELECT at FROM imports WHERE import_id = $1", answer.url.path.rpartition("/")[2])
    decisions, _ = import_contracts(
        ImportContracts(contracts=tuple(guide.contract(contract_number) for contract_number in numbers)), {}, {}, at
    )
    for seen, decision in enumerate(decisions, start=1):
        await portal.happen(decision.state.number, *decision.events, at=at)
        assert ("3 contrats importés" if seen == 3 else f"{seen} sur 3") in words(await portal.agent.get(answer.url.path))
    assert "sur 3" not in words(await portal.agent.get(answer.url.path))


async def test_while_nobody_answers_the_import_waits_and_its_notification_says_so(region: Region, portal: RunningPortal) -> None:
    async with portal.answering(region.decide):
        answer = await region.send(writing.write([guide.contract(number())]))
    waiting = await region.press(answer, "importer", wait=False)
    assert "Import en cours" in words(waiting) and 'value="importer"' not in waiting.text
    async with portal.answering(region.decide):
        while not await portal.db.fetchval("SELECT bool_and(faults IS NOT NULL) FROM commands"):  # noqa: ASYNC110  # another task answers
            await asyncio.sleep(0.05)
    assert "Votre fichier de contrats est traité" in words(await portal.agent.get("/notifications"))
    assert "1 contrat importé" in words(await portal.agent.get(answer.url.path))
    assert "Votre fichier de contrats est traité" not in words(await portal.agent.get("/notifications"))


async def test_a_file_sent_after_the_session_lapsed_must_be_chosen_again(region: Region, portal: RunningPortal) -> None:
    agent = portal.agent
    await portal.db.execute("UPDATE sessions SET seen_at = now() - interval '1 hour' WHERE user_id = $1", agent.viewer.user_id)
    kept = await region.send(writing.write([full(number())]))
    assert kept.status_code == 401
    await agent.log_in(kept)
    await portal.db.execute("UPDATE sessions SET seen_at = now() WHERE user_id = $1", agent.viewer.user_id)
    assert "Choisissez-le de nouveau" in words(await agent.get("/region/import"))
    assert "Choisissez-le de nouveau" not in words(await agent.get("/region/import"))


async def test_two_thousand_contracts_are_read_checked_and_imported(region: Region, portal: RunningPortal) -> None:
    region.in_view = False
    numbers = [f"2009QCA{index:04}" for index in range(2000)]
    async with portal.answering(region.decide):
        answer = await region.send(writing.write(full(contract_number) for contract_number in numbers))
        assert "2 000 contrats à importer" in words(answer) and "Page 1 sur 40" in words(answer)
        done = await region.press(answer, "importer")
    assert "0 sur 2 000" in words(done) and len(region.known) == 2000


async def test_the_pages_read_well_for_everybody(region: Region, portal: RunningPortal, chromium: Any) -> None:
    sheets = sheets_of(full(number()))
    spoil(sheets, "Contrats", 2, "SIRET du titulaire", "12345678900012")
    async with portal.answering(region.decide):
        wrong = await region.send(xlsx(sheets))
        good = await region.send(writing.write([full(number())]))
        done = await region.press(await region.send(writing.write([full(number())])), "importer")
    page = await portal.agent.open(chromium, "/region/import")
    for path in ("/region/import", wrong.url.path, good.url.path, done.url.path):
        await page.goto(portal.address + path)
        assert await faults_at_every_width(page) == [], path
    await page.context.close()


async def test_not_1_an_open_page_follows_the_check_and_the_import_by_itself(region: Region, portal: RunningPortal, chromium: Any) -> None:
    region.in_view = False
    numbers = [number() for _ in range(2)]
    waiting = await region.send(writing.write(guide.contract(contract_number) for contract_number in numbers), wait=False)
    page = await portal.agent.open(chromium, waiting.url.path)
    await page.get_by_text("Vérification en cours").first.wait_for()
    async with portal.answering(region.decide):
        await page.get_by_text("2 contrats à importer").wait_for()
    await page.get_by_role("button", name="Importer 2 contrats").click()
    await page.get_by_text("Import en cours").first.wait_for()
    async with portal.answering(region.decide):
        await page.get_by_text("0 sur 2 visibles pour l’instant").wait_for()
    at = await portal.db.fetchval("SELECT at FROM imports WHERE import_id = $1", waiting.url.path.rpartition("/")[2])
    decisions, _ = import_contracts(
        ImportContracts(contracts=tuple(guide.contract(contract_number) for contract_number in numbers)), {}, {}, at
    )
    for decision in decisions:
        await portal.happen(decision.state.number, *decision.events, at=at)
    await page.get_by_text("Les organismes voient leurs actions dès maintenant").wait_for()
    await page.context.close()
