"""What is taken as a file of a proof, and what is not (DEC-10)."""

from hashlib import sha256

import pytest

from contracts.codes import ProofFormat
from contracts.proofs import LARGEST_FILE
from gateway.areas.proofs import file as proof_file
from gateway.areas.proofs.file import PNG, PNG_END, NotAProof, Sent, look

PDF = b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def png(width: int = 600, height: int = 800) -> bytes:
    return PNG + b"\x00\x00\x00\rIHDR" + width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\x00\x00\x00\x00\x00\x00\x00" + PNG_END


def jpeg(width: int = 600, height: int = 800) -> bytes:
    """A segment of an application, fill bytes before a marker, then the frame that says its size."""
    frame = b"\xff\xff\xc0\x00\x11\x08" + height.to_bytes(2) + width.to_bytes(2) + b"\x03" + b"\x00" * 9
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 9 + frame + b"\xff\xda" + b"\x00" * 20 + b"\xff\xd9"


@pytest.mark.parametrize(
    ("name", "type_", "content", "format_"),
    [
        ("arrêt de travail.PDF", "application/pdf", PDF, ProofFormat.PDF),
        ("scan.pdf", "application/octet-stream", PDF, ProofFormat.PDF),
        ("scan.pdf", "", PDF + b"\x00" * 100, ProofFormat.PDF),
        ("photo.jpg", "image/jpeg", jpeg(), ProofFormat.JPEG),
        ("photo.JPEG", "image/jpeg; charset=binary", jpeg() + b"\x00", ProofFormat.JPEG),
        ("galaxy.jpg", "image/jpeg", jpeg() + b"\x00\x00\x01\x0a" + b"SEFH" + b"\x00" * 8 + b"SEFT", ProofFormat.JPEG),
        ("MVIMG.jpg", "image/jpeg", jpeg() + b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 40, ProofFormat.JPEG),
        ("capture.png", "image/png", png(), ProofFormat.PNG),
        ("cropped.png", "image/png", png() + b"\x00" * 40, ProofFormat.PNG),
    ],
)
def test_dec_10_a_whole_pdf_jpeg_or_png_under_its_own_ending_is_taken(name: str, type_: str, content: bytes, format_: ProofFormat) -> None:
    known = look(Sent(name, type_, content))
    assert (known.format, known.size, known.sha256) == (format_, len(content), sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("name", "type_", "content", "says"),
    [
        pytest.param("", "", b"", proof_file.NOTHING, id="no file"),
        pytest.param("scan.pdf", "application/pdf", b"", proof_file.EMPTY, id="an empty file"),
        pytest.param("facture.pdf", "application/pdf", b"MZ\x90\x00" + b"\x00" * 200, proof_file.NOT_READABLE, id="a program renamed"),
        pytest.param("scan.pdf", "application/pdf", PDF[:-7], proof_file.NOT_READABLE, id="half a PDF"),
        pytest.param("scan.pdf", "application/pdf", b"\n" + PDF, proof_file.NOT_READABLE, id="something before it"),
        pytest.param("page.pdf", "application/pdf", b"<html>%PDF-1.4 %%EOF", proof_file.NOT_READABLE, id="a page"),
        pytest.param("photo.jpg", "image/jpeg", jpeg()[:-1], proof_file.NOT_READABLE, id="half a JPEG"),
        pytest.param("photo.jpg", "image/jpeg", b"\xff\xd8\xff\xd9", proof_file.NOT_READABLE, id="a JPEG without a picture"),
        pytest.param("photo.jpg", "image/jpeg", jpeg(width=0), proof_file.NOT_READABLE, id="a JPEG of no width"),
        pytest.param("photo.jpg", "image/jpeg", jpeg(height=60_000), proof_file.NOT_READABLE, id="a JPEG too high"),
        pytest.param("photo.jpg", "image/jpeg", b"\xff" * 100_000 + b"\xff\xd9", proof_file.NOT_READABLE, id="nothing but markers"),
        pytest.param("photo.jpg", "image/jpeg", b"\xff\xd8" + b"\xff" * 100_000 + b"\xff\xd9", proof_file.NOT_READABLE, id="fill bytes"),
        pytest.param("capture.png", "image/png", png()[:-4], proof_file.NOT_READABLE, id="half a PNG"),
        pytest.param("capture.png", "image/png", png(width=2**31), proof_file.NOT_READABLE, id="a PNG that unpacks to gigabytes"),
        pytest.param("plan.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>", proof_file.NOT_READABLE, id="an SVG"),
        pytest.param("capture.pdf", "application/pdf", png(), proof_file.NOT_WHAT_IT_SAYS, id="a PNG called a PDF"),
        pytest.param("scan.pdf.exe", "application/pdf", PDF, proof_file.NOT_WHAT_IT_SAYS, id="a PDF called a program"),
        pytest.param("scan.pdf", "text/html", PDF, proof_file.NOT_WHAT_IT_SAYS, id="a PDF sent as a page"),
    ],
)
def test_dec_10_what_is_not_what_it_says_is_refused_with_a_sentence(name: str, type_: str, content: bytes, says: str) -> None:
    with pytest.raises(NotAProof, match=f"^{says}$"):
        look(Sent(name, type_, content))


def test_dec_10_a_file_has_ten_megabytes_at_most() -> None:
    whole = PDF[:9] + b"0" * (LARGEST_FILE - len(PDF)) + PDF[9:]
    assert look(Sent("scan.pdf", "application/pdf", whole)).size == LARGEST_FILE
    with pytest.raises(NotAProof, match=f"^{proof_file.TOO_LARGE}$"):
        look(Sent("scan.pdf", "application/pdf", b"%" + whole))


@pytest.mark.parametrize("tenths", range(9))
def test_dec_10_a_file_that_is_cut_anywhere_is_refused_and_nothing_breaks(tenths: int) -> None:
    for content, name in ((jpeg(), "a.jpg"), (png(), "a.png"), (PDF, "a.pdf")):
        with pytest.raises(NotAProof):
            look(Sent(name, "", content[: len(content) * tenths // 10]))
