"""A browser without JavaScript, in the hands of somebody who is patient: what the portal does not answer is sent again, as it was."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from time import monotonic
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.faults.waits import Waits
from tests.gateway.html import text_of

LOOKS = 0.3
"""Seconds between two looks at a page that waits for an answer."""
Typed = Mapping[str, str | list[str]]


class GivenUp(Exception):
    """What somebody wanted to do and could not."""


@dataclass
class Page:
    """What a browser shows."""

    url: str
    answer: httpx.Response
    root: LexborNode = field(init=False)

    def __post_init__(self) -> None:
        root = LexborHTMLParser(self.answer.text).root
        assert root
        self.root = root

    @property
    def path(self) -> str:
        """Its address within the portal."""
        return urlsplit(self.url).path

    @property
    def waits(self) -> bool:
        """Whether it says that an answer is still to come."""
        told = " ".join(node.text() for node in self.root.css(".notice--wait"))
        return bool(self.root.css(".waits, .awaiting")) or self.says("réponse attendue") or "réponse" in told or "en cours" in told

    @property
    def errors(self) -> str:
        """What it says is wrong."""
        return " ".join(" ".join(node.text(separator=" ").split()) for node in self.root.css(".notice--bad, .field-error"))

    def says(self, words: str) -> bool:
        """Whether it says this."""
        return words in text_of(self.answer)

    def links(self, pattern: str) -> list[str]:
        """The addresses on it that match."""
        found = (link.attributes.get("href") or "" for link in self.root.css("a[href]"))
        return list(dict.fromkeys(address for address in found if re.fullmatch(pattern, address)))

    def button(self, words: str) -> LexborNode | None:
        """The button, seen or not, that begins with these words, or has this as its value."""
        buttons = [node for node in self.root.css("button") if node.attributes.get("type") in (None, "submit")]
        return next((node for node in buttons if _says(node).startswith(words) or node.attributes.get("value") == words), None)

    def form_of(self, button: LexborNode) -> LexborNode:
        """The form that a button sends."""
        node: LexborNode | None = button
        while node is not None and node.tag != "form":
            node = node.parent
        assert node is not None, f"{_says(button)} stands in no form"
        return node


def _says(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").replace("\u00a0", " ").split())


def filled(form: LexborNode) -> dict[str, list[str]]:
    """What a browser would send of a form."""
    fields: dict[str, list[str]] = {}
    for node in form.css("input[name], select[name], textarea[name]"):
        kind, name = node.attributes.get("type") or "text", node.attributes["name"] or ""
        if "disabled" in node.attributes or kind in ("submit", "button", "file"):
            continue
        if kind in ("checkbox", "radio") and "checked" not in node.attributes:
            continue
        if node.tag == "select":
            chosen = node.css("option[selected]") or node.css("option")[:1]
            value = chosen[0].attributes.get("value") or "" if chosen else ""
        elif node.tag == "textarea":
            value = node.text()
        else:
            value = node.attributes.get("value") or ""
        fields.setdefault(name, []).append(value)
    return fields


class Browser:
    """One person's browser. `chance` decides when its connection is lost in the middle of something."""

    def __init__(self, portal: str, waits: Waits, chance: Random) -> None:
        headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
        self._client = httpx.AsyncClient(base_url=portal, headers=headers, timeout=20, trust_env=False)
        self._cookies: dict[str, str] = {}
        self.waits, self.chance = waits, chance
        self.log_in: Callable[[], Any] | None = None
        """How its owner logs in when the session has lapsed."""

    async def close(self) -> None:
        """Its owner goes home."""
        await self._client.aclose()

    async def go(self, address: str) -> Page:
        """A page; asked again while the portal does not answer. A session that lapsed is opened again first."""
        page = await self._ask("GET", address)
        if page.path == "/connexion" and self.log_in and address != "/connexion":
            await self.log_in()
            page = await self._ask("GET", address)
        return page

    async def press(self, page: Page, words: str, typed: Typed | None = None, files: Any = None) -> Page:
        """Press a button of the page, with what is typed into its form; sent again, the same, until there is an answer."""
        button = page.button(words)
        if button is None:
            raise GivenUp(f"no button {words!r} on {page.url}: {text_of(page.answer)[:600]}")
        form = page.form_of(button)
        fields: dict[str, list[str]] = filled(form)
        for name, value in (typed or {}).items():
            fields[name] = [value] if isinstance(value, str) else list(value)
        if name := button.attributes.get("name"):
            fields[name] = [button.attributes.get("value") or ""]
        address = urljoin(page.url, form.attributes.get("action") or page.url)
        if (form.attributes.get("method") or "get").lower() == "get":
            return await self._ask("GET", str(httpx.URL(address, params=fields)))
        return await self._ask("POST", address, fields, files)

    async def _ask(self, method: str, address: str, fields: dict[str, list[str]] | None = None, files: Any = None) -> Page:
        give_up = monotonic() + self.waits.patience
        while True:
            try:
                if fields is not None and self.chance.random() < 0.05:
                    await self._hang_up(method, address, fields, files)
                answer = await self._request(method, address, fields, files)
                if answer.status_code < 500:
                    return Page(str(answer.url), answer)
                failed = f"{answer.status_code}"
            except httpx.HTTPError as error:
                failed = type(error).__name__
            self.waits.note_failed(failed)
            if monotonic() > give_up:
                raise GivenUp(f"{method} {address}: {failed}")
            await asyncio.sleep(LOOKS)

    async def _request(self, method: str, address: str, fields: dict[str, list[str]] | None, files: Any) -> httpx.Response:
        """One request, and wherever it leads. The portal's cookies are for HTTPS, or, in a browser, for `localhost`: httpx keeps none."""
        while True:
            cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
            answer = await self._client.request(method, address, data=fields, files=files, headers={"Cookie": cookie} if cookie else None)
            for line in answer.headers.get_list("set-cookie"):
                name, _, value = line.partition(";")[0].partition("=")
                self._cookies[name] = value
            if not answer.has_redirect_location:
                return answer
            method, address, fields, files = "GET", urljoin(str(answer.url), answer.headers["location"]), None, None

    async def _hang_up(self, method: str, address: str, fields: dict[str, list[str]], files: Any) -> None:
        """The same request, whose answer nobody hears: the connection is lost on the way."""
        asking = asyncio.create_task(self._request(method, address, fields, files))
        await asyncio.sleep(self.chance.uniform(0, 0.1))
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        self.waits.note_failed("hung up")

    async def do(self, what: str, address: str, words: str, typed: Typed | None = None, *, until: Callable[[Page], bool]) -> Page:
        """Open a page, press a button, and look until the page says that it is done; the wait is measured.

        Raises GivenUp when it is refused, or never done.
        """
        page, give_up = await self.go(address), monotonic() + self.waits.patience
        if until(page) and not page.waits:
            return page
        with self.waits.measured(what):
            while True:
                if page.button(words) and not page.waits:
                    page = await self.press(page, words, typed)
                    if page.answer.status_code >= 400 and page.errors:
                        raise GivenUp(f"{what}: {page.url} refuses: {page.errors}")
                if until(page) and not page.waits:
                    return page
                if monotonic() > give_up:
                    raise GivenUp(f"{what}: still not done on {page.url}: {text_of(page.answer)[:600]}")
                await asyncio.sleep(LOOKS / 3 if page.waits else LOOKS)
                page = await self.go(address)
