"""Many trainees at once: a file of two hundred, every kind of wrong cell, who is asked about, all or nobody (TRN-8)."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook
from uuid_utils.compat import uuid7

from contracts.actions import RegisterTrainees
from contracts.codes import PaidBy, SocioProfessional
from contracts.message import Command, Message
from contracts.personal import MailAddress
from contracts.refusals import Refusals
from contracts.refusals.actions import HeadcountExceeded, PersonListed, SheetPostcodeWrong
from gateway.areas.trainees.table import HEADINGS, template
from tests.gateway.html import all_of, hidden_of, links_of, one_of, text_of, value_of
from tests.gateway.pieces import terms, trainee_messages
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import OTHER, Person, RunningPortal
from tests.gateway.test_tables import as_csv
from tests.gateway.workbooks import ods, xlsx

START, END = date(2008, 4, 7), date(2008, 12, 19)
HEADS = ["Civilité", "Nom", "Prénom", "Date de naissance", "Sexe", "Adresse", "Code postal", "Date d’entrée"]
HEADS += ["Organisme chargé de la rémunération", "Niveau à l’entrée en stage", "Durée de chômage", "Prescripteur", "Bénéficiaire RMI"]
RIGHT: list[Any] = [
    "Mme",
    "MARTIN",
    "Camille",
    date(1986, 2, 14),
    "Féminin",
    "2 rue Hugo",
    "34200",
    date(2008, 4, 7),
    "Région",
    "Niveau IV",
]
RIGHT += ["De 6 à 12 mois", "Mission locale", "non"]


def row(**changed: Any) -> list[Any]:
    """A right row, with other cells under these headings (without accents, spaces and apostrophes)."""
    keys = {"nom": 1, "prenom": 2, "naissance": 3, "sexe": 4, "cp": 6, "entree": 7, "payeur": 8, "niveau": 9, "rmi": 12}
    cells = list(RIGHT)
    for name, value in changed.items():
        cells[keys[name]] = value
    return cells


def table(*rows: Sequence[Any]) -> bytes:
    return xlsx({"Stagiaires": [HEADS, *rows]})


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An awarded action of its own for each test, for 250 trainees, 240 of them paid."""
    yield await award(portal, f"I{uuid4().hex[:8]}", terms("ACCESSOIRISTES", START, END, headcount=250, paid=240))


async def send(person: Person, number: str, file: bytes, name: str = "stagiaires.xlsx", **more: str) -> httpx.Response:
    """What the page says of a file."""
    path, data = f"/actions/{number}/stagiaires/import", {"_commande": str(uuid7()), **more}
    return await person.client.post(path, data=data, files={"fichier": (name, file)}, timeout=60)


def cells_of(page: httpx.Response) -> dict[str, list[str]]:
    """What stands in the cells of the list that can be changed, downwards."""
    typed: dict[str, list[str]] = {}
    for field in all_of(page, "td input, td select"):
        chosen = field.css_first("option[selected]") if field.tag == "select" else field
        typed.setdefault(field.attributes["name"] or "", []).append((chosen.attributes.get("value") if chosen else "") or "")
    return typed


async def press(
    person: Person, page: httpx.Response, cells: Mapping[str, list[str]] = MappingProxyType({}), **boxes: str
) -> httpx.Response:
    """“Inscrire”, with these cells changed and these boxes ticked: field names have a double underscore for the dot."""
    ticked = {name.replace("__", "."): value for name, value in boxes.items()}
    path = one_of(page, 'form[action$="/stagiaires/liste"]').attributes["action"]
    return await person.client.post(path or "", data={**hidden_of(page), **cells_of(page), **cells, **ticked}, timeout=60)


def accepting(key: str, command: Command) -> list[Message]:
    """What the service says of sheets that are right."""
    assert isinstance(command, RegisterTrainees)
    return [message for new in command.trainees for message in trainee_messages(key, uuid4(), new.sheet)]


