"""What is personal and kept no more, as the portal shows it; and the file for a trainee who asks what is known of them (PRV-1)."""

import json
from collections.abc import AsyncIterator
from datetime import date
from io import BytesIO
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
import pytest_asyncio
from pypdf import PdfReader

from contracts.answers import PersonalRef
from contracts.billing import InvoiceNoted
from contracts.codes import AbsenceReason, ContractEnd, Place, ProofFormat, ProofKind
from contracts.declarations import LineSaved
from contracts.erasure import ErasedByActions, ErasedByBilling, ErasedBySurveys, ErasureDue
from contracts.month import Month
from contracts.personal import TextRecord, TraineeRecord, record_id
from contracts.proofs import ProofFile, ProofKey, ProofSent
from gateway.web.security_log import What
from gateway.worker.housekeeping import tidy
from tests.gateway.files import take
from tests.gateway.html import all_of, one_of, text_of, words
from tests.gateway.pieces import named, sheet, terms, trainee_messages
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import RunningPortal
from tests.rules.declarations.declared_action import absence, figures

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEBRUARY = Month("2008-02")
DUE = ErasureDue(end=ContractEnd.LAST_PAYMENT, ended_on=date(2008, 3, 3), years=5, due_on=date(2014, 1, 1))
FILE = b"%PDF-1.7 a note"
DIGEST = "ff" * 32


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal, told: dict[str, Told]) -> AsyncIterator[Told]:
    """An action of three trainees with a month, an invoice that has a note, and a proof; one of them stands on another contract too."""
    portal.it_is("2008-03-20T10:00")
    made = await award(portal, f"E{uuid4().hex[:8]}", terms("MARIONNETTISTES", date(2008, 2, 4), date(2008, 4, 25)))
    await made.open(3)
    for trainee in made.trainees:
        line = figures("60 7 0 0 0 0").model_copy(
            update={"absences": (absence("2008-02-12", "2008-02-12", AbsenceReason.FAMILY, Place.CENTRE, "7"),)}
        )
        await made.say(LineSaved(month=FEBRUARY, trainee_id=trainee, line=line, complete=True, version=2))
    await made.confirm(FEBRUARY, calls_for=(ProofKind.ABSENCE,))
    invoice = await made.invoice(FEBRUARY, on=date(2008, 3, 10))
    note = TextRecord(id=record_id(made.number, "note"), version=1, contract_number=made.number, text="Que dit le médecin de Mme DURAND ?")
    await made.say(note, InvoiceNoted(invoice_id=invoice.invoice_id, note_id=uuid4(), text=PersonalRef(id=note.id, version=1)))
    yield made


async def erased(action: Told) -> None:
    """The years are over, and everybody has erased what they kept."""
    await action.portal.happen(action.number, DUE, ErasedByActions(trainees=3, trainers=2, agents=1, texts=0), ErasedByBilling(texts=1))


async def test_prv_01_the_report_says_what_was_erased_when_why_and_how_many_of_each_kind(portal: RunningPortal, action: Told) -> None:
    await portal.db.execute(
        "INSERT INTO drafts (owner, kind, contract, subject, body, saved_by) VALUES ($1, 'new_trainee', $2, '', '{\"typed\": {}}', $3)",
        portal.secretary.viewer.owner,
        action.number,
        uuid4(),
    )
    await erased(action)
    page = await portal.agent.get("/region/effacements")
    (row,) = [row for row in all_of(page, "main tbody tr") if action.number in words(row)]
    assert "Dernier paiement 03/03/2008 01/01/2014 En cours textes du bilan 3 2 1 1 1 0" in words(row)
    await portal.happen(action.number, ErasedBySurveys(texts=2))
    taken = await take(portal.agent, "/region/effacements")
    (line,) = [row for row in taken.rows if row["Contrat"] == action.number]
    assert [line[name] for name in ("Fin du contrat", "Stagiaires", "Textes", "Saisies", "Attend encore")] == [
        "Dernier paiement",
        "3",
        "3",
        "1",
        "",
    ]
    assert "En cours" not in words(
        next(row for row in all_of(await portal.agent.get("/region/effacements"), "main tbody tr") if action.number in words(row))
    )


async def test_prv_01_where_nothing_is_due_the_report_says_so_and_it_is_the_agents_alone(portal: RunningPortal, action: Told) -> None:
    await portal.db.execute("DELETE FROM view.erasures")
    assert "Rien n’est encore effacé" in text_of(await portal.agent.get("/region/effacements"))
    for path in ("/region/effacements", "/region/effacements.csv", "/region/personnes"):
        assert (await portal.secretary.get(path)).status_code == 404


