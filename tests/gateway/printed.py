"""What stands in a document: its texts read back out of the PDF, as people read them."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter


def read(pdf: bytes) -> PdfReader:
    """The document."""
    return PdfReader(BytesIO(pdf))


def said(pdf: bytes) -> str:
    """Its texts, page by page."""
    return plain(*(page.extract_text() for page in read(pdf).pages))


def plain(*pages: str) -> str:
    """The texts of pages with plain spaces; a word that is broken at the end of a line is whole again.

    Hyphens share a glyph with those of broken words: where one of these comes first, pypdf reads others as such, too.
    """
    return " ".join(" ".join(pages).replace("\u200b", "").split()).replace("\u00ad ", "").replace("\u00ad", "-")


def tags_of(pdf: bytes) -> set[str]:
    """What its structure calls its parts: `/H1`, `/Table`, `/LI`."""
    found, waiting = set(), [read(pdf).trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        part = waiting.pop().get_object()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            found |= {part["/S"]} if "/S" in part else set()
            waiting += [part["/K"]] if "/K" in part else []
    return found


def shows(pdf: bytes, *texts: str) -> None:
    """The document says these."""
    found = said(pdf)
    for text in texts:
        assert " ".join(text.split()) in found, (text, found)


def empty() -> bytes:
    """A document that keeps no standard."""
    writer, content = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(content)
    return content.getvalue()
