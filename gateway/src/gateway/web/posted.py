"""A form's body, read within limits, so that nobody stops the others with one request.

Litestar's own parser takes any number of fields, keeps the event loop busy meanwhile, and remembers the last 1,024 forms, passwords too.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

LARGEST_FORM = 2 * 1024 * 1024
"""Bytes: a report of long texts, whose accents take six each, with room to spare."""
LARGEST_UPLOAD = 12 * 1024 * 1024
"""Bytes of a form with a file, which only a page that takes files reads."""
MOST_FIELDS = 10_000
"""The month of 300 trainees, each with absences and an exit."""
LONGEST = 20_000
"""Characters of one field, as in a message."""
LARGE = 64 * 1024
"""Bytes from which a form is read in a thread: others are served meanwhile."""

Texts = dict[str, list[str]]


async def read_form(request: Request[Any, Any, Any]) -> tuple[Texts, Mapping[str, UploadFile]]:
    """The texts and files of a form by field. Raises RequestEntityTooLarge (413) for what no page of ours sends."""
    if request.content_type[0] == RequestEncodingType.MULTI_PART:
        return _of_parts((await request.form()).multi_items())
    if request.content_type[0] != RequestEncodingType.URL_ENCODED:
        return {}, {}
    body = await request.body()
    if len(body) > LARGEST_FORM:
        raise RequestEntityTooLarge
    return (_texts(body) if len(body) < LARGE else await asyncio.to_thread(_texts, body)), {}


def _texts(body: bytes) -> Texts:
    try:
        typed = parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise RequestEntityTooLarge from None
    texts: Texts = {}
    for name, text in typed:
        texts.setdefault(name, []).append(_storable(text))
    return texts


def _of_parts(parts: Any) -> tuple[Texts, dict[str, UploadFile]]:
    """Litestar reads at most a thousand parts, a piece at a time."""
    texts: Texts = {}
    files: dict[str, UploadFile] = {}
    for name, value in parts:
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            texts.setdefault(name, []).append(_storable(str(value)))
    return texts, files


def _storable(text: str) -> str:
    return text.replace("\0", "")[:LONGEST]  # PostgreSQL keeps no zero byte
