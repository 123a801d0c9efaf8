"""What a page holds, asked through a parser: its words, its links, its fields, whatever a CSS selector finds."""

import json

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode


def parsed(answer: httpx.Response | str) -> LexborNode:
    """The page, or a piece of one."""
    root = LexborHTMLParser(answer if isinstance(answer, str) else answer.text).root
    assert root
    return root


def words(node: LexborNode) -> str:
    """What it says, without its tags, on one line: no-break spaces as spaces."""
    return " ".join(node.text(separator=" ").replace("\u00a0", " ").split())


def text_of(answer: httpx.Response) -> str:
    """What a page says."""
    page = parsed(answer)
    page.strip_tags(["script", "style", "svg"])
    return words(page)


def all_of(answer: httpx.Response | str, selector: str) -> list[LexborNode]:
    """Whatever the selector finds, in the order of the page."""
    return parsed(answer).css(selector)


def one_of(answer: httpx.Response | str, selector: str) -> LexborNode:
    """The one that the selector finds. Fails when there is none, or more than one."""
    elements = all_of(answer, selector)
    assert len(elements) == 1, f"{len(elements)} × {selector}"
    return elements[0]


def links_of(answer: httpx.Response | str) -> set[str]:
    """Where a page leads."""
    return {link.attributes["href"] or "" for link in all_of(answer, "[href]")}


def value_of(answer: httpx.Response | str, name: str) -> str:
    """What the page's field of that name holds."""
    fields = all_of(answer, f'input[name="{name}"]')
    assert fields, f"no field {name}"
    return fields[0].attributes.get("value") or ""


def regions_of(answer: httpx.Response | str) -> dict[str, str]:
    """The live regions of a page, by id, and the address at which each fetches itself anew."""
    live = [node.attributes for node in all_of(answer, '[hx-headers][hx-trigger$="from:body"]')]
    return {
        json.loads(node["hx-headers"] or "{}")["Region"]: node["hx-get"] or "" for node in live if "Region" in (node["hx-headers"] or "")
    }


def hidden_of(answer: httpx.Response | str) -> dict[str, list[str]]:
    """The page's hidden fields, as a browser sends them."""
    hidden: dict[str, list[str]] = {}
    for field in all_of(answer, "input[type=hidden]"):
        hidden.setdefault(field.attributes["name"] or "", []).append(field.attributes.get("value") or "")
    return hidden