async def test_trn_08_a_file_of_two_hundred_is_looked_at_and_registered_by_one_command(portal: RunningPortal, action: Told) -> None:
    file = table(*(row(nom=f"NOM{index:03}") for index in range(200)))
    page = await send(portal.secretary, action.number, file)
    text = text_of(page)
    assert page.status_code == 200 and "La liste est bonne Personne n’est encore inscrit." in text and "Inscrire 200 stagiaires" in text
    assert "201 NOM199 Camille 14/02/1986" in text and text.count("Complète") == 200
    assert {name: set(column) for name, column in cells_of(page).items() if name in {"entree", "remuneration"}} == {
        "entree": {"07/04/2008"},
        "remuneration": {"region"},
    }
    async with portal.answering(accepting) as came:
        done = await press(portal.secretary, page)
        while "Les stagiaires sont inscrits" not in text_of(done):  # a machine that is busy takes longer than the page waits
            done = await portal.secretary.get(str(done.url))
        again = await press(portal.secretary, page)
    [command] = came
    assert isinstance(command, RegisterTrainees) and len(command.trainees) == 200 and not command.partial
    sheet = command.trainees[0].sheet
    assert (sheet.paid_by, sheet.mail) == (
        PaidBy.REGION,
        MailAddress(address="2 rue Hugo", postcode="34200", town="Sète", insee_code="34301"),
    )
    for said in (done, again):
        assert "Les stagiaires sont inscrits" in text_of(said) and "200 sur 250" in text_of(said)


@pytest.mark.parametrize(
    "file",
    [
        as_csv([HEADS, RIGHT], ";", "cp1252"),
        as_csv([HEADS[::-1], RIGHT[::-1]], "\t", "utf-16"),
        ods({"Feuille1": [["Stagiaires de la session"], [], HEADS, RIGHT]}),
    ],
    ids=["csv", "backwards", "ods below a title"],
)
async def test_trn_08_columns_are_recognised_by_their_headings_in_whatever_file(portal: RunningPortal, action: Told, file: bytes) -> None:
    page = await send(portal.secretary, action.number, file)
    text, typed = text_of(page), cells_of(page)
    assert typed["entree"] == ["07/04/2008"] and typed["remuneration"] == ["region"]
    assert "MARTIN Camille 14/02/1986" in text and "Complète" in text and "Inscrire 1 stagiaire" in text


async def test_trn_08_every_wrong_cell_is_named_by_line_and_column_and_nobody_is_registered(portal: RunningPortal, action: Told) -> None:
    file = table(
        row(nom="BON"),
        row(nom="", niveau="Bac"),
        row(naissance="31/02/1986", cp=1000),
        row(naissance=date(2010, 1, 1), entree=date(2009, 4, 7), rmi="peut-être"),
        row(sexe="", nom="X" * 301),
    )
    page = await send(portal.secretary, action.number, file)
    text = text_of(page)
    assert page.status_code == 422 and "Personne n’est inscrit : 9 erreurs sur 4 lignes" in text
    for said in (
        "3 Camille Nom vide À renseigner.",
        "3 Camille Niveau à l’entrée en stage Bac « Bac » n’est pas dans la liste. Choisissez Niveau VI, Niveau V bis,",
        "4 MARTIN Camille Date de naissance 31/02/1986 Le 31/02/1986 n’existe pas dans le calendrier.",
        "4 MARTIN Camille Code postal 1000 Il faut les 5 chiffres du code postal",
        "5 MARTIN Camille Date de naissance 01/01/2010 La date de naissance, le 1er janvier 2010, est dans l’avenir.",
        "5 MARTIN Camille Date d’entrée 07/04/2009 La date d’entrée doit être comprise entre",
        "5 MARTIN Camille Bénéficiaire RMI peut-être « peut-être » n’est pas dans la liste. Choisissez oui ou non.",
        "Sexe vide À renseigner.",
        "Ce texte a 301 caractères, il en faut 300 au plus.",
    ):
        assert said in text, said
    assert "BON" not in text and await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", action.number) == 0


