"""What pages show: their forms with their fields, and where they lead. It is found while it is tried, so that nothing has to be listed."""

from collections import deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

METHODS = {"hx-get": "GET", "hx-post": "POST", "hx-put": "PUT", "hx-delete": "DELETE", "hx-patch": "PATCH"}


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A form, or an element that asks by itself: what it sends when nobody changes anything."""

    who: str
    method: str
    path: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Seen:
    """Of all pages so far: `forms` by what makes them differ, `new` addresses that nobody has asked for, and all `known` ones."""

    forms: dict[object, SeenForm] = field(default_factory=dict)
    new: deque[tuple[str, str]] = field(default_factory=deque)
    known: set[tuple[str, str]] = field(default_factory=set)

    def look(self, who: str, path: str, html: str) -> None:
        """At a page that `who` got at `path`."""
        page = LexborHTMLParser(html)
        for link in page.css("[href], [hx-get]"):
            self.note(who, link.attributes.get("hx-get") or link.attributes.get("href") or "")
        for form in page.css("form"):
            fields = _fields(form)
            method = (form.attributes.get("method") or "get").upper()
            self._keep(who, method, form.attributes.get("action") or path, fields)
            for button in form.css("[formaction]"):
                self._keep(who, method, button.attributes["formaction"] or path, fields)
        for asking in page.css(", ".join(f"[{name}]" for name in METHODS)):
            inside: LexborNode | None = asking
            while inside is not None and inside.tag not in {"form", "tr", "tbody"}:
                inside = inside.parent
            fields = _fields(inside if inside is not None else asking)
            for name, method in METHODS.items():
                if to := asking.attributes.get(name):
                    self._keep(who, method, to, fields)

    def note(self, who: str, address: str) -> None:
        """An address of ours, to be asked for once."""
        url = urlsplit(address)
        target = url.path + (f"?{url.query}" if url.query else "")
        if url.path.startswith("/") and not url.netloc and (who, target) not in self.known:
            self.known.add((who, target))
            self.new.append((who, target))

    def _keep(self, who: str, method: str, path: str, fields: list[tuple[str, str]]) -> None:
        if not path.startswith("/") or path.startswith("//"):
            return
        kind = (who, method, path.partition("?")[0], frozenset(name for name, _ in fields))
        self.forms[kind] = SeenForm(who, method, path, tuple(fields))


def _fields(node: LexborNode) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for part in node.css("input[name], select[name], textarea[name], button[name]"):
        name, value = part.attributes["name"] or "", part.attributes.get("value") or ""
        if part.tag == "select":
            options = [option.attributes.get("value") or "" for option in part.css("option")]
            value = next(filter(None, options), "")
        elif part.tag == "textarea":
            value = part.text()
        fields.append((name, value))
    return fields
