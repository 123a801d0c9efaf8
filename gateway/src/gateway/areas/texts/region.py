"""Where the Region's agents write what anybody reads (ACC-8, HOME-3)."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from contracts.codes import PublicText
from contracts.identity import PublishText, text_key
from gateway.web.forms import Form
from gateway.web.markdown import rendered
from gateway.web.texts import find_text
from gateway.web.values import whole_number
from gateway.web.visit import Visit

from .asking import FIELDS, read_publishing, read_text
from .pages import ADDRESSES
from .queries import find_version, list_texts, list_versions

NAMES = {address: name for name, address in ADDRESSES.items()}


def name_of(address: str) -> PublicText:
    """The text that is called so in addresses. Raises NotFoundException when none is."""
    if address not in NAMES:
        raise NotFoundException
    return NAMES[address]


@get("/region/textes")
async def texts_page(visit: NamedDependency[Visit]) -> Response[str]:
    """Every text, its version, and who published it when."""
    keys = [text_key(name) for name in PublicText]
    return visit.page("texts/region_texts.html", texts=await list_texts(visit.db, visit.viewer), addresses=ADDRESSES, follows=keys)


async def show(visit: Visit, name: PublicText, form: Form | None, *, preview: str | None = None, taken: str = "") -> Response[str]:
    """The text in a field, with what was typed there, and its versions; `preview` is shown as it would read. `taken` are the words with
    which one begins, by default those that are published.
    """
    versions = await list_versions(visit.db, visit.viewer, name)
    text = versions[0]
    stored = Form.showing({"texte": taken or text.markdown, "version": text.version})
    form = form or (None if taken else await visit.restored(lambda _form: FIELDS.get)) or stored
    if form.conflict:  # what is published next takes the place of what the page now shows beside
        form.typed["version"] = stored.typed["version"]
    return visit.page(
        "texts/region_text.html",
        status=form.status,
        name=name,
        address=ADDRESSES[name],
        text=text,
        form=form,
        changed=rendered(text.markdown) if form.conflict else None,
        preview=None if preview is None else rendered(preview),
        versions=versions,
        waits=visit.waiting.since(text_key(name), PublishText),
        follows=(text_key(name),),
    )


@get("/region/textes/{text:str}")
async def text_page(visit: NamedDependency[Visit], text: FromPath[str], reprendre: FromQuery[str] = "") -> Response[str]:
    """A text to be changed; `reprendre` begins with the words of an earlier version."""
    name = name_of(text)
    taken = (await find_version(visit.db, visit.viewer, name, _number(reprendre))).markdown if reprendre else ""
    return await show(visit, name, None, taken=taken)


@post("/region/textes/{text:str}")
async def write_text(visit: NamedDependency[Visit], text: FromPath[str]) -> Response[Any]:
    """Show how the text would read, or publish it."""
    name, form = name_of(text), await Form.of(visit.request)
    command = read_publishing(form, name)
    if form.value("faire") == "apercevoir":
        return await show(visit, name, form, preview=read_text(form) if command else None)
    key, to = text_key(name), visit.request.url.path
    if command and (done := await visit.send(key, command, form, to=to, fields=FIELDS.get)):
        return done
    return await show(visit, name, form)


@get("/region/textes/{text:str}/versions/{number:str}")
async def version_page(visit: NamedDependency[Visit], text: FromPath[str], number: FromPath[str]) -> Response[str]:
    """A version as anybody could read it."""
    name = name_of(text)
    version = await find_version(visit.db, visit.viewer, name, _number(number))
    latest = await find_text(visit.db, name)
    known: dict[str, Any] = {"name": name, "address": ADDRESSES[name], "version": version, "latest": latest}
    return visit.page("texts/region_version.html", html=rendered(version.markdown), **known)


def _number(text: str) -> int:
    """Of a version in an address. Raises NotFoundException when it is none."""
    number = whole_number(text)
    if number is None:
        raise NotFoundException
    return number


ROUTES = [texts_page, text_page, write_text, version_page]
