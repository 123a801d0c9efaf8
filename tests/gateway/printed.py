"""What stands in a document: its texts read back out of the PDF, as people read them."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter


def read(pdf: bytes) -> PdfReader:
    """The document."""
    return PdfReader(BytesIO(pdf))


def said(pdf: bytes) -> str:
    """Its texts, page by page, with plain spaces."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).replace("\u200b", "").split())


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