async def test_prv_01_every_page_of_an_erased_action_still_shows_its_figures_and_names_nobody(portal: RunningPortal, action: Told) -> None:
    invoice, trainee = action.invoices[0].invoice_id, action.trainees[0]
    own = [
        f"/actions/{action.number}{path}" for path in ("", "/stagiaires", "/formateurs", "/dates", "/compte", "/facturation", "/historique")
    ]
    own += [f"/actions/{action.number}/declarations/2008-02", f"/actions/{action.number}/factures/{invoice}", "/", "/notifications"]
    own += [
        f"/actions/{action.number}/declarations/2008-02/justificatifs",
        f"/actions/{action.number}/etats",
        f"/actions/{action.number}/enquetes",
    ]
    region = [f"/region/actions/{action.number}", f"/region/factures/{invoice}", f"/region/declarations/{action.number}/2008-02"]
    before = [await portal.secretary.get(path) for path in own] + [await portal.agent.get(path) for path in region]
    assert any("DURAND" in page.text for page in before)
    await erased(action)
    pages = [await portal.secretary.get(path) for path in own] + [await portal.agent.get(path) for path in region]
    for page in pages:
        assert page.status_code == 200, page.url
        if action.number in str(page.url):
            assert not any(name in page.text for name in ("DURAND", "médecin", "VIDAL", "MEUNIER")), page.url
    assert "Données personnelles effacées le 1er janvier 2014" in text_of(pages[0])
    assert "Stagiaire" in text_of(pages[7]) and "60,00" in text_of(pages[7])
    assert (await portal.secretary.get(f"/actions/{action.number}/stagiaires/{trainee}")).status_code == 404


async def test_prv_01_what_comes_after_the_erasure_is_not_kept(portal: RunningPortal, action: Told) -> None:
    await erased(action)
    late = TraineeRecord(
        id=record_id(action.number, action.trainees[0]), version=9, contract_number=action.number, sheet=sheet("DURAND", "Anne", None)
    )
    await portal.happen(action.number, late)
    await portal.db.execute(
        "INSERT INTO drafts (owner, kind, contract, subject, body, saved_by) VALUES ('x', 'trainee', $1, '', '{}', $2)",
        action.number,
        uuid4(),
    )
    async with portal.db.acquire() as connection:
        await tidy(connection, portal.it_is("2014-01-02T10:00"))  # type: ignore[arg-type]
    for table, column in (("people", "contract_number"), ("drafts", "contract")):
        assert await portal.db.fetchval(f"SELECT count(*) FROM {table} WHERE {column} = $1", action.number) == 0


async def everything(portal: RunningPortal, action: Told, index: int = 0) -> tuple[list[str], str, dict[str, object]]:
    """What is in the file of one trainee: names, the document's text, the data."""
    answer = await portal.agent.get(f"/region/personnes/{action.number}/{action.trainees[index]}/tout.zip")
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    with ZipFile(BytesIO(answer.content)) as archive:
        names = archive.namelist()
        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(archive.read("ce-que-nous-savons.pdf"))).pages)
        return names, text, json.loads(archive.read("donnees.json"))


async def test_prv_01_files_are_counted_though_a_service_s_tombstone_comes_before_the_day_itself(
    portal: RunningPortal, action: Told
) -> None:
    for trainee in action.trainees[:2]:
        await keep_file(portal, action, uuid4(), trainee)
    await portal.erase(record_id(action.number, action.trainees[0]))
    await erased(action)
    taken = await take(portal.agent, "/region/effacements")
    assert [row["Fichiers"] for row in taken.rows if row["Contrat"] == action.number] == ["2"]


async def keep_file(portal: RunningPortal, action: Told, file_id: UUID, trainee: UUID) -> None:
    """The portal has the bytes of a proof."""
    await portal.db.execute(
        "INSERT INTO proof_contents (contract_number, file_id, command_id, person, content) VALUES ($1, $2, $3, $4, $5)",
        *(action.number, file_id, uuid4(), record_id(action.number, trainee), FILE),
    )


