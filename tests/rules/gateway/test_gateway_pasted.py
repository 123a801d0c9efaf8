"""A block of a spreadsheet, laid over the grid of a month: what goes where, what cannot be read, and nothing else (DEC-9)."""

from dataclasses import dataclass
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.lines import FIGURES
from gateway.areas.declarations.pasted import COLUMNS, Proposal, propose, rows_of


@dataclass(frozen=True)
class Somebody:
    key: str
    name: str


MONTH = [
    Somebody("s1", "BORG Bjon"),
    Somebody("s2", "CHOMBIER Gisèle"),
    Somebody("s3", "DE LA TOUR Anne-Marie"),
    Somebody("s4", "ÉTIENNE Maud"),
]


def laid(text: str, **start: int) -> Proposal:
    return propose(rows_of(text), MONTH, **start)


def texts(proposal: Proposal) -> list[str]:
    return [wrong.replace("\xa0", " ") for line in proposal.lines for wrong in line.wrong]


def test_two_cells_of_a_spreadsheet_are_two_cells_of_the_grid() -> None:
    assert laid("105\t5").cells == {"s1.centre.attended": "105,00", "s1.centre.excused": "5,00"}


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("77", "77,00"),
        ("3,5", "3,50"),
        ("3.25", "3,25"),
        ("3h30", "3,50"),
        ("-0", "0,00"),
        ("3:30", "3,50"),
        ("77:00:00", "77,00"),
        ("1 055,00", "1055,00"),
    ],
)
def test_hours_are_read_as_spreadsheets_write_them(cell: str, hours: str) -> None:
    assert laid(cell).cells == {"s1.centre.attended": hours}


@pytest.mark.parametrize(
    "name",
    [
        "CHOMBIER\tGisèle",
        "CHOMBIER Gisèle",
        "Gisele Chombier",
        "gisèle\tchombier",
        "CHOMBIER",
        "Chombier Gisèle\t14/02/1986",
        "CHOMBIER, Gisèle",
    ],
)
def test_a_line_goes_to_the_trainee_whom_it_names(name: str) -> None:
    assert laid(f"{name}\t77\t0").cells == {"s2.centre.attended": "77,00", "s2.centre.excused": "0,00"}


@pytest.mark.parametrize("name", ["CHOMBIER\tMarc", "CHOMBIER Marc", "Chombier\tG.", "BJON"])
def test_a_line_that_names_somebody_else_goes_to_nobody(name: str) -> None:
    assert not laid(f"{name}\t77").cells


def test_names_of_several_words_are_found_in_either_order() -> None:
    assert list(laid("Anne-Marie de la Tour\t7\nDE LA TOUR Anne Marie\t8").cells.values()) == ["7,00"]


def test_without_names_lines_go_down_from_the_cell_and_to_its_right() -> None:
    assert laid("1\t2\n\n3", row=1, column=3).cells == {
        "s2.company.attended": "1,00",
        "s2.company.excused": "2,00",
        "s4.company.attended": "3,00",
    }


def test_a_column_goes_where_its_head_says() -> None:
    block = "Nom\tPrénom\tEntreprise, réalisées\tRemarque\tCentre, réalisées\nBORG\tBjon\t7\trien\t35"
    assert laid(block).cells == {"s1.company.attended": "7,00", "s1.centre.attended": "35,00"}


def test_heads_that_say_nothing_are_left_out() -> None:
    proposal = laid("Stagiaire\tEn centre\t\nNom\tréalisées\tjustifiées\nBORG Bjon\t35\t7")
    assert proposal.heads == 2 and proposal.cells == {"s1.centre.attended": "35,00", "s1.centre.excused": "7,00"} and not proposal.wrong


def test_what_cannot_be_read_is_told_and_the_rest_is_laid() -> None:
    proposal = laid("BORG Bjon\tdouze\t0\nDUPONT Michel\t77\nCHOMBIER\t77,20\t-1\t3\nBORG\t8\nTotal\t154\nÉtienne\t1\t2\t3\t4\t5\t6\t21")
    assert proposal.cells == {"s1.centre.excused": "0,00", "s2.centre.unexcused": "3,00"} | {
        f"s4.{path}": f"{at},00" for at, path in enumerate(FIGURES, 1)
    }
    assert texts(proposal) == [
        "Centre, réalisées : « douze » n’est pas un nombre d’heures. Saisissez par exemple 3,5 ou 3h30.",
        "Aucun stagiaire du mois ne s’appelle « DUPONT Michel ».",
        "Centre, réalisées : 77,20 h n’est pas un quart d’heure : saisissez 77,00 h ou 77,25 h.",
        "Centre, justifiées : −1,00 h est négatif : saisissez 0,00 ou davantage.",
        "BORG Bjon est déjà à la ligne 1 : cette ligne n’est pas reprise.",
        "Aucun stagiaire du mois ne s’appelle « Total ».",
        "1 case au-delà des six colonnes de la grille : 21.",
    ]


def test_a_dash_is_an_empty_cell() -> None:
    assert laid("BORG Bjon\t–\t0\t-").cells == {"s1.centre.excused": "0,00"} and not laid("BORG Bjon\t–\t0\t-").wrong


def test_two_trainees_of_one_name_are_not_guessed_between() -> None:
    twins = [Somebody("s1", "DURAND Jean"), Somebody("s2", "DURAND Jean"), Somebody("s3", "DURAND Luc")]
    proposal = propose(rows_of("DURAND Jean\t1\nDURAND\t2\nDURAND Luc\t3"), twins)
    assert proposal.cells == {"s3.centre.attended": "3,00"} and proposal.wrong == 2


def test_lines_below_the_last_trainee_are_told() -> None:
    assert texts(laid("1\n2", row=3)) == ["Il n’y a plus de stagiaire à cette hauteur : cette ligne n’est pas reprise."]


@pytest.mark.parametrize("text", ["", "\n\n", "\t\t\n", "Nom\tHeures", '"', ";;", "Bonjour"])
def test_what_is_no_block_lays_nothing(text: str) -> None:
    assert not laid(text).cells


def test_a_file_of_two_hundred_trainees_finds_each() -> None:
    many = [Somebody(f"s{number}", f"NOM{number} Prénom") for number in range(200)]
    block = [["Stagiaire", *COLUMNS], *([one.name, "77", "0", "0", "35", "0", "0"] for one in reversed(many))]
    proposal = propose(block, many)
    assert len(proposal.cells) == 1200 and not proposal.wrong


def test_a_figure_that_cannot_be_read_makes_no_column_of_names() -> None:
    proposal = laid("105\t5\nsept\t7:30\ncinq\t1")
    assert list(proposal.cells.values()) == ["105,00", "5,00", "7,50", "1,00"] and proposal.wrong == 2


@pytest.mark.parametrize("text", ["a\t" * 10_000, "a\n" * 10_000, "a\n" * 5_000 + "b\t" * 5_000, "1\t" * 10_000])
def test_no_block_takes_long(text: str) -> None:
    before = process_time()
    laid(text)
    assert process_time() - before < 3


@given(st.text(alphabet=st.sampled_from("\t\n\r;\"' 0123456789,.h:-abÉ"), max_size=200), st.integers(0, 3), st.integers(0, 5))
def test_whatever_is_pasted_it_lays_figures_alone(text: str, row: int, column: int) -> None:
    proposal = laid(text, row=row, column=column)
    assert all(value.replace(",", "").isdigit() for value in proposal.cells.values())
