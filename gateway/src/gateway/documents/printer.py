"""A process that sets one paper after the other: each comes as a frame on its standard input, and goes as a frame on its output
(`frames`). It ends with whoever started it; it reads nothing but the template and the fonts, and has no address, password or clock of
the portal's (DOC-2).
"""

import json
import os
import resource
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any, BinaryIO

import fontpkg_source_sans_3
import fontpkg_source_serif_4
import typst

from .frames import LENGTH

TEMPLATE, PICTURE = (str(Path(__file__).with_name(name)) for name in ("paper.typ", "picture.typ"))
STANDARDS: list["typst.PDFStandard"] = ["a-3a", "ua-1"]
PIXELS_PER_INCH = 40.0
"""Of a preview: 331 × 468 for a page."""

MEMORY = 3 << 30
"""Bytes of address space; a table of 34,000 cells takes 0.8 GB."""


def compiler(template: str = TEMPLATE) -> typst.Compiler:
    """Of papers, or of pictures. Fonts are those of the packages, loaded once: none of the machine's, so that each machine makes the same
    bytes.
    """
    folders = [str(package.ROOT / "files") for package in (fontpkg_source_sans_3, fontpkg_source_serif_4)]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    return typst.Compiler(template, root=str(Path(template).parent), font_paths=fonts, ignore_system_fonts=True)


def set_paper(with_: typst.Compiler, data: dict[str, Any], wanted: str) -> bytes:
    """The document's bytes, or the picture of its first page. Raises TypstError."""
    inputs = {"paper": json.dumps(data, ensure_ascii=False)}
    if wanted == "png":
        return _picture(with_, inputs)
    made = with_.compile(format="pdf", pdf_standards=STANDARDS, sys_inputs=inputs, timestamp=0)
    assert isinstance(made, bytes)
    return made


def picture_of(with_: typst.Compiler, document: bytes) -> bytes:
    """The picture of the first page of a document that was made before. Raises TypstError."""
    return _picture(with_, {"document": json.dumps(list(document))})


def _picture(with_: typst.Compiler, inputs: dict[str, str]) -> bytes:
    pages = with_.compile(format="png", ppi=PIXELS_PER_INCH, sys_inputs=inputs, timestamp=0)
    return pages[0] if isinstance(pages, list) else pages or b""


def serve(come: BinaryIO, go: BinaryIO) -> None:
    """Until nothing comes any more."""
    papers, pictures = compiler(), compiler(PICTURE)
    while len(head := come.read(LENGTH.size)) == LENGTH.size:
        job = json.loads(come.read(LENGTH.unpack(head)[0]))
        try:
            made = picture_of(pictures, b64decode(job["document"])) if "document" in job else set_paper(papers, job["data"], job["wanted"])
            answer = b"\1" + made
        except typst.TypstError as error:  # of the template or of the standards: the same for whoever asks again
            answer = b"\0" + str(error).encode()
        go.write(LENGTH.pack(len(answer)) + answer)
        go.flush()


if __name__ == "__main__":
    os.nice(5)  # pages come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))  # a paper beyond it ends this process, and not the machine
    serve(sys.stdin.buffer, sys.stdout.buffer)
