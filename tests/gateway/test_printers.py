"""Papers become PDF in processes of their own (DOC-2)."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import psutil
import pytest

from contracts.declarations import ConfirmedLine, PlaceHours
from contracts.month import Month
from gateway.areas.action.action import Action
from gateway.areas.declarations.recap import DeclaredMonth
from gateway.areas.declarations.recap import recap as recap_of
from gateway.documents.frames import LENGTH
from gateway.documents.paper import (
    Align,
    Attached,
    Beside,
    Choices,
    Column,
    Facts,
    Heading,
    Items,
    Lines,
    Note,
    Paper,
    Paragraph,
    Signatures,
    Table,
    as_data,
)
from gateway.documents.printers import NotPrinted, Printers
from gateway.words.french import NBSP, number
from tests.gateway.printed import plain, read, said, shows

pytestmark = pytest.mark.asyncio(loop_scope="session")

EVERY_ACCENT = "àâäæçéèêëîïôœöùûüÿ ÀÂÄÆÇÉÈÊËÎÏÔŒÖÙÛÜŸ ñ ő ș ž ł ð « » – — … € − ’"
PLAIN = Paper(
    title="Liste des stagiaires",
    subject="Costumier",
    reference="Contrat 2007QCA0266",
    day=date(2008, 3, 6),
    day_said="Situation au 6 mars 2008",
    region="Région Languedoc-Roussillon",
    organisation="SCENES ET FORMATIONS",
    blocks=(
        Table("Stagiaires", (Column("Nom", share=1), Column("Heures", Align.END)), (("CHOMBIER Gisèle", "12,00"),), (("Total", "12,00"),)),
    ),
)
EVERYTHING = replace(
    PLAIN,
    blocks=(
        Heading("Partie"),
        Facts((("Lieu", "Montpellier"), ("À remplir", ""))),
        Paragraph(EVERY_ACCENT),
        Heading("Sous-partie", 2),
        Table("Rien", (Column("Nom"),), ()),
        Table(
            "Groupes",
            (Column("Nom"), Column("centre", group="Mars"), Column("entreprise", group="Mars")),
            (("A", "1", "2"),),
            (("Total", "3"),),
        ),
        Note("Une note."),
        Items(("Un point", "Un autre")),
        Beside((("De", "SCENES\n2 rue"), ("À", "Région"))),
        Choices(((True, "oui"), (False, "non"))),
        Lines("Motif", 3),
        Signatures((("L’organisme", "Date"), ("La Région", "Date"))),
    ),
)


def recap(trainees: int) -> Paper:
    """A year's hours: so many trainees, twelve months and their sum."""
    columns = (Column("Stagiaire", share=1), *(Column(f"{month:02}/2008", Align.END) for month in range(1, 13)), Column("Total", Align.END))
    rows = tuple((f"STAGIAIRE {trainee:03}", *("120,00",) * 12, "1 440,00") for trainee in range(trainees))
    return replace(PLAIN, title="Réalisé horaire de l’année", landscape=True, blocks=(Table("Heures", columns, rows),))


NAMES = ("ÉLÉONORE-ŒUVRE Zoë", "N’GUYỄN Đặng", "ŁUKASIEWICZ Şule", "D’ESTÉE-LÀ-BAS Aÿmeric")
LONG_TITLE = "Réalisatrice et réalisateur de costumes de scène " * 12


def year(trainees: int) -> Paper:
    """The hours of so many trainees in each of twelve months, as the portal makes them; in a month one after the other is away."""
    action = SimpleNamespace(title=LONG_TITLE.strip(), contract_number="2007QCA0266", organisation="ÉCOLE DU CŒUR & FILS")
    people = [(str(number), f"{NAMES[number % len(NAMES)]} {number:03}") for number in range(trainees)]
    months, month = [], Month("2007-09")
    for place in range(12):
        lines = {id_: _line(number + place) for number, (id_, _) in enumerate(people) if number % 12 != place}
        months.append(DeclaredMonth(month, is_reopened=place == 11, lines=lines))
        month = month.next()
    return recap_of(cast(Action, action), "Région Languedoc-Roussillon", date(2008, 9, 5), months, people)