async def test_trn_08_a_missing_column_is_told_once_and_one_that_nobody_knows_is_named(portal: RunningPortal, action: Told) -> None:
    heads = [head for head in HEADS if head != "Sexe"]
    cells = [cell for head, cell in zip(HEADS, RIGHT, strict=True) if head != "Sexe"]
    text = text_of(await send(portal.secretary, action.number, xlsx({"x": [heads, cells, cells]})))
    assert "1 erreur sur 1 ligne" in text and "1 Sexe Cette colonne manque." in text and "À renseigner" not in text
    twice = text_of(await send(portal.secretary, action.number, xlsx({"x": [[*HEADS, "Nom"], [*RIGHT, "X"]]})))
    assert "1 Nom Cette colonne figure deux fois." in twice
    more = await send(portal.secretary, action.number, xlsx({"x": [[*HEADS, "Téléphone"], [*RIGHT, "06"]]}))
    assert "Colonnes du fichier qui ne sont pas reprises : Téléphone." in text_of(more)


async def test_trn_01_both_ceilings_are_over_the_whole_file(portal: RunningPortal) -> None:
    told = await award(portal, f"I{uuid4().hex[:8]}", terms("ACCESSOIRISTES", START, END, headcount=4, paid=2))
    await told.register(1)
    text = text_of(await send(portal.secretary, told.number, table(*(row(nom=f"N{index}") for index in range(4)), row(niveau="?"))))
    assert "Avec ces 5 stagiaires il y aurait 6 inscrits, et le contrat en prévoit 4. Retirez-en 2" in text
    assert "6 seraient rémunérés par la Région, et le contrat en prévoit 2. Choisissez un autre organisme pour 4 d’entre eux" in text
    assert "« ? » n’est pas dans la liste" in text and "Personne n’est inscrit : 3 erreurs" in text


async def test_trn_04_incomplete_rows_are_taken_when_they_are_said_to_be(portal: RunningPortal, action: Told) -> None:
    file = as_csv([["Prénom", "Nom"], ["Camille", "MARTIN"], ["", "SANS"]], ",", "utf-8")
    text = text_of(await send(portal.secretary, action.number, file, "x.csv"))
    assert "Sexe Cette colonne manque." in text and "3 SANS Prénom vide À renseigner." in text
    text = text_of(await send(portal.secretary, action.number, file, "x.csv", partielles="oui"))
    assert "1 erreur sur 1 ligne" in text
    page = await send(portal.secretary, action.number, file.rpartition(b"\r\n,")[0], "x.csv", partielles="oui")
    assert "Incomplète Il manque : civilité, date de naissance" in text_of(page)
    async with portal.answering(accepting) as came:
        await press(portal.secretary, page)
    assert isinstance(came[0], RegisterTrainees) and came[0].partial


async def test_trn_08_who_is_listed_twice_and_whose_age_surprises_is_asked_about_in_boxes(portal: RunningPortal, action: Told) -> None:
    async with portal.answering(accepting):
        await press(portal.secretary, await send(portal.secretary, action.number, table(row())))
    file = table(row(nom="martin"), row(nom="NEUF"), row(nom="Neuf"), row(nom="ENFANT", naissance="08/04/1998"))
    page = await send(portal.secretary, action.number, file)
    text = text_of(page)
    assert page.status_code == 200 and "Il reste 3 points à confirmer Personne n’est encore inscrit." in text
    assert "martin Camille , ligne 2 : Quelqu’un de même nom et né le même jour figure déjà sur la liste." in text
    assert "Neuf Camille , ligne 4 : Quelqu’un" in text and "NEUF Camille , ligne 3" not in text and "9 ans à l’entrée" in text
    boxes = {"homonyme__0": "martin camille 1986-02-14", "homonyme__2": "neuf camille 1986-02-14"}
    async with portal.answering(accepting) as came:
        half = await press(portal.secretary, page, **boxes)
        assert half.status_code == 422 and "Répondez d’abord à ce qui est à confirmer" in text_of(half) and not came
        done = await press(portal.secretary, half, **boxes, age_confirme__3="9")
    assert "Les stagiaires sont inscrits" in text_of(done)
    assert isinstance(came[0], RegisterTrainees) and [new.namesake for new in came[0].trainees] == [True, False, True, False]


