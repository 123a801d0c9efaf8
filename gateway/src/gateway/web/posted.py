"""What a request brings as text: the one place where a form's body is read, within limits, and nothing goes on that no text may hold.

A form's own text is never refused for what a browser can send: a zero byte, which nobody sees and PostgreSQL cannot keep, is taken out.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException, HTTPException, InternalServerException, NotFoundException

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes of any body but a file's: a month of sixty trainees, every period of absence filled in, is a third of it."""
MOST_FIELDS = 10_000
MOST_PARTS = 50
"""Of a form that carries a file."""
WORTH_A_THREAD = 64 * 1024
"""Bytes from which a body is read beside the event loop."""


class TooManyFields(HTTPException):
    """More than any page of ours has."""

    status_code = 413


class NotAForm(HTTPException):
    """What was sent is in a format, or in letters, that no page of ours uses."""

    status_code = 415


@dataclass(frozen=True, slots=True)
class Posted:
    """Texts by field name, and files."""

    texts: Mapping[str, list[str]]
    files: Mapping[str, UploadFile] = field(default_factory=dict)


LONGEST_NAME = 255
"""Bytes of a part of a path: none of ours is longer, and a file system answers a longer one with an error."""


def refuse_addresses(request: Request[Any, Any, Any]) -> None:
    """No text of an address holds a zero byte, no part of a path is longer than a file's name: no handler meets one.

    Raises NotFoundException, or ClientException for a query.
    """
    path = request.scope["path"]
    if "\0" in path or any(len(name.encode(errors="replace")) > LONGEST_NAME for name in path.split("/")):
        raise NotFoundException
    if b"%00" in request.scope["query_string"] or b"\0" in request.scope["query_string"]:
        raise ClientException


async def posted(request: Request[Any, Any, Any], *, with_file: bool = False) -> Posted:
    """What a form sends; one `with_file` comes in parts. Raises NotAForm, TooManyFields, or ClientException when it is not UTF-8."""
    kind, options = request.content_type
    if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise NotAForm
    try:
        if with_file and kind == RequestEncodingType.MULTI_PART:
            return await _parts(request)
        if kind not in {RequestEncodingType.URL_ENCODED, ""}:
            raise NotAForm
        return await _fields(request)
    except InternalServerException as error:  # Litestar's word for a client that hung up: nobody hears the answer
        raise ClientException from error


async def _fields(request: Request[Any, Any, Any]) -> Posted:
    body = await request.body()
    if body.count(b"&") >= MOST_FIELDS:
        raise TooManyFields
    return Posted(await asyncio.to_thread(_texts, body) if len(body) > WORTH_A_THREAD else _texts(body))


async def _parts(request: Request[Any, Any, Any]) -> Posted:
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    try:
        for name, value in (await request.form()).multi_items():
            if isinstance(value, UploadFile):
                files[_clean(name)] = value
                value.filename = _clean(value.filename)
            else:
                texts.setdefault(_clean(name), []).append(_clean(str(value)))
    except (LookupError, UnicodeError) as error:  # a part says for itself how it is encoded
        raise NotAForm from error
    return Posted(texts, files)


def _texts(body: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict"):
            found.setdefault(_clean(name), []).append(_clean(value))
    except UnicodeError as error:
        raise ClientException from error
    return found


def _clean(text: str) -> str:
    return text.replace("\0", "")