def _line(number: int) -> ConfirmedLine:
    centre = PlaceHours(attended=Decimal(100 + number), excused=Decimal("0.25"), unexcused=Decimal(3))
    company = PlaceHours(attended=Decimal("7.50"), excused=Decimal(0), unexcused=Decimal(0))
    return ConfirmedLine(trainee_id=UUID(int=number), centre=centre, company=company)


def printed_alone(job: bytes, **environment: str) -> bytes:
    """What a printer of its own answers, in another environment."""
    command = [sys.executable, "-m", "gateway.documents.printer"]
    return subprocess.run(command, input=LENGTH.pack(len(job)) + job, env=environment, capture_output=True, check=True).stdout


async def test_every_kind_of_block_and_every_accent_is_printed() -> None:
    async with Printers.open() as printers:
        pdf = await printers.print(EVERYTHING)
    shows(
        pdf, EVERY_ACCENT, "Partie", "Sous-partie", "À remplir", "Aucune ligne.", "Total 3", "Une note.", "Un autre", "SCENES", "Page 1 / 1"
    )


async def test_doc_02_the_same_values_are_the_same_bytes_in_every_process_and_time_zone() -> None:
    job = json.dumps({"data": as_data(EVERYTHING), "wanted": "pdf"}).encode()
    made = {printed_alone(job, TZ="Pacific/Kiritimati", SOURCE_DATE_EPOCH="1"), printed_alone(job, TZ="America/Adak", LC_ALL="C")}
    async with Printers.open() as printers:
        made |= {LENGTH.pack(len(pdf) + 1) + b"\1" + pdf for pdf in (await printers.print(EVERYTHING), await printers.print(EVERYTHING))}
    assert len(made) == 1


async def test_a_title_that_no_line_can_hold_breaks_and_nothing_is_cut_off() -> None:
    word, title = "X" * 300, LONG_TITLE
    async with Printers.open() as printers:
        pdf = await printers.print(replace(PLAIN, title=title.strip(), subject=word, blocks=(Table(word, (Column("Nom"),), ((word,),)),)))
    assert said(pdf).replace(" ", "").count(word) == 3
    assert title.strip() in said(pdf)


async def test_what_somebody_typed_is_never_read_as_markup() -> None:
    typed = "#panic() *gras* $x$ <lieu> @nom \\ // /* `code`"
    async with Printers.open() as printers:
        shows(await printers.print(replace(PLAIN, blocks=(Paragraph(typed),))), typed)


async def test_a_file_inside_a_document_comes_out_as_it_went_in() -> None:
    content = bytes(range(256))
    file = Attached("facture.xml", "text/xml", "alternative", "La facture, pour un logiciel", content)
    async with Printers.open() as printers:
        pdf = await printers.print(PLAIN, [file])
    assert read(pdf).attachments["facture.xml"] == [content]


async def test_the_hours_of_200_trainees_and_12_months_are_all_there_with_their_sums_and_each_page_repeats_the_head() -> None:
    async with Printers.open() as printers:
        pages = [page.extract_text() for page in read(await printers.print(year(200))).pages]
    assert len(pages) > 12 and all("juin 2008" in page for page in pages)
    text = plain(*pages)
    centre = sum(Decimal(100 + number + place) + Decimal("0.25") for place in range(12) for number in range(200) if number % 12 != place)
    company = Decimal("7.50") * sum(number % 12 != place for place in range(12) for number in range(200))
    for title, total in (("Heures en centre", centre), ("Heures en entreprise", company), ("Total des heures", centre + company)):
        part = text.split(f"{title}, réalisées et justifiées")[1]
        assert re.search(rf"Total( [0-9 ]+,[0-9]{{2}}){{12}} {number(total).replace(NBSP, ' ')} ", part.replace(NBSP, " ")), title
    assert all(text.count(f"{NAMES[number % len(NAMES)]} {number:03}") == 3 for number in range(200))
    assert LONG_TITLE.strip() in text and "Mois à corriger après un rejet" in text