async def test_trn_08_what_the_service_refuses_is_told_by_line_and_the_list_is_kept(portal: RunningPortal, action: Told) -> None:
    def refuse(_key: str, _command: Command) -> list[Message]:
        cells = [PersonListed(field="trainees.1.namesake"), SheetPostcodeWrong(field="trainees.0.sheet.mail.postcode")]
        raise Refusals([HeadcountExceeded(ceiling=4, count=2, total=5, excess=1), *cells])

    page = await send(portal.secretary, action.number, table(row(nom="UN"), row(nom="DEUX")))
    async with portal.answering(refuse):
        refused = await press(portal.secretary, page)
    text = text_of(refused)
    assert refused.status_code == 422 and "Avec ces 2 stagiaires il y aurait 5 inscrits" in text
    assert "2 UN Camille Code postal 34200 Il faut les 5 chiffres" in text and "DEUX Camille , ligne 3 : Quelqu’un" in text
    assert "Inscrire 2 stagiaires" in text


async def test_trn_08_a_list_that_was_sent_when_the_session_had_lapsed_is_shown_again(portal: RunningPortal, action: Told) -> None:
    page = await send(portal.secretary, action.number, table(row(nom="UN")))
    path = f"/actions/{action.number}/stagiaires/liste"
    late = await portal.secretary.post_lapsed(path, {**hidden_of(page), **cells_of(page)})
    await portal.secretary.log_in(late)
    again = await portal.secretary.get(path)
    assert "UN Camille 14/02/1986" in text_of(again) and "Votre session avait expiré" in text_of(again)
    async with portal.answering(accepting) as came:
        await press(portal.secretary, again)
    assert len(came) == 1 and await portal.kept(path) == 0


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "Choisissez un fichier .xlsx, .ods ou .csv qui n’est pas vide."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Ce fichier n’est pas un tableau lisible."),
        (b"a;b\n1;2", "Aucune colonne n’est reconnue."),
        ("Nom;Prénom\n".encode(), "Ce tableau ne contient aucun stagiaire."),
        ("Nom;Prénom\n".encode() + b"A;B\n" * 301, "Ce tableau contient 301 stagiaires, il en faut 300 au plus."),
        (b"x" * (2 * 1024 * 1024 + 1), "Ce fichier dépasse 2 Mo."),
    ],
    ids=["empty", "picture", "other columns", "nobody", "too many", "too large"],
)
async def test_trn_08_a_file_that_is_no_table_of_trainees_says_what_to_do(
    portal: RunningPortal, action: Told, file: bytes, said: str
) -> None:
    page = await send(portal.secretary, action.number, file)
    assert page.status_code == 422 and said in text_of(page)


async def test_trn_08_the_template_offers_every_list_and_reads_as_it_was_filled_in(portal: RunningPortal, action: Told) -> None:
    page = await portal.secretary.get(f"/actions/{action.number}/stagiaires/import")
    [link] = [link for link in links_of(page) if link.endswith("modele.xlsx")]
    assert (await portal.secretary.get(link)).content == template()
    with CalamineWorkbook.from_filelike(BytesIO(template())) as book:
        assert book.sheet_names == ["Stagiaires", "Mode d’emploi", "Listes"]
        assert next(book.get_sheet_by_name("Stagiaires").iter_rows()) == list(HEADINGS)
        offered = [cell for line in book.get_sheet_by_name("Listes").iter_rows() for cell in line]
    assert "Artisan, commerçant, chef d’entreprise" in offered and len(SocioProfessional) < len(offered)


