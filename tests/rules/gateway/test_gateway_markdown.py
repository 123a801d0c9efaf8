"""What an agent writes in Markdown stands on pages that anybody reads: it formats words, and does nothing else (ACC-8)."""

import time

import pytest
from markupsafe import Markup

from gateway.web.markdown import rendered
from gateway.words.initial_texts import INITIAL
from tests.gateway.html import all_of, parsed, words


def elements(html: Markup) -> set[str]:
    return {node.tag for node in all_of(str(html), "body *") if node.tag and not node.tag.startswith("-")}


def test_acc_8_headings_begin_below_the_pages_own() -> None:
    html = rendered("# Un\n\n## Deux\n\n###### Six")
    assert str(html) == "<h2>Un</h2>\n<h3>Deux</h3>\n<h6>Six</h6>\n"


def test_acc_8_paragraphs_lists_emphasis_and_the_lines_of_an_address_are_kept() -> None:
    html = rendered("**Région**\n201 avenue *de la Pompignane*\n\n- un\n- deux\n\n3. trois\n\n> cité\n\n---")
    assert elements(html) == {"p", "strong", "br", "em", "ul", "li", "ol", "blockquote", "hr"}
    assert 'start="3"' in html


@pytest.mark.parametrize(
    ("markdown", "to"),
    [
        ("[ici](https://www.cnil.fr)", "https://www.cnil.fr"),
        ("[ici](http://exemple.fr)", "http://exemple.fr"),
        ("[ici](mailto:a@exemple.fr)", "mailto:a@exemple.fr"),
        ("<https://exemple.fr>", "https://exemple.fr"),
        ("[ici](javascript:alert(1))", None),
        ("[ici](JaVaScRiPt:alert(1))", None),
        ("[ici](java&#115;cript:alert(1))", None),
        ("[ici](\tjavascript:alert(1))", None),
        ("[ici]( vbscript:x)", None),
        ("[ici](data:text/html;base64,PHNjcmlwdD4=)", None),
        ("[ici](tel:0467000000)", None),
        ("[ici](/deconnexion)", None),
        ("[ici](//ailleurs.example)", None),
        ("[ici][a]\n\n[a]: javascript:alert(1)", None),
        ("<javascript:alert(1)>", None),
    ],
)
def test_acc_8_a_link_leads_to_the_web_or_to_a_mailbox_and_nowhere_else(markdown: str, to: str | None) -> None:
    links = [node.attributes["href"] for node in all_of(str(rendered(markdown)), "a[href]")]
    assert links == ([to] if to else [])


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![image](https://exemple.fr/x.png)",
        "<svg/onload=alert(1)>",
        "<style>body{display:none}</style>",
        "<form action='https://ailleurs.example'><input name=mot_de_passe>",
        "<p style='position:fixed' class='site-head' id='contenu' hx-get='/'>x</p>",
        "<!-- --!><script>alert(1)</script>",
        "<iframe src='https://ailleurs.example'></iframe>",
        "<a href='https://ailleurs.example' onclick='alert(1)'>x</a>",
        "a <b>gras</b>",
        "```html\n<script>alert(1)</script>\n```",
        "    <script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        '[x](https://a.example "t" onmouseover="alert(1)")',
    ],
)
def test_acc_8_html_is_read_as_words_and_makes_no_element_and_no_attribute(markdown: str) -> None:
    html = str(rendered(markdown))
    for node in all_of(html, "body *"):
        assert node.tag in {"p", "a", "br"}
        assert node.attributes.keys() <= {"href", "rel"}
        assert node.attributes.get("href") in {None, "https://exemple.fr/x.png", "https://a.example"}
    assert parsed(html).css("body *")


@pytest.mark.parametrize("pattern", ["[", "![", "[[]", "*a ", "> ", "- ", "**a_", "<", "[a](", "[a]: u\n", "&#35;", "1. ", "_*", "`", "\\"])
def test_acc_8_no_text_that_can_be_typed_holds_up_a_page(pattern: str) -> None:
    begun = time.process_time()
    rendered(pattern * (20_000 // len(pattern)))
    assert time.process_time() - begun < 2


def test_acc_8_the_initial_texts_say_something_and_end_no_line_within_a_sentence() -> None:
    for markdown in INITIAL.values():
        html = str(rendered(markdown))
        assert len(words(parsed(html))) > 300 and "<br" not in html
