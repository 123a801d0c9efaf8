"""What a file that is sent as a proof is: looked at by its bytes, which its name and the type that the browser says must agree with.

It is only looked at, never opened: nobody's picture is unpacked here, and what is given back is a file to save (DEC-10).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from contracts.codes import ProofFormat
from contracts.proofs import LARGEST_FILE, ProofFile

NOTHING = "Choisissez un fichier PDF, JPEG ou PNG."
EMPTY = "Ce fichier est vide. Choisissez celui qui contient le justificatif."
TOO_LARGE = "Ce fichier dépasse 10 Mo. Enregistrez-le avec une qualité moindre, ou partagez-le en plusieurs fichiers."
NOT_READABLE = "Ce fichier n’est pas un PDF, un JPEG ou un PNG entier. Ouvrez-le pour vérifier, puis enregistrez-le de nouveau."
NOT_WHAT_IT_SAYS = "Le nom de ce fichier annonce autre chose que son contenu. Enregistrez-le de nouveau en PDF, JPEG ou PNG."

ENDINGS: Mapping[ProofFormat, tuple[str, ...]] = {
    ProofFormat.PDF: (".pdf",),
    ProofFormat.JPEG: (".jpg", ".jpeg"),
    ProofFormat.PNG: (".png",),
}
TYPES: Mapping[ProofFormat, tuple[str, ...]] = {
    ProofFormat.PDF: ("application/pdf",),
    ProofFormat.JPEG: ("image/jpeg", "image/pjpeg"),
    ProofFormat.PNG: ("image/png",),
}
UNTOLD = ("", "application/octet-stream")
"""What a browser says that does not know the ending of a name."""
MOST_SEGMENTS = 2_000
"""That stand before a JPEG says its size: a file of nothing else is not looked through."""
MOST_PIXELS = 50_000
"""Of a side of a picture."""
PNG, PNG_END = b"\x89PNG\r\n\x1a\n", b"\x00\x00\x00\x00IEND\xaeB`\x82"
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG after which it says its size."""


class NotAProof(Exception):
    """The file is not taken; the message is the French sentence beside its field."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as a form brings it: its name, the type that the browser says, its bytes."""

    name: str
    type: str
    content: bytes


def look(sent: Sent) -> ProofFile:
    """What the file is. Raises NotAProof."""
    if not sent.name:
        raise NotAProof(NOTHING)
    if not sent.content:
        raise NotAProof(EMPTY)
    if len(sent.content) > LARGEST_FILE:
        raise NotAProof(TOO_LARGE)
    format_ = _format(sent.content)
    if format_ is None:
        raise NotAProof(NOT_READABLE)
    said = sent.type.partition(";")[0].strip().lower()
    if not sent.name.lower().endswith(ENDINGS[format_]) or said not in (*TYPES[format_], *UNTOLD):
        raise NotAProof(NOT_WHAT_IT_SAYS)
    return ProofFile(format=format_, size=len(sent.content), sha256=sha256(sent.content).hexdigest())


def _format(content: bytes) -> ProofFormat | None:
    """What its first bytes say, if its last ones bear it out; None otherwise."""
    if re.match(rb"%PDF-[12]\.\d", content):
        return ProofFormat.PDF if b"%%EOF" in content[-1024:] else None
    if content.startswith(PNG):
        return ProofFormat.PNG if _is_png(content) else None
    if content.startswith(b"\xff\xd8\xff"):
        return ProofFormat.JPEG if _is_jpeg(content) else None
    return None


def _is_png(content: bytes) -> bool:
    """Whether it begins with a header of a picture of a sane size, and an end comes after it; telephones leave more behind a cut-out."""
    begins = content[8:16] == b"\x00\x00\x00\rIHDR" and PNG_END in content[24:]
    return begins and _is_sane(content[16:20], content[20:24])


def _is_jpeg(content: bytes) -> bool:
    """Whether its segments lead to a frame of a sane size, and an end comes after it; telephones add more behind."""
    at, end = 2, content.rfind(b"\xff\xd9")
    for _ in range(MOST_SEGMENTS):
        if at + 9 > len(content) or content[at] != 0xFF:
            return False
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker in FRAMES:
            return end > at and _is_sane(content[at + 5 : at + 7], content[at + 7 : at + 9])
        at += 1 if marker == 0xFF else 2 + length  # a marker may have more than one FF before it
    return False


def _is_sane(*sides: bytes) -> bool:
    return all(0 < int.from_bytes(side) <= MOST_PIXELS for side in sides)