async def test_nobody_signs_a_page_on_which_nothing_else_stands() -> None:
    rows = Table("Absences", (Column("Stagiaire", share=1),), (("CHOMBIER Gisèle",), ("ÉTIENNE Maud",)))
    signed = Signatures((("Pour l’organisme", "Nom, date et signature"),))
    async with Printers.open() as printers:
        for lines in range(30, 50, 2):
            text = Paragraph("\n".join(map(str, range(lines))))
            *_, last = (page.extract_text() for page in read(await printers.print(replace(PLAIN, blocks=(text, rows, signed)))).pages)
            assert "CHOMBIER" in last and "Nom, date et signature" in last, lines
        last = read(await printers.print(replace(PLAIN, blocks=(*recap(40).blocks, signed)))).pages[-1].extract_text()
    assert "Liste des stagiaires · Contrat 2007QCA0266 · Situation au 6 mars 2008" in plain(last), "it says again what is signed"


async def test_a_document_that_was_made_before_has_a_picture_of_its_first_page() -> None:
    async with Printers.open() as printers:
        picture = await printers.preview(await printers.print(PLAIN))
        assert picture.startswith(b"\x89PNG") and abs(len(picture) / len(await printers.preview(PLAIN)) - 1) < 0.5
        with pytest.raises(NotPrinted):
            await printers.preview(b"no document")


async def test_small_documents_do_not_wait_for_large_ones() -> None:
    async with Printers.open() as printers:
        large = [asyncio.create_task(printers.print(recap(400))) for _ in range(2)]
        await asyncio.sleep(0)
        await printers.print(PLAIN)
        assert not any(task.done() for task in large)
        assert all(await asyncio.gather(*large))


async def test_a_printer_that_is_killed_is_started_again_and_nothing_is_lost() -> None:
    async with Printers.open() as printers:
        expected = await printers.print(PLAIN)
        tasks = [asyncio.create_task(printers.print(PLAIN)) for _ in range(4)]
        await asyncio.sleep(0)
        for printer in printers.all:
            if printer.process:
                os.kill(printer.process.pid, signal.SIGKILL)
        assert set(await asyncio.gather(*tasks)) == {expected}


async def test_a_paper_at_which_printers_die_twice_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.documents.printers.COMMAND", (sys.executable, "-c", "pass"))
    async with Printers.open() as printers:
        with pytest.raises(NotPrinted):
            await printers.print(PLAIN)


async def test_a_printer_that_does_not_come_to_an_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.documents.printers.COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr("gateway.documents.printers.LONGEST", 0.3)
    begun = time.monotonic()
    async with Printers.open() as printers:
        with pytest.raises(NotPrinted):
            await printers.print(PLAIN)
        assert all(printer.process is None for printer in printers.all)
    assert time.monotonic() - begun < 5


async def test_who_asks_for_a_document_while_too_many_wait_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.documents.printers.MOST_WAITING", 2)
    async with Printers.open() as printers:
        tasks = [asyncio.create_task(printers.print(PLAIN)) for _ in range(3)]
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [bytes, bytes, NotPrinted]
        assert await printers.print(PLAIN)


async def test_who_gives_up_waiting_leaves_a_printer_for_the_next() -> None:
    async with Printers.open() as printers:
        task = asyncio.create_task(printers.print(recap(400)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.gather(*(printers.print(PLAIN) for _ in range(3)))


async def test_printers_end_with_the_process_that_started_them_however_it_ends() -> None:
    script = """
import asyncio
from tests.gateway.test_printers import PLAIN, Printers

async def main():
    async with Printers.open() as printers:
        await printers.print(PLAIN)
        print(*(printer.process.pid for printer in printers.all if printer.process), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout
    (printer,) = (psutil.Process(int(pid)) for pid in (await parent.stdout.readline()).split())
    parent.kill()
    await parent.wait()
    psutil.wait_procs([printer], timeout=10)
    assert not printer.is_running()
