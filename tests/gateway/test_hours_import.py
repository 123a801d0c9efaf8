"""A month's hours from a file: the template with the month's trainees, the proposal in the grid, every kind of wrong cell (DEC-9)."""

from collections.abc import AsyncIterator
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio
from python_calamine import CalamineWorkbook
from uuid_utils.compat import uuid7

from contracts.actions import TraineeEntered
from contracts.declarations import FillMonth
from gateway.areas.declarations.table import HEADINGS, MARK
from tests.gateway.html import links_of, text_of, value_of
from tests.gateway.pieces import sheet, terms, trainee_messages
from tests.gateway.region_in_march import Told, award
from tests.gateway.running_portal import Person, RunningPortal
from tests.gateway.test_declarations import Service, fields
from tests.gateway.test_tables import as_csv
from tests.gateway.workbooks import ods, xlsx

START, END = date(2008, 2, 4), date(2008, 9, 26)
HEADS = ["Stagiaire", *HEADINGS]
MONTH = "declarations/2008-02"


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An open action of its own for each test, three trainees in training, February to be filled in."""
    told = await award(portal, f"H{uuid4().hex[:8]}", terms("COIFFEURS", START, END))
    await told.open(3)
    yield told


async def send(person: Person, number: str, file: bytes) -> httpx.Response:
    """What the page says of a file."""
    path, data = f"/actions/{number}/{MONTH}/import", {"_commande": str(uuid7())}
    return await person.client.post(path, data=data, files={"fichier": ("heures.xlsx", file)}, timeout=60)


def key(told: Told, place: int) -> str:
    return f"s{told.trainees[place].hex}"


async def drafts(portal: RunningPortal, number: str) -> int:
    count: int = await portal.db.fetchval("SELECT count(*) FROM drafts WHERE contract = $1", number)
    return count


async def test_dec_09_the_template_has_the_months_trainees_and_reads_back_as_a_proposal(portal: RunningPortal, action: Told) -> None:
    month = await portal.secretary.get(f"/actions/{action.number}/{MONTH}")
    page = await portal.secretary.get(next(link for link in links_of(month) if link.endswith("/import")))
    file = await portal.secretary.get(next(link for link in links_of(page) if link.endswith("modele.xlsx")))
    with CalamineWorkbook.from_filelike(BytesIO(file.content)) as book:
        table: list[list[Any]] = [list(row) for row in book.get_sheet_by_name("Heures").iter_rows()]
    assert table[0] == [*HEADS, MARK] and [row[0] for row in table[1:]] == ["CHOMBIER Gisèle", "DURAND Jean-Claude", "ÉTIENNE Maud"]
    for row in table[1:]:
        row[1:7] = [105.5, 3.5, 0, "35:15", 0, 0]
    shown = await send(portal.secretary, action.number, xlsx({"Heures": table}))
    assert "Non enregistré : 3 lignes" in text_of(shown) and shown.url.path.endswith(MONTH)
    assert (
        value_of(shown, f"{key(action, 1)}.centre.attended") == "105,50"
        and value_of(shown, f"{key(action, 1)}.company.attended") == "35,25"
    )
    assert await portal.db.fetchval("SELECT count(*) FROM commands WHERE key = $1", action.number) == 0, "nothing is saved unseen"


@pytest.mark.parametrize(
    "file",
    [
        as_csv(
            [["Gisèle CHOMBIER"[:0] or "Prénom", "Nom", *HEADINGS], ["gisele", "Chombier", "105,5", "", "", "3:30", "", ""]], ";", "cp1252"
        ),
        ods({"x": [["Heures de février"], HEADS[::-1], ["", "", 3.5, "", "", 105.5, "Chombier Gisele"]]}),
    ],
    ids=["csv with two names", "ods backwards below a title"],
)
async def test_dec_09_a_row_finds_its_trainee_by_name_and_an_empty_cell_leaves_what_stands(
    portal: RunningPortal, action: Told, file: bytes
) -> None:
    shown = await send(portal.secretary, action.number, file)
    begin = key(action, 0)
    values = [value_of(shown, f"{begin}.{path}") for path in HEADINGS.values()]
    assert values == ["105,50", "", "", "3,50", "", ""] and await drafts(portal, action.number) == 1


async def test_dec_09_every_wrong_cell_is_named_and_nothing_is_kept(portal: RunningPortal, action: Told) -> None:
    rows: list[list[Any]] = [
        ["CHOMBIER Gisèle", 10, 0, 0, 0, 0, 0],
        ["DURAND Jean-Claude", 77.2, "beaucoup", -1, 0, 0, 0],
        ["Personne", 1, 1, 1, 1, 1, 1],
        ["CHOMBIER Gisèle", 1, 0, 0, 0, 0, 0],
        ["ÉTIENNE Maud", 1055, 0, 0, 0, 0, 0],
    ]
    page = await send(portal.secretary, action.number, xlsx({"Heures": [HEADS, *rows]}))
    text = text_of(page)
    assert page.status_code == 422 and "Rien n’est repris : 6 erreurs sur 4 lignes" in text
    for said in (
        "3 DURAND Jean-Claude Réalisées en centre 77,2 ",
        "3 DURAND Jean-Claude Justifiées en centre beaucoup « beaucoup » n’est pas un nombre d’heures.",
        "3 DURAND Jean-Claude Non justifiées en centre -1 ",
        "4 Personne Stagiaire Personne Personne de ce nom n’est en formation ce mois-ci.",
        "5 CHOMBIER Gisèle Stagiaire CHOMBIER Gisèle Ce stagiaire figure déjà à la ligne 2.",
        "6 ÉTIENNE Maud Réalisées en centre 1055 ",
    ):
        assert said in text, said
    assert await drafts(portal, action.number) == 0


async def test_dec_09_a_file_of_two_hundred_is_laid_over_the_grid_and_saved_by_one_command(portal: RunningPortal, action: Told) -> None:
    more = [uuid4() for _ in range(197)]
    sheets = [trainee_messages(action.number, one, sheet(f"NOM{place:03}", "Camille", START)) for place, one in enumerate(more)]
    await action.say(*(message for each in sheets for message in each), *(TraineeEntered(trainee_id=one, entered_on=START) for one in more))
    path = f"/actions/{action.number}/{MONTH}"
    template = await portal.secretary.get(f"{path}/import/modele.xlsx")
    with CalamineWorkbook.from_filelike(BytesIO(template.content)) as book:
        names = [row[0] for row in list(book.get_sheet_by_name("Heures").iter_rows())[1:]]
    assert len(names) == 200
    shown = await send(portal.secretary, action.number, xlsx({"Heures": [HEADS, *([name, 105, 0, 0, 0, 0, 0] for name in names)]}))
    assert "Non enregistré : 200 lignes" in text_of(shown)
    async with portal.answering(Service()) as came:
        saved = await portal.secretary.client.post(path, data={**fields(shown), "faire": "enregistrer"}, timeout=60)
    [command] = came
    assert isinstance(command, FillMonth) and len(command.rows) == 200 and "Les heures du mois sont enregistrées" in text_of(saved)
    assert await drafts(portal, action.number) == 0


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "Choisissez un fichier"),
        (b"a;b", "Aucune colonne d’heures n’est reconnue."),
        (";".join(HEADS).encode(), "Ce tableau ne contient aucune ligne."),
        (";".join(HEADS[1:]).encode() + b"\n1;1;1;1;1;1", "1 Stagiaire Cette colonne manque."),
    ],
    ids=["empty", "other columns", "no row", "no names"],
)
async def test_dec_09_a_file_that_is_no_table_of_hours_says_what_to_do(portal: RunningPortal, action: Told, file: bytes, said: str) -> None:
    page = await send(portal.secretary, action.number, file)
    assert page.status_code == 422 and said in text_of(page)


async def test_acc_06_anothers_month_takes_no_file_and_gives_no_names(portal: RunningPortal, action: Told) -> None:
    for path in ("import", "import/modele.xlsx"):
        assert (await portal.rival.get(f"/actions/{action.number}/{MONTH}/{path}")).status_code == 404
    assert (await send(portal.rival, action.number, xlsx({"x": [HEADS]}))).status_code == 404
    assert (await portal.secretary.get(f"/actions/{action.number}/declarations/2008-09/import")).status_code == 404
