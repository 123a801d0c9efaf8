"""Documents in one file, streamed as they are made: no more than one of them is ever in memory (DOC-1)."""

from collections.abc import AsyncIterator, Sequence
from typing import IO, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from gateway.documents.printers import Printers
from gateway.web.papers import Document


class _Passing:
    """What is written and not yet taken. It neither tells where it is nor goes back: sizes come after the contents."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Keep it until it is taken."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """All of it, once."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


async def archived(documents: Sequence[Document], printers: Printers) -> AsyncIterator[bytes]:
    """A ZIP, in their order, each dated with the day that it speaks for: the same documents are the same bytes. Raises NotPrinted."""
    passing = _Passing()
    with ZipFile(cast(IO[bytes], passing), "w", ZIP_STORED) as archive:  # PDF is packed already
        for place, document in enumerate(documents):
            content = await document.content(printers)
            about = ZipInfo(
                f"{place:02d}-{document.file_name}", (max(document.day.year, 1980), document.day.month, document.day.day, 0, 0, 0)
            )
            about.external_attr = 0o644 << 16
            archive.writestr(about, content)
            yield passing.take()
    yield passing.take()