async def test_trn_08_trainees_of_an_earlier_action_are_copied_and_nobodys_else(portal: RunningPortal, action: Told) -> None:
    earlier = await award(portal, f"I{uuid4().hex[:8]}", terms("COIFFEURS", date(2007, 4, 2), date(2007, 12, 21)))
    await earlier.register(3)
    path = f"/actions/{action.number}/stagiaires/reprise"
    page = await portal.secretary.get(path)
    assert f"{earlier.number}, COIFFEURS, 02/04/2007, 3 stagiaires" in text_of(page) and earlier.number not in (await home(portal.rival))
    page = await portal.secretary.get(f"{path}?de={earlier.number}")
    assert len(all_of(page, 'input[name="stagiaire"][checked]')) == 3 and value_of(page, "entree") == "07/04/2008"
    chosen = {
        "de": earlier.number,
        "stagiaire": [str(one) for one in earlier.trainees[:2]],
        "entree": "08/04/2008",
        "remuneration": "nobody",
    }
    listed = await portal.secretary.post(path, chosen)
    assert "CHOMBIER Gisèle 14/02/1986" in text_of(listed) and cells_of(listed)["remuneration"] == ["nobody", "nobody"]
    async with portal.answering(accepting) as came:
        wrong = await press(portal.secretary, listed, {"entree": ["08/04/2008", "09/04/2007"]})
        assert wrong.status_code == 422 and len(all_of(wrong, 'input[name="entree"][aria-invalid]')) == 1 and not came
        await press(portal.secretary, wrong, {"entree": ["08/04/2008", "09/04/2008"]})
    [command] = came
    assert isinstance(command, RegisterTrainees)
    kept, new = await sheets(portal, earlier.number), await sheets(portal, action.number)
    for sheet, day in zip(kept, ("08", "09"), strict=False):
        sheet |= {"entry_date": f"2008-04-{day}", "paid_by": "nobody"}
    assert [{**sheet, "mail": None} for sheet in new] == [{**sheet, "mail": None} for sheet in kept[:2]]
    again = await portal.secretary.get(f"{path}?de={earlier.number}")
    assert text_of(again).count("(déjà inscrit ici)") == 2 and len(all_of(again, 'input[name="stagiaire"][checked]')) == 1
    assert "Cochez au moins un stagiaire" in text_of(await portal.secretary.post(path, {"de": earlier.number}))
    theirs = await portal.rival.post(path, chosen)
    assert theirs.status_code == 404


async def test_acc_06_nobody_is_copied_from_anothers_action(portal: RunningPortal, action: Told) -> None:
    mine = await award(portal, f"I{uuid4().hex[:8]}", terms("COIFFEURS", START, END, siret=OTHER))
    await action.register(1)
    path = f"/actions/{mine.number}/stagiaires/reprise"
    for page in (await portal.rival.get(f"{path}?de={action.number}"), await portal.rival.get(path)):
        assert "CHOMBIER" not in text_of(page) and action.number not in text_of(page)
    sent = await portal.rival.post(path, {"de": action.number, "stagiaire": str(action.trainees[0])})
    assert sent.status_code == 422 and "CHOMBIER" not in sent.text


async def home(person: Person) -> str:
    return text_of(await person.get("/"))


async def sheets(portal: RunningPortal, number: str) -> list[dict[str, Any]]:
    """What is kept of an action's trainees, by name."""
    rows = await portal.db.fetch("SELECT body FROM people WHERE contract_number = $1 AND kind = 'trainee'", number)
    return sorted((json.loads(row["body"]) for row in rows), key=lambda body: body["last_name"])


async def test_acc_06_the_import_of_anothers_action_does_not_exist(portal: RunningPortal, action: Told) -> None:
    path = f"/actions/{action.number}/stagiaires/import"
    assert (await portal.rival.get(path)).status_code == 404 and (await send(portal.rival, action.number, table(RIGHT))).status_code == 404
    assert (await portal.rival.post(f"/actions/{action.number}/stagiaires/liste", {"ligne": "2", "nom": "X"})).status_code == 404
    crafted = {"ligne": ["x", "-1", "2"], "nom": ["A", "B"], "remuneration": ["rien"], "homonyme.99": "1", "age_confirme.x": "9"}
    answer = await portal.secretary.post(f"/actions/{action.number}/stagiaires/liste", crafted)
    assert answer.status_code == 422 and "Choisissez une valeur de la liste." in text_of(answer)
