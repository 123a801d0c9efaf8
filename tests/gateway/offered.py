"""Everything that somebody's pages offer to send: links, live regions and forms, found by following them, and the ids that they hold."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

import httpx
from selectolax.lexbor import LexborNode

from tests.gateway.html import all_of
from tests.gateway.running_portal import Person

UUIDS = re.compile(r"[0-9a-f]{8}(-?)(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
DIGITS = re.compile(r"\d+")
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sent:
    """One request that a page offers."""

    method: str
    address: str
    fields: Fields = ()

    def with_changed(self, part: str, change: Callable[[str], str]) -> "Sent":
        """The same with other text in a part of it: the `address`, or the names and values of the `fields`."""
        if part == "address":
            return replace(self, address=change(self.address))
        return replace(self, fields=tuple((change(name), change(value)) for name, value in self.fields))

    def texts(self, part: str) -> list[str]:
        """What stands in that part."""
        return [self.address] if part == "address" else [text for pair in self.fields for text in pair]

    async def by(self, person: Person) -> httpx.Response:
        """Sent by this person; redirections are followed."""
        if self.method == "get":
            return await person.client.get(self.address)
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        return await person.client.post(self.address, data=data)


def offered_on(page: httpx.Response) -> Iterator[Sent]:
    """What this page offers: each form once for every button that sends it."""
    here = str(page.url)
    for name in ("href", "hx-get"):
        for node in all_of(page, f"[{name}]"):
            yield Sent("get", _path(here, node.attributes[name]))
    for form in all_of(page, "form"):
        method, address = form.attributes.get("method") or "get", _path(here, form.attributes.get("action"))
        fields = tuple(_fields(form))
        for node in form.css("[hx-post]"):
            yield Sent("post", _path(here, node.attributes["hx-post"]), fields)
        buttons = [node.attributes for node in form.css("button[name]")] or [{}]
        for button in buttons:
            pressed = ((button["name"] or "", button.get("value") or ""),) if button else ()
            sent = (*fields, *pressed)
            yield Sent("post", address, sent) if method == "post" else Sent("get", str(httpx.URL(address, params=sent)))


def _path(here: str, link: str | None) -> str:
    found = urlsplit(urljoin(here, link or ""))
    return found.path + (f"?{found.query}" if found.query else "")


def _fields(form: LexborNode) -> Iterator[tuple[str, str]]:
    """Names and values as a browser would send them, with every box ticked."""
    for node in form.css("input[name], textarea[name], select[name]"):
        values = [option.attributes.get("value") or "" for option in node.css("option")]
        value = next((value for value in reversed(values) if value), "") if node.tag == "select" else node.attributes.get("value")
        if node.attributes.get("type") != "file":
            yield node.attributes["name"] or "", value or (node.text() if node.tag == "textarea" else "")


def without_ids(text: str, numbers: Iterable[str]) -> str:
    """The text with a letter in the place of each UUID, and of each of these contract numbers."""
    for number in numbers:
        text = text.replace(number, "N")
    return UUIDS.sub("U", text)


def template(text: str, numbers: Iterable[str]) -> str:
    """What is the same in all that differs by ids and figures alone."""
    return DIGITS.sub("0", without_ids(text, numbers))


async def offered_to(person: Person, numbers: set[str], *starts: str) -> list[Sent]:
    """What is offered on the pages that somebody reaches from `starts`, these too: of what differs by ids and figures alone, one."""
    found: dict[tuple[str, ...], Sent] = {}
    waiting = [Sent("get", start) for start in starts]
    while waiting:
        asked = waiting.pop()
        for sent in offered_on(await asked.by(person)):
            key = (sent.method, template(sent.address, numbers), *sorted({template(name, numbers) for name, _ in sent.fields}))
            if key in found or sent.address.startswith(("/static", "/deconnexion", "/evenements")):
                continue
            found[key] = sent
            if sent.method == "get":
                waiting.append(sent)
    return [*(Sent("get", start) for start in starts), *found.values()]