async def test_prv_01_an_agent_looks_a_trainee_up_and_gives_them_all_that_is_known_of_them(portal: RunningPortal, action: Told) -> None:
    file_id, trainee = uuid4(), action.trainees[0]
    proof = ProofKey(month=FEBRUARY, trainee_id=trainee, kind=ProofKind.ABSENCE)
    await action.say(ProofSent(proof=proof, file_id=file_id, file=ProofFile(format=ProofFormat.PDF, size=len(FILE), sha256=DIGEST)))
    await keep_file(portal, action, file_id, trainee)
    for query in (
        "INSERT INTO later_surveys VALUES ($1, $2, 'six_months', 'employed_in_sector', 'permanent', true, 1)",
        "INSERT INTO survey_links VALUES ($1, $2, 'six_months', 'digest', '2008-11-03')",
        "INSERT INTO survey_mailings (id, contract_number, trainee_id, survey, due_on) VALUES (gen_random_uuid(), $1, $2, 'exit', now())",
    ):
        await portal.db.execute(query, action.number, trainee)
    name = await portal.db.fetchrow(
        "SELECT body ->> 'last_name', body ->> 'first_name' FROM people WHERE id = $1", record_id(action.number, trainee)
    )
    found = await portal.agent.post("/recherche", {"page": "/region/personnes", "q": f"{name[0].lower()} {name[1]}"})
    assert name[0] not in str(found.url)
    assert f"/region/personnes/{action.number}/{trainee}" in found.text
    page = await portal.agent.get(f"/region/personnes/{action.number}/{trainee}")
    assert "Tout ce que nous savons de cette personne" in text_of(page)
    names, text, data = await everything(portal, action)
    assert names[:2] == ["ce-que-nous-savons.pdf", "donnees.json"] and len(names) == 3 and names[2].startswith(f"{action.number}/2008-02-")
    for said in (
        name[0],
        "14/02/1986",
        "2 rue Victor-Hugo",
        "MARIONNETTISTES",
        "février 2008",
        "60,00",
        "Saisie",
        "vous, par votre lien",
        "03/11/2008",
        "en attente",
    ):
        assert said.casefold() in " ".join(text.split()).casefold(), said
    contract = next(each for each in data["contracts"] if each["contract_number"] == action.number)  # type: ignore[attr-defined]
    assert {"sheets", "lines", "confirmed", "proofs", "proof_files", "trainees"} <= contract["records"].keys()
    others = [str(other) for other in action.trainees[1:]]
    assert not any(other in json.dumps(data) or other in text for other in others)
    noted = await portal.db.fetchrow("SELECT about, user_id FROM security_log WHERE what = $1 ORDER BY at DESC LIMIT 1", What.PERSON_TOLD)
    assert tuple(noted) == (f"/region/personnes/{action.number}/{trainee}/tout.zip", portal.agent.viewer.user_id)


async def test_prv_01_the_same_person_on_another_contract_is_in_the_file_and_a_namesake_is_not(portal: RunningPortal, action: Told) -> None:
    other = await award(portal, f"F{uuid4().hex[:8]}", terms("SOUFFLEURS", date(2008, 6, 2), date(2008, 9, 26)))
    mine = sheet("ÉCHAUGUETTE", "Anne-Lise", date(2008, 2, 4))
    first, again, namesake = named(action.number, "mine"), named(other.number, "mine"), named(other.number, "namesake")
    await action.say(*trainee_messages(action.number, first, mine))
    await other.say(*trainee_messages(other.number, again, mine.model_copy(update={"last_name": "Echauguette", "first_name": "ANNE LISE"})))
    await other.say(*trainee_messages(other.number, namesake, mine.model_copy(update={"birth_date": date(1990, 1, 1)})))
    action.trainees.append(first)
    _, text, data = await everything(portal, action, -1)
    assert [contract["contract_number"] for contract in data["contracts"]] == [action.number, other.number]  # type: ignore[index,attr-defined]
    assert "SOUFFLEURS" in text and str(namesake) not in json.dumps(data)
    assert "2 fiches de cette personne" in text_of(await portal.agent.get(f"/region/personnes/{action.number}/{first}"))


async def test_prv_01_nobody_else_learns_it_and_of_who_is_erased_nothing_is_known(portal: RunningPortal, action: Told) -> None:
    path = f"/region/personnes/{action.number}/{action.trainees[0]}"
    for person in (portal.secretary, portal.rival):
        for address in (path, f"{path}/tout.zip"):
            assert (await person.get(address)).status_code == 404
    assert (await portal.agent.get(f"/region/personnes/{action.number}/{uuid4()}")).status_code == 404
    await erased(action)
    assert (await portal.agent.get(f"{path}/tout.zip")).status_code == 404
    assert one_of(await portal.agent.get("/region/personnes"), "h1").text() == "Demande d’accès d’un stagiaire"
