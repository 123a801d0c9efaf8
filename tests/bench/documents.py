"""What a document costs a core: an invoice of ten trainees, and one of two hundred, as printers set them, against WeasyPrint, which sets
the same texts in the same fonts from HTML (and keeps one of the two standards, where ours keep both).
"""

import json
from collections.abc import Callable
from datetime import date
from html import escape
from statistics import median
from time import process_time

import fontpkg_source_sans_3
import fontpkg_source_serif_4

from gateway.documents import printer
from gateway.documents.paper import Align, Column, Facts, Heading, Paper, Table, as_data

from .row import Result

GOAL = 10
FONTS = {
    "Source Sans 3": fontpkg_source_sans_3.ROOT / "files/SourceSans3[wght].ttf",
    "Source Serif 4": fontpkg_source_serif_4.ROOT / "files/SourceSerif4[opsz,wght].ttf",
}
FACES = "".join(f"@font-face {{ font-family: '{name}'; src: url('file://{path}'); font-weight: 200 900 }}" for name, path in FONTS.items())
STYLE = """
    @page { size: A4; margin: 24mm 18mm 20mm; @top-left { content: 'Région'; font-weight: 600 } }
    @page { @bottom-right { content: 'Page ' counter(page) ' / ' counter(pages) } }
    body { font: 10pt 'Source Sans 3' } h1, h2 { font-family: 'Source Serif 4'; font-weight: 600 }
    caption { text-align: left; font-weight: 600 } table { width: 100%; border-collapse: collapse; font-size: 9pt }
    th, td { border-bottom: .4pt solid #7d848a; padding: 4pt; text-align: left }
"""


def invoice(trainees: int, number: int) -> Paper:
    """Each another, so that nothing is remembered."""
    heads = (Column("Stagiaire", share=1), *(Column(title, Align.END) for title in ("Mois", "Heures", "Taux", "Montant HT")))
    rows = tuple((f"STAGIAIRE {number}-{trainee}", "févr. 2008", "60,00", "5,00 €", "300,00 €") for trainee in range(trainees))
    blocks = (Heading("Détail"), Facts((("SIRET", "732 829 320 00074"),)), Table("Par stagiaire", heads, rows, (("Total", "3 000,00 €"),)))
    around = {
        "subject": "Costumier",
        "reference": f"Contrat {number}",
        "day_said": "Émise le 6 mars 2008",
        "region": "Région",
        "organisation": "SCENES",
    }
    return Paper(title=f"Facture n° {number}", day=date(2008, 3, 6), blocks=blocks, **around)


def as_html(paper: Paper) -> str:
    """The same texts."""
    heading, facts, table = paper.blocks
    assert isinstance(heading, Heading) and isinstance(facts, Facts) and isinstance(table, Table)
    head = "".join(f"<th>{escape(column.title)}</th>" for column in table.columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    told = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in facts.pairs)
    parts = f"<h1>{paper.title}</h1><p>{paper.subject}</p><p>{paper.reference} · {paper.day_said}</p><h2>{heading.text}</h2><dl>{told}</dl>"
    tables = f"<table><caption>{table.caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f"<html lang=fr><head><title>{paper.title}</title><style>{FACES}{STYLE}</style></head><body>{parts}{tables}</body></html>"


async def measure(short: bool) -> list[Result]:
    """In turn, in this process: seconds of its CPU."""
    from weasyprint import HTML  # it asks Pango of the machine, which Chromium brings along

    compiler = printer.compiler()
    results: list[Result] = []
    for trainees, times in ((10, 8 if short else 40), (200, 2 if short else 8)):
        ours, theirs = [], []
        for number in range(times):
            paper = invoice(trainees, number)
            ours.append(_seconds(lambda paper=paper: printer.set_paper(compiler, json.loads(json.dumps(as_data(paper))), "pdf")))  # type: ignore[misc]
            theirs.append(_seconds(lambda paper=paper: HTML(string=as_html(paper)).write_pdf(pdf_variant="pdf/ua-1")))  # type: ignore[misc]
        ratio = median(theirs) / median(ours)
        figures = f"{median(ours) * 1000:.0f} ms; WeasyPrint {median(theirs) * 1000:.0f} ms"
        how = f"CPU of one invoice of {trainees} trainees, PDF/A-3a and PDF/UA-1 against PDF/UA-1, same texts and fonts; median of {times}"
        results.append(Result(f"documents, {trainees} trainees", f"{ratio:.1f} ×", f"≥ {GOAL} × per core", ratio >= GOAL, figures, how))
    return results


def _seconds(work: Callable[[], object]) -> float:
    before = process_time()
    work()
    return process_time() - before
