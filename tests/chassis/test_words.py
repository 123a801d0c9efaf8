"""Chassis has no word of the domain, and says nothing to operators that this project does not say in French."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import chassis
from contracts.operators import FRENCH

FILES = sorted(path for folder in chassis.__path__ for path in Path(folder).rglob("*.py"))
DOMAIN = re.compile(
    r"\b(paris|europe|france|french|personal|calendar|day|month|window|invoice|payment|billing|declaration|survey|identity|gateway|portal"
    r"|action|contract|trainee|trainer|organisation|siret|region|agent|hour)s?\b|[À-ÖØ-öø-ÿœ]",
    re.IGNORECASE,
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_chassis_has_no_word_of_the_domain(path: Path) -> None:
    for line in path.read_text().splitlines():
        if not line.startswith("from contracts."):
            assert not DOMAIN.search(line), line


def sentences() -> Iterator[str]:
    """What chassis says to operators: the first argument of each Trouble, NotBroughtBack and of each `say`, after the words themselves;
    and what settings say."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                if name in ("Trouble", "NotBroughtBack", "say", "_say"):
                    yield from (
                        argument.value for argument in node.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                    )

    yield from re.findall(r'"(\{name\}[^"]*|The file that \{name\}[^"]*)"', (Path(chassis.__path__[0]) / "settings.py").read_text())


def figures(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_for_operators_has_its_french_with_the_same_figures() -> None:
    assert set(sentences()) == set(FRENCH)
    for english, french in FRENCH.items():
        assert figures(english) == figures(french)
